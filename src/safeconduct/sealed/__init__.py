"""The protocol: bytes in, bytes out, no I/O, and the only cryptography of the house (docs/spec)."""
