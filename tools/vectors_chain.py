"""Vectors of *chain*: ids, heads, histories, `continue`, and what the feed shows of them."""

import hmac
from dataclasses import replace
from typing import Any

from safeconduct.sealed.access import (
    Head,
    chain_next,
    chain_start,
    envelope_digest,
    sign_head,
)
from safeconduct.sealed.signing import SigningKey, digest, frame
from safeconduct.sealed.stream import Point, Stream
from vectors_cast import CONTACT, DAY, FILE, OTHER_SPACE, RELAY, SPACE, STRANGER, THREAD
from vectors_signing import L
from vectors_value import point_out
from vectors_write import Section, draw, seed


def write(section: Section) -> None:
    """Streams and ids, heads, what `read` gave, `continue`, tags and challenges."""
    _write_streams(section)
    _write_heads(section)
    _write_followed(section)
    _write_broken(section)
    _write_continues(section)
    _write_successors(section)
    _write_tags(section)
    _write_challenges(section)


def _write_streams(section: Section) -> None:
    for name, stream in (("a thread", THREAD), ("a contact", CONTACT), ("a secret of zeros", Stream(bytes(32)))):
        output = {"content": stream.content, "access": stream.access.public}
        section.ok("stream", "stream", f"stream: {name}", output, secret=stream.secret, id=stream.id)
    access = THREAD.access.public
    for name, claimed in (
        ("of another stream", CONTACT.id),
        ("the access key itself", access),
        ("under another label", digest("address", access)),
        ("the digest of the secret", digest("stream", THREAD.secret)),
        ("a bit flipped", bytes([THREAD.id[0] ^ 1]) + THREAD.id[1:]),
        ("cut", THREAD.id[:31]),
        ("with a byte more", THREAD.id + b"\0"),
        ("none", b""),
    ):
        section.bad("stream", "stream", f"id: {name}", "id-wrong", secret=THREAD.secret, id=claimed)


def _signed(head: Head, space: bytes = SPACE, stream: bytes = THREAD.id, relay: SigningKey = RELAY) -> bytes:
    return sign_head(relay, space, stream, head.n, head.hash, head.day, head.closing).pack()


def _write_heads(section: Section) -> None:
    start, chain = chain_start(THREAD.id), seed("chain")
    head, empty = Head(3, chain, DAY, 0, b""), Head(0, start, 0, 0, b"")
    at = {"space": SPACE, "stream": THREAD.id, "relay": RELAY.public}
    for name, good in (
        ("three envelopes", head),
        ("closed", replace(head, closing=1)),
        ("the greatest numbers", replace(head, n=2**32 - 1, day=2**32 - 1)),
        ("of day 0", replace(head, day=0)),
        ("an empty stream", empty),
        ("one envelope and H(0): the chain is judged elsewhere", replace(head, n=1, hash=start)),
    ):
        section.ok("head", "open-head", f"head: {name}", point_out(good), head=_signed(good), **at)
    for name, wrong in (
        ("closing is 2", replace(head, closing=2)),
        ("closing is the greatest number", replace(head, closing=2**32 - 1)),
        ("an empty stream with a day", replace(empty, day=DAY)),
        ("an empty stream that is closed", replace(empty, closing=1)),
        ("an empty stream with another hash", replace(empty, hash=chain)),
        ("an empty stream with a hash of zeros", replace(empty, hash=bytes(32))),
        ("an empty stream with another stream's H(0)", replace(empty, hash=chain_start(CONTACT.id))),
    ):
        section.bad("head", "open-head", f"head: {name}", "head-wrong", head=_signed(wrong), **at)
    whole = _signed(head)
    signature = int.from_bytes(whole[76:], "little")
    for name, code, given in (
        ("nothing", "length-wrong", b""),
        ("a byte too few", "length-wrong", whole[:-1]),
        ("a byte too many", "length-wrong", whole + b"\0"),
        ("without its signature", "length-wrong", whole[:44]),
        ("of another stream", "signature-wrong", _signed(head, stream=CONTACT.id)),
        ("of another space", "signature-wrong", _signed(head, space=OTHER_SPACE)),
        ("by another relay", "signature-wrong", _signed(head, relay=STRANGER)),
        ("by the stream's own access key", "signature-wrong", _signed(head, relay=THREAD.access)),
        ("another number", "signature-wrong", b"\0\0\0\4" + whole[4:]),
        ("another hash", "signature-wrong", whole[:4] + seed("other") + whole[36:]),
        ("another day", "signature-wrong", whole[:36] + (DAY + 1).to_bytes(4, "big") + whole[40:]),
        ("another closing", "signature-wrong", whole[:40] + b"\0\0\0\1" + whole[44:]),
        ("closing 2 and not signed so", "signature-wrong", whole[:40] + b"\0\0\0\2" + whole[44:]),
        ("day and closing exchanged", "signature-wrong", whole[:36] + whole[40:44] + whole[36:40] + whole[44:]),
        ("no signature but zeros", "key-weak", whole[:44] + bytes(64)),
        ("an S not below L", "signature-spelling", whole[:76] + (signature + L).to_bytes(32, "little")),
        ("an R not in its one spelling", "key-spelling", whole[:44] + b"\xff" * 32 + whole[76:]),
    ):
        section.bad("head", "open-head", f"head: {name}", code, head=given, **at)
    day = RELAY.sign(frame("day", SPACE, THREAD.id, (DAY).to_bytes(4, "big")))
    section.bad("head", "open-head", "head: a signature over a day", "signature-wrong", head=whole[:44] + day, **at)
    weak = {**at, "relay": b"\1" + bytes(31)}
    section.bad("head", "open-head", "head: by a relay key of small order", "key-weak", head=whole, **weak)


Entries = list[tuple[int, int, bytes]]


def _walk(entries: Entries, begin: Point) -> list[Point]:
    found = [begin]
    for day, closing, sealed in entries:
        now = found[-1]
        chain = chain_next(now.hash, envelope_digest(sealed), day, closing)
        found.append(Point(now.n + 1, chain, day, closing))
    return found


_START = Point.start(THREAD.id)
_ENTRIES: Entries = [(DAY, 0, b"first"), (DAY, 0, b"second"), (DAY + 2, 0, b"third"), (DAY + 3, 1, b"last")]
_POINTS = _walk(_ENTRIES, _START)


def _write_followed(section: Section) -> None:
    for name, begin, end, head in (
        ("from the start to a closed end", 0, 4, 4),
        ("from the start to an open end", 0, 3, 3),
        ("one envelope", 0, 1, 1),
        ("from the middle", 2, 4, 4),
        ("nothing new", 3, 3, 3),
        ("an empty stream", 0, 0, 0),
        ("a part of the answer: read on", 0, 2, 4),
        ("nothing of the answer: read on", 1, 1, 4),
    ):
        given: dict[str, Any] = {
            "stream": THREAD.id,
            "from": point_out(_POINTS[begin]) if begin else None,
            "entries": _ENTRIES[begin:end],
            "head": point_out(_POINTS[head]),
        }
        output = {"points": [point_out(point) for point in _POINTS[begin + 1 : end + 1]]}
        section.ok("follow", "follow", f"followed: {name}", output, **given)
    again = _walk([(DAY, 0, b"same"), (DAY, 0, b"same")], _START)
    given = {
        "stream": THREAD.id,
        "from": None,
        "entries": [(DAY, 0, b"same"), (DAY, 0, b"same")],
        "head": point_out(again[-1]),
    }
    output = {"points": [point_out(point) for point in again[1:]]}
    section.ok("follow", "follow", "followed: the same envelope twice has two places", output, **given)


def _write_broken(section: Section) -> None:
    def bad(name: str, code: str, entries: Entries, head: Point, begin: Point | None = None) -> None:
        given: dict[str, Any] = {
            "stream": THREAD.id,
            "from": point_out(begin) if begin else None,
            "entries": entries,
            "head": point_out(head),
        }
        section.bad("follow", "follow", f"broken: {name}", code, **given)

    entries, end = _ENTRIES, _POINTS[4]
    first, second, third, last = entries
    bad("an envelope altered", "chain-broken", [first, (DAY, 0, b"Second"), third, last], end)
    bad("two exchanged", "chain-broken", [second, first, third, last], end)
    bad("one left out, another twice", "chain-broken", [first, first, third, last], end)
    bad("one more than the head says", "chain-broken", entries, _POINTS[3])
    bad("one more than an empty stream has", "chain-broken", [first], _START)
    bad("another day within", "chain-broken", [first, (DAY + 1, 0, b"second"), third, last], end)
    bad("another day at the end", "chain-broken", [first, second, third, (DAY + 4, 1, b"last")], end)
    bad("another closing at the end", "chain-broken", [first, second, third, (DAY + 3, 0, b"last")], end)
    bad("another closing within", "chain-broken", [first, (DAY, 1, b"second"), third, last], end)
    bad("from another place", "chain-broken", entries[2:], end, replace(_POINTS[2], hash=seed("other")))
    bad("from a place further back", "chain-broken", entries[2:], replace(end, n=3), _POINTS[1])
    bad("of another stream", "chain-broken", entries, _walk(entries, Point.start(CONTACT.id))[4])
    bad("the head has another hash", "chain-broken", entries, replace(end, hash=seed("other")))
    bad("the head has another day than its hash", "chain-broken", entries, replace(end, day=DAY + 4))
    bad("the head has another closing than its hash", "chain-broken", entries, replace(end, closing=0))
    bad("nothing new, and another hash: a fork", "chain-broken", [], replace(_POINTS[3], hash=seed("o")), _POINTS[3])
    bad("a head behind the reader", "chain-broken", [], _POINTS[2], _POINTS[3])
    fell: Entries = [(DAY, 0, b"first"), (DAY - 1, 0, b"second")]
    bad("a day fell", "day-fell", fell, _walk(fell, _START)[2])
    bad(
        "a day fell below the place one read from", "day-fell", fell[1:], _walk(fell, _START)[2], _walk(fell, _START)[1]
    )
    bad("a day fell, far from the head", "day-fell", fell, end)
    two: Entries = [(DAY, 2, b"first")]
    bad("a closing of 2", "head-wrong", two, _walk(two, _START)[1])
    bad("a closing of 2, far from the head", "head-wrong", [first, (DAY, 2, b"second")], end)
    bad("a day that fell is said before a closing of 2", "day-fell", [first, (DAY - 1, 2, b"second")], end)


def _write_continues(section: Section) -> None:
    at, before = _POINTS[4], _POINTS[3]

    def given(**other: Any) -> dict[str, Any]:  # noqa: ANN401 - values of an input
        named = (before.n, before.hash)
        points = {
            name: point_out(other.get(name, each)) for name, each in (("at", at), ("before", before), ("head", at))
        }
        return {"named": other.get("named", named), **points}

    section.ok("continue", "continue", "continue: last of a closed stream", {}, **given())
    alone = _walk([(DAY, 1, b"alone")], _START)
    first = given(at=alone[1], before=_START, head=alone[1], named=(0, _START.hash))
    section.ok("continue", "continue", "continue: the only envelope", {}, **first)
    later = Point(5, seed("later"), DAY + 3, 1)
    opened = _walk([*_ENTRIES[:3], (DAY + 3, 0, b"last")], _START)
    for name, wrong in (
        ("the stream is not closed", given(at=opened[4], head=opened[4])),
        ("not the last", given(head=later)),
        ("not the last, of an open stream", given(at=_POINTS[2], before=_POINTS[1], named=(1, _POINTS[1].hash))),
        ("the head has another hash", given(head=replace(at, hash=seed("other")))),
        ("the head is not closed", given(head=replace(at, closing=0))),
        ("its own entry did not close", given(at=replace(at, closing=0))),
        ("the head has another number", given(head=replace(at, n=5))),
        ("it names the head itself", given(named=(at.n, at.hash))),
        ("it names another number", given(named=(before.n - 1, before.hash))),
        ("it names a number above", given(named=(before.n + 1, before.hash))),
        ("it names another hash", given(named=(before.n, _POINTS[2].hash))),
        ("it names a hash of zeros", given(named=(before.n, bytes(32)))),
        ("it names an earlier head", given(named=(2, _POINTS[2].hash))),
        ("it names nothing before it", given(named=(0, _START.hash))),
    ):
        section.bad("continue", "continue", f"continue: {name}", "continue-misplaced", **wrong)


def _write_successors(section: Section) -> None:
    to = digest("to", THREAD.secret)
    section.ok("continue", "successor", "successor: a thread", {"id": THREAD.id}, to=to, secret=THREAD.secret)
    for name, wrong in (
        ("another secret's", digest("to", FILE.secret)),
        ("under another label", digest("file", THREAD.secret)),
        ("the successor's id", THREAD.id),
        ("the secret itself", THREAD.secret),
        ("a bit flipped", bytes([to[0] ^ 1]) + to[1:]),
    ):
        section.bad("continue", "successor", f"successor: {name}", "continue-wrong", to=wrong, secret=THREAD.secret)


def _write_tags(section: Section) -> None:
    access, address, chain = THREAD.access.public, seed("address"), seed("chain")
    for name, day, n in (("a day", DAY, 3), ("the next day", DAY + 1, 3), ("day 0", 0, 1)):
        day_4, n_4 = day.to_bytes(4, "big"), n.to_bytes(4, "big")
        output = {
            "tag": digest("tag", access, day_4)[:16],
            "head_tag": digest("head tag", access, day_4, n_4, chain)[:16],
            "address_tag": digest("box tag", address, day_4)[:16],
        }
        given = {"access": access, "address": address, "day": day, "n": n, "hash": chain}
        section.ok("tag", "tags", f"tags: {name}", output, **given)


def _write_challenges(section: Section) -> None:
    key = draw("challenge key", 32)

    def made(seconds: int, by: bytes = key) -> bytes:
        return (
            seconds.to_bytes(4, "big") + hmac.digest(by, frame("challenge", seconds.to_bytes(4, "big")), "sha256")[:28]
        )

    for name, good, given, now in (
        ("at once", True, made(1_000), 1_000),
        ("of the first second", True, made(0), 0),
        ("after ten minutes", True, made(1_000), 1_600),
        ("after ten minutes and a second", False, made(1_000), 1_601),
        ("from the future", False, made(1_001), 1_000),
        ("of another run", False, made(1_000, seed("other")), 1_000),
        ("with other seconds", False, made(1_000)[:3] + b"\xe9" + made(1_000)[4:], 1_001),
        ("a bit flipped", False, made(1_000)[:-1] + bytes([made(1_000)[-1] ^ 1]), 1_000),
        ("cut", False, made(1_000)[:-1], 1_000),
        ("lengthened", False, made(1_000) + b"\0", 1_000),
        ("nothing", False, b"", 1_000),
    ):
        section.ok("challenge", "challenge", f"challenge: {name}", {"good": good}, key=key, challenge=given, now=now)
