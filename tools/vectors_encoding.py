"""Vectors of *encoding*: the order of checks, and the one spelling."""

import unicodedata

from vectors_cast import text
from vectors_write import Section, seed

A, B = text(seed("a")), text(seed("b"))
LANE = text(bytes(range(8)))


def _onward(value: str = f'"{A}"', erase: str = "null") -> bytes:
    return f'{{"secret":{value},"erase":{erase}}}'.encode("utf-8", "surrogatepass")


def _contact(serial: str = "7") -> bytes:
    return f'{{"r":"{A}","seeker":"{B}","serial":{serial}}}'.encode()


def _said(words: str | bytes) -> bytes:
    raw = words.encode() if isinstance(words, str) else words
    return f'{{"me":["{LANE}",0],"seen":null,"event":{{"kind":"said","text":"'.encode() + raw + b'"}}'


def _event(event: str) -> bytes:
    return f'{{"me":["{LANE}",0],"seen":null,"event":{event}}}'.encode()


def write(section: Section) -> None:
    """Depth, numbers, syntax, kinds, fields, octets, texts, spelling; and what writers do to words."""
    _write_depth(section)
    _write_numbers(section)
    _write_syntax(section)
    _write_kinds(section)
    _write_fields(section)
    _write_octets(section)
    _write_texts(section)
    _write_spelling(section)
    _write_words(section)


def _write_depth(section: Section) -> None:
    deep = [
        ("nine lists, and nothing else", b"[" * 9),
        ("nine lists that close", b"[" * 9 + b"]" * 9),
        ("a hundred thousand lists", b"[" * 100_000),
        ("nine objects", b'{"a":' * 9),
        ("lists and objects in turn", b'[{"a":' * 4 + b"["),
        ("nine deep in the event", _event("[" * 8 + "]" * 8)),
        ("nine deep before what is not UTF-8", b"\xff" + b"[" * 9),
        ("nine deep after an odd number", b"[-1" + b"," + b"[" * 8),
        ("nine deep after a closed part", b"[]" + b"[" * 9),
        ("nine deep after a text with an escaped quote", rb'["\"",' + b"[" * 8),
        ("nine deep after a text that ends in a backslash", rb'["\\",' + b"[" * 8),
        ("nine lists after more that close", b"]]" + b"[" * 11),
    ]
    for name, given in deep:
        section.bad("depth", "decode", name, "json-deep", schema="payload", bytes=given)
    for name, given, code in (
        ("eight lists", b"[" * 8 + b"]" * 8, "field-wrong"),
        ("eight deep in the event", _event("[" * 7 + "]" * 7), "field-wrong"),
        ("brackets in a text do not count", _event('"' + "[" * 20 + '"'), "field-wrong"),
        ("brackets in a text that never ends do not count", _event('"' + "[" * 20)[:-1], "json-broken"),
        ("brackets behind an escaped quote do not count", rb'["\"' + b"[" * 20 + b'"]', "field-wrong"),
        ("eight lists a hundred times", b"[" + b",".join([b"[" * 7 + b"]" * 7] * 100) + b"]", "field-wrong"),
        ("eight lists that do not close", b"[" * 8, "json-broken"),
        ("what closes more than opened, then nine", b"]" * 3 + b"[" * 9, "json-broken"),
    ):
        section.bad("depth", "decode", name, code, schema="payload", bytes=given)
    words = "[" * 20 + "{" * 20
    section.ok("depth", "decode", "forty brackets said", {}, schema="payload", bytes=_said(words))


def _write_numbers(section: Section) -> None:
    for serial in ("0", "1", "4294967295"):
        section.ok("number", "decode", f"number {serial}", {}, schema="contact", bytes=_contact(serial))
    for serial in ("-1", "-0", "1.0", "1.5", "1e3", "1E3", "1e-3", "0.0", "1.", ".5", "-", "-Infinity", "1e", "00.1"):
        section.bad("number", "decode", f"number {serial}", "json-spelling", schema="contact", bytes=_contact(serial))
    for name, given in (
        ("a minus where a key should be", b'{-"a":1}'),
        ("an odd number after what is not UTF-8", b"\xff 1.5"),
        ("an odd number in what is not JSON", b"1.5}"),
        ("a number joined over a text", b'{"serial":1"".5}'),
        ("an odd number behind a text with an escaped quote", rb'["\"",1.5]'),
    ):
        section.bad("number", "decode", name, "json-spelling", schema="contact", bytes=given)
    for serial in ("01", "00", "+1", "0x10", "1_000", "1,000", "NaN", "Infinity", "", "٣", "1 2"):
        name = f"number {serial}" if serial else "no number"
        section.bad("number", "decode", name, "json-broken", schema="contact", bytes=_contact(serial))
    for name, serial in (
        ("2^32", "4294967296"),
        ("2^53", "9007199254740993"),
        ("of 5,000 digits", "9" * 5_000),
        ("of 400 digits, beyond every double", "9" * 400),
        ("of eleven digits", "10000000000"),
        ("that is true", "true"),
        ("that is null", "null"),
        ("that is a text", '"7"'),
        ("that is a list", "[7]"),
        ("that is an object", "{}"),
    ):
        section.bad("number", "decode", f"number {name}", "field-wrong", schema="contact", bytes=_contact(serial))
    for words in ("-1.5e3", "1.0", ".5"):
        section.ok("number", "decode", f"{words} said", {}, schema="payload", bytes=_said(words))


def _write_syntax(section: Section) -> None:
    whole = _onward()
    for name, given in (
        ("nothing", b""),
        ("a blank", b" "),
        ("a byte-order mark", b"\xef\xbb\xbf" + whole),
        ("UTF-16", _onward().decode().encode("utf-16-le")),
        ("a byte that is not UTF-8", _said(b"\xff")),
        ("a surrogate in UTF-8", _said(b"\xed\xa0\x80")),
        ("a slash in two bytes", _said(b"\xc0\xaf")),
        ("a character above U+10FFFF", _said(b"\xf4\x90\x80\x80")),
        ("a character cut", _said("é".encode()[:1])),
        ("cut by one byte", whole[:-1]),
        ("a bracket too many", whole + b"}"),
        ("two texts of JSON", whole + whole),
        ("a zero byte behind", whole + b"\0"),
        ("a comma before the end", whole[:-1] + b",}"),
        ("single quotes", whole.replace(b'"', b"'")),
        ("a key without quotes", whole.replace(b'"erase"', b"erase")),
        ("a comment", whole[:-1] + b"/**/}"),
        ("a line end in a text", _said(b"\n")),
        ("a zero byte in a text", _said(b"\0")),
        ("an escape that does not exist", _said(rb"\x41")),
        ("an escape cut", _said(rb"\u00e")),
        ("an escape of capitals", _said(rb"\U00e9")),
        ("None", _onward(erase="None")),
        ("undefined", _onward(erase="undefined")),
        ("NULL", _onward(erase="NULL")),
        ("a form feed between", whole.replace(b",", b",\f")),
        ("a no-break space between", whole.replace(b",", ",\u00a0".encode())),
        ("a backslash outside of texts", b"\\" + whole),
        ("a text that does not end", b'{"secret":"'),
    ):
        schema = "payload" if b'"me"' in given else "onward"
        section.bad("syntax", "decode", f"syntax: {name}", "json-broken", schema=schema, bytes=given)


def _write_kinds(section: Section) -> None:
    for name, given in (
        ("another", _event('{"kind":"shouted","text":"a"}')),
        ("none said", _event('{"kind":"","text":"a"}')),
        ("one of the files'", _event('{"kind":"noted","text":"a"}')),
        ("in capitals", _event('{"kind":"Said","text":"a"}')),
        ("a name that JavaScript's objects have", _event('{"kind":"constructor","text":"a"}')),
        ("another such name", _event('{"kind":"__proto__","text":"a"}')),
        ("a lone surrogate", _event('{"kind":"\\ud800","text":"a"}')),
        ("of a wrong field elsewhere", _event('{"kind":"shouted"}').replace(b'"seen":null', b'"seen":5')),
        ("of a lone surrogate beside it", _event('{"kind":"shouted","text":"\\ud800"}')),
        ("of another spelling", _event('{"kind": "shouted"}')),
        ("given twice, the last counts", _event('{"kind":"said","kind":"shouted","text":"a"}')),
        ("an event given twice, the last counts", _event('{"kind":"said","text":"a"},"event":{"kind":"shouted"}')),
        ("and nothing else", b'{"event":{"kind":"shouted"}}'),
    ):
        section.bad("kind", "decode", f"kind: {name}", "kind-unknown", schema="payload", bytes=given)
    for name, given in (
        ("missing", _event('{"text":"a"}')),
        ("null", _event('{"kind":null,"text":"a"}')),
        ("a number", _event('{"kind":5,"text":"a"}')),
        ("a list", _event('{"kind":["said"],"text":"a"}')),
        ("an event that is a list", _event('["said","a"]')),
        ("an event that is a text", _event('"said"')),
        ("an event that is null", _event("null")),
        ("a payload that is a list", b'[{"kind":"shouted"}]'),
        ("a payload that is an event", b'{"kind":"said","text":"a"}'),
        ("a payload that is null", b"null"),
    ):
        section.bad("kind", "decode", f"kind: {name}", "field-wrong", schema="payload", bytes=given)


def _write_fields(section: Section) -> None:
    whole = _onward()
    section.ok("field", "decode", "an onward letter", {}, schema="onward", bytes=whole)
    section.ok(
        "field", "decode", "an onward letter with an erase seed", {}, schema="onward", bytes=_onward(erase=f'"{B}"')
    )
    for name, given in (
        ("missing", f'{{"secret":"{A}"}}'.encode()),
        ("all missing", b"{}"),
        ("unknown", whole[:-1] + b',"more":1}'),
        ("unknown, and in front", whole.replace(b"{", b'{"more":1,')),
        ("in capitals", whole.replace(b"secret", b"Secret")),
        ("called __proto__", whole.replace(b"erase", b"__proto__")),
        ("called by a lone surrogate", whole[:-1] + rb',"\ud800":1}'),
        ("with a zero in its name", whole.replace(b"erase", rb"erase\u0000")),
        ("null where it may not be", _onward("null")),
        ("a number where octets should be", _onward("5")),
        ("true where octets should be", _onward("true")),
        ("false where null may be", _onward(erase="false")),
        ("a list where octets should be", _onward(f'["{A}"]')),
        ("a list of the values", f'["{A}",null]'.encode()),
        ("wrong and spelled with blanks", b' {"secret":5,"erase":null}'),
        ("unknown, and a known one twice", whole[:-1] + f',"erase":"{B}","more":1}}'.encode()),
        ("twice, the last wrong", whole[:-1] + b',"erase":5}'),
    ):
        section.bad("field", "decode", f"field: {name}", "field-wrong", schema="onward", bytes=given)
    for name, pair in (
        ("a number too few", f'{{"me":["{LANE}"],"seen":null,"event":{{"kind":"said","text":"a"}}}}'),
        ("a number too many", f'{{"me":["{LANE}",0,0],"seen":null,"event":{{"kind":"said","text":"a"}}}}'),
        ("exchanged", f'{{"me":[0,"{LANE}"],"seen":null,"event":{{"kind":"said","text":"a"}}}}'),
        ("an object", f'{{"me":{{"0":"{LANE}","1":0}},"seen":null,"event":{{"kind":"said","text":"a"}}}}'),
    ):
        raw = pair.encode()
        section.bad("field", "decode", f"a pair: {name}", "field-wrong", schema="payload", bytes=raw)


def _write_octets(section: Section) -> None:
    section.ok("octets", "decode", "octets with - and _", {}, schema="onward", bytes=_onward(f'"{"-_" * 21}8"'))
    odd = A[:-1] + chr(ord(A[-1]) + 1)
    for name, secret in (
        ("padded", A + "="),
        ("of the other alphabet", "+/" * 21 + "8"),
        ("with one bit left over", odd),
        ("a blank in between", A[:20] + " " + A[20:]),
        ("a line end behind", A + r"\n"),
        ("of 31 bytes", text(bytes(31))),
        ("of 33 bytes", text(bytes(33))),
        ("of none", ""),
        ("one character too few", A[:-1]),
        ("one character too many", A + "A"),
        ("a letter that only looks alike", "А" + A[1:]),
        ("a lone surrogate", r"\ud800" + A[6:]),
        ("hex", seed("a").hex()),
        ("a dot", A[:-1] + "."),
        ("an equals sign within", A[:20] + "=" + A[20:]),
    ):
        section.bad("octets", "decode", f"octets: {name}", "field-wrong", schema="onward", bytes=_onward(f'"{secret}"'))
    escaped = _onward(f'"\\u{ord(A[0]):04x}{A[1:]}"')
    section.bad("octets", "decode", "octets: an escape within", "json-spelling", schema="onward", bytes=escaped)


def _write_texts(section: Section) -> None:
    for name, words in (
        ("empty", ""),
        ("Cyrillic, as itself", "Ё, «да» — нет"),
        ("beyond U+FFFF, as itself", "🙂"),
        ("not NFC: decoders do not look", "e\u0301"),
        ("compatibility forms", "ﬁ ﬃ Å"),
        ("a byte-order mark inside", "\ufeffa"),
        ("line and paragraph separators, as themselves", "\u2028\u2029"),
        ("delete, as itself", "\x7f"),
        ("C1 controls, as themselves", "\x80\x9f"),
        ("what is no character", "\uffff\ufdd0\U0010ffff"),
        ("slashes and signs of HTML, as themselves", "</script><!-- & ' /"),
        ("right to left", "\u202eabc\u202c"),
        ("the replacement character", "\ufffd"),
        ("short escapes", r"\"\\\b\f\n\r\t"),
        ("all other escapes", "".join(rf"\u{n:04x}" for n in range(32) if n not in {8, 9, 10, 12, 13})),
    ):
        section.ok("text", "decode", f"text: {name}", {}, schema="payload", bytes=_said(words))
    for name, words in (
        ("a lone high surrogate", r"\ud800"),
        ("a lone low surrogate", r"\udc00"),
        ("surrogates exchanged", r"\udc00\ud800"),
        ("two high surrogates, one low", r"\ud83d\ud83d\ude42"),
        ("a lone surrogate at the end", r"a\udbff"),
    ):
        section.bad("text", "decode", f"text: {name}", "field-wrong", schema="payload", bytes=_said(words))
    for name, words in (
        ("a pair of surrogates escaped", r"\ud83d\ude42"),
        ("a letter escaped", r"\u0041"),
        ("Cyrillic escaped", r"\u0451"),
        ("a slash escaped", r"\/"),
        ("an escape in capitals", r"\u001F"),
        ("a long escape where a short one is", r"\u000a"),
        ("the quote as a long escape", r"\u0022"),
        ("delete escaped", r"\u007f"),
        ("a line separator escaped", r"\u2028"),
    ):
        section.bad("text", "decode", f"text: {name}", "json-spelling", schema="payload", bytes=_said(words))


def _write_spelling(section: Section) -> None:
    whole = _onward()
    for name, given in (
        ("a blank in front", b" " + whole),
        ("a line end behind", whole + b"\n"),
        ("a blank after a colon", whole.replace(b":", b": ")),
        ("a blank after a comma", whole.replace(b",", b", ")),
        ("a tab within", whole.replace(b"{", b"{\t")),
        ("keys in another order", f'{{"erase":null,"secret":"{A}"}}'.encode()),
        ("a key escaped", whole.replace(b"erase", rb"er\u0061se")),
        ("a key twice, the same", whole[:-1] + b',"erase":null}'),
        ("a key twice, another value first", whole.replace(b"{", f'{{"secret":"{B}",'.encode())),
        ("a key twice, a wrong type first", whole.replace(b"{", b'{"secret":5,')),
        ("a key twice, a lone surrogate first", whole.replace(b"{", rb'{"secret":"\ud800",')),
    ):
        section.bad("spelling", "decode", f"spelling: {name}", "json-spelling", schema="onward", bytes=given)
    for name, given in (
        ("the kind behind", _event('{"text":"a","kind":"said"}')),
        ("a kind twice, unknown first", _event('{"kind":"shouted","kind":"said","text":"a"}')),
        (
            "the event before the rest",
            b'{"event":{"kind":"said","text":"a"},"me":["' + LANE.encode() + b'",0],"seen":null}',
        ),
        ("a blank in the event", _event('{"kind":"said", "text":"a"}')),
        ("an event twice, a wrong one first", _event('5,"event":{"kind":"said","text":"a"}')),
    ):
        section.bad("spelling", "decode", f"spelling: {name}", "json-spelling", schema="payload", bytes=given)


def _write_words(section: Section) -> None:
    def units(words: str) -> list[int]:
        raw = words.encode("utf-16-le", "surrogatepass")
        return [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]

    for name, words, written in (
        ("nothing", "", ""),
        ("plain", "да", "да"),
        ("composed", "e\u0301 и\u0306", "é й"),
        ("composed of three", "\u1100\u1161\u11a8", "\uac01"),
        ("what composes to two", "\u0958", "\u0915\u093c"),
        ("compatibility forms stay", "ﬁ", "ﬁ"),
        ("Ångström's sign", "\u212b", "Å"),
        ("marks in order", "a\u0315\u0300", "à\u0315"),
        ("a lone high surrogate", "a\ud800b", "a\ufffdb"),
        ("a lone low surrogate", "\udc00", "\ufffd"),
        ("surrogates exchanged", "\udc00\ud800", "\ufffd\ufffd"),
        ("a lone one before a pair", "\ud83d\ud83d\ude42", "\ufffd🙂"),
        ("a lone one before a mark", "\ud800\u0301", "\ufffd\u0301"),
        ("a pair", "🙂", "🙂"),
        ("escapes", '"\\\b\f\n\r\t\0\x1f', r"\"\\\b\f\n\r\t\u0000\u001f"),
        ("separators and slashes", "\u2028/\x7f", "\u2028/\x7f"),
    ):
        assert unicodedata.is_normalized("NFC", written)
        output = {"bytes": f'"{written}"'.encode()}
        section.ok("words", "write-text", f"words: {name}", output, units=units(words))
