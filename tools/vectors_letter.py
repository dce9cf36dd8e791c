"""Vectors of *letter*: boxes, letters of contacts and onward, letters between members."""

import hashlib
from typing import Final

from safeconduct.errors import Refusal
from safeconduct.sealed.access import box_id
from safeconduct.sealed.letter import contact_info, member_info, onward_info
from safeconduct.sealed.sealing import BoxPrivate, derive, seal_to_box
from safeconduct.sealed.signing import SigningKey, digest, frame
from vectors_cast import (
    BOX,
    CONTACT,
    FILE,
    OTHER_SPACE,
    SEEKER,
    SPACE,
    THREAD,
    text,
)
from vectors_value import octets
from vectors_write import Section, seed

NO_END: Final = 2**32 - 1
OTHER_BOX: Final = BoxPrivate(seed("another box"))


def filled(content: bytes) -> bytes:
    """A letter's plaintext."""
    return len(content).to_bytes(4, "big") + content + bytes(1_020 - len(content))


def drawn(section: Section, name: str, box: BoxPrivate, info: bytes, plain: bytes) -> bytes:
    """The letter that stands in the vector of this name, if it still opens to this; else a new one."""
    known = section.known(name)
    if known is not None:
        try:
            kept = octets(known["input"]["letter"])
            if box.open(kept, info) == plain:
                return kept
        except Refusal:
            pass
    return seal_to_box(box.public, plain, info)


def write(section: Section) -> None:
    """Boxes; then what each letter may be."""
    _write_boxes(section)
    _write_contacts(section)
    _write_onward(section)
    _write_shut(section)
    _write_padding(section)


def _write_boxes(section: Section) -> None:
    # The seed of the first test vector of draft-connolly-cfrg-xwing-kem.
    draft = hashlib.shake_128().digest(32)
    for name, secret in (("intake's", BOX.seed()), ("of the draft's seed", draft), ("of zeros", bytes(32))):
        public = BoxPrivate(secret).public
        output = {"public": public, "id": digest("box", public)}
        section.ok("box", "box", f"box: {name}", output, seed=secret)
    for length in (0, 31, 33, 64):
        section.bad("box", "box", f"box: a seed of {length} bytes", "length-wrong", seed=bytes(length))
    for name in ("desk's box", "another desk's box"):
        secret = seed(name)
        public = BoxPrivate(derive(secret, "box seed")).public
        collect = SigningKey(derive(secret, "collect")).public
        output = {"id": digest("box", public), "collect": collect, "address": digest("address", collect)}
        section.ok("box", "desk-box", name, output, secret=secret)


R, SEEKER_KEY = SEEKER.r, SEEKER.signing.public
_CONTACT: Final = f'{{"r":"{text(R)}","seeker":"{text(SEEKER_KEY)}","serial":7}}'.encode()
_CONTACT_INFO: Final = contact_info(SPACE, CONTACT.id, box_id(BOX.public))
_CONTACT_GIVEN: Final = {"seed": BOX.seed(), "space": SPACE, "stream": CONTACT.id}


def _write_contacts(section: Section) -> None:
    name = "contact: a first letter"
    letter = drawn(section, name, BOX, _CONTACT_INFO, filled(_CONTACT))
    output = {"r": R, "seeker": SEEKER_KEY, "serial": 7}
    section.ok("contact", "open-contact", name, output, **_CONTACT_GIVEN, letter=letter)
    onward = f'{{"secret":"{text(R)}","erase":null}}'.encode()
    for name, code, content in (
        ("an onward letter's content", "field-wrong", onward),
        ("an unknown key", "field-wrong", _CONTACT[:-1] + b',"more":1}'),
        ("a serial missing", "field-wrong", _CONTACT.replace(b',"serial":7', b"")),
        ("a serial of 2^32", "field-wrong", _CONTACT.replace(b"7}", b"4294967296}")),
        ("a serial of 7.0", "json-spelling", _CONTACT.replace(b"7}", b"7.0}")),
        ("a blank", "json-spelling", _CONTACT.replace(b",", b", ")),
        ("nothing in it", "json-broken", b""),
        ("not JSON", "json-broken", R + SEEKER_KEY),
        ("nine deep", "json-deep", b"[" * 9),
    ):
        letter = drawn(section, f"contact: {name}", BOX, _CONTACT_INFO, filled(content))
        section.bad("contact", "open-contact", f"contact: {name}", code, **_CONTACT_GIVEN, letter=letter)


_ONWARD: Final = f'{{"secret":"{text(THREAD.secret)}","erase":"{text(seed("erase"))}"}}'.encode()
_ONWARD_ONLY: Final = f'{{"secret":"{text(THREAD.secret)}","erase":null}}'.encode()
_ONWARD_INFO: Final = onward_info(SPACE, CONTACT.id, box_id(SEEKER.box.public))
_ONWARD_GIVEN: Final = {"seed": SEEKER.box.seed(), "space": SPACE, "stream": CONTACT.id}


def _write_onward(section: Section) -> None:
    for name, erase in (("onward: with an erase seed", seed("erase")), ("onward: without an erase seed", None)):
        content = _ONWARD if erase else _ONWARD_ONLY
        letter = drawn(section, name, SEEKER.box, _ONWARD_INFO, filled(content))
        output = {"secret": THREAD.secret, "erase": erase}
        section.ok("onward", "open-onward", name, output, **_ONWARD_GIVEN, letter=letter)
    for name, code, content in (
        ("a contact letter's content", "field-wrong", _CONTACT),
        ("a secret of 31 bytes", "field-wrong", f'{{"secret":"{text(bytes(31))}","erase":null}}'.encode()),
        ("keys exchanged", "json-spelling", f'{{"erase":null,"secret":"{text(THREAD.secret)}"}}'.encode()),
        ("zeros in it", "json-broken", bytes(40)),
    ):
        letter = drawn(section, f"onward: {name}", SEEKER.box, _ONWARD_INFO, filled(content))
        section.bad("onward", "open-onward", f"onward: {name}", code, **_ONWARD_GIVEN, letter=letter)


def _flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _write_shut(section: Section) -> None:
    letter = drawn(section, "onward: with an erase seed", SEEKER.box, _ONWARD_INFO, filled(_ONWARD))
    other = drawn(section, "onward: without an erase seed", SEEKER.box, _ONWARD_INFO, filled(_ONWARD_ONLY))
    for name, code, given in (
        ("nothing", "size-wrong", b""),
        ("a byte too few", "size-wrong", letter[:-1]),
        ("a byte too many", "size-wrong", letter + b"\0"),
        ("without its tag", "size-wrong", letter[:-16]),
        ("the encapsulation alone", "size-wrong", letter[:1_120]),
        ("ML-KEM's part flipped", "letter-shut", _flipped(letter, 0)),
        ("ML-KEM's part flipped at its end", "letter-shut", _flipped(letter, 1_087)),
        ("X25519's part flipped", "letter-shut", _flipped(letter, 1_088)),
        ("X25519's part of small order", "letter-shut", letter[:1_088] + bytes(32) + letter[1_120:]),
        ("what is sealed flipped", "letter-shut", _flipped(letter, 1_120)),
        ("its padding flipped", "letter-shut", _flipped(letter, 2_100)),
        ("the tag flipped", "letter-shut", _flipped(letter, 2_159)),
        ("the encapsulation of another", "letter-shut", other[:1_120] + letter[1_120:]),
        ("all zeros", "letter-shut", bytes(2_160)),
    ):
        section.bad("shut", "open-onward", f"letter: {name}", code, **_ONWARD_GIVEN, letter=given)
    id_ = box_id(SEEKER.box.public)
    for name, box, info in (
        ("for another box", OTHER_BOX, onward_info(SPACE, CONTACT.id, box_id(OTHER_BOX.public))),
        ("for another box, with this one's id", OTHER_BOX, _ONWARD_INFO),
        ("of another space", SEEKER.box, onward_info(OTHER_SPACE, CONTACT.id, id_)),
        ("of another stream", SEEKER.box, onward_info(SPACE, FILE.id, id_)),
        ("of the stream it leads to", SEEKER.box, onward_info(SPACE, THREAD.id, id_)),
        ("with another box's id", SEEKER.box, onward_info(SPACE, CONTACT.id, box_id(OTHER_BOX.public))),
        ("of a first contact", SEEKER.box, contact_info(SPACE, CONTACT.id, id_)),
        ("of a birth", SEEKER.box, frame("birth letter", SPACE, CONTACT.id, id_)),
        ("between members", SEEKER.box, member_info(SPACE, id_)),
        ("under no info", SEEKER.box, b""),
        ("with ids exchanged", SEEKER.box, onward_info(CONTACT.id, SPACE, id_)),
    ):
        letter = drawn(section, f"letter: {name}", box, info, filled(_ONWARD))
        section.bad("shut", "open-onward", f"letter: {name}", "letter-shut", **_ONWARD_GIVEN, letter=letter)
    name = "letter: onward where a first contact should be"
    letter = drawn(section, name, BOX, onward_info(SPACE, CONTACT.id, box_id(BOX.public)), filled(_CONTACT))
    section.bad("shut", "open-contact", name, "letter-shut", **_CONTACT_GIVEN, letter=letter)


def _write_padding(section: Section) -> None:
    plain = filled(_ONWARD)
    length = len(_ONWARD)
    for name, given in (
        ("a one at the end", plain[:-1] + b"\1"),
        ("a one right after the content", plain[: 4 + length] + b"\1" + plain[5 + length :]),
        ("blanks", plain.rstrip(b"\0").ljust(1_024)),
        ("1021 bytes announced", b"\0\0\3\xfd" + plain[4:]),
        ("the greatest length announced", b"\xff" * 4 + plain[4:]),
        ("a length in little-endian", length.to_bytes(4, "little") + plain[4:]),
        ("one byte too few announced", (length - 1).to_bytes(4, "big") + plain[4:]),
        ("none announced", bytes(4) + plain[4:]),
    ):
        letter = drawn(section, f"padding: {name}", SEEKER.box, _ONWARD_INFO, given)
        section.bad("padding", "open-onward", f"padding: {name}", "padding-wrong", **_ONWARD_GIVEN, letter=letter)
    name = "padding: one zero too many announced"
    letter = drawn(section, name, SEEKER.box, _ONWARD_INFO, (length + 1).to_bytes(4, "big") + plain[4:])
    section.bad("padding", "open-onward", name, "json-broken", **_ONWARD_GIVEN, letter=letter)
