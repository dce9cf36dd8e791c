"""Safeconduct: a sealed line between a person in danger and those who help."""

__version__ = "0.1.0"
