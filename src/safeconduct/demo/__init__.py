"""Floor 4: the invented season, and a seeker in Python."""
