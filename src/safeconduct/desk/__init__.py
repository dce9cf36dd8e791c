"""The caseworker's own program: a sealed vault, a line to the relay, and pages on 127.0.0.1."""
