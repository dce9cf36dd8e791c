"""Runs vectors: every op of vectors/README.md, by the code of `safeconduct.sealed`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import safeconduct.case.event as case_event
from safeconduct.errors import Refusal
from safeconduct.sealed import access, envelope, event, letter, manifest, sealing, signing, stream, wire
from vectors_read_request import REQUEST_OPS
from vectors_value import Input, Output, octets, optional, point, point_out

ROOT: Final = Path(__file__).parent.parent / "vectors"
ELSEWHERE: Final = {"law", "phrase"}
Vector = dict[str, Any]
_SCHEMAS: Final[dict[str, Any]] = {
    "manifest": manifest.Manifest,
    "onward": letter.OnwardLetter,
    "contact": letter.ContactLetter,
    "member": letter.MemberLetter,
    "join": letter.JoinSecret,
}
_KINDS: Final[dict[str, Any]] = {
    "seeker": event.SEEKER_READABLE,
    "file": case_event.IN_FILES,
    "roster": case_event.IN_ROSTER,
}


def files() -> Iterator[Path]:
    """Every file of vectors that these ops run, in a fixed order."""
    return (path for path in sorted(ROOT.glob("*/*.json")) if path.parent.name not in ELSEWHERE)


def load(path: Path) -> list[Vector]:
    """The vectors of one file."""
    loaded: list[Vector] = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return loaded


def run(vector: Vector) -> tuple[str, Output]:
    """Verdict and output. Whatever is not a refusal of the tree goes through."""
    try:
        return "ok", OPS[vector["op"]](vector["input"])
    except Refusal as refusal:
        return refusal.code, {}


def _fields(given: Input) -> list[bytes]:
    return [octets(field) for field in given["fields"]]


def _frame(given: Input) -> Output:
    return {"bytes": signing.frame(given["label"], *_fields(given)).hex()}


def _digest(given: Input) -> Output:
    return {"digest": signing.digest(given["label"], *_fields(given)).hex()}


def _derive(given: Input) -> Output:
    return {"key": sealing.derive(octets(given["secret"]), given["label"], *_fields(given)).hex()}


def _split(given: Input) -> Output:
    fields, said, rest = wire.split(octets(given["bytes"]), given["label"], given["fields"])
    return {"fields": [field.hex() for field in fields], "said": said.hex(), "rest": rest.hex()}


def _label(given: Input) -> Output:
    return {"label": wire.label_of(octets(given["bytes"]))}


def _integer(given: Input) -> Output:
    return {"value": wire.integer(octets(given["bytes"]), given["most"])}


def _sized(given: Input) -> Output:
    wire.sized(octets(given["bytes"]), *given["lengths"])
    return {}


def _size_class(given: Input) -> Output:
    return {"size": wire.size_class(given["bytes"])}


def _decode(given: Input) -> Output:
    schema = given["schema"]
    if schema == "payload":
        event.read_payload(octets(given["bytes"]), event.SEEKER_READABLE)
    else:
        wire.decode(octets(given["bytes"]), _SCHEMAS[schema])
    return {}


def _write_text(given: Input) -> Output:
    units = b"".join(unit.to_bytes(2, "little") for unit in given["units"])
    return {"bytes": wire.encode(wire.tidy(units.decode("utf-16-le", "surrogatepass"))).hex()}


def _sign(given: Input) -> Output:
    key = signing.SigningKey(octets(given["seed"]))
    return {"key": key.public.hex(), "signature": key.sign(octets(given["bytes"])).hex()}


def _verify(given: Input) -> Output:
    signing.verify(octets(given["key"]), octets(given["bytes"]), octets(given["signature"]))
    return {}


def _open_envelope(given: Input) -> Output:
    held = stream.Stream(octets(given["secret"]))
    opened = held.open(octets(given["envelope"]))
    return {"stream": held.id.hex(), "writer": opened.writer.hex(), "payload": opened.payload.hex()}


def _seal_envelope(given: Input) -> Output:
    held, writer = stream.Stream(octets(given["secret"])), signing.SigningKey(octets(given["seed"]))
    nonce = octets(given["nonce"])
    sealed = envelope.write_envelope(held.content, held.id, writer, octets(given["payload"]), lambda _: nonce)
    return {"size": len(sealed), "digest": access.envelope_digest(sealed).hex()}


def _stream(given: Input) -> Output:
    held = stream.Stream(octets(given["secret"]))
    held.check_id(octets(given["id"]))
    return {"content": held.content.hex(), "access": held.access.public.hex()}


def _open_head(given: Input) -> Output:
    space, of, relay = (octets(given[name]) for name in ("space", "stream", "relay"))
    return point_out(access.open_head(octets(given["head"]), space, of, relay))


def _head(given: Input) -> access.Head:
    return access.Head(given["n"], octets(given["hash"]), given["day"], given["closing"], b"")


def _follow(given: Input) -> Output:
    begin = point(given["from"]) if given["from"] else stream.Point.start(octets(given["stream"]))
    entries = [stream.Entry(day, closing, octets(sealed)) for day, closing, sealed in given["entries"]]
    return {"points": [point_out(each) for each in stream.follow(begin, entries, _head(given["head"]))]}


def _continue(given: Input) -> Output:
    n, named = given["named"]
    zeros = wire.Octets32(bytes(32))
    said = event.Continue(n, wire.Octets32(octets(named)), zeros, None, None, None, ())
    stream.check_continue(said, point(given["at"]), point(given["before"]), _head(given["head"]))
    return {}


def _successor(given: Input) -> Output:
    zeros = wire.Octets32(bytes(32))
    said = event.Continue(0, zeros, wire.Octets32(octets(given["to"])), None, None, None, ())
    return {"id": stream.check_successor(said, octets(given["secret"])).id.hex()}


def _tags(given: Input) -> Output:
    of, address, chain = (octets(given[name]) for name in ("access", "address", "hash"))
    return {
        "tag": access.tag(of, given["day"]).hex(),
        "head_tag": access.head_tag(of, given["day"], given["n"], chain).hex(),
        "address_tag": access.address_tag(address, given["day"]).hex(),
    }


def _challenge(given: Input) -> Output:
    return {"good": access.challenge_good(octets(given["key"]), octets(given["challenge"]), given["now"])}


def _box(given: Input) -> Output:
    public = sealing.BoxPrivate(octets(given["seed"])).public
    return {"public": public.hex(), "id": access.box_id(public).hex()}


def _desk_box(given: Input) -> Output:
    desk = letter.DeskBox.of(octets(given["secret"]))
    return {"id": desk.id.hex(), "collect": desk.collect.public.hex(), "address": desk.address.hex()}


def _open_onward(given: Input) -> Output:
    box, space, of = sealing.BoxPrivate(octets(given["seed"])), octets(given["space"]), octets(given["stream"])
    info = letter.onward_info(space, of, access.box_id(box.public))
    read = letter.open_letter(box, info, octets(given["letter"]), letter.OnwardLetter)
    return {"secret": read.secret.hex(), "erase": optional(read.erase)}


def _open_contact(given: Input) -> Output:
    box, space, of = sealing.BoxPrivate(octets(given["seed"])), octets(given["space"]), octets(given["stream"])
    info = letter.contact_info(space, of, access.box_id(box.public))
    read = letter.open_letter(box, info, octets(given["letter"]), letter.ContactLetter)
    return {"r": read.r.hex(), "seeker": read.seeker.hex(), "serial": read.serial}


def _open_member(given: Input) -> Output:
    desk = letter.DeskBox.of(octets(given["secret"]))
    read = letter.read_letter(octets(given["space"]), desk, octets(given["letter"]))
    return {
        "purpose": read.purpose,
        "subject": read.subject.hex(),
        "secret": read.secret.hex(),
        "last": read.last,
        "sender": read.sender.hex(),
    }


def _open_manifest(given: Input) -> Output:
    root = octets(given["root"])
    trust = manifest.Trust(root, given["delegation_least"], given["serial_least"], given["today"])
    read = manifest.open_manifest(octets(given["bytes"]), trust)
    return {
        "serial": read.serial,
        "last": read.last,
        "relay": read.relay.hex(),
        "form": read.form.hex(),
        "door": read.door,
    }


def _manifest(given: Input) -> manifest.Manifest:
    return wire.decode(octets(given["json"]), manifest.Manifest)


def _box_of(given: Input) -> Output:
    return {"box": optional(_manifest(given).box_of(given["day"]))}


def _check_box(given: Input) -> Output:
    _manifest(given).check_box(octets(given["box"]), given["day"])
    return {}


def _speaks(given: Input) -> Output:
    return {"speaks": _manifest(given).speaks(octets(given["key"]), given["day"])}


def _takes(given: Input) -> Output:
    return {"takes": _manifest(given).takes(octets(given["box"]), given["day"])}


def _day(given: Input) -> Output:
    relay, space, nonce, signature = (octets(given[name]) for name in ("relay", "space", "nonce", "signature"))
    access.check_day(relay, space, nonce, given["day"], signature)
    return {}


def _payload_out(read: event.Payload[event.Event]) -> Output:
    lane, k = read.me
    return {"lane": lane.hex(), "k": k, "seen": optional(read.seen), "kind": read.event.__struct_config__.tag}


def _read_payload(given: Input) -> Output:
    return _payload_out(event.read_payload(octets(given["bytes"]), _KINDS[given["kinds"]]))


def _open_event(given: Input) -> Output:
    opened = stream.Stream(octets(given["secret"])).open(octets(given["envelope"]))
    read = event.read_payload(opened.payload, event.SEEKER_READABLE)
    return {"writer": opened.writer.hex(), **_payload_out(read)}


def _keys_out(keys: stream.SeekerKeys) -> Output:
    return {
        "r": keys.r.hex(),
        "seeker": keys.signing.public.hex(),
        "box": access.box_id(keys.box.public).hex(),
        "erase": keys.erase.public.hex(),
        "contact": keys.contact.id.hex(),
    }


def _phrase_keys(given: Input) -> Output:
    root = sealing.stretch_phrase(octets(given["entropy"]), signing.frame("phrase", octets(given["space"])))
    return {"root": root.hex(), **_keys_out(stream.SeekerKeys(root))}


def _seeker_keys(given: Input) -> Output:
    return _keys_out(stream.SeekerKeys(octets(given["root"])))


def _contact_birth(given: Input) -> Output:
    seeker = octets(given["seeker"])
    opened = stream.Stream.of_contact(octets(given["r"]), seeker).open(octets(given["envelope"]))
    stream.check_contact_birth(opened, seeker)
    return {}


def _born(given: Input) -> Output:
    relay, space, of, sealed, erase = (octets(given[name]) for name in ("relay", "space", "stream", "letter", "erase"))
    signing.verify(relay, access.born_frame(space, of, sealed, erase), octets(given["signature"]))
    return {}


OPS: Final[dict[str, Callable[[Input], Output]]] = {
    "frame": _frame,
    "digest": _digest,
    "derive": _derive,
    "split": _split,
    "label": _label,
    "integer": _integer,
    "sized": _sized,
    "size-class": _size_class,
    "decode": _decode,
    "write-text": _write_text,
    "sign": _sign,
    "verify": _verify,
    "open-envelope": _open_envelope,
    "seal-envelope": _seal_envelope,
    "stream": _stream,
    "open-head": _open_head,
    "follow": _follow,
    "continue": _continue,
    "successor": _successor,
    "tags": _tags,
    "challenge": _challenge,
    "box": _box,
    "desk-box": _desk_box,
    "open-onward": _open_onward,
    "open-contact": _open_contact,
    "open-member": _open_member,
    "open-manifest": _open_manifest,
    "box-of": _box_of,
    "check-box": _check_box,
    "speaks": _speaks,
    "takes": _takes,
    "day": _day,
    "read-payload": _read_payload,
    "open-event": _open_event,
    "phrase-keys": _phrase_keys,
    "seeker-keys": _seeker_keys,
    "contact-birth": _contact_birth,
    "born": _born,
    **REQUEST_OPS,
}
