"""Floor 2: what opened envelopes mean. Pure; no I/O, no clock, no chance."""
