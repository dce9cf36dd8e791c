"""What may protect someone, which days are running, and who says so: reviewed data, evaluated with reasons.

Floor 2, pure: it takes plain facts and events, imports nothing of desk, case or relay, and reads no clock.
Only `command` touches files. It informs; it never says that somebody is protected.
"""
