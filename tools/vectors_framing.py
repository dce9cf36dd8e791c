"""Vectors of *framing*."""

import hashlib
import hmac

from vectors_write import Section, seed

PREFIX = b"safeconduct/1/"


def _frame(label: str, *fields: bytes) -> bytes:
    return PREFIX + label.encode() + b"\0" + b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def _hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 for 32 bytes."""
    pseudorandom = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(pseudorandom, info + b"\1", "sha256")


def write(section: Section) -> None:
    """Frames written and read back, digests, derived keys, numbers, sizes."""
    _write_frames(section)
    _write_splits(section)
    _write_labels(section)
    _write_numbers(section)


def _write_frames(section: Section) -> None:
    a, b = seed("a"), seed("b")
    for name, label, fields in (
        ("no field", "post answer", []),
        ("one empty field", "contact", [b""]),
        ("an empty field is not no field", "append", [b"", b"a"]),
        ("a label of two words", "box seed", [a]),
        ("an integer", "tag", [a, (20_000).to_bytes(4, "big")]),
        ("a field longer than a byte counts", "sealed", [b"a" * 300]),
        ("a field that looks like a frame", "words", [_frame("words", b"a")]),
        ("where fields part matters", "chain", [a + b]),
        ("where fields part matters, here two", "chain", [a, b]),
    ):
        whole = _frame(label, *fields)
        section.ok("frame", "frame", f"frame: {name}", {"bytes": whole}, label=label, fields=fields)
        digest = {"digest": hashlib.sha256(whole).digest()}
        section.ok("digest", "digest", f"digest: {name}", digest, label=label, fields=fields)
    for label in ("space", "stream", "address", "file", "to"):
        digest = {"digest": hashlib.sha256(_frame(label, a)).digest()}
        section.ok("digest", "digest", f"digest: {label}", digest, label=label, fields=[a])
    for label, fields in (
        ("content", []),
        ("access", []),
        ("return", []),
        ("seeker", []),
        ("seeker box", []),
        ("erase", []),
        ("contact secret", [b]),
        ("box seed", []),
        ("collect", []),
    ):
        key = {"key": _hkdf(a, _frame(label, *fields))}
        section.ok("derive", "derive", f"derive: {label}", key, secret=a, label=label, fields=fields)
    key = {"key": _hkdf(a + b, _frame("return"))}
    section.ok(
        "derive", "derive", "derive: from the 64 bytes of a phrase", key, secret=a + b, label="return", fields=[]
    )


def _write_splits(section: Section) -> None:
    a, b = seed("a"), seed("b")
    whole = _frame("read", a, b"", b)
    for name, given, fields, at in (
        ("all fields", whole, 3, len(whole)),
        ("what follows is left", whole + b"\0\1", 3, len(whole)),
        ("fewer fields are asked for", whole, 1, len(_frame("read", a))),
        ("no field is asked for", whole, 0, len(_frame("read"))),
    ):
        output = {"fields": [a, b"", b][:fields], "said": given[:at], "rest": given[at:]}
        section.ok("split", "split", name, output, bytes=given, label="read", fields=fields)
    start = len(PREFIX)
    for name, given in (
        ("nothing", b""),
        ("another label", _frame("feed", a, b"", b)),
        ("a label that begins alike", _frame("read answer", a, b"", b)),
        ("a label that ends too soon", _frame("rea", a, b"", b)),
        ("a label in capitals", _frame("READ", a, b"", b)),
        ("another version", whole.replace(b"/1/", b"/2/")),
        ("no zero after the label", whole.replace(b"read\0", b"read")),
        ("a one after the label", whole.replace(b"read\0", b"read\1")),
        ("a byte before", b"\0" + whole),
        ("the prefix alone", whole[:start]),
        ("the label alone, a field missing", whole[: start + 5]),
        ("cut within a length", whole[: start + 5 + 3]),
        ("cut within a field", whole[: start + 5 + 4 + 31]),
        ("cut by one byte", whole[:-1]),
        ("one field too few", _frame("read", a, b"")),
        ("a length beyond the end", _frame("read", a, b"") + b"\0\0\0\x21" + b),
        ("the greatest length", _frame("read", a, b"") + b"\xff" * 4 + b),
        ("a length in little-endian", _frame("read", a, b"") + b"\x20\0\0\0" + b),
    ):
        section.bad("split", "split", f"refused: {name}", "frame-broken", bytes=given, label="read", fields=3)


def _write_labels(section: Section) -> None:
    section.ok("label", "label", "label: of one word", {"label": "read"}, bytes=_frame("read", b"a"))
    section.ok("label", "label", "label: of two words", {"label": "post answer"}, bytes=_frame("post answer"))
    longest = "a" * 49
    section.ok("label", "label", "label: the longest", {"label": longest}, bytes=_frame(longest))
    for name, given in (
        ("nothing", b""),
        ("the prefix alone", PREFIX),
        ("no zero", PREFIX + b"read"),
        ("a zero too late", _frame("a" * 50)),
        ("another version", b"safeconduct/2/read\0"),
        ("not ASCII", PREFIX + "рeаd".encode() + b"\0"),
        ("a zero before the prefix", b"\0" + _frame("read")),
    ):
        section.bad("label", "label", f"label refused: {name}", "frame-broken", bytes=given)


def _write_numbers(section: Section) -> None:
    most = 2**32 - 1
    for value in (0, 1, 20_000, most):
        given = value.to_bytes(4, "big")
        section.ok("number", "integer", f"integer {value}", {"value": value}, bytes=given, most=most)
    section.ok("number", "integer", "as large as allowed", {"value": 4}, bytes=b"\0\0\0\4", most=4)
    section.bad("number", "integer", "larger than allowed", "field-wrong", bytes=b"\0\0\0\5", most=4)
    for length in (0, 1, 3, 5, 8):
        name = f"an integer of {length} bytes"
        section.bad("number", "integer", name, "length-wrong", bytes=bytes(length), most=most)
    for length in (0, 32):
        section.ok("number", "sized", f"{length} bytes where 0 or 32 may be", {}, bytes=bytes(length), lengths=[0, 32])
    for length in (1, 31, 33):
        name = f"{length} bytes where 0 or 32 may be"
        section.bad("number", "sized", name, "length-wrong", bytes=bytes(length), lengths=[0, 32])
    for length, size in (
        (0, 4_096),
        (4_096, 4_096),
        (4_097, 16_384),
        (16_384, 16_384),
        (16_385, 65_536),
        (65_537, 262_144),
        (262_144, 262_144),
    ):
        section.ok("number", "size-class", f"{length} bytes in an envelope", {"size": size}, bytes=length)
    section.bad("number", "size-class", "more than any envelope holds", "size-wrong", bytes=262_145)
