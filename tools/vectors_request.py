"""Vectors of *request*: the bytes of every request, from given keys."""

import hashlib
from typing import Any, Final

from safeconduct.sealed.signing import SigningKey, digest, frame
from vectors_cast import BOX, CONTACT, DAY, FILE, INTAKE, KEEPER, MEMBER, ROOT, SEEKER, SPACE, STRANGER, THREAD
from vectors_write import Section, draw, seed

CHALLENGE: Final = draw("challenge", 32)
LETTER: Final = b"\x11" * 2_160
ENVELOPE: Final = b"\x22" * 4_096
ADDRESS, CURSOR = seed("address"), draw("cursor", 12)
_KEYS: Final = {"keeper": KEEPER.public, "member": MEMBER.public, "intake": INTAKE.public}


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def write(section: Section) -> None:
    """Each route as it is asked."""
    _write_spaces(section)
    _write_contacts(section)
    _write_appends(section)
    _write_births(section)
    _write_reads(section)
    _write_feeds(section)
    _write_letters(section)


def _ask(
    section: Section,
    name: str,
    said: bytes,
    keys: list[SigningKey],
    attached: bytes = b"",
    **given: Any,  # noqa: ANN401 - values of an input
) -> None:
    begins = said + b"".join(key.sign(said) for key in keys)
    whole = begins + attached
    output = {"begins": begins, "length": len(whole), "sha256": hashlib.sha256(whole).digest()}
    section.ok("ask", "ask", name, output, **given)


def _write_spaces(section: Section) -> None:
    nonce, code = draw("nonce", 16), draw("code", 16)
    _ask(section, "manifest", frame("manifest", SPACE, nonce), [], route="manifest", space=SPACE, nonce=nonce)
    three = (KEEPER.public, MEMBER.public, INTAKE.public)
    said = frame("space", code, ROOT.public, *three, u32(1))
    _ask(section, "space", said, [ROOT], route="space", code=code, root_seed=ROOT.seed(), serial=1, **_KEYS)
    said = frame("keys", SPACE, u32(2), *three, u32(1))
    _ask(section, "keys", said, [KEEPER], route="keys", space=SPACE, serial=2, **_KEYS, keeper_seed=KEEPER.seed())
    manifest, form = draw("manifest", 900), b'{"countries":[],"questions":[]}'
    for name, boxes in (("two boxes", [BOX.public, SEEKER.box.public]), ("no box", [])):
        joined = b"".join(boxes)
        digests = (digest("manifest digest", manifest), hashlib.sha256(joined).digest(), digest("form", form))
        said = frame("publish", SPACE, *digests)
        given = {"space": SPACE, "manifest": manifest, "boxes": boxes, "form": form, "keeper_seed": KEEPER.seed()}
        attached = frame("published", manifest, joined, form)
        _ask(section, f"publish with {name}", said, [KEEPER], attached, route="publish", **given)


def _write_contacts(section: Section) -> None:
    access, erase, box = CONTACT.access.public, SEEKER.erase.public, digest("box", BOX.public)
    said = frame("contact", SPACE, access, erase, box, b"")
    given: dict[str, Any] = {"space": SPACE, "access": access, "erase": erase, "box": box, "letter": LETTER}
    for size in (4_096, 16_384):
        envelope = b"\x22" * size
        name = f"contact with an envelope of {size} bytes"
        _ask(section, name, said, [], LETTER + envelope, route="contact", **given, envelope=envelope)
    said = frame("reseal", SPACE, access, box, digest("sealed letter", LETTER))
    given = {"space": SPACE, "secret": CONTACT.secret, "box": box, "letter": LETTER}
    _ask(section, "reseal", said, [CONTACT.access], LETTER, route="reseal", **given)


def _write_appends(section: Section) -> None:
    chain, named = seed("chain"), u32(3) + seed("chain")
    for name, stream, field, closing, by, key in (
        ("no head named", CONTACT, b"", 0, 0, None),
        ("a head named", CONTACT, named, 0, 0, None),
        ("by a member", FILE, named, 0, 1, MEMBER),
        ("closing, by a member", CONTACT, named, 1, 1, MEMBER),
        ("closing, by the erase key", CONTACT, named, 1, 2, SEEKER.erase),
    ):
        said = frame("append", SPACE, stream.access.public, field, u32(closing), u32(by), digest("sealed", ENVELOPE))
        given = {"space": SPACE, "secret": stream.secret, "envelope": ENVELOPE, "named": [3, chain] if field else None}
        second = {"closing": closing, "with": by, "with_seed": key.seed() if key else None}
        keys = [stream.access, key] if key else [stream.access]
        _ask(section, f"append: {name}", said, keys, ENVELOPE, route="append", **given, **second)


def _write_births(section: Section) -> None:
    for name, stream, of, erase, recovery in (
        ("a thread", THREAD, 2, STRANGER.public, b""),
        ("a file", FILE, 3, b"", LETTER),
        ("a roster", FILE, 4, b"", LETTER),
    ):
        letter = digest("sealed letter", recovery) if recovery else b""
        said = frame("birth", SPACE, stream.access.public, u32(of), erase, letter, digest("sealed", ENVELOPE))
        given = {"space": SPACE, "secret": stream.secret, "class": of, "member_seed": MEMBER.seed()}
        rest = {"envelope": ENVELOPE, "erase": erase, "recovery": recovery}
        keys = [stream.access, MEMBER]
        _ask(section, f"birth: {name}", said, keys, recovery + ENVELOPE, route="birth", **given, **rest)


def _write_reads(section: Section) -> None:
    for name, streams, member in (
        ("one stream", [(CONTACT, 0)], None),
        ("two streams", [(CONTACT, 3), (THREAD, 2**32 - 1)], None),
        ("the same twice", [(CONTACT, 3), (CONTACT, 3)], None),
        ("by a member", [(FILE, 0), (CONTACT, 1)], MEMBER),
    ):
        wanted = b"".join(stream.access.public + u32(after) for stream, after in streams)
        said = frame("read", SPACE, CHALLENGE, u32(1 if member else 0), wanted)
        keys = [stream.access for stream, _ in streams] + ([member] if member else [])
        given: dict[str, Any] = {
            "space": SPACE,
            "challenge": CHALLENGE,
            "streams": [[stream.secret, after] for stream, after in streams],
            "member_seed": member.seed() if member else None,
        }
        _ask(section, f"read: {name}", said, keys, route="read", **given)


def _write_feeds(section: Section) -> None:
    # A cursor into a closed day: into its book, or behind a contact's id.
    deep = {"feed": draw("cursor into a book", 16), "arrivals": draw("cursor into arrivals", 44)}
    for route, key, field in (("feed", MEMBER, "member_seed"), ("arrivals", INTAKE, "intake_seed")):
        for name, day, cursor, wait in (
            ("today", DAY, CURSOR, 30),
            ("a day from its start", DAY - 1, b"", 0),
            ("a day, the next page", DAY - 1, deep[route], 0),
        ):
            said = frame(route, SPACE, CHALLENGE, u32(day), cursor, u32(wait))
            given: dict[str, Any] = {"space": SPACE, "challenge": CHALLENGE, "day": day, "cursor": cursor, "wait": wait}
            _ask(section, f"{route}: {name}", said, [key], route=route, **given, **{field: key.seed()})


def _write_letters(section: Section) -> None:
    said = frame("post", SPACE, ADDRESS, digest("sealed letter", LETTER))
    given: dict[str, Any] = {"space": SPACE, "address": ADDRESS, "letter": LETTER, "member_seed": MEMBER.seed()}
    _ask(section, "post", said, [MEMBER], LETTER, route="post", **given)
    collect = SigningKey(seed("collect"))
    for name, acknowledged in (("nothing acknowledged", []), ("two acknowledged", [seed("a"), seed("b")])):
        said = frame("collect", SPACE, CHALLENGE, collect.public, b"".join(acknowledged))
        given = {"space": SPACE, "challenge": CHALLENGE, "collect_seed": collect.seed(), "acknowledged": acknowledged}
        _ask(section, f"collect: {name}", said, [collect], route="collect", **given)
