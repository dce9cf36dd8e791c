"""Vectors of *event*: every kind, what is wrong with each, and events as they stand in envelopes."""

from typing import Final

from safeconduct.sealed.access import chain_start, sign_head
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import Stream
from vectors_cast import CONTACT, DAY, LANE, RELAY, SEEKER, SPACE, STRANGER, THREAD, VOICE, text
from vectors_envelope import NONCE, SAID, padded, sealed, signed
from vectors_write import Section, draw, seed

A, B, C = (f'"{text(seed(name))}"' for name in "abc")
_LANE: Final = f'"{text(LANE)}"'
# Zeros are as good as a key where only the length is looked at, and stand in few characters.
_KEY: Final = f'"{text(bytes(1_216))}"'
_LETTER: Final = f'"{text(bytes(2_160))}"'
_HEAD: Final = sign_head(RELAY, SPACE, THREAD.id, 3, seed("chain"), DAY, 0).pack()

# Kind, then each field with a good value and values that must be refused.
_SEEKER: Final[dict[str, list[tuple[str, str, list[str]]]]] = {
    "asked": [
        ("box", _KEY, [A, "null", f'"{text(bytes(1_215))}"']),
        ("erase", B, ["null", '""']),
        ("country", '"KZ"', ['"kz"', '"K"', '"KAZ"', '"К3"', "null", '"KZ\\n"', '" "']),
        ("urgency", '"held"', ['""', '"Held"', '"heldx"', '"urgent"', "null", "1"]),
        ("language", '"ru"', ['""', '"r"', '"russ"', '"RU"', '"ру"', '"ru\\n"', "null"]),
        ("text", '"Помогите"', ["null", "5", '["a"]']),
        ("was", "null", [A, "false", "[]", '""']),
    ],
    "said": [("text", '"Здравствуйте"', ["null", "5", '{"a":1}'])],
    "answered": [
        ("form", A, ["null", '""']),
        (
            "answers",
            '[["name",""],["safe","да"]]',
            ["null", "{}", '[["name"]]', '[["name","a","b"]]', '[["name",5]]', '["name"]'],
        ),
    ],
    "began": [
        ("contact", A, ["null"]),
        ("r", B, ["null", _LANE]),
        ("seeker", C, ["null"]),
        ("erase", A, ["null", "[]"]),
    ],
    "continue": [
        ("n", "3", ["null", '"3"', "4294967296"]),
        ("hash", A, ["null"]),
        ("to", B, ["null"]),
        ("file", C, [_LANE, "[]"]),
        ("letter", _LETTER, [A, f'"{text(bytes(2_159))}"']),
        ("covers", f'"{text(_HEAD)}"', [A, f'"{text(_HEAD[:-1])}"']),
        (
            "unowned",
            f"[[{A},4,{B},[1,2]],[{C},0,{A},[]]]",
            ["null", f"[[{A},4,{B}]]", f"[[{A},4,{B},1]]", f'[[{A},4,{B},["1"]]]'],
        ),
    ],
}
_FILE: Final[dict[str, list[tuple[str, str, list[str]]]]] = {
    "opened": [
        ("of", '"case"', ['"Case"', '""', '"roster"', "null"]),
        ("contact", f"[{A},{B}]", [A, f"[{A}]", f"[{A},{B},{C}]", "[]"]),
        ("thread", C, ["5", '""']),
        ("before", "null", ["false", _LANE]),
        ("recovery", A, ["null"]),
    ],
    "threaded": [("thread", A, ["null", _LANE])],
    "granted": [("desk", A, ["null", f"[{A}]"])],
    "sent": [
        ("stream", A, ["null"]),
        ("lane", _LANE, [A, "null", '"AAAA"']),
        ("k", "7", ["null", '"7"', "4294967296"]),
        ("words", B, ["null", '"words"']),
    ],
    "noted": [
        ("text", '"для своих"', ["null", "[]"]),
        ("after", f"[{A},3]", [A, "[]", f"[{A}]", f"[{A},3,4]", f'[{A},"3"]', f"[{_LANE},3]"]),
    ],
    "reported": [("text", '"он сказал"', ["null", "1"])],
    "triaged": [("urgency", '"date"', ['"later"', "null"]), ("why", '"срок в понедельник"', ["null", "5"])],
    "consented": [
        ("purpose", '"count"', ['""', '"Count"', '"count\\n"', '"counted"', '"publish"', "null", "1", '["count"]']),
        ("state", '"given"', ['""', '"Given"', '"given\\n"', '"asked"', "null", "true", "1"]),
        ("words", '"да, но без имени"', ["null", "5", '["a"]', '{"a":1}']),
    ],
    "set-aside": [("contact", A, ["null"]), ("reason", '"junk"', ['"Junk"', '""', '"spam"', "null"])],
    "restored": [("contact", A, ["null", "[]"])],
}
_ROSTER: Final[dict[str, list[tuple[str, str, list[str]]]]] = {
    "founded": [
        ("space", A, ["null"]),
        ("name", '"Убежище"', ["null", "5"]),
        ("desk", B, ["null"]),
        ("box", _KEY, [A]),
        ("collect", C, ["null"]),
        ("member", '"Вера"', ["null", "[]"]),
        (
            "duties",
            '["coordinator","intake","caseworker"]',
            ["null", '"intake"', '["boss"]', '["Intake"]', "[5]", '[""]'],
        ),
        ("recovery", A, ["null"]),
    ],
    "joined": [
        ("desk", B, ["null"]),
        ("box", _KEY, [A, "null"]),
        ("collect", C, ["null"]),
        ("member", '"Антон"', ["null"]),
        ("duties", '["lawyer","analyst","publisher"]', ["null", '["seeker"]']),
    ],
    "boxed": [("box", _KEY, [A, "null"]), ("collect", C, ["null", '""'])],
    "keyed": [
        ("serial", "1", ["null", "4294967296"]),
        ("keeper", A, ["null"]),
        ("intake", B, ["null"]),
        ("shared", C, ["null"]),
        ("voices", f"[[{A},1,9],[{B},8,16]]", ["null", f"[[{A},1]]", f"[[{A},1,9,0]]", f"[{A}]"]),
        ("boxes", "[]", ["null", "{}", f'[[{A},"1",9]]']),
    ],
}
_KINDS: Final = {"seeker": _SEEKER, "file": _FILE, "roster": _ROSTER}


def payload(event: str, me: str = f"[{_LANE},7]", seen: str = "null") -> bytes:
    """A payload, of texts."""
    return f'{{"me":{me},"seen":{seen},"event":{event}}}'.encode()


def _event(kind: str, fields: list[tuple[str, str]]) -> str:
    return "{" + ",".join([f'"kind":"{kind}"', *(f'"{name}":{value}' for name, value in fields)]) + "}"


def write(section: Section) -> None:
    """All kinds; `me` and `seen`; which kind stands where; envelopes."""
    for kinds, table in _KINDS.items():
        for kind, fields in table.items():
            _write_kind(section, kinds, kind, fields)
    _write_optional(section)
    _write_around(section)
    _write_elsewhere(section)
    _write_sealed(section)


def _read(section: Section, name: str, kinds: str, kind: str, given: bytes) -> None:
    output = {"lane": LANE, "k": 7, "seen": None, "kind": kind}
    section.ok(kinds, "read-payload", name, output, kinds=kinds, bytes=given)


def _write_kind(section: Section, kinds: str, kind: str, fields: list[tuple[str, str, list[str]]]) -> None:
    good = [(name, value) for name, value, _ in fields]
    _read(section, kind, kinds, kind, payload(_event(kind, good)))

    def bad(name: str, code: str, values: list[tuple[str, str]]) -> None:
        given = payload(_event(kind, values))
        section.bad(kinds, "read-payload", f"{kind}: {name}", code, kinds=kinds, bytes=given)

    bad("another key", "field-wrong", [*good, ("more", "1")])
    for at, (name, _, wrong) in enumerate(fields):
        bad(f"{name} missing", "field-wrong", good[:at] + good[at + 1 :])
        for number, value in enumerate(wrong, 1):
            bad(f"{name} wrong, {number}", "field-wrong", [*good[:at], (name, value), *good[at + 1 :]])
    if len(good) > 1:
        bad("fields in another order", "json-spelling", good[::-1])


def _write_optional(section: Section) -> None:
    for kinds, kind, changed in (
        ("seeker", "asked", {"country": '""'}),
        ("seeker", "asked", {"language": '"kaz"'}),
        *(("seeker", "asked", {"urgency": f'"{word}"'}) for word in ("date", "papers", "unit", "none")),
        ("seeker", "asked", {"text": '""'}),
        ("seeker", "answered", {"answers": "[]"}),
        ("seeker", "continue", {"file": "null", "letter": "null", "covers": "null", "unowned": "[]"}),
        ("seeker", "continue", {"n": "0"}),
        ("file", "opened", {"of": '"intake"', "contact": "null", "thread": "null"}),
        ("file", "opened", {"before": A}),
        ("file", "consented", {"state": '"withdrawn"'}),
        ("file", "consented", {"words": '""'}),
        *(("file", "set-aside", {"reason": f'"{word}"'}) for word in ("twice", "hostile")),
        ("roster", "joined", {"duties": "[]"}),
    ):
        fields = [(name, changed.get(name, value)) for name, value, _ in _KINDS[kinds][kind]]
        name = f"{kind} with " + ", ".join(
            f"{field} {value if len(value) < 20 else 'given'}" for field, value in changed.items()
        )
        _read(section, name, kinds, kind, payload(_event(kind, fields)))
    file = [(name, value) for name, value, _ in _SEEKER["continue"]]
    _read(section, "continue in a file", "file", "continue", payload(_event("continue", file)))


def _write_around(section: Section) -> None:
    said = _event("said", [("text", '"a"')])
    head = f'"{text(_HEAD)}"'
    for name, me, seen, k, seen_out in (
        ("k is 0", f"[{_LANE},0]", "null", 0, None),
        ("k is the greatest", f"[{_LANE},4294967295]", "null", 2**32 - 1, None),
        ("a head seen", f"[{_LANE},1]", head, 1, _HEAD),
        ("a head seen that proves nothing: void, no error", f"[{_LANE},1]", f'"{text(bytes(108))}"', 1, bytes(108)),
    ):
        output = {"lane": LANE, "k": k, "seen": seen_out, "kind": "said"}
        given = payload(said, me, seen)
        section.ok("around", "read-payload", f"around: {name}", output, kinds="seeker", bytes=given)
    for name, me, seen in (
        ("a lane of 7 bytes", f'["{text(bytes(7))}",0]', "null"),
        ("a lane of 9 bytes", f'["{text(bytes(9))}",0]', "null"),
        ("a lane that is null", "[null,0]", "null"),
        ("a k of 2^32", f"[{_LANE},4294967296]", "null"),
        ("a k that is null", f"[{_LANE},null]", "null"),
        ("no k", f"[{_LANE}]", "null"),
        ("a third", f"[{_LANE},0,0]", "null"),
        ("no lane", "[0]", "null"),
        ("nothing about me", "null", "null"),
        ("a head of 107 bytes", f"[{_LANE},0]", f'"{text(_HEAD[:-1])}"'),
        ("a head of 109 bytes", f"[{_LANE},0]", f'"{text(bytes(109))}"'),
        ("a head taken apart", f"[{_LANE},0]", f"[3,{A},{DAY},0]"),
        ("an empty head", f"[{_LANE},0]", '""'),
        ("no head but false", f"[{_LANE},0]", "false"),
    ):
        given = payload(said, me, seen)
        section.bad("around", "read-payload", f"around: {name}", "field-wrong", kinds="seeker", bytes=given)
    more = payload(said)[:-1] + b',"more":1}'
    section.bad("around", "read-payload", "around: an unknown key", "field-wrong", kinds="seeker", bytes=more)


def _write_elsewhere(section: Section) -> None:
    for kinds, kind, home in (
        ("seeker", "noted", "file"),
        ("seeker", "sent", "file"),
        ("seeker", "consented", "file"),
        ("seeker", "founded", "roster"),
        ("file", "said", "seeker"),
        ("file", "asked", "seeker"),
        ("file", "joined", "roster"),
        ("roster", "opened", "file"),
        ("roster", "consented", "file"),
        ("roster", "continue", "seeker"),
    ):
        given = payload(_event(kind, [(name, value) for name, value, _ in _KINDS[home][kind]]))
        name = f"{kind} where only kinds of {kinds} stand"
        section.bad("elsewhere", "read-payload", name, "kind-unknown", kinds=kinds, bytes=given)


def _write_sealed(section: Section) -> None:
    def made(payload: bytes, writer: SigningKey = VOICE, of: Stream = THREAD, nonce: bytes = NONCE) -> bytes:
        return sealed(THREAD, padded(signed(of, writer, payload)), nonce)

    at = {"lane": LANE, "k": 0, "seen": None, "kind": "said"}
    other = SAID.replace("Здравствуйте".encode(), "До свидания".encode())
    for name, writer, envelope in (
        ("an event", VOICE, made(SAID)),
        ("the same event under another nonce", VOICE, made(SAID, nonce=draw("another nonce", 12))),
        ("another event of the same number: a cloned desk", VOICE, made(other)),
        ("a stranger's of the same number is another event", STRANGER, made(SAID, STRANGER)),
    ):
        output = {"writer": writer.public, **at}
        section.ok("sealed", "open-event", f"sealed: {name}", output, secret=THREAD.secret, envelope=envelope)
    moved = sealed(CONTACT, padded(signed(CONTACT, SEEKER.signing, SAID)))
    name = "sealed: of the same number in another stream is another event"
    output = {"writer": SEEKER.signing.public, **at}
    section.ok("sealed", "open-event", name, output, secret=CONTACT.secret, envelope=moved)
    for name, code, envelope in (
        ("an old event sealed for another stream", "envelope-shut", moved),
        ("an old event signed elsewhere, sealed here", "signature-wrong", made(SAID, SEEKER.signing, CONTACT)),
        ("an unknown kind", "kind-unknown", made(SAID.replace(b'"said"', b'"shouted"'))),
        ("a kind of the files", "kind-unknown", made(payload('{"kind":"noted","text":"a"}'))),
        ("an empty payload", "json-broken", made(b"")),
        ("a blank behind", "json-spelling", made(SAID + b" ")),
        ("an event without its payload", "field-wrong", made(b'{"kind":"said","text":"a"}')),
        ("nine deep", "json-deep", made(b"[" * 9)),
        ("a wrong signature is said before a wrong payload", "signature-wrong", made(b"[" * 9, of=CONTACT)),
        ("H(0) for a payload", "json-broken", made(chain_start(THREAD.id))),
    ):
        section.bad("sealed", "open-event", f"sealed: {name}", code, secret=THREAD.secret, envelope=envelope)
