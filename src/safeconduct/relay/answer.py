"""What is answered: frames, made from what the store found and kept (spec: relay). Pure but for the store."""

from typing import Final, assert_never

from safeconduct.relay import request as r
from safeconduct.relay.space import Space
from safeconduct.relay.store import Contact, History, Store
from safeconduct.relay.tables import Place
from safeconduct.sealed.access import CHALLENGE_BYTES, born_frame, day_frame, sign_head
from safeconduct.sealed.signing import SigningKey, frame, u32

PADDED_LEAST_BYTES: Final = 16_384


def write(store: Store, space: Space, asked: r.Writing, key: SigningKey) -> bytes:
    """Judge and keep, and sign the receipt beside what it speaks of. It may leave only after the commit.

    Raises:
        Whatever the store refuses with.
    """
    match asked:
        case r.ContactSent():
            answer = _contact(asked, store.contact(space, asked), key)
        case r.Resealed():
            answer = _contact(asked, store.reseal(space, asked), key)
        case r.Appended():
            answer = frame("append answer", _head(asked.space, asked.stream, store.append(space, asked), key))
        case r.Born():
            answer = frame("append answer", _head(asked.space, asked.stream, store.birth(space, asked), key))
        case r.Posted():
            store.post(space, asked)
            answer = frame("post answer")
        case r.CollectAsked():
            letters, more = store.collect(space, asked)
            answer = frame("collect answer", u32(more), b"".join(letters))
        case _:
            assert_never(asked)
    return answer


def manifest(space: Space, asked: r.ManifestAsked, day: int, key: SigningKey) -> bytes:
    """The newest manifest, and the relay's day signed for whoever drew this nonce."""
    signature = key.sign(day_frame(asked.space, asked.nonce, day))
    return frame("manifest answer", u32(day), signature, space.published, space.box_key(day), space.form)


def read(asked: r.ReadAsked, histories: list[History], key: SigningKey) -> bytes:
    """A head and envelopes for each stream; a door's answer is padded: its size does not tell what is there."""
    fields = []
    for stream, place, entries in histories:
        field = [_head(asked.space, stream, place, key)]
        for day, closing, envelope in entries:
            field += [u32(day), u32(closing), u32(len(envelope)), envelope]
        fields.append(b"".join(field))
    answer = frame("read answer", *fields)
    if asked.as_member:
        return answer
    # Up to the next power of two, the challenge in front counted.
    whole_bytes = max(PADDED_LEAST_BYTES, 1 << (CHALLENGE_BYTES + len(answer) - 1).bit_length())
    return answer.ljust(whole_bytes - CHALLENGE_BYTES, b"\0")


def _contact(asked: r.ContactSent | r.Resealed, kept: Contact, key: SigningKey) -> bytes:
    born = key.sign(born_frame(asked.space, asked.stream, kept.letter, kept.erase))
    return frame("contact answer", _head(asked.space, asked.stream, kept.place, key), born)


def _head(space: bytes, stream: bytes, place: Place, key: SigningKey) -> bytes:
    return sign_head(key, space, stream, *place).pack()
