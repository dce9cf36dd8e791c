"""Vectors of *contact*: what the phrase gives, envelope 1, and what a relay signs of a contact."""

import hashlib

from safeconduct.sealed.sealing import derive
from safeconduct.sealed.signing import digest, frame
from safeconduct.sealed.stream import SeekerKeys, Stream
from vectors_cast import CONTACT, OTHER_SPACE, RELAY, SEEKER, SPACE, STRANGER, THREAD, VOICE
from vectors_envelope import SAID, padded, sealed, signed
from vectors_signing import L
from vectors_write import Section, draw, seed


def write(section: Section) -> None:
    """Keys, birth, `born`."""
    _write_keys(section)
    _write_births(section)
    _write_born(section)


def _keys(keys: SeekerKeys) -> dict[str, bytes]:
    return {
        "r": keys.r,
        "seeker": keys.signing.public,
        "box": digest("box", keys.box.public),
        "erase": keys.erase.public,
        "contact": keys.contact.id,
    }


def _write_keys(section: Section) -> None:
    for name, entropy, space in (
        ("a phrase", draw("entropy", 13), SPACE),
        ("the same phrase elsewhere", draw("entropy", 13), OTHER_SPACE),
        ("a phrase of zeros", bytes(13), SPACE),
    ):
        root = hashlib.pbkdf2_hmac("sha512", entropy, frame("phrase", space), 600_000)
        output = {"root": root, **_keys(SeekerKeys(root))}
        section.ok("phrase", "phrase-keys", name, output, entropy=entropy, space=space)
    for name, root in (("the seeker", SEEKER.root), ("zeros", bytes(64)), ("ones", b"\xff" * 64)):
        section.ok("keys", "seeker-keys", f"keys: {name}", _keys(SeekerKeys(root)), root=root)


def _write_births(section: Section) -> None:
    r, seeker, key = SEEKER.r, SEEKER.signing.public, SEEKER.signing
    given = {"r": r, "seeker": seeker}
    right = padded(signed(CONTACT, key, SAID))
    section.ok("birth", "contact-birth", "birth: by the seeker", {}, **given, envelope=sealed(CONTACT, right))
    for name, writer in (
        ("a stranger", STRANGER),
        ("a voice", VOICE),
        ("the stream's access key", CONTACT.access),
        ("the seeker's erase key", SEEKER.erase),
    ):
        envelope = sealed(CONTACT, padded(signed(CONTACT, writer, SAID)))
        section.bad("birth", "contact-birth", f"birth: by {name}", "birth-wrong", **given, envelope=envelope)
    # Whoever replaces the seeker's key has replaced the stream.
    bound = Stream(derive(r, "contact secret", STRANGER.public))
    for name, code, envelope in (
        ("the stream that another key binds", "envelope-shut", sealed(bound, padded(signed(bound, STRANGER, SAID)))),
        ("the stream of R alone", "envelope-shut", sealed(Stream(r), padded(signed(Stream(r), key, SAID)))),
        ("the seeker's words in a thread", "envelope-shut", sealed(THREAD, padded(signed(THREAD, key, SAID)))),
        ("signed for a thread", "signature-wrong", sealed(CONTACT, padded(signed(THREAD, key, SAID)))),
        (
            "signed by a stranger in his name",
            "signature-wrong",
            sealed(CONTACT, padded(seeker + signed(CONTACT, STRANGER, SAID)[32:])),
        ),
        ("padded with ones", "padding-wrong", sealed(CONTACT, right[:-1] + b"\1")),
        ("cut", "size-wrong", sealed(CONTACT, right)[:-1]),
    ):
        section.bad("birth", "contact-birth", f"birth: {name}", code, **given, envelope=envelope)
    other = {"r": r, "seeker": STRANGER.public}
    envelope = sealed(CONTACT, right)
    section.bad("birth", "contact-birth", "birth: another key named", "envelope-shut", **other, envelope=envelope)
    exchanged = {"r": seeker, "seeker": r}
    section.bad("birth", "contact-birth", "birth: R and key exchanged", "envelope-shut", **exchanged, envelope=envelope)


def _write_born(section: Section) -> None:
    letter, erase = draw("letter", 64), SEEKER.erase.public

    def by(space: bytes = SPACE, stream: bytes = CONTACT.id, sent: bytes = letter, key: bytes = erase) -> bytes:
        return RELAY.sign(frame("born", space, stream, digest("sealed letter", sent), key))

    given = {"relay": RELAY.public, "space": SPACE, "stream": CONTACT.id, "letter": letter, "erase": erase}
    right = by()
    section.ok("born", "born", "born: as sent", {}, **given, signature=right)
    s = (int.from_bytes(right[32:], "little") + L).to_bytes(32, "little")
    for name, code, signature in (
        ("over another letter", "signature-wrong", by(sent=draw("letter", 63))),
        ("over another erase key", "signature-wrong", by(key=STRANGER.public)),
        ("of another contact", "signature-wrong", by(stream=THREAD.id)),
        ("in another space", "signature-wrong", by(OTHER_SPACE)),
        ("over the letter itself", "signature-wrong", RELAY.sign(frame("born", SPACE, CONTACT.id, letter, erase))),
        (
            "over the letter as an envelope",
            "signature-wrong",
            RELAY.sign(frame("born", SPACE, CONTACT.id, digest("sealed", letter), erase)),
        ),
        (
            "by another relay",
            "signature-wrong",
            STRANGER.sign(frame("born", SPACE, CONTACT.id, digest("sealed letter", letter), erase)),
        ),
        ("a bit flipped", "signature-wrong", right[:50] + bytes([right[50] ^ 1]) + right[51:]),
        ("zeros", "key-weak", bytes(64)),
        ("R not in its one spelling", "key-spelling", b"\xff" * 32 + right[32:]),
        ("S not below L", "signature-spelling", right[:32] + s),
        ("cut", "length-wrong", right[:63]),
    ):
        section.bad("born", "born", f"born: {name}", code, **given, signature=signature)
    section.bad(
        "born",
        "born",
        "born: a relay that is no key",
        "length-wrong",
        **{**given, "relay": seed("a")[:31]},
        signature=right,
    )
