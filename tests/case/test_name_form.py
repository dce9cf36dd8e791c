"""Case names in two languages; the shipped form, and every form that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from safeconduct.case.form import SHIPPED, Form, read_form, shown, write_form
from safeconduct.case.name import WORDS, name_in, name_of
from safeconduct.errors import Refusal


def test_two_lists_of_256_in_each_language_without_a_word_twice() -> None:
    for growing, around in WORDS.values():
        assert len(growing) == len(around) == 256
        assert len({*growing, *around}) == 512
    assert all("а" <= letter <= "я" or letter in "ё-" for lists in WORDS["ru"] for word in lists for letter in word)
    assert all("a" <= letter <= "z" or letter == "-" for lists in WORDS["en"] for word in lists for letter in word)


@given(some.binary(min_size=32, max_size=32))
def test_a_name_goes_over_into_the_other_language_and_back(matter: bytes) -> None:
    russian, english = name_of(matter, "ru"), name_of(matter, "en")
    assert name_in(russian, "en") == english
    assert name_in(english, "ru") == russian
    assert name_of(matter, "xx") == russian


def test_the_shipped_form_reads_back_and_speaks_both_languages() -> None:
    assert read_form(write_form(SHIPPED)) == SHIPPED
    for question in SHIPPED.questions:
        for words in (question.ask, *(words for _, words in question.choices)):
            assert [language for language, _ in words] == ["ru", "en"]
            assert all(text for _, text in words)
        assert bool(question.choices) == (question.kind == "one")
    assert len({question.id for question in SHIPPED.questions}) == len(SHIPPED.questions)


def test_answers_are_shown_as_asked() -> None:
    assert shown(SHIPPED, "whom", "relative", "en") == ("Whom is this about?", "Someone close to me")
    assert shown(SHIPPED, "address", "Саша", "ru")[1] == "Саша"
    assert shown(SHIPPED, "gone", "x", "ru") == ("gone", "x")
    assert shown(Form((), ()), "whom", "self", "ru") == ("whom", "self")


@given(some.binary(max_size=400) | some.text(max_size=200).map(str.encode))
def test_whatever_is_no_form_is_refused(untrusted: bytes) -> None:
    with pytest.raises(Refusal):
        read_form(untrusted)


@given(some.integers(0, 10_000), some.integers(0, 255))
def test_a_flipped_byte_is_refused_or_another_form(at: int, byte: int) -> None:
    text = bytearray(write_form(SHIPPED))
    text[at % len(text)] = byte
    try:
        read = read_form(bytes(text))
    except Refusal:
        return
    assert write_form(read) == bytes(text)
