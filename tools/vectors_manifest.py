"""Vectors of *manifest*: delegation and manifest, boxes and voices by day, the relay's day."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from safeconduct.sealed.access import box_id, space_id
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey, frame
from vectors_cast import BOX, DAY, OTHER_SPACE, RELAY, ROOT, SPACE, STRANGER, VOICE, text
from vectors_signing import L
from vectors_write import Section, draw, seed

DELEGATED: Final = SigningKey(seed("delegated"))
FORM: Final = seed("form")
_WEEK: Final = DAY // 7 * 7
LAST_WEEK_BOX, NEXT_BOX = BoxPrivate(seed("last week's box")), BoxPrivate(seed("next week's box"))
BOXES: Final = tuple(
    (box_id(box.public), _WEEK + start, _WEEK + start + 6)
    for box, start in ((LAST_WEEK_BOX, -7), (BOX, 0), (NEXT_BOX, 7))
)
OLD_VOICE: Final = SigningKey(seed("old voice"))
GONE_VOICE: Final = SigningKey(seed("withdrawn voice"))
VOICES: Final = (
    (OLD_VOICE.public, _WEEK - 9, _WEEK - 1, 0),
    (GONE_VOICE.public, _WEEK - 7, _WEEK + 1, 1),
    (VOICE.public, _WEEK, _WEEK + 8, 0),
)


def _list(items: tuple[tuple[Any, ...], ...]) -> str:
    rows = (",".join([f'"{text(key)}"', *map(str, days)]) for key, *days in items)
    return "[" + ",".join(f"[{row}]" for row in rows) + "]"


@dataclass(frozen=True)
class Made:
    """A manifest, and who signed what of it."""

    space: bytes = SPACE
    serial: int = 5
    last: int = _WEEK + 13
    boxes: tuple[tuple[Any, ...], ...] = BOXES
    voices: tuple[tuple[Any, ...], ...] = VOICES
    root: SigningKey = ROOT
    delegation_serial: int = 3
    delegation_last: int = DAY + 100
    delegated: bytes = DELEGATED.public
    delegation_signed: bytes | None = None
    signer: SigningKey = field(default=DELEGATED)

    def delegation(self) -> bytes:
        """What the root signs."""
        serial, last = self.delegation_serial.to_bytes(4, "big"), self.delegation_last.to_bytes(4, "big")
        return frame("delegation", self.space, serial, self.delegated, last)

    def json(self, signature: bytes | None = None) -> bytes:
        signature = signature or self.root.sign(self.delegation_signed or self.delegation())
        return (
            f'{{"space":"{text(self.space)}","serial":{self.serial},"delegation":[{self.delegation_serial},'
            f'"{text(self.delegated)}",{self.delegation_last},"{text(signature)}"],"relay":"{text(RELAY.public)}",'
            f'"last":{self.last},"boxes":{_list(self.boxes)},"voices":{_list(self.voices)},'
            f'"form":"{text(FORM)}","door":1}}'
        ).encode()

    def published(self, json: bytes | None = None) -> bytes:
        json = self.json() if json is None else json
        return json + self.signer.sign(frame("manifest signature", json))


GOOD: Final = Made()
_TRUST: Final = {"root": ROOT.public, "delegation_least": 3, "serial_least": 5, "today": DAY}
_OUTPUT: Final = {"serial": 5, "last": GOOD.last, "relay": RELAY.public, "form": FORM, "door": 1}


def write(section: Section) -> None:
    """Opened and refused, in the order of the spec; then what it says of a day."""
    _write_opened(section)
    _write_delegations(section)
    _write_signatures(section)
    _write_lists(section)
    _write_ages(section)
    _write_contents(section)
    _write_boxes(section)
    _write_voices(section)
    _write_days(section)


def _ok(section: Section, name: str, made: Made = GOOD, **trust: Any) -> None:  # noqa: ANN401
    output = {**_OUTPUT, "serial": made.serial, "last": made.last}
    given = {"bytes": made.published(), **_TRUST, **trust}
    section.ok("open", "open-manifest", name, output, **given)


def _bad(section: Section, name: str, code: str, published: bytes, **trust: Any) -> None:  # noqa: ANN401
    section.bad("open", "open-manifest", name, code, **{"bytes": published, **_TRUST, **trust})


def _write_opened(section: Section) -> None:
    _ok(section, "as it should be")
    _ok(section, "seen for the first time", delegation_least=0, serial_least=0)
    _ok(section, "on its last day", today=GOOD.last)
    _ok(section, "fourteen days before its last", today=GOOD.last - 14)
    _ok(section, "on the delegation's last day", replace(GOOD, delegation_last=DAY))
    _ok(section, "180 days before the delegation's last", replace(GOOD, delegation_last=DAY + 180))
    _ok(section, "without voices", replace(GOOD, voices=()))
    _ok(section, "with one box", replace(GOOD, boxes=BOXES[2:]))
    _ok(section, "a week without a box", replace(GOOD, boxes=(BOXES[0], BOXES[2])))
    _ok(section, "until the last day of its last box", replace(GOOD, boxes=BOXES[:2], last=_WEEK + 6))
    same_day = ((OLD_VOICE.public, _WEEK, _WEEK + 8, 0), VOICES[2])
    _ok(section, "two voices from the same day", replace(GOOD, voices=same_day))
    _ok(section, "a serial far above", replace(GOOD, serial=2**32 - 1))


def _write_delegations(section: Section) -> None:
    signature = ROOT.sign(GOOD.delegation())
    other = replace(GOOD, space=OTHER_SPACE)
    for name, code, published in (
        ("of another space", "space-wrong", other.published()),
        (
            "of another space, by its own root",
            "space-wrong",
            replace(other, root=SigningKey(seed("another root"))).published(),
        ),
        ("delegation: by another root", "delegation-wrong", replace(GOOD, root=STRANGER).published()),
        ("delegation: by the delegated key itself", "delegation-wrong", replace(GOOD, root=DELEGATED).published()),
        (
            "delegation: of another serial",
            "delegation-wrong",
            GOOD.published(replace(GOOD, delegation_serial=4).json(signature)),
        ),
        (
            "delegation: until another day",
            "delegation-wrong",
            GOOD.published(replace(GOOD, delegation_last=DAY + 101).json(signature)),
        ),
        (
            "delegation: of another key",
            "delegation-wrong",
            replace(GOOD, signer=STRANGER).published(replace(GOOD, delegated=STRANGER.public).json(signature)),
        ),
        (
            "delegation: in another space",
            "delegation-wrong",
            replace(GOOD, delegation_signed=other.delegation()).published(),
        ),
        (
            "delegation: under another label",
            "delegation-wrong",
            replace(GOOD, delegation_signed=GOOD.delegation().replace(b"delegation", b"delegatiom")).published(),
        ),
        ("delegation: signed with zeros", "delegation-wrong", GOOD.published(GOOD.json(bytes(64)))),
        (
            "delegation: R of small order",
            "delegation-wrong",
            GOOD.published(GOOD.json(b"\1" + bytes(31) + signature[32:])),
        ),
        (
            "delegation: R not in its one spelling",
            "delegation-wrong",
            GOOD.published(GOOD.json(b"\xff" * 32 + signature[32:])),
        ),
        (
            "delegation: S not below L",
            "delegation-wrong",
            GOOD.published(
                GOOD.json(signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little"))
            ),
        ),
        ("delegation: serial below the lowest", "delegation-old", replace(GOOD, delegation_serial=2).published()),
        ("delegation: ended yesterday", "delegation-ended", replace(GOOD, delegation_last=DAY - 1).published()),
        ("delegation: ended long ago", "delegation-ended", replace(GOOD, delegation_last=0).published()),
        ("delegation: for 181 days", "delegation-ended", replace(GOOD, delegation_last=DAY + 181).published()),
        ("delegation: for ever", "delegation-ended", replace(GOOD, delegation_last=2**32 - 1).published()),
        (
            "delegation: old and ended",
            "delegation-old",
            replace(GOOD, delegation_serial=2, delegation_last=0).published(),
        ),
        (
            "delegation: ended, and the manifest is signed by another",
            "delegation-ended",
            replace(GOOD, delegation_last=0, signer=STRANGER).published(),
        ),
    ):
        _bad(section, name, code, published)
    _bad(section, "the root of another space", "space-wrong", GOOD.published(), root=STRANGER.public)
    weak = b"\1" + bytes(31)
    by_weak = replace(GOOD, space=space_id(weak)).published()
    _bad(section, "delegation: by a root of small order", "delegation-wrong", by_weak, root=weak)


def _write_signatures(section: Section) -> None:
    json = GOOD.json()
    right = DELEGATED.sign(frame("manifest signature", json))
    s = (int.from_bytes(right[32:], "little") + L).to_bytes(32, "little")
    weak = b"\1" + bytes(31)
    for name, published in (
        ("by another key", replace(GOOD, signer=STRANGER).published()),
        ("by the root", replace(GOOD, signer=ROOT).published()),
        ("over other bytes", replace(GOOD, serial=6).json() + right),
        ("over the bytes alone", json + DELEGATED.sign(json)),
        ("under another label", json + DELEGATED.sign(frame("manifest", json))),
        ("a bit flipped", json + right[:40] + bytes([right[40] ^ 1]) + right[41:]),
        ("zeros", json + bytes(64)),
        ("R of small order", json + weak + right[32:]),
        ("R not in its one spelling", json + b"\xff" * 32 + right[32:]),
        ("S not below L", json + right[:32] + s),
        ("by a delegated key of small order", replace(GOOD, delegated=weak).published()),
        ("by a delegated key not in its one spelling", replace(GOOD, delegated=b"\xff" * 32).published()),
    ):
        _bad(section, f"signature: {name}", "manifest-wrong", published)


def _write_lists(section: Section) -> None:
    (box, first, last), voice = BOXES[1], VOICES[2]
    other = seed("other")
    for name, made in (
        ("no box", replace(GOOD, boxes=())),
        ("a box from a Friday", replace(GOOD, boxes=((box, first + 1, last + 1),))),
        ("a box for six days", replace(GOOD, boxes=((box, first, last - 1), BOXES[2]))),
        ("a box for eight days", replace(GOOD, boxes=((box, first, last + 1), BOXES[2]))),
        ("a box for two weeks", replace(GOOD, boxes=((box, first, last + 7),))),
        ("a box that ends before it begins", replace(GOOD, boxes=((box, first, first - 1), BOXES[2]))),
        ("the last box for eight days", replace(GOOD, boxes=(*BOXES[:2], (BOXES[2][0], first + 7, last + 8)))),
        ("boxes that descend", replace(GOOD, boxes=(BOXES[2], BOXES[1]))),
        ("two boxes for a week", replace(GOOD, boxes=(BOXES[1], (other, first, last), BOXES[2]))),
        ("a box twice", replace(GOOD, boxes=(BOXES[1], BOXES[1], BOXES[2]))),
        ("a box in two weeks", replace(GOOD, boxes=(BOXES[1], (box, first + 7, last + 7)))),
        ("a voice for eight days", replace(GOOD, voices=((*voice[:2], voice[2] - 1, 0),))),
        ("a voice for ten days", replace(GOOD, voices=((*voice[:2], voice[2] + 1, 0),))),
        ("a voice that ends before it begins", replace(GOOD, voices=((voice[0], 9, 0, 0),))),
        ("a voice withdrawn 2", replace(GOOD, voices=(*VOICES[:2], (*voice[:3], 2)))),
        ("the first voice withdrawn 2", replace(GOOD, voices=((*VOICES[0][:3], 2), voice))),
        ("voices that descend", replace(GOOD, voices=(VOICES[1], VOICES[0]))),
        ("a voice twice", replace(GOOD, voices=(voice, voice))),
        ("a voice in two weeks", replace(GOOD, voices=(voice, (voice[0], voice[1] + 7, voice[2] + 7, 0)))),
    ):
        _bad(section, f"lists: {name}", "manifest-wrong", made.published())
    late = replace(GOOD, boxes=(), signer=STRANGER).published()
    _bad(section, "lists: no box, and signed by another", "manifest-wrong", late)


def _write_ages(section: Section) -> None:
    _bad(section, "a serial below the newest seen", "manifest-old", replace(GOOD, serial=4).published())
    _bad(section, "ended yesterday", "manifest-ended", replace(GOOD, last=DAY - 1).published())
    _bad(section, "ended long ago", "manifest-ended", replace(GOOD, last=0).published())
    _bad(section, "old and ended", "manifest-old", replace(GOOD, serial=4, last=0).published())
    boxes = (*BOXES, (seed("third"), _WEEK + 14, _WEEK + 20))
    _bad(section, "for fifteen days", "manifest-long", replace(GOOD, boxes=boxes, last=DAY + 15).published())
    _bad(section, "fifteen days before its last", "manifest-long", GOOD.published(), today=GOOD.last - 15)
    _bad(section, "a day longer than its last box", "manifest-long", replace(GOOD, last=_WEEK + 14).published())
    _bad(section, "longer than its only box", "manifest-long", replace(GOOD, boxes=BOXES[:1]).published())
    old = replace(GOOD, serial=4, voices=((*VOICES[2][:3], 2),))
    _bad(section, "old, and its lists are wrong", "manifest-wrong", old.published())


def _write_contents(section: Section) -> None:
    json = GOOD.json()
    for name, code, published in (
        ("nothing", "length-wrong", b""),
        ("64 bytes", "length-wrong", GOOD.published()[-64:]),
        ("65 bytes", "json-broken", GOOD.published()[-65:]),
        ("without its signature", "json-broken", json),
        ("its signature cut", "json-broken", GOOD.published()[:-1]),
        ("a byte behind", "json-broken", GOOD.published() + b"\0"),
        ("a blank", "json-spelling", GOOD.published(json.replace(b",", b", "))),
        (
            "keys exchanged",
            "json-spelling",
            GOOD.published(json.replace(b',"door":1', b"").replace(b"{", b'{"door":1,')),
        ),
        ("a serial of 5.0", "json-spelling", GOOD.published(json.replace(b'"serial":5', b'"serial":5.0'))),
        ("a serial twice", "json-spelling", GOOD.published(json.replace(b'"serial":5', b'"serial":6,"serial":5'))),
        ("an unknown key", "field-wrong", GOOD.published(json[:-1] + b',"more":1}')),
        ("a key missing", "field-wrong", GOOD.published(json.replace(b',"door":1', b""))),
        ("a delegation of three", "field-wrong", GOOD.published(json.replace(b'"delegation":[3,', b'"delegation":['))),
        ("a box of two", "field-wrong", GOOD.published(json.replace(f",{_WEEK + 13}]".encode(), b"]"))),
        ("a withdrawal that is true", "field-wrong", GOOD.published(json.replace(b",1]", b",true]"))),
        ("a last day of 2^32", "field-wrong", GOOD.published(json.replace(b'"door":1', b'"door":4294967296'))),
        ("a box's id of 31 bytes", "field-wrong", replace(GOOD, boxes=((bytes(31), _WEEK, _WEEK + 6),)).published()),
        ("nine deep", "json-deep", GOOD.published(b"[" * 9)),
    ):
        _bad(section, f"content: {name}", code, published)
    space = GOOD.published(replace(GOOD, space=OTHER_SPACE).json().replace(b",", b", "))
    _bad(section, "content: it is judged before the space", "json-spelling", space)


def _write_boxes(section: Section) -> None:
    given = {"json": GOOD.json()}
    gap = {"json": replace(GOOD, boxes=(BOXES[0], BOXES[2])).json()}
    for name, day, box in (
        ("the first day of a week", _WEEK, BOXES[1][0]),
        ("its last day", _WEEK + 6, BOXES[1][0]),
        ("the day after", _WEEK + 7, BOXES[2][0]),
        ("the first day of all", _WEEK - 7, BOXES[0][0]),
        ("the last day of all", _WEEK + 13, BOXES[2][0]),
        ("before all", _WEEK - 8, None),
        ("after all", _WEEK + 14, None),
    ):
        section.ok("box", "box-of", f"box of {name}", {"box": box}, **given, day=day)
    section.ok("box", "box-of", "box of a week that has none", {"box": None}, **gap, day=DAY)
    section.ok("box", "check-box", "the box of the day", {}, **given, day=DAY, box=BOX.public)
    for name, of, day, key in (
        ("last week's", given, DAY, LAST_WEEK_BOX.public),
        ("next week's", given, DAY, NEXT_BOX.public),
        ("this week's, a week later", given, DAY + 7, BOX.public),
        ("another", given, DAY, BoxPrivate(seed("another box")).public),
        ("a bit of it flipped", given, DAY, bytes([BOX.public[0] ^ 1]) + BOX.public[1:]),
        ("cut", given, DAY, BOX.public[:-1]),
        ("none", given, DAY, b""),
        ("its id instead of the key", given, DAY, BOXES[1][0]),
        ("on a day after all", given, _WEEK + 14, NEXT_BOX.public),
        ("in a week that has none", gap, DAY, BOX.public),
    ):
        section.bad("box", "check-box", f"box unnamed: {name}", "box-unnamed", **of, day=day, box=key)
    for name, day, box, takes in (
        ("on its last day", _WEEK + 6, BOXES[1][0], True),
        ("a day later", _WEEK + 7, BOXES[1][0], True),
        ("two days later", _WEEK + 8, BOXES[1][0], False),
        ("before its week", _WEEK - 7, BOXES[2][0], True),
        ("unknown", DAY, seed("other"), False),
    ):
        section.ok("box", "takes", f"a letter to a box {name}", {"takes": takes}, **given, day=day, box=box)


def _write_voices(section: Section) -> None:
    given = {"json": GOOD.json()}
    for name, key, day, speaks in (
        ("on its first day", VOICE.public, _WEEK, True),
        ("on its last day", VOICE.public, _WEEK + 8, True),
        ("a day early", VOICE.public, _WEEK - 1, False),
        ("a day late", VOICE.public, _WEEK + 9, False),
        ("withdrawn", GONE_VOICE.public, _WEEK, False),
        ("of the days before", OLD_VOICE.public, _WEEK - 1, True),
        ("of the days before, today", OLD_VOICE.public, DAY, False),
        ("of a stranger", STRANGER.public, DAY, False),
        ("of the relay", RELAY.public, DAY, False),
        ("of the delegated key", DELEGATED.public, DAY, False),
        ("of the root", ROOT.public, DAY, False),
        ("of no key", b"", DAY, False),
    ):
        section.ok("voice", "speaks", f"the voice {name}", {"speaks": speaks}, **given, key=key, day=day)


def _write_days(section: Section) -> None:
    nonce, day = draw("nonce", 16), DAY.to_bytes(4, "big")
    right = RELAY.sign(frame("day", SPACE, nonce, day))
    given: dict[str, Any] = {"relay": RELAY.public, "space": SPACE, "nonce": nonce, "day": DAY}
    section.ok("day", "day", "day: the relay's answer", {}, **given, signature=right)
    s = (int.from_bytes(right[32:], "little") + L).to_bytes(32, "little")
    for name, signature in (
        ("another day", RELAY.sign(frame("day", SPACE, nonce, (DAY + 1).to_bytes(4, "big")))),
        ("another nonce", RELAY.sign(frame("day", SPACE, draw("other nonce", 16), day))),
        ("another space", RELAY.sign(frame("day", OTHER_SPACE, nonce, day))),
        ("another label", RELAY.sign(frame("head", SPACE, nonce, day))),
        ("no nonce", RELAY.sign(frame("day", SPACE, day))),
        ("another relay", STRANGER.sign(frame("day", SPACE, nonce, day))),
        ("zeros", bytes(64)),
        ("R not in its one spelling", b"\xff" * 32 + right[32:]),
        ("S not below L", right[:32] + s),
        ("cut", right[:-1]),
        ("none", b""),
    ):
        section.bad("day", "day", f"day: {name}", "day-wrong", **given, signature=signature)
    weak = {**given, "relay": b"\1" + bytes(31)}
    section.bad("day", "day", "day: a relay key of small order", "day-wrong", **weak, signature=right)
