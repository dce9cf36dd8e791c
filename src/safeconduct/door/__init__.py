"""The door: serves the page a person in danger opens; the page itself is built from door/ into static/."""
