"""Raising an alarm: once for each thing, with its proof, until a person has confirmed it."""

from safeconduct.case.alarm import Alarm
from safeconduct.desk.room import Room


def raise_alarm(room: Room, alarm: Alarm, matter: bytes = b"", about: bytes = b"", proof: bytes = b"") -> None:
    """Keep an alarm about a matter; `about` tells two of one kind apart, `proof` is kept beside it."""
    added = room.vault.run(
        "INSERT INTO alarm VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
        alarm.value,
        matter,
        about,
        room.vault.draw_ref(),
        room.day,
        proof,
    )
    if added:
        room.changed()


def stamp_day(room: Room) -> bytes:
    """This computer's day, for `about`: what a person has confirmed may happen again, and is said once a day."""
    return room.clock.day().to_bytes(4, "big")
