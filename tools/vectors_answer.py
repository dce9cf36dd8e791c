"""Vectors of *request*: answers and refusals, as they are read."""

from collections.abc import Callable
from typing import Any, Final

from safeconduct.errors import Malformed, Refused, Unentitled, Unproved, leaves
from safeconduct.sealed.access import Head, sign_head
from safeconduct.sealed.signing import digest, frame
from vectors_cast import BOX, CONTACT, DAY, OTHER_SPACE, RELAY, SPACE, STRANGER, THREAD
from vectors_request import CHALLENGE, CURSOR, LETTER, u32
from vectors_value import point_out
from vectors_write import Section, draw, seed

_TYPE: Final = "application/octet-stream"
_FROM_RELAY: Final = [
    *leaves(Malformed),
    *leaves(Unproved),
    *leaves(Unentitled),
    *leaves(Refused),
    "id-wrong",
    "day-wrong",
]


def write(section: Section) -> None:
    """The envelope of every answer; then each route's."""
    _write_refusals(section)
    _write_foreign(section)
    _write_manifests(section)
    _write_spaces(section)
    _write_receipts(section)
    _write_reads(section)
    _write_feeds(section)
    _write_letters(section)


def _write_refusals(section: Section) -> None:
    for code in _FROM_RELAY:
        status = getattr(leaves()[code], "status", 400)
        given = {"status": status, "type": _TYPE, "body": CHALLENGE + code.encode()}
        output: dict[str, Any] = {"challenge": CHALLENGE, "code": code}
        section.ok("refusal", "open-answer", f"refused: {code}", output, **given)
    given = {"status": 200, "type": _TYPE, "body": CHALLENGE + b"stale"}
    output = {"challenge": CHALLENGE, "code": None}
    section.ok("refusal", "open-answer", "a code with status 200 is no refusal", output, **given)
    given = {"status": 404, "type": _TYPE, "body": CHALLENGE + b"stale"}
    output = {"challenge": CHALLENGE, "code": "stale"}
    section.ok("refusal", "open-answer", "the code counts, not the status", output, **given)
    for code in ("stale", "challenge-old", "key-gone", "clock", "busy"):
        given = {"route": "post", "status": getattr(leaves()[code], "status", 400), "type": _TYPE}
        body = CHALLENGE + code.encode()
        section.bad("refusal", "answer", f"an answer that is refused: {code}", code, **given, body=body)


def _write_foreign(section: Section) -> None:
    page = b"<!doctype html><title>Sign in to this network</title>"
    for name, status, kind, body in (
        ("a page to sign in", 200, "text/html", page),
        ("a page to sign in with our type", 403, _TYPE, page),
        ("a proxy's error", 502, "text/html", page),
        ("nothing", 200, _TYPE, b""),
        ("31 bytes", 200, _TYPE, CHALLENGE[:31]),
        ("31 bytes refused", 409, _TYPE, CHALLENGE[:31]),
        ("a good answer of another type", 200, "text/plain", CHALLENGE + frame("post answer")),
        ("a good answer of no type", 200, "", CHALLENGE + frame("post answer")),
        ("a type with a parameter", 200, _TYPE + "; charset=utf-8", CHALLENGE + frame("post answer")),
        ("a type in capitals", 200, "Application/Octet-Stream", CHALLENGE + frame("post answer")),
        ("a refusal of another type", 409, "text/plain", CHALLENGE + b"stale"),
        ("a refusal without a code", 409, _TYPE, CHALLENGE),
        ("a code nobody knows", 409, _TYPE, CHALLENGE + b"tired"),
        ("a code in capitals", 409, _TYPE, CHALLENGE + b"STALE"),
        ("a code and a blank", 409, _TYPE, CHALLENGE + b"stale "),
        ("a code and a line end", 409, _TYPE, CHALLENGE + b"stale\n"),
        ("a code with what it would say", 409, _TYPE, CHALLENGE + b"stale: 4"),
        ("a code that is not ASCII", 409, _TYPE, CHALLENGE + "ста".encode()),
        ("a code without a challenge", 409, _TYPE, b"challenge-old".ljust(32, b"-")),
        ("an answer with status 201", 201, _TYPE, CHALLENGE + frame("post answer")),
        ("an answer with status 500", 500, _TYPE, CHALLENGE + frame("post answer")),
        ("vault-shut, which only a desk can say", 403, _TYPE, CHALLENGE + b"vault-shut"),
        ("phrase-check, which only a door can say", 403, _TYPE, CHALLENGE + b"phrase-check"),
        ("envelope-shut, which no relay can know", 403, _TYPE, CHALLENGE + b"envelope-shut"),
        ("chain-broken, which is for readers to say", 403, _TYPE, CHALLENGE + b"chain-broken"),
        ("relay-silent, said by a relay", 503, _TYPE, CHALLENGE + b"relay-silent"),
        ("relay-foreign, said by a relay", 503, _TYPE, CHALLENGE + b"relay-foreign"),
    ):
        given = {"status": status, "type": kind, "body": body}
        section.bad("foreign", "open-answer", f"foreign: {name}", "relay-foreign", **given)


Bad = Callable[[str, str, bytes], None]


def _reader(section: Section, route: str, **context: Any) -> tuple[Callable[..., None], Bad]:  # noqa: ANN401
    """Two writers: what is read well, and what is refused."""

    def given(said: bytes) -> dict[str, Any]:
        return {"route": route, "status": 200, "type": _TYPE, "body": CHALLENGE + said, **context}

    def ok(name: str, said: bytes, output: dict[str, Any]) -> None:
        section.ok(route, "answer", f"{route} answer: {name}", {"challenge": CHALLENGE, **output}, **given(said))

    def bad(name: str, code: str, said: bytes) -> None:
        section.bad(route, "answer", f"{route} answer: {name}", code, **given(said))

    return ok, bad


def _write_forms(bad: Bad, label: str, fields: list[bytes]) -> None:
    """What is wrong with any frame."""
    said = frame(label, *fields)
    bad("nothing said", "frame-broken", b"")
    bad("another route's answer", "frame-broken", frame("stale answer", *fields))
    bad("the request's label", "frame-broken", frame(label.removesuffix(" answer"), *fields))
    bad("cut by a byte", "frame-broken", said[:-1])
    if label != "read answer":
        bad("a byte behind", "frame-broken", said + b"\0")
        bad("a field more", "frame-broken", frame(label, *fields, b""))
    if fields:
        bad("a field fewer", "frame-broken", frame(label, *fields[:-1]))


def _write_manifests(section: Section) -> None:
    ok, bad = _reader(section, "manifest")
    manifest, form, signature = draw("manifest", 300), b"{}", draw("signature", 64)
    for name, box in (("with a box", BOX.public), ("without a box", b"")):
        said = frame("manifest answer", u32(DAY), signature, manifest, box, form)
        output = {"day": DAY, "signature": signature, "manifest": manifest, "box": box, "form": form}
        ok(name, said, output)
    _write_forms(bad, "manifest answer", [u32(DAY), signature, manifest, b"", form])
    for name, day, proof, box in (
        ("a day of three bytes", u32(DAY)[1:], signature, b""),
        ("a day of eight bytes", bytes(4) + u32(DAY), signature, b""),
        ("a signature of 63 bytes", u32(DAY), signature[:63], b""),
        ("no signature", u32(DAY), b"", b""),
        ("a box of 1215 bytes", u32(DAY), signature, BOX.public[:-1]),
        ("a box of 32 bytes", u32(DAY), signature, BOX.public[:32]),
        ("two boxes", u32(DAY), signature, BOX.public * 2),
    ):
        bad(name, "length-wrong", frame("manifest answer", day, proof, manifest, box, form))


def _write_spaces(section: Section) -> None:
    ok, bad = _reader(section, "space")
    ok("made", frame("space answer", RELAY.public), {"relay": RELAY.public})
    _write_forms(bad, "space answer", [RELAY.public])
    bad("a key of 31 bytes", "length-wrong", frame("space answer", RELAY.public[:31]))
    bad("no key", "length-wrong", frame("space answer", b""))


def _head(n: int, closing: int = 0, stream: bytes = CONTACT.id, space: bytes = SPACE) -> Head:
    return sign_head(RELAY, space, stream, n, seed(f"chain {n}"), DAY, closing)


def _write_receipts(section: Section) -> None:
    context = {"space": SPACE, "stream": CONTACT.id, "relay": RELAY.public}
    born, first = draw("born", 64), _head(1)
    ok, bad = _reader(section, "contact", **context)
    ok("taken", frame("contact answer", first.pack(), born), {"head": point_out(first), "born": born})
    _write_forms(bad, "contact answer", [first.pack(), born])
    bad("born of 63 bytes", "length-wrong", frame("contact answer", first.pack(), born[:63]))
    bad("a head of 107 bytes", "length-wrong", frame("contact answer", first.pack()[:-1], born))
    _write_heads(bad, lambda head: frame("contact answer", head, born))
    ok, bad = _reader(section, "append", **context)
    for name, head in (("taken", _head(4)), ("closed", _head(5, 1))):
        ok(name, frame("append answer", head.pack()), {"head": point_out(head)})
    _write_forms(bad, "append answer", [first.pack()])
    bad("a head of 109 bytes", "length-wrong", frame("append answer", first.pack() + b"\0"))
    _write_heads(bad, lambda head: frame("append answer", head))


def _write_heads(bad: Bad, answer: Callable[[bytes], bytes]) -> None:
    """Receipts that prove nothing."""
    by_other = sign_head(STRANGER, SPACE, CONTACT.id, 1, seed("chain 1"), DAY, 0)
    bad("a head of another stream", "signature-wrong", answer(_head(1, stream=THREAD.id).pack()))
    bad("a head of another space", "signature-wrong", answer(_head(1, space=OTHER_SPACE).pack()))
    bad("a head of another relay", "signature-wrong", answer(by_other.pack()))
    bad("a head with a bit flipped", "signature-wrong", answer(bytes([1]) + _head(1).pack()[1:]))
    bad("a head with closing 2", "head-wrong", answer(_head(1, 2).pack()))
    bad("a head of zeros", "key-weak", answer(bytes(108)))


def _entry(day: int, closing: int, envelope: bytes) -> bytes:
    return u32(day) + u32(closing) + u32(len(envelope)) + envelope


def _write_reads(section: Section) -> None:
    one, two = _head(3), _head(7, 1, THREAD.id)
    context = {"space": SPACE, "streams": [CONTACT.id, THREAD.id], "relay": RELAY.public}
    ok, bad = _reader(section, "read", **context)
    entries = [(DAY, 0, b"second"), (DAY + 1, 0, b"third")]
    first, second = one.pack() + b"".join(_entry(*entry) for entry in entries), two.pack()
    told = [[day, closing, digest("sealed", raw)] for day, closing, raw in entries]
    nothing = {"head": point_out(two), "entries": []}
    output = {"streams": [{"head": point_out(one), "entries": told}, nothing]}
    said = frame("read answer", first, second)
    ok("two streams", said, output)
    ok("filled with zeros", said + bytes(16_384 - 32 - len(said)), output)
    # Days, closings and the chain are for `follow` to judge.
    odd = frame("read answer", one.pack() + _entry(0, 9, b""), second)
    entry = {"head": point_out(one), "entries": [[0, 9, digest("sealed", b"")]]}
    ok("entries are not judged here", odd, {"streams": [entry, nothing]})
    _write_forms(bad, "read answer", [first, second])
    most = one.pack() + u32(DAY) + u32(0) + b"\xff" * 4 + b"a"
    for name, code, given in (
        ("a one behind", "frame-broken", said + b"\1"),
        ("a one behind zeros", "frame-broken", said + bytes(100) + b"\1"),
        ("a third stream", "frame-broken", frame("read answer", first, second, second)),
        ("streams exchanged", "signature-wrong", frame("read answer", second, first)),
        ("the same stream twice", "signature-wrong", frame("read answer", first, first)),
        ("an empty field", "length-wrong", frame("read answer", first, b"")),
        ("a head cut", "length-wrong", frame("read answer", first, second[:-1])),
        ("an entry cut", "frame-broken", frame("read answer", first[:-1], second)),
        ("an entry of zeros", "frame-broken", frame("read answer", first + b"\0\0\0\0" * 2 + b"\0\0\0\1", second)),
        ("an entry that announces all there could be", "frame-broken", frame("read answer", most, second)),
        ("a day cut", "length-wrong", frame("read answer", first + b"\0\0", second)),
        ("a closing missing", "length-wrong", frame("read answer", first + u32(DAY), second)),
        ("a length missing", "length-wrong", frame("read answer", first + u32(DAY) + u32(0), second)),
        ("a length cut", "length-wrong", frame("read answer", first + u32(DAY) + u32(0) + b"\0\0\0", second)),
        ("the second head of zeros", "key-weak", frame("read answer", first, bytes(108))),
        ("a broken frame before a wrong head", "frame-broken", frame("read answer", bytes(108), second) + b"\1"),
    ):
        bad(name, code, given)


def _write_feeds(section: Section) -> None:
    for asked, size, day in ((DAY, 16, "today"), (DAY - 1, 32, "a closed day")):
        tags = [draw(f"item {n}", size) for n in range(3)]
        ok, bad = _reader(section, "feed", asked=asked)
        for name, more, given in (("more to come", 1, tags), ("nothing", 0, [])):
            said = frame("feed answer", u32(DAY), CURSOR, u32(more), b"".join(given))
            ok(f"{day}, {name}", said, {"day": DAY, "cursor": CURSOR, "more": more, "items": given})
        cut = b"".join(tags)[:-1]
        bad(f"{day}, the items do not divide", "frame-broken", frame("feed answer", u32(DAY), b"", u32(0), cut))
    ok, bad = _reader(section, "feed", asked=DAY - 1)
    turned = frame("feed answer", u32(DAY), b"", u32(1), b"")
    ok("a day that closed while news was awaited", turned, {"day": DAY, "cursor": b"", "more": 1, "items": []})
    _write_forms(bad, "feed answer", [u32(DAY), CURSOR, u32(0), bytes(32)])
    _write_pages(bad, "feed answer")
    today = frame("feed answer", u32(DAY), CURSOR, u32(0), bytes(48))
    bad("a closed day with today's items", "frame-broken", today)
    _, bad = _reader(section, "feed", asked=DAY + 1)
    bad("a day before the one asked for", "day-wrong", today)
    ok, bad = _reader(section, "arrivals")
    waiting = [(draw(f"contact {n}", 32), draw(f"box {n}", 32), LETTER[:-1] + bytes([n])) for n in range(2)]
    packed = b"".join(contact + box + letter for contact, box, letter in waiting)
    items = [[contact, box, digest("sealed letter", letter)] for contact, box, letter in waiting]
    ok(
        "two",
        frame("arrivals answer", u32(DAY), b"", u32(0), packed),
        {"day": DAY, "cursor": b"", "more": 0, "items": items},
    )
    ok(
        "none",
        frame("arrivals answer", u32(DAY), CURSOR, u32(1), b""),
        {"day": DAY, "cursor": CURSOR, "more": 1, "items": []},
    )
    _write_forms(bad, "arrivals answer", [u32(DAY), CURSOR, u32(0), packed])
    _write_pages(bad, "arrivals answer")
    bad("a letter cut", "frame-broken", frame("arrivals answer", u32(DAY), b"", u32(0), packed[:-1]))


def _write_pages(bad: Bad, label: str) -> None:
    """What is wrong with the fields of a page."""
    bad("a day of five bytes", "length-wrong", frame(label, b"\0" + u32(DAY), b"", u32(0), b""))
    bad("no day", "length-wrong", frame(label, b"", b"", u32(0), b""))
    bad("more is 2", "field-wrong", frame(label, u32(DAY), b"", u32(2), b""))
    bad("more is one byte", "length-wrong", frame(label, u32(DAY), b"", b"\1", b""))


def _write_letters(section: Section) -> None:
    ok, bad = _reader(section, "post")
    ok("taken", frame("post answer"), {})
    _write_forms(bad, "post answer", [])
    ok, bad = _reader(section, "collect")
    letters = [LETTER, LETTER[::-1]]
    for name, more, given in (("two letters", 0, letters), ("none", 0, []), ("more to come", 1, letters[:1])):
        digests = [digest("sealed letter", letter) for letter in given]
        ok(name, frame("collect answer", u32(more), b"".join(given)), {"more": more, "letters": digests})
    _write_forms(bad, "collect answer", [u32(0), LETTER])
    bad("a letter cut", "frame-broken", frame("collect answer", u32(0), LETTER[:-1]))
    bad("more is 2", "field-wrong", frame("collect answer", u32(2), b""))
    bad("more is empty", "length-wrong", frame("collect answer", b"", LETTER))
