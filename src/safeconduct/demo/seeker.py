"""A seeker in Python: what the door does, for the demo and the tests. It keeps nothing between two visits.

The door's own code is TypeScript; this one follows the same spec and reads the same vectors' words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from safeconduct.desk.line import Line
from safeconduct.errors import BirthWrong, Closed, ContinueMisplaced, Refusal, Stale
from safeconduct.sealed.access import (
    Head,
    born_frame,
    box_id,
    chain_next,
    chain_start,
    day_frame,
    envelope_digest,
    space_id,
)
from safeconduct.sealed.envelope import open_envelope, write_envelope
from safeconduct.sealed.event import (
    SEEKER_READABLE,
    Answered,
    Asked,
    Began,
    Continue,
    Event,
    Said,
    read_payload,
    write_payload,
)
from safeconduct.sealed.letter import ContactLetter, OnwardLetter, contact_info, onward_info, open_letter, seal_letter
from safeconduct.sealed.manifest import Manifest, Trust, open_manifest
from safeconduct.sealed.phrase import make_phrase, phrase_entropy, read_phrase
from safeconduct.sealed.request import (
    append,
    ask_manifest,
    ask_read,
    read_append_answer,
    read_contact_answer,
    read_manifest_answer,
    read_read_answer,
    reseal,
    send_contact,
)
from safeconduct.sealed.sealing import stretch_phrase
from safeconduct.sealed.signing import Random, frame, verify
from safeconduct.sealed.stream import (
    HOPS_MOST,
    Entry,
    Point,
    SeekerKeys,
    Stream,
    check_continue,
    check_successor,
    follow,
)
from safeconduct.sealed.wire import BoxKey, Octets32, tidy

_ROUNDS_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said: by the seeker himself (True) or the organisation, on this day."""

    own: bool
    text: str
    day: int
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What he is shown on coming back."""

    said: tuple[Words, ...]
    taken_up: int | None
    """The day on which the organisation took it up, if it has."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The end of his chain of streams."""

    stream: Stream
    point: Point
    head: bytes
    said: tuple[Words, ...]
    taken_up: int | None


@dataclass(frozen=True, slots=True)
class _History:
    """One stream, verified: the point before its first envelope and after each, and the signed head."""

    points: tuple[Point, ...]
    entries: tuple[Entry, ...]
    head: Head


class Seeker:
    """A visitor at one organisation's door."""

    def __init__(self, line: Line, root: bytes, random: Random) -> None:
        """Know where the relay is and whom to trust: the root public key."""
        self._line: Final = line
        self._root: Final = root
        self._space: Final = space_id(root)
        self._random: Final = random

    def ask(self, text: str, country: str, urgency: str, language: str) -> tuple[str, ...]:
        """Ask for help; returns the return phrase once the relay has acknowledged."""
        phrase = make_phrase(self._random, language)
        self.ask_as(self.keys(phrase, language), text, country, urgency, language)
        return phrase

    def ask_as(self, keys: SeekerKeys, text: str, country: str, urgency: str, language: str) -> None:
        """The same with keys already stretched.

        Raises:
            BirthWrong: what the relay has stored is not what was sent; whatever it refuses with.
        """
        asked = Asked(
            box=BoxKey(keys.box.public),
            erase=Octets32(keys.erase.public),
            country=country,
            urgency=urgency,
            language=language,
            text=tidy(text),
            was=None,
        )
        stream = keys.contact
        payload = write_payload(self._random(8), 0, None, asked)
        envelope = write_envelope(stream.content, stream.id, keys.signing, payload, self._random)
        manifest, box, _ = self.manifest()
        letter = self._letter(keys, manifest, box)
        body = send_contact(self._space, stream.access.public, keys.erase.public, box_id(box), letter, envelope)
        head, born = read_contact_answer(self._line.ask("contact", body), self._space, stream.id, manifest.relay)
        if (head.n, head.hash) != (1, chain_next(chain_start(stream.id), envelope_digest(envelope), head.day, 0)):
            raise BirthWrong
        # Of a contact that was there already it is over another letter.
        verify(manifest.relay, born_frame(self._space, stream.id, letter, keys.erase.public), born)

    def _letter(self, keys: SeekerKeys, manifest: Manifest, box: bytes) -> bytes:
        content = ContactLetter(Octets32(keys.r), Octets32(keys.signing.public), manifest.serial)
        return seal_letter(box, contact_info(self._space, keys.contact.id, box_id(box)), content)

    def manifest(self) -> tuple[Manifest, bytes, int]:
        """The newest manifest, verified down from the root, this week's box key, and the relay's day."""
        nonce = self._random(16)
        answer = read_manifest_answer(self._line.ask("manifest", ask_manifest(self._space, nonce)))
        manifest = open_manifest(answer.manifest, Trust.afresh(self._root, answer.day))
        verify(manifest.relay, day_frame(self._space, nonce, answer.day), answer.signature)
        return manifest, manifest.check_box(answer.box, answer.day), answer.day

    def keys(self, phrase: Sequence[str], language: str) -> SeekerKeys:
        """What a return phrase gives; takes about 0.3 s."""
        entropy = phrase_entropy(phrase, language)
        return SeekerKeys(stretch_phrase(entropy, frame("phrase", self._space)))

    def keys_typed(self, typed: str) -> SeekerKeys:
        """The same from what somebody typed (codes of `read_phrase`)."""
        reading = read_phrase(typed)
        return self.keys(reading.words, reading.language)

    def come_back(self, keys: SeekerKeys) -> Conversation | None:
        """The conversation; None if there is nothing under this phrase."""
        place = self._walk(keys)
        return None if place is None else Conversation(place.said, place.taken_up)

    def write(self, keys: SeekerKeys, text: str) -> None:
        """Write more, at the end of the chain; a waiting contact whose box is gone gets a new letter.

        Raises:
            BirthWrong: there is nothing under this phrase; what the relay refuses with.
        """
        self._say(keys, Said(tidy(text)))

    def answer(self, keys: SeekerKeys, form: bytes, answers: Sequence[tuple[str, str]]) -> None:
        """Answer the organisation's form."""
        self._say(keys, Answered(Octets32(form), tuple((question, tidy(value)) for question, value in answers)))

    def _say(self, keys: SeekerKeys, event: Event) -> None:
        lane = self._random(8)
        for _ in range(_ROUNDS_MOST):
            place = self._walk(keys)
            if place is None:
                raise BirthWrong
            envelope = place.stream.write(keys.signing, (lane, 0), place.head, event, self._random)
            body = append(self._space, place.stream, envelope, place.point)
            manifest, _, _ = self.manifest()
            try:
                read_append_answer(self._line.ask("append", body), self._space, place.stream.id, manifest.relay)
            except (Stale, Closed):
                continue
            return
        raise Stale

    def reseal(self, keys: SeekerKeys) -> None:
        """On return to a contact nobody has taken up whose box is no longer open: the letter alone, anew."""
        manifest, box, _ = self.manifest()
        body = reseal(self._space, keys.contact, box_id(box), self._letter(keys, manifest, box))
        read_contact_answer(self._line.ask("contact", body), self._space, keys.contact.id, manifest.relay)

    def _walk(self, keys: SeekerKeys) -> _Place | None:
        """From the contact along every `continue` to where he writes now."""
        manifest, _, _ = self.manifest()
        stream, said, taken_up = keys.contact, list[Words](), None
        for _ in range(HOPS_MOST):
            history = self._read(stream, manifest.relay)
            if not history.entries:
                return None
            said += _said(keys, stream, manifest, history)
            onward = self._onward(keys, stream, manifest, history)
            if onward is None:
                return _Place(stream, history.points[-1], history.head.pack(), tuple(said), taken_up)
            taken_up = history.points[-1].day if taken_up is None else taken_up
            stream = onward
        return None

    def _read(self, stream: Stream, relay: bytes) -> _History:
        points, entries = [Point.start(stream.id)], list[Entry]()
        while True:
            head, more = self._ask(stream, points[-1].n, relay)
            new = follow(points[-1], more, head)
            points, entries = points + new, entries + more
            if not new or new[-1].n >= head.n:
                return _History(tuple(points), tuple(entries), head)

    def _ask(self, stream: Stream, after: int, relay: bytes) -> tuple[Head, list[Entry]]:
        body = lambda challenge: ask_read(self._space, challenge, [(stream, after)], None)  # noqa: E731
        return read_read_answer(self._line.ask("read", body), self._space, [stream.id], relay)[0]

    def _onward(self, keys: SeekerKeys, stream: Stream, manifest: Manifest, history: _History) -> Stream | None:
        event = _event(keys, stream, manifest, history.entries[-1])
        if not isinstance(event, Continue):
            return None
        try:
            check_continue(event, history.points[-1], history.points[-2], history.head)
        except ContinueMisplaced:
            return None
        info = onward_info(self._space, stream.id, box_id(keys.box.public))
        letter = open_letter(keys.box, info, bytes(event.letter or b""), OnwardLetter)
        return check_successor(event, letter.secret)


def _event(keys: SeekerKeys, stream: Stream, manifest: Manifest, entry: Entry) -> Event | None:
    """An event of his own or of the organisation; nothing else exists for him."""
    try:
        opened = open_envelope(stream.content, stream.id, entry.envelope)
        event = read_payload(opened.payload, SEEKER_READABLE).event
    except Refusal:
        return None
    own = opened.writer == keys.signing.public
    entitled = not isinstance(event, Continue | Began) if own else manifest.speaks(opened.writer, entry.day)
    return event if entitled else None


def _said(keys: SeekerKeys, stream: Stream, manifest: Manifest, history: _History) -> Iterator[Words]:
    for entry in history.entries:
        event = _event(keys, stream, manifest, entry)
        own = event is not None and stream.open(entry.envelope).writer == keys.signing.public
        match event:
            case Asked(text=text) | Said(text=text):
                yield Words(own, text, entry.day)
            case Answered(answers=answers) if own:
                yield Words(own, "", entry.day, answers)
            case _:
                pass
