"""What the organisation asks once help is on its way: a form as data (spec: manifest)."""

from typing import Annotated, Final, Literal

import msgspec

from safeconduct.sealed.event import Language
from safeconduct.sealed.signing import digest
from safeconduct.sealed.wire import decode, encode

Words = tuple[tuple[Language, str], ...]
"""The same sentence in several languages: pairs of language and text."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question; `choices` is empty for `text`."""

    id: str
    kind: Literal["one", "text"]
    ask: Words
    choices: tuple[tuple[str, Words], ...]


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The countries that can be chosen, and the questions."""

    countries: tuple[Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")], ...]
    questions: tuple[Question, ...]


def read_form(untrusted: bytes) -> Form:
    """Read a form (the codes of `wire.decode`)."""
    return decode(untrusted, Form)


def write_form(form: Form) -> bytes:
    """A form's one spelling."""
    return encode(form)


def form_digest(text: bytes) -> bytes:
    """How a manifest and `answered` name a form."""
    return digest("form", text)


def in_language(words: Words, language: str) -> str:
    """The sentence in this language, else in the first there is."""
    return dict(words).get(language) or (words[0][1] if words else "")


def shown(form: Form, question: str, value: str, language: str) -> tuple[str, str]:
    """A question as asked and an answer as shown; unknown ones as they stand."""
    found = next((q for q in form.questions if q.id == question), None)
    if found is None:
        return question, value
    choice = next((words for code, words in found.choices if code == value), None)
    return in_language(found.ask, language), in_language(choice, language) if choice else value


def _both(russian: str, english: str) -> Words:
    return (("ru", russian), ("en", english))


_YES_NO: Final = (("yes", _both("Да", "Yes")), ("no", _both("Нет", "No")), ("unsure", _both("Не знаю", "Not sure")))

SHIPPED: Final = Form(
    # Countries whose law the project has collected; Russia first, where many are when they write.
    countries=("RU", "GE", "KZ", "AM", "KG", "MN", "RS", "TR", "DE", "FR", "FI", "HR", "NO"),
    questions=(
        Question(
            "whom",
            "one",
            _both("О ком идёт речь?", "Whom is this about?"),
            (
                ("self", _both("Обо мне", "Me")),
                ("relative", _both("О моём близком", "Someone close to me")),
                ("other", _both("О другом человеке", "Someone else")),
            ),
        ),
        Question(
            "address",
            "text",
            _both(
                "Как к вам обращаться? Подойдёт любое имя, не обязательно настоящее.",
                "What may we call you? Any name will do, it need not be your own.",
            ),
            (),
        ),
        Question(
            "alone",
            "one",
            _both(
                "Телефон или компьютер, с которого вы пишете, только ваш?",
                "Is the phone or computer you write from yours alone?",
            ),
            _YES_NO,
        ),
        Question(
            "searched",
            "one",
            _both(
                "Могут ли это устройство у вас забрать или осмотреть?",
                "Could someone take or search this device?",
            ),
            _YES_NO,
        ),
        Question(
            "words",
            "text",
            _both(
                "Когда вам безопасно читать ответ, и есть ли слова, которых в нём быть не должно?",
                "When is it safe for you to read an answer, and are there words it must not contain?",
            ),
            (),
        ),
        Question(
            "other-way",
            "text",
            _both(
                "Другой способ связаться с вами, если хотите. Можно не отвечать.",
                "Another way to reach you, if you like. You need not answer.",
            ),
            (),
        ),
    ),
)
