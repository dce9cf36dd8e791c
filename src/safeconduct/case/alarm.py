"""The desk's alarms: what a caseworker is told about the relay or a colleague. The second tree of codes.

An alarm is never a refusal: something was accepted or not elsewhere; here a person learns what it means.
"""

import enum


class Alarm(enum.Enum):
    """Every alarm there is. The value is its code, the docstring what it claims."""

    FORK = "fork"
    """The relay has signed two different histories of one stream; both heads are kept as proof."""
    WITHHELD = "withheld"
    """What the relay acknowledged it does not show any more, asked three times."""
    FORGED = "forged"
    """The relay gave what no honest relay gives: a head it did not sign, entries that do not hash to
    it, days that fall, that it does not sign or that no calendar has, or the same envelope twice."""
    CLONED_DESK = "cloned-desk"
    """Two different events under one number of one writer: a copy of a desk or of its key writes too."""
    RELAYS_CLOCK = "relays-clock"
    """A receipt for what was just sent bears a day more than one away from this computer's, or the relay
    signs one more than a day after it. Such a later day is not believed."""
    SPOKEN_IN_OUR_NAME = "spoken-in-our-name"
    """Words under the organisation's voice that nobody owns in the file."""
    STALE_KEYS_SERVED = "stale-keys-served"
    """An older manifest than one already seen was served, to this desk or to a door."""
    SENDER_WRONG = "sender-wrong"
    """A letter from someone who may not send it; it was dropped."""
    WRITER_WRONG = "writer-wrong"
    """An event in a file or the roster by someone without standing there; it does not count."""
    PAST_GRACE = "past-grace"
    """Requests that nobody took up in time, and that nobody can open any more."""
