"""When one number may stand alone, what is said of it, and that a record makes itself again."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from count.tables import table
from safeconduct.count import estimate as estimates
from safeconduct.count import latent
from safeconduct.count.checks import dependence, overdispersion, posterior_check
from safeconduct.count.command import METHODS as COMMAND_METHODS
from safeconduct.count.disclosure import about, hides, outward, rounded
from safeconduct.count.estimate import METHODS, WARNINGS, Estimate, estimate
from safeconduct.count.headline import find_headline, say, span
from safeconduct.count.history import tabulate
from safeconduct.count.loglinear import fit_model
from safeconduct.count.modes import Mode
from safeconduct.count.reading import read_histories
from safeconduct.count.refusal import MethodUnknown, Stopped
from safeconduct.count.report import leave_one_out, make_report, stratified
from safeconduct.count.words import LANGUAGES, words

FINE = Estimate("latent_class", 1043.0, 902.0, 1384.0, 1.002, 900.0, modes=(Mode(1030.0, 1.0),))
OTHER = Estimate("chao", 800.0, 700.0, 1300.0)
CHEAP = ("chapman", "chao", "decomposable")


def test_the_headline_is_the_latent_class_estimate_with_the_span_of_the_others() -> None:
    headline, reason = find_headline(table("kosovo"), [OTHER, FINE])
    assert reason is None
    assert headline is not None
    assert (headline.point, headline.lower, headline.upper) == (1043.0, 902.0, 1384.0)
    assert headline.others == (800.0, 800.0)


@pytest.mark.parametrize(
    ("name", "found", "reason"),
    [
        ("kosovo", replace(FINE, warnings=("not_converged", "bimodal")), "not_converged"),
        ("kosovo", replace(FINE, warnings=("bimodal",), modes=(Mode(500.0, 0.6), Mode(1400.0, 0.4))), "bimodal"),
        ("kosovo", replace(FINE, warnings=("at_ceiling", "poor_fit")), "at_ceiling"),
        ("kosovo", replace(FINE, warnings=("poor_fit",)), "poor_fit"),
        ("kosovo", OTHER, "not_asked"),
        ("kosovo", replace(FINE, point=None), "not_asked"),
    ],
)
def test_without_convergence_one_mode_or_fit_there_is_no_headline(name: str, found: Estimate, reason: str) -> None:
    assert find_headline(table(name), [OTHER, found]) == (None, reason)
    for language in LANGUAGES:
        said = say(table(name), [OTHER, found], language)
        assert "1,043" not in said
        assert "800" in said


def test_two_lists_never_give_a_headline() -> None:
    two = tabulate("AB", {1: 500, 2: 400, 3: 100})
    report = make_report(two, seed=1)
    assert (report.headline, report.reason) == (None, "two_lists_only")
    for found in report.estimates:
        assert "two_lists_only" in found.warnings
    assert [e.method for e in report.estimates if e.point] == ["chapman", "chao"]


def test_what_is_impossible_is_not_in_the_span() -> None:
    low = Estimate("chapman", 82.0, 80.0, 90.0, warnings=("two_lists_only", "below_observed"))
    assert span([low, OTHER, FINE], but="latent_class") == (800.0, 800.0)
    assert span([low]) is None


def test_the_sentence_says_number_interval_model_assumption_and_doubt_in_both_languages() -> None:
    wanted = {
        "en": ["4 lists", "4,400", "1,040", "900 to 1,400", "800", "latent classes", "assumes", "Do not believe"],
        "ru": [
            "4 списках",
            "4\N{NO-BREAK SPACE}400",
            "1\N{NO-BREAK SPACE}040",
            "скрытые классы",
            "предполагает",
            "Не верьте числу",
        ],
    }
    for language, parts in wanted.items():
        said = say(table("kosovo"), [OTHER, FINE], language)
        assert [part for part in parts if part not in said] == []


def test_of_fewer_than_ten_nothing_is_said() -> None:
    few = tabulate("ABC", {1: 3, 3: 2, 4: 2})
    for language in LANGUAGES:
        said = say(few, [OTHER, FINE], language)
        assert not any(letter.isdigit() for letter in said)


def test_every_sentence_is_there_in_both_languages() -> None:
    russian, english = (words(language)._bundle._messages for language in LANGUAGES)
    assert russian.keys() == english.keys()
    for language in LANGUAGES:
        speak = words(language)
        for method in METHODS:
            assert speak.say(f"method-{method}")
        for code in WARNINGS:
            assert speak.say(f"warning-{code}")
        with pytest.raises(KeyError):
            speak.say("nothing-of-the-kind")


def test_the_command_knows_the_methods_without_loading_them() -> None:
    assert tuple(METHODS) == COMMAND_METHODS


def test_a_record_makes_itself_again() -> None:
    methods = tuple(METHODS)[:-1]
    first, second = (make_report(table("korea"), seed=7, methods=methods).as_record() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first["record"]["digest"] == table("korea").digest
    assert first["record"]["seed"] == 7
    assert first["record"]["versions"]["numpy"] == np.__version__
    assert [e["method"] for e in first["estimates"]] == list(methods)
    assert set(first["estimates"][0]) == {"method", "point", "lower", "upper", "rhat", "ess", "warnings"}
    assert {w for e in first["estimates"] for w in e["warnings"]} <= set(WARNINGS)


def test_leaving_a_method_out_does_not_change_another() -> None:
    alone = estimate(table("korea"), "bayes_threshold", seed=3)
    among = make_report(table("korea"), seed=3, methods=("chao", "bayes_threshold")).estimates[1]
    assert alone.point == among.point


def test_an_unknown_method_is_refused_and_a_run_can_be_stopped() -> None:
    with pytest.raises(MethodUnknown):
        make_report(table("korea"), seed=1, methods=("guess",))
    with pytest.raises(Stopped):
        make_report(table("korea"), seed=1, tell=lambda _doing, _part: False)


def test_leave_one_out_and_strata_say_what_could_not_be_counted() -> None:
    found = leave_one_out(table("korea"), seed=1, methods=CHEAP)
    assert set(found) == {"b", "c", "d"}
    text = "A,B,C,region,count\n" + "1,0,0,x,50\n0,1,0,x,40\n0,0,1,x,30\n1,1,0,x,9\n0,1,1,x,8\n1,0,0,y,4\n"
    text += "1,0,0,z,9\n0,1,0,z,9\n" + "1,1,1,w,12\n"
    strata = stratified(read_histories(text.encode(), "t.csv"), "region", seed=1, methods=CHEAP)
    assert {name: strata[name] for name in "wyz"} == {"y": "few", "z": "not-counted", "w": "not-counted"}
    assert not isinstance(strata["x"], str)
    assert leave_one_out(tabulate("ABC", {1: 3, 3: 2, 4: 20}), seed=1, methods=CHEAP)["C"] == "few"


def test_a_third_list_that_nobody_stands_on_gives_no_headline_and_is_said() -> None:
    report = make_report(tabulate("ABC", {1: 500, 2: 400, 3: 100}), seed=1)
    assert (report.headline, report.reason) == (None, "two_lists_only")
    assert report.as_record()["record"]["empty_lists"] == ["C"]
    assert "Too few people are on one list, and so not counted with: C." in report.sentence("en")
    assert "В 2 списках около" in report.sentence("ru")
    assert "В 1 списке слишком мало людей, и он не учтён: C." in report.sentence("ru")


def test_a_number_that_its_prior_cuts_off_is_no_headline() -> None:
    """Three independent lists of one in a hundred of 30,000: their prior ends at two thirds of that."""
    on = np.random.default_rng(0).random((30_000, 3)) < 0.01
    counts = np.bincount(on @ np.array([1, 2, 4]), minlength=8)
    report = make_report(tabulate("ABC", {h: int(counts[h]) for h in range(1, 8)}), seed=1, methods=("latent_class",))
    assert (report.headline, report.reason) == (None, "at_ceiling")
    assert "at_ceiling" in report.estimates[0].warnings
    assert "наибольшего числа" in report.sentence("ru")


def test_what_stands_on_fewer_than_ten_is_not_said() -> None:
    """Who knows both lists' sizes could reckon the overlap from three digits."""
    for few, told in ((9, False), (10, True)):
        two = make_report(tabulate("AB", {1: 150, 2: 140, 3: few}), seed=1)
        assert [e.told for e in two.estimates[:2]] == [told, told]
        assert ("No method gives a number" in two.sentence("en")) is not told
    three = make_report(tabulate("ABC", {1: 150, 2: 140, 3: 5, 4: 90, 5: 4, 6: 3}), seed=1, methods=CHEAP)
    assert [e.told for e in three.estimates] == [False, True, True]


def test_one_number_of_the_others_is_one_number() -> None:
    said = {language: say(table("kosovo"), [OTHER, FINE], language) for language in LANGUAGES}
    assert "Other methods, as honest as this one, give about 800." in said["en"]
    assert "Другие методы, столь же честные, дают около 800." in said["ru"]


def test_dependence_finds_the_lists_that_were_made_dependent() -> None:
    random = np.random.default_rng(1)
    first = random.random(5000) < 0.2
    on = np.column_stack([first, random.random(5000) < np.where(first, 0.6, 0.1), random.random(5000) < 0.2])
    counts = np.bincount(on @ np.array([1, 2, 4]), minlength=8)
    made = tabulate("ABC", {h: int(counts[h]) for h in range(1, 8)})
    worst = dependence(made)[0]
    assert worst.lists == ("A", "B")
    assert worst.observed > worst.expected
    assert worst.p < 1e-6
    independent = fit_model(frozenset(), made)
    assert independent is not None
    assert (overdispersion(made, independent) or 0) > 10


def test_the_posterior_check_tells_a_model_that_fits_from_one_that_does_not() -> None:
    random = np.random.default_rng(1)
    kosovo = table("kosovo")
    truth = kosovo.counts[1:] / kosovo.n_observed
    fitting = random.dirichlet(kosovo.counts[1:] + 1, size=300)
    wrong = np.tile(np.full(15, 1 / 15), (300, 1))
    assert posterior_check(kosovo, fitting, np.random.default_rng(1)) > 0.05
    assert posterior_check(kosovo, wrong, np.random.default_rng(1)) == 0
    assert truth.sum() == pytest.approx(1)


def test_an_estimate_that_did_not_converge_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent.sample, "__kwdefaults__", {**(latent.sample.__kwdefaults__ or {}), "most_steps": 1000})
    monkeypatch.setattr(latent, "SIZE", 10**6)
    monkeypatch.setattr(latent, "_WARM", (50, 50))
    found = estimate(table("korea"), "latent_class", seed=1)
    assert estimates.NOT_CONVERGED in found.warnings


@given(st.floats(0, 1e9))
def test_no_number_below_ten_is_shown_and_all_others_end_in_nought(people: float) -> None:
    shown = rounded(people)
    assert (shown is None) == hides(people) == (people < 10)
    assert shown is None or (shown % 10 == 0 and abs(shown - people) <= 5)
    assert about(people) % 10 == 0


@given(st.floats(1, 1e8), st.floats(1, 1e8))
def test_an_interval_never_gets_narrower(a: float, b: float) -> None:
    low, high = outward(min(a, b), max(a, b))
    assert low <= min(a, b)
    assert high >= max(a, b)
    assert low % 10 == high % 10 == 0
