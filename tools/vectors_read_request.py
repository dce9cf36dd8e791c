"""Runs the vectors of requests and answers."""

import hashlib
from collections.abc import Callable
from typing import Final

from safeconduct.errors import Refusal
from safeconduct.sealed import access, request
from safeconduct.sealed.signing import SigningKey, frame
from safeconduct.sealed.stream import Point, Stream
from vectors_value import Input, Output, octets, point_out


def _key(given: Input, name: str) -> SigningKey:
    return SigningKey(octets(given[name]))


def _relay_keys(given: Input) -> request.RelayKeys:
    return request.RelayKeys(given["serial"], *(octets(given[name]) for name in ("keeper", "member", "intake")))


def _ask_space(given: Input) -> tuple[bytes, int]:
    return request.create_space(octets(given["code"]), _key(given, "root_seed"), _relay_keys(given)), 0


def _ask_keys(given: Input) -> tuple[bytes, int]:
    return request.set_keys(octets(given["space"]), _relay_keys(given), _key(given, "keeper_seed")), 0


def _ask_publish(given: Input) -> tuple[bytes, int]:
    space, manifest, form = (octets(given[name]) for name in ("space", "manifest", "form"))
    boxes = [octets(box) for box in given["boxes"]]
    asked = request.publish(space, manifest, boxes, form, _key(given, "keeper_seed"))
    return asked, len(frame("published", manifest, b"".join(boxes), form))


def _ask_manifest(given: Input) -> tuple[bytes, int]:
    return request.ask_manifest(octets(given["space"]), octets(given["nonce"])), 0


def _ask_contact(given: Input) -> tuple[bytes, int]:
    names = ("space", "access", "erase", "box", "letter", "envelope")
    space, of, erase, box, letter, envelope = (octets(given[name]) for name in names)
    return request.send_contact(space, of, erase, box, letter, envelope), len(letter) + len(envelope)


def _ask_reseal(given: Input) -> tuple[bytes, int]:
    space, secret, box, letter = (octets(given[name]) for name in ("space", "secret", "box", "letter"))
    return request.reseal(space, Stream(secret), box, letter), len(letter)


def _ask_append(given: Input) -> tuple[bytes, int]:
    envelope, named = octets(given["envelope"]), given["named"]
    asked = request.append(
        octets(given["space"]),
        Stream(octets(given["secret"])),
        envelope,
        None if named is None else Point(named[0], octets(named[1]), 0),
        closing=bool(given["closing"]),
        second=request.Entitlement(given["with"], _key(given, "with_seed") if given["with_seed"] else None),
    )
    return asked, len(envelope)


def _ask_birth(given: Input) -> tuple[bytes, int]:
    names = ("space", "secret", "envelope", "erase", "recovery")
    space, secret, envelope, erase, recovery = (octets(given[name]) for name in names)
    member = _key(given, "member_seed")
    asked = request.birth(space, Stream(secret), given["class"], member, envelope, erase=erase, recovery=recovery)
    return asked, len(recovery) + len(envelope)


def _ask_read(given: Input) -> tuple[bytes, int]:
    streams = [(Stream(octets(secret)), after) for secret, after in given["streams"]]
    member = _key(given, "member_seed") if given["member_seed"] else None
    return request.ask_read(octets(given["space"]), octets(given["challenge"]), streams, member), 0


def _ask_feed(given: Input) -> tuple[bytes, int]:
    space, challenge, cursor = (octets(given[name]) for name in ("space", "challenge", "cursor"))
    key = _key(given, "member_seed")
    return request.ask_feed(space, challenge, given["day"], cursor, given["wait"], key), 0


def _ask_arrivals(given: Input) -> tuple[bytes, int]:
    space, challenge, cursor = (octets(given[name]) for name in ("space", "challenge", "cursor"))
    key = _key(given, "intake_seed")
    return request.ask_arrivals(space, challenge, given["day"], cursor, given["wait"], key), 0


def _ask_post(given: Input) -> tuple[bytes, int]:
    space, address, letter = (octets(given[name]) for name in ("space", "address", "letter"))
    return request.post(space, address, letter, _key(given, "member_seed")), len(letter)


def _ask_collect(given: Input) -> tuple[bytes, int]:
    acknowledged = [octets(each) for each in given["acknowledged"]]
    space, challenge = octets(given["space"]), octets(given["challenge"])
    return request.ask_collect(space, challenge, _key(given, "collect_seed"), acknowledged), 0


_ASKS: Final[dict[str, Callable[[Input], tuple[bytes, int]]]] = {
    "manifest": _ask_manifest,
    "space": _ask_space,
    "keys": _ask_keys,
    "publish": _ask_publish,
    "contact": _ask_contact,
    "reseal": _ask_reseal,
    "append": _ask_append,
    "birth": _ask_birth,
    "read": _ask_read,
    "feed": _ask_feed,
    "arrivals": _ask_arrivals,
    "post": _ask_post,
    "collect": _ask_collect,
}


def _ask(given: Input) -> Output:
    asked, attached = _ASKS[given["route"]](given)
    begins = asked[: len(asked) - attached]
    return {"begins": begins.hex(), "length": len(asked), "sha256": hashlib.sha256(asked).hexdigest()}


def _answer_manifest(_given: Input, said: bytes) -> Output:
    read = request.read_manifest_answer(said)
    fields = {name: getattr(read, name).hex() for name in ("signature", "manifest", "box", "form")}
    return {"day": read.day, **fields}


def _answer_space(_given: Input, said: bytes) -> Output:
    return {"relay": request.read_space_answer(said).hex()}


def _relay(given: Input) -> tuple[bytes, bytes, bytes]:
    return octets(given["space"]), octets(given["stream"]), octets(given["relay"])


def _answer_contact(given: Input, said: bytes) -> Output:
    head, born = request.read_contact_answer(said, *_relay(given))
    return {"head": point_out(head), "born": born.hex()}


def _answer_append(given: Input, said: bytes) -> Output:
    return {"head": point_out(request.read_append_answer(said, *_relay(given)))}


def _answer_read(given: Input, said: bytes) -> Output:
    streams = [octets(stream) for stream in given["streams"]]
    found = request.read_read_answer(said, octets(given["space"]), streams, octets(given["relay"]))
    return {
        "streams": [
            {
                "head": point_out(head),
                "entries": [
                    [entry.day, entry.closing, access.envelope_digest(entry.envelope).hex()] for entry in entries
                ],
            }
            for head, entries in found
        ]
    }


def _page(page: request.Page) -> Output:
    return {"day": page.day, "cursor": page.cursor.hex(), "more": int(page.more)}


def _answer_feed(given: Input, said: bytes) -> Output:
    page = request.read_feed_answer(said, int(given["asked"]))
    return {**_page(page), "items": [item.hex() for item in page.items]}


def _answer_arrivals(_given: Input, said: bytes) -> Output:
    page, arrivals = request.read_arrivals_answer(said)
    items = [[each.contact.hex(), each.box.hex(), access.letter_digest(each.letter).hex()] for each in arrivals]
    return {**_page(page), "items": items}


def _answer_post(_given: Input, said: bytes) -> Output:
    request.read_post_answer(said)
    return {}


def _answer_collect(_given: Input, said: bytes) -> Output:
    more, letters = request.read_collect_answer(said)
    return {"more": int(more), "letters": [access.letter_digest(letter).hex() for letter in letters]}


_ANSWERS: Final[dict[str, Callable[[Input, bytes], Output]]] = {
    "manifest": _answer_manifest,
    "space": _answer_space,
    "contact": _answer_contact,
    "append": _answer_append,
    "read": _answer_read,
    "feed": _answer_feed,
    "arrivals": _answer_arrivals,
    "post": _answer_post,
    "collect": _answer_collect,
}


def _answer(given: Input) -> Output:
    challenge, said = request.open_answer(given["status"], given["type"], octets(given["body"]))
    if isinstance(said, Refusal):
        raise said
    return {"challenge": challenge.hex(), **_ANSWERS[given["route"]](given, said)}


def _open_answer(given: Input) -> Output:
    challenge, said = request.open_answer(given["status"], given["type"], octets(given["body"]))
    return {"challenge": challenge.hex(), "code": said.code if isinstance(said, Refusal) else None}


REQUEST_OPS: Final[dict[str, Callable[[Input], Output]]] = {
    "ask": _ask,
    "answer": _answer,
    "open-answer": _open_answer,
}
