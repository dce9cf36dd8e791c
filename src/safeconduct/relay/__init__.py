"""The relay: keeps what is sealed, signs what it kept, and can read nothing of it."""
