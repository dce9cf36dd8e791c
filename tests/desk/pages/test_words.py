"""Both languages say everything, and say it right."""

import re
from importlib.resources import files

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Identifier, Message, SelectExpression, VariableReference
from fluent.syntax.visitor import Visitor

from safeconduct.case.alarm import Alarm
from safeconduct.case.event import DUTIES
from safeconduct.count.command import METHODS
from safeconduct.count.pairs import LEVELS, SHOWN
from safeconduct.count.reading import COUNT_WRONG, HISTORY_NONE, HISTORY_TWICE, HISTORY_WRONG, ROW_LENGTH, STRATUM_NONE
from safeconduct.count.refusal import Uncountable
from safeconduct.desk.pages.matter import REASONS, URGENCIES
from safeconduct.desk.pages.pairs import CODES, REFUSED
from safeconduct.desk.pages.queue import BANDS
from safeconduct.desk.words import LANGUAGES, choose_language, words
from safeconduct.sealed.event import URGENCIES as SPOKEN

HERE = files("safeconduct.desk")
FAMILIES = {
    "urgency-": URGENCIES,
    "reason-": [*(code for code in URGENCIES if code != "none"), "triaged", "waiting", "answered", "lost"],
    "alarm-": [*(alarm.value for alarm in Alarm), "lost"],
    "alarm-do-": [*(alarm.value for alarm in Alarm), "lost"],
    "band-": BANDS,
    "consent-": ["unasked", "given", "withdrawn"],
    "did-": ["agreed", "withdrawn"],
    "rows-none-": BANDS,
    "relay-": ["there", "silent", "foreign", "clock"],
    "aside-": REASONS,
    "aside-why-": [*REASONS, "taken"],
    "duty-": DUTIES,
    "refusal-": [
        "extra-missing", "closed", "writer-wrong", "desk-taken", "desk-unknown", "format-other",
        "token", "absent", "refused", "broken", "large", "form", "method", "guard-403", "guard-405", "guard-421",
        "guard-500"
    ],
    "key-": [
        "next", "down", "up", "open", "queue", "mine", "law", "count", "take", "reply", "note", "aside", "send",
        "leave", "keys"
    ],
    "law-wrong-": ["answer", "date", "event"],
    "count-refused-": [*(leaf.code for leaf in Uncountable.__subclasses__()), "few", "not-counted"],
    "count-row-": [HISTORY_WRONG, HISTORY_NONE, HISTORY_TWICE, COUNT_WRONG, STRATUM_NONE, ROW_LENGTH],
    "count-state-": ["done", "stopped", "lost", "broken"],
    "count-doing-": ["start", "read", "link", "draw", "method"],
    "count-assumes-": [*METHODS, "all"],
    "pairs-": CODES.values(),
    "pairs-shown-": SHOWN,
    "pairs-stands-": ["joined", "apart", "apart-likely"],
    "pairs-evidence-": ["surname-rare", *(f"{field}-{level}" for field, levels in LEVELS.items() for level in levels)],
    "pairs-refused-": REFUSED,
    "pairs-instead-": ["first"],
    "count-own-": ["quarter", "one", "few", "total", "sentence"],
}  # fmt: skip


def messages(language: str) -> dict[str, Message]:
    resource = FluentParser().parse((HERE / "locales" / f"{language}.ftl").read_text("utf-8"))
    return {entry.id.name: entry for entry in resource.body if isinstance(entry, Message)}


class Variables(Visitor):
    """What a message wants to be told, and which plural forms it knows."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.forms: list[set[str]] = []

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - the visitor's
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: SelectExpression) -> None:  # noqa: N802 - the visitor's
        self.forms.append(
            {key.name if isinstance(key := each.key, Identifier) else key.value for each in node.variants}
        )
        self.generic_visit(node)


def variables(message: Message) -> Variables:
    found = Variables()
    found.visit(message)
    return found


def asked() -> set[str]:
    """Every key that a template or a page names whole."""
    keys: set[str] = set()
    for template in (HERE / "templates").iterdir():
        keys |= set(re.findall(r"""\bt\("([a-z-]+)"[,)]""", template.read_text("utf-8")))
    for page in (HERE / "pages").iterdir():
        if page.name.endswith(".py"):
            keys |= set(re.findall(r"""(?:told = |show\(visit, \d+, )"([a-z-]+)\"""", page.read_text("utf-8")))
    return keys


def test_the_two_languages_have_the_same_sentences_and_each_is_told_the_same() -> None:
    russian, english = messages("ru"), messages("en")
    assert list(russian) == list(english)
    for key, message in russian.items():
        assert variables(message).names == variables(english[key]).names, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing(language: str) -> None:
    keys = asked() | {prefix + code for prefix, codes in FAMILIES.items() for code in codes}
    assert len(keys) > 150
    assert {key for key in keys if not words(language).has(key)} == set()


def test_a_missing_sentence_is_noticed() -> None:
    with pytest.raises(KeyError):
        words("ru").say("no-such-sentence")
    with pytest.raises(KeyError):
        words("ru").say("row-new")


def test_no_sentence_is_left_over() -> None:
    used = asked() | {prefix + code for prefix, codes in FAMILIES.items() for code in codes}
    inner = {"waits", "day-today", "day-yesterday", "country-other", "refusal-title-absent", "key-lock"}
    texts = "".join(template.read_text("utf-8") for template in (HERE / "templates").iterdir())
    left = {key for key in messages("en") if key not in used | inner and f'"{key}"' not in texts}
    assert left == set()


def test_urgencies_are_those_of_the_spec() -> None:
    assert tuple(SPOKEN) == URGENCIES


def test_russian_plurals_have_their_three_forms() -> None:
    for key, message in messages("ru").items():
        for forms in variables(message).forms:
            assert forms >= ({"one", "many"} if key == "row-new" else {"one", "few", "many"}), key


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "ждёт с сегодняшнего дня"), (1, "ждёт 1 день"), (2, "ждёт 2 дня"), (5, "ждёт 5 дней"), (11, "ждёт 11 дней"),
     (21, "ждёт 21 день"), (22, "ждёт 22 дня"), (112, "ждёт 112 дней")],
)  # fmt: skip
def test_russian_counts_days(days: int, said: str) -> None:
    assert words("ru").say("reason-waiting", count=days) == said


def test_days_are_said_as_people_say_them() -> None:
    today = 20_782
    assert words("ru").day(today, today) == "сегодня"
    assert words("ru").day(today - 1, today) == "вчера"
    assert words("ru").day(today - 4, today) == "21\N{NO-BREAK SPACE}ноября"
    assert words("en").day(today - 400, today) == "21\N{NO-BREAK SPACE}October\N{NO-BREAK SPACE}2025"
    assert words("en").day(today + 1, today) == "26\N{NO-BREAK SPACE}November"


def test_names_are_not_remembered() -> None:
    said = words("en")
    said.say("item-answer", name="Vera Canary")
    said.say("row-new", count=3)
    assert not [key for key in said._said if "Vera Canary" in key]
    assert [key for key in said._said if key[0] == "row-new"]


def test_russian_texts_keep_russian_typography() -> None:
    text = (HERE / "locales" / "ru.ftl").read_text("utf-8")
    assert not re.findall(r"""["']""", text)
    assert not re.findall(r"\w\s-\s\w", text)
    assert not re.findall(r"\b(?:еще|все еще|свое|мое|берем|открое[тм] ее)\b", text)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en", "en"), ("de,ru;q=0.3,en;q=0.2", "ru"), ("de", "en"), ("", "en"),
     ("ru;q=zero,*", "en"), ("q" * 5_000, "en"), ("en;q=0.1,ru;q=0.2", "ru")],
)  # fmt: skip
def test_the_browsers_language_is_followed(accepted: str, language: str) -> None:
    assert choose_language(accepted, "en") == language
