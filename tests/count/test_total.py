"""The total over strata: sums whose answer is known, what it leaves out and says so, and when it gives no number."""

import argparse
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from count.tables import table
from safeconduct.count import command
from safeconduct.count.bootstrap import add_resampled, bca, choose_among
from safeconduct.count.bounds import add_intervals, chapman
from safeconduct.count.estimate import METHODS, Estimate, estimate
from safeconduct.count.headline import Headline
from safeconduct.count.history import Table, tabulate
from safeconduct.count.loglinear import best_by_bic
from safeconduct.count.report import Report, make_report
from safeconduct.count.total import StrataTotal, add_estimates, add_strata
from safeconduct.count.words import LANGUAGES

QUICK = ("chapman", "chao", "loglinear_bic", "decomposable")


def seen_by(people: int, chances: tuple[float, ...], seed: int) -> Table:
    """Independent lists over a number of people that is known."""
    on = np.random.default_rng(seed).random((people, len(chances))) < chances
    counts = np.bincount(on @ (1 << np.arange(len(chances))), minlength=2 ** len(chances))
    return tabulate("ABCDE"[: len(chances)], {h: int(counts[h]) for h in range(1, 2 ** len(chances))})


def fine(people: Table, draws: np.ndarray) -> Report:
    """A report whose one estimate stands alone."""
    point, lower, upper = (float(np.quantile(draws, level)) for level in (0.5, 0.025, 0.975))
    found = Estimate("latent_class", point, lower, upper, 1.001, 900.0, draws=draws)
    return Report(people, 1, (found,), Headline("latent_class", point, lower, upper, None), None, ())


def test_two_of_the_same_add_up_by_hand() -> None:
    one = chapman(200, 150, 30)
    both = add_intervals([one, one])
    assert add_intervals([one]) == one
    assert both.point == 2 * one.point == 2 * (201 * 151 / 31 - 1)
    variance = 201 * 151 * 170 * 120 / (31**2 * 32)
    unseen = 2 * (one.point - 320)
    factor = np.exp(1.959964 * np.sqrt(np.log1p(2 * variance / unseen**2)))
    assert both.lower == pytest.approx(640 + unseen / factor, rel=1e-5)
    assert both.upper == pytest.approx(640 + unseen * factor, rel=1e-5)


def test_draws_add_up_to_the_convolution() -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(1000, 30, (4, 2000)), random.normal(500, 40, (4, 2000))
    parts = [
        Estimate("latent_class", 1.0, 1.0, 1.0, r, s, draws=d)
        for r, s, d in ((1.001, 900.0, first), (1.004, 500.0, second))
    ]
    found = add_estimates(parts, seen=900, seed=1)
    assert found.point == pytest.approx(1500, abs=2)
    assert found.lower == pytest.approx(1500 - 1.96 * 50, abs=4)
    assert found.upper == pytest.approx(1500 + 1.96 * 50, abs=4)
    assert (found.rhat, found.ess) == (1.004, 500.0)


def test_the_same_seed_in_every_stratum_makes_no_sum_too_wide() -> None:
    """Draws of equal tables are equal draw by draw; added in step, they would make the interval twice one stratum's."""
    one = estimate(table("korea"), "bayes_threshold", seed=4)
    both = add_estimates([one, one], seen=246, seed=4)
    assert one.lower is not None
    assert one.upper is not None
    assert both.lower is not None
    assert both.upper is not None
    assert both.upper - both.lower == pytest.approx(2**0.5 * (one.upper - one.lower), rel=0.06)


def test_resamples_add_up_as_one_bootstrap_of_all_strata_would() -> None:
    small = table("kosovo")
    choose = choose_among((best_by_bic(small, 1)[0].model,))
    one = bca(small, choose, resamples=4000, random=np.random.default_rng(1))
    alone = add_resampled([one], random=np.random.default_rng(2))
    assert (alone.lower, alone.upper) == pytest.approx((one.lower, one.upper), rel=0.01)
    both = add_resampled([one, one], random=np.random.default_rng(2))
    random = np.random.default_rng(3)
    again = bca(small, choose, resamples=4000, random=random)
    assert both.point == 2 * one.point
    wanted = np.quantile(random.permutation(one.people) + random.permutation(again.people), [0.025, 0.975])
    assert (both.lower, both.upper) == pytest.approx(tuple(wanted), rel=0.03)
    assert both.upper - both.lower == pytest.approx(2**0.5 * (one.upper - one.lower), rel=0.1)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "latent_class"])
def test_where_the_truth_is_known_the_total_holds_it_more_narrowly_than_its_parts_would(method: str) -> None:
    strata = [seen_by(people, (0.3, 0.35, 0.25), seed) for seed, people in enumerate((1200, 800, 600))]
    parts = [estimate(part, method, seed=1) for part in strata]
    total = add_estimates(parts, seen=sum(part.n_observed for part in strata), seed=1)
    assert total.point is not None
    assert total.lower is not None
    assert total.upper is not None
    assert total.lower < 2600 < total.upper
    assert total.upper - total.lower < 0.8 * sum((p.upper or 0) - (p.lower or 0) for p in parts)
    assert sum(p.point or 0 for p in parts) == pytest.approx(total.point, rel=0.01)


def test_a_total_has_a_number_only_where_every_stratum_has_one() -> None:
    random = np.random.default_rng(1)
    north, south = (
        fine(table("kosovo"), random.normal(9000, 300, 4000)),
        fine(table("korea"), random.normal(140, 5, 4000)),
    )
    both = add_strata({"north": north, "south": south}, seed=1)
    assert both.reason is None
    assert both.headline is not None
    assert both.headline.point == pytest.approx(9140, rel=0.01)
    assert both.n_observed == north.table.n_observed + south.table.n_observed
    unsettled = replace(south, headline=None, reason="not_converged")
    for missing in (unsettled, "not-counted"):
        found = add_strata({"north": north, "south": missing}, seed=1)
        assert (found.headline, found.reason) == (None, "strata_without_number")
        for language in LANGUAGES:
            assert "south" in found.sentence(language)


def test_what_is_the_same_everywhere_is_the_reason() -> None:
    two = tabulate("AB", {1: 500, 2: 400, 3: 100})
    report = make_report(two, seed=1)
    assert add_strata({"x": report, "y": report}, seed=1).reason == "two_lists_only"
    quick = make_report(table("korea"), seed=1, methods=QUICK)
    assert add_strata({"x": quick}, seed=1).reason == "not_asked"


def test_strata_left_out_are_said_by_name_and_nothing_is_taken_from_few() -> None:
    few = tabulate("ABC", {1: 3, 3: 2, 4: 2})
    reports = {
        "north": make_report(table("korea"), seed=1, methods=QUICK),
        "south": make_report(few, seed=1, methods=QUICK),
    }
    found = add_strata(reports | {"east": "not-counted", "west": "few"}, seed=1)
    assert list(found.counted) == ["north"]
    assert found.left_out == {"south": "few", "east": "not-counted", "west": "few"}
    assert found.n_observed == 123
    said = found.sentence("en")
    assert "Fewer than ten people, and so not in these numbers: south, west." in said
    assert "Could not be counted, and so not in these numbers: east." in said
    assert "about 120 people" in said
    nothing = add_strata({"south": "not-counted"}, seed=1)
    assert nothing.headline is None
    for language in LANGUAGES:
        assert not any(letter.isdigit() for letter in nothing.sentence(language))


def test_a_stratum_without_an_estimate_leaves_the_method_without_a_total() -> None:
    known = estimate(table("korea"), "chao", seed=1)
    found = add_estimates([known, Estimate("chao", warnings=("no_mle",))], seen=300, seed=1)
    assert (found.point, found.lower, found.upper) == (None, None, None)
    assert found.warnings == ("no_mle", "lower_bound")


@given(st.lists(st.integers(10, 5000), min_size=1, max_size=6), st.sampled_from(LANGUAGES))
def test_no_number_below_ten_and_none_finer_than_ten_is_in_the_sentence(sizes: list[int], language: str) -> None:
    draws = np.linspace(1.2, 1.6, 100)
    reports = {chr(97 + at): fine(tabulate("ABC", {1: n, 3: n, 6: n}), draws * 3 * n) for at, n in enumerate(sizes)}
    total = add_strata(reports, seed=1)
    said = re.sub("95\N{NO-BREAK SPACE}%|95-про|Vallier 2016|Вальер, 2016", "", total.sentence(language))
    said = said.replace("\N{NO-BREAK SPACE}", "").replace(",", "")
    numbers = [int(word) for word in "".join(c if c.isdigit() else " " for c in said).split()]
    assert len(numbers) >= 4
    assert all(number % 10 == 0 and number >= 10 for number in numbers)


def test_the_record_has_the_form_of_a_reports() -> None:
    report = make_report(table("korea"), seed=7, methods=QUICK)
    total = add_strata({"x": report, "y": report}, seed=7)
    assert isinstance(total, StrataTotal)
    record, alone = total.as_record(), report.as_record()
    assert [key for key in alone if key != "record"] == list(record)[:6]
    assert [list(e) for e in record["estimates"]] == [list(e) for e in alone["estimates"]]
    assert json.dumps(record) == json.dumps(add_strata({"x": report, "y": report}, seed=7).as_record())
    assert record["counted"] == ["x", "y"]


def test_the_command_gives_the_total_beside_the_strata(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        f"{a},{b},{c},{region},{n}"
        for region in "xy"
        for a, b, c, n in ((1, 0, 0, 50), (0, 1, 0, 40), (0, 0, 1, 30), (1, 1, 0, 9), (0, 1, 1, 8))
    ]
    file = tmp_path / "t.csv"
    file.write_text("\n".join(["A,B,C,region,count", *rows, "1,0,0,z,4"]))
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    asked = ["count", "estimate", str(file), "--by", "region", "--method", "chao"]
    for extra in (["--json"], []):
        given_ = parser.parse_args([*asked, *extra])
        given_.run(given_)
    said = capsys.readouterr().out
    found = json.loads(said.splitlines()[0])
    total = found["strata_total"]
    points = [found["strata"][name]["estimates"][0]["point"] for name in "xy"]
    assert total["estimates"][0]["point"] == pytest.approx(sum(points))
    assert total["left_out"] == {"z": "few"}
    assert total["headline_reason"] == "not_asked"
    assert "Counted part by part" in said
