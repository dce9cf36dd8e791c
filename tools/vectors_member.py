"""Vectors of *letter*: what members send one another."""

from dataclasses import dataclass, replace
from typing import Final

from safeconduct.sealed.access import box_id
from safeconduct.sealed.letter import DeskBox, contact_info, member_info
from safeconduct.sealed.sealing import BoxPrivate, derive
from safeconduct.sealed.signing import SigningKey, frame
from safeconduct.sealed.stream import Stream
from vectors_cast import (
    CONTACT,
    DAY,
    DESK,
    DESK_BOX,
    FILE,
    INTAKE,
    KEEPER,
    MEMBER,
    OTHER_SPACE,
    ROOT,
    SEEKER,
    SPACE,
    STRANGER,
    VOICE,
    text,
)
from vectors_letter import NO_END, drawn, filled
from vectors_signing import L
from vectors_write import Section, seed

_SECRET: Final = seed("desk's box")
_ROSTER: Final = Stream(seed("roster"))
_GIVEN: Final = {"secret": _SECRET, "space": SPACE}


@dataclass(frozen=True)
class Sent:
    """A letter between members, and what its sender signs if it is not what it says."""

    purpose: str
    subject: bytes
    secret: bytes
    last: int = NO_END
    sender: SigningKey = DESK

    def signature(self, space: bytes = SPACE, box: bytes = DESK_BOX.id) -> bytes:
        fields = (space, box, self.purpose.encode(), self.subject, self.secret, self.last.to_bytes(4, "big"))
        return self.sender.sign(frame("letter signature", *fields))

    def content(self, signature: bytes | None = None, sender: bytes | None = None) -> bytes:
        signature, sender = signature or self.signature(), sender or self.sender.public
        return (
            f'{{"purpose":"{self.purpose}","subject":"{text(self.subject)}","secret":"{text(self.secret)}",'
            f'"last":{self.last},"sender":"{text(sender)}","signature":"{text(signature)}"}}'
        ).encode()


def _join(roster: bytes = _ROSTER.secret, relay: str = "https://relay.example") -> bytes:
    chain, member = text(seed("chain")), text(MEMBER.seed())
    return (
        f'{{"relay":"{relay}","root":"{text(ROOT.public)}","roster":"{text(roster)}",'
        f'"n":4,"hash":"{chain}","member":"{member}"}}'
    ).encode()


def _access_id(secret: bytes) -> bytes:
    """The id of the stream of a secret of any length."""
    return Stream(secret).id


_FILE: Final = Sent("file", FILE.id, FILE.secret)
_GOOD: Final = {
    "join": Sent("join", _ROSTER.id, _join()),
    "roster": Sent("roster", _ROSTER.id, _ROSTER.secret),
    "file": _FILE,
    "contact": Sent("contact", CONTACT.id, SEEKER.r + SEEKER.signing.public, DAY),
    "voice": Sent("voice", VOICE.public, VOICE.seed(), DAY + 8),
    "box": Sent("box", box_id(BoxPrivate(seed("week")).public), seed("week"), DAY + 6),
    "intake": Sent("intake", INTAKE.public, INTAKE.seed()),
    "member": Sent("member", MEMBER.public, MEMBER.seed()),
    "keeper": Sent("keeper", KEEPER.public, KEEPER.seed()),
}

JOIN: Final = _join()
CONTENT: Final = _FILE.content()


def write(section: Section) -> None:
    """What each purpose brings; what it may not; who signed."""
    for name, sent in _GOOD.items():
        _ok(section, f"purpose: {name}", sent)
    _ok(section, "the longest that fits", Sent("join", _ROSTER.id, _join(relay="https://" + "a" * 179)))
    _ok(section, "by a stranger: the roster judges", replace(_FILE, sender=STRANGER))
    _write_purposes(section)
    _write_signatures(section)
    _write_contents(section)
    _write_infos(section)


def _ok(section: Section, name: str, sent: Sent) -> None:
    letter = drawn(section, name, DESK_BOX.private, member_info(SPACE, DESK_BOX.id), filled(sent.content()))
    output = {
        "purpose": sent.purpose,
        "subject": sent.subject,
        "secret": sent.secret,
        "last": sent.last,
        "sender": sent.sender.public,
    }
    section.ok("member", "open-member", name, output, **_GIVEN, letter=letter)


def _bad(section: Section, name: str, code: str, content: bytes) -> None:
    letter = drawn(section, name, DESK_BOX.private, member_info(SPACE, DESK_BOX.id), filled(content))
    section.bad("member", "open-member", name, code, **_GIVEN, letter=letter)


def _write_purposes(section: Section) -> None:
    for name, sent in _GOOD.items():
        wrong = replace(sent, subject=seed("another subject"))
        _bad(section, f"purpose {name}: another subject", "purpose-wrong", wrong.content())
    seeker = SEEKER.signing.public
    for length in (0, 31, 33, 64):
        secret = b"\1" * length
        for purpose in ("file", "roster"):
            name = f"purpose {purpose}: {length} bytes, and their stream's id"
            _bad(section, name, "purpose-wrong", Sent(purpose, _access_id(secret), secret).content())
        for purpose in ("voice", "box", "keeper"):
            name = f"purpose {purpose}: {length} bytes"
            _bad(section, name, "purpose-wrong", Sent(purpose, seed("a"), secret).content())
    for length in (0, 32, 63, 65):
        secret = (SEEKER.r + seeker + b"\1")[:length]
        subject = Stream(derive(secret[:32], "contact secret", secret[32:])).id
        name = f"purpose contact: {length} bytes, and their stream's id"
        _bad(section, name, "purpose-wrong", Sent("contact", subject, secret).content())
    swapped = Sent("contact", CONTACT.id, seeker + SEEKER.r)
    _bad(section, "purpose contact: R and key exchanged", "purpose-wrong", swapped.content())
    _bad(section, "purpose voice: the seed of a box", "purpose-wrong", replace(_GOOD["box"], purpose="voice").content())
    _bad(section, "purpose box: the seed of a voice", "purpose-wrong", replace(_GOOD["voice"], purpose="box").content())
    for purpose in ("recovery", "", "File", "shout", "файл"):
        name = f"purpose {purpose or 'none'}: not in the list"
        _bad(section, name, "kind-unknown", replace(_FILE, purpose=purpose).content())
    for name, code, secret in (
        ("not JSON", "json-broken", _ROSTER.secret),
        ("a blank in it", "json-spelling", _join().replace(b",", b", ")),
        ("a key missing", "field-wrong", _join().replace(b'"n":4,', b"")),
        ("an unknown key", "field-wrong", _join()[:-1] + b',"more":1}'),
        ("nine deep", "json-deep", b"[" * 9),
        ("another roster's secret", "purpose-wrong", _join(FILE.secret)),
    ):
        _bad(section, f"purpose join: {name}", code, Sent("join", _ROSTER.id, secret).content())


def _write_signatures(section: Section) -> None:
    right = _FILE.signature()
    s = int.from_bytes(right[32:], "little")
    for name, code, content in (
        ("by another", "signature-wrong", _FILE.content(sender=STRANGER.public)),
        ("over another purpose", "signature-wrong", _FILE.content(replace(_FILE, purpose="roster").signature())),
        ("over another subject", "signature-wrong", _FILE.content(replace(_FILE, subject=seed("a")).signature())),
        ("over another secret", "signature-wrong", _FILE.content(replace(_FILE, secret=seed("a")).signature())),
        ("over another last day", "signature-wrong", _FILE.content(replace(_FILE, last=DAY).signature())),
        ("for another box", "signature-wrong", _FILE.content(_FILE.signature(box=seed("a")))),
        ("in another space", "signature-wrong", _FILE.content(_FILE.signature(OTHER_SPACE))),
        ("a bit flipped", "signature-wrong", _FILE.content(right[:33] + bytes([right[33] ^ 1]) + right[34:])),
        ("all zeros", "key-weak", _FILE.content(bytes(64))),
        ("by a key of small order", "key-weak", _FILE.content(sender=b"\1" + bytes(31))),
        ("by a key not in its one spelling", "key-spelling", _FILE.content(sender=b"\xff" * 32)),
        ("an S not below L", "signature-spelling", _FILE.content(right[:32] + (s + L).to_bytes(32, "little"))),
    ):
        _bad(section, f"signature: {name}", code, content)
    unknown = replace(_FILE, purpose="shout").content(right)
    _bad(section, "signature: it is judged before an unknown purpose", "signature-wrong", unknown)
    subject = replace(_FILE, subject=seed("a")).content(right)
    _bad(section, "signature: it is judged before the subject", "signature-wrong", subject)


def _write_contents(section: Section) -> None:
    for name, code, given in (
        ("a key missing", "field-wrong", CONTENT.replace(b'"last":4294967295,', b"")),
        ("an unknown key", "field-wrong", CONTENT[:-1] + b',"more":1}'),
        ("a last day of 2^32", "field-wrong", CONTENT.replace(b"4294967295", b"4294967296")),
        ("a last day of -1", "json-spelling", CONTENT.replace(b"4294967295", b"-1")),
        ("a purpose that is null", "field-wrong", CONTENT.replace(b'"file"', b"null")),
        ("a signature of 63 bytes", "field-wrong", _FILE.content(bytes(63))),
        ("a sender of 33 bytes", "field-wrong", _FILE.content(sender=bytes(33))),
        ("a blank", "json-spelling", CONTENT.replace(b",", b", ")),
        ("the purpose escaped", "json-spelling", CONTENT.replace(b"file", rb"f\u0069le")),
        ("an onward letter's content", "field-wrong", f'{{"secret":"{text(FILE.secret)}","erase":null}}'.encode()),
    ):
        _bad(section, f"content: {name}", code, given)


def _write_infos(section: Section) -> None:
    other = DeskBox.of(seed("another desk's box"))
    box, content = DESK_BOX.private, filled(CONTENT)
    for name, to, info in (
        ("for another desk", other.private, member_info(SPACE, other.id)),
        ("for another desk, with this one's id", other.private, member_info(SPACE, DESK_BOX.id)),
        ("with another desk's id", box, member_info(SPACE, other.id)),
        ("of another space", box, member_info(OTHER_SPACE, DESK_BOX.id)),
        ("of a first contact", box, contact_info(SPACE, FILE.id, DESK_BOX.id)),
        ("under no info", box, b""),
        ("to the box whose seed is the secret itself", BoxPrivate(_SECRET), member_info(SPACE, DESK_BOX.id)),
    ):
        letter = drawn(section, f"member: {name}", to, info, content)
        section.bad("member", "open-member", f"member: {name}", "letter-shut", **_GIVEN, letter=letter)
