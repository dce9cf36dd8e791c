"""What the table itself says against a number: that people differ, and that too few are on two lists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from count.tables import table
from safeconduct.count.checks import FEW_SHARED, LEAST_SHARED, PEOPLE_DIFFER, differing, find_cautions
from safeconduct.count.history import Table, tabulate
from safeconduct.count.refusal import Uncountable
from safeconduct.count.report import make_report
from safeconduct.count.total import add_strata
from safeconduct.count.words import LANGUAGES, words

CHEAP = ("chapman", "chao")


def seen(random: np.random.Generator, people: int, *, times: float) -> Table:
    """Three or four lists; three people in ten come on each this many times as easily as the others."""
    chances = random.uniform(0.1, 0.3, int(random.integers(3, 5)))
    easy = random.random(people) < 0.3
    on = random.random((people, len(chances))) < np.where(easy[:, None], chances * times, chances)
    counts = np.bincount(on @ (1 << np.arange(len(chances))), minlength=2 ** len(chances))
    return tabulate("ABCD"[: len(chances)], {h: int(counts[h]) for h in range(1, len(counts))})


def test_independent_lists_are_suspected_as_seldom_as_promised() -> None:
    random = np.random.default_rng(1)
    found = [differing(seen(random, 2000, times=1), np.random.default_rng(at)) for at in range(100)]
    assert sum(p < 0.05 for p in found) <= 12
    assert 0.35 < np.mean(found) < 0.65


def test_people_who_differ_are_found() -> None:
    random = np.random.default_rng(2)
    found = [differing(seen(random, 2000, times=3), np.random.default_rng(at)) for at in range(20)]
    assert sum(p < 0.05 for p in found) >= 16


@pytest.mark.parametrize(("name", "differ"), [("kosovo", True), ("uk5", False), ("korea", False)])
def test_known_tables(name: str, differ: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert (PEOPLE_DIFFER in find_cautions(table(name), np.random.default_rng(1))) is differ


def test_two_lists_say_nothing_of_it() -> None:
    assert differing(tabulate("AB", {1: 500, 2: 400, 3: 10}), np.random.default_rng(1)) == 1


def test_fewer_than_fifty_on_two_lists_are_few() -> None:
    for shared, few in ((LEAST_SHARED - 1, True), (LEAST_SHARED, False)):
        made = tabulate("ABC", {1: 300, 2: 300, 4: 300, 3: shared - 30, 5: 20, 7: 10})
        assert (FEW_SHARED in find_cautions(made, np.random.default_rng(1))) is few


def test_cautions_are_said_in_both_languages_and_once() -> None:
    few = make_report(tabulate("ABC", {1: 300, 2: 300, 4: 300, 3: 9, 5: 9, 6: 9, 7: 1}), seed=1, methods=CHEAP)
    differ = make_report(table("kosovo"), seed=1, methods=CHEAP)
    assert (few.cautions, differ.cautions) == ((FEW_SHARED,), (PEOPLE_DIFFER,))
    assert differ.as_record()["cautions"] == [PEOPLE_DIFFER]
    both = add_strata({"x": few, "y": differ}, seed=1)
    assert both.cautions == (PEOPLE_DIFFER, FEW_SHARED)
    for language in LANGUAGES:
        speak = words(language)
        unseen, shown, less = (speak.say(f"caution-{code}") for code in ("unseen", PEOPLE_DIFFER, FEW_SHARED))
        assert [part in few.sentence(language) for part in (unseen, shown, less)] == [True, False, True]
        assert [part in differ.sentence(language) for part in (unseen, shown, less)] == [False, True, False]
        said = both.sentence(language)
        assert [part in said for part in (unseen, shown, less)] == [False, False, False], "not of all together"
        assert all(speak.say(f"total-caution-{code}") in said for code in both.cautions)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=7, max_size=7))
def test_any_table_has_a_p(numbers: list[int]) -> None:
    try:
        made = tabulate("ABC", dict(enumerate(numbers, start=1)))
    except Uncountable:
        return
    assert 0 < differing(made, np.random.default_rng(1)) <= 1
