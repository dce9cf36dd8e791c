"""Cases found on several lists: with a known truth, in any order, with decisions, and with almost nothing to go by."""

import datetime as dt
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.count.bounds import chao
from safeconduct.count.cluster import Bonds, Known, cluster, draw_bonds
from safeconduct.count.comparison import FAR, Field, Level, number_words, shares
from safeconduct.count.fellegi_sunter import fit, pairs_possible, probabilities, random_pairs
from safeconduct.count.history import tabulate
from safeconduct.count.link import Place, by_quarter, histories_of, link
from safeconduct.count.name import Name, parse_name
from safeconduct.count.refusal import DecisionsClash, Stopped
from safeconduct.count.register import Entry, Register
from safeconduct.count.season import make_season, people_of, read_season


def entry(name: str, day: str = "2024-05-13", cui: str = "", region: str = "01", court: str = "") -> Entry:
    return Entry(name, dt.date.fromisoformat(day), "337.5", cui, court, region)


def registers(*lists: list[Entry]) -> list[Register]:
    return [Register(f"list {at}", tuple(entries), ()) for at, entries in enumerate(lists)]


def pairs_of(clusters: tuple[tuple[Place, ...], ...]) -> set[tuple[Place, Place]]:
    return {pair for each in clusters for pair in combinations(each, 2)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Щербаков Юрий Ефимович", Name("щербаков", "юрий", "ефимович")),
        ("Щербаков Ю.Е.", Name("щербаков", "ю", "е")),
        ("Ю. Е. Щербаков", Name("щербаков", "ю", "е")),
        ("Юрий Ефимович Щербаков", Name("щербаков", "юрий", "ефимович")),
        ("Iurii Efimovich Shcherbakov", Name("shcherbakov", "iurii", "efimovich")),
        ("Илья Ильич Плющ", Name("плющ", "илья", "ильич")),
        ("Фёдоров", Name("федоров", "", "")),
        ("Ю", Name("ю", "", "")),
        ("Ю Я", Name("ю", "я", "")),
        (" . ,, 12 —", Name("", "", "")),
    ],
)
def test_a_name_is_read_as_registers_write_it(text: str, name: Name) -> None:
    assert parse_name(text) == name


@given(st.text(max_size=40))
def test_any_text_is_a_name(text: str) -> None:
    name = parse_name(text)
    assert bool(name.surname) >= bool(name.given) >= bool(name.patronymic)


def distance(a: str, b: str) -> int:
    """The definition, without a table."""
    if not a or not b:
        return len(a) + len(b)
    ways = [distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0])]
    if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
        ways.append(distance(a[2:], b[2:]) + 1)
    return min(ways)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_letters_apart_are_counted_as_damerau_did(a: str, b: str) -> None:
    words = number_words([a, b, "z"])
    left, right = np.array([0]), np.array([1])
    if a and b:
        assert words.apart(left, right)[0] == words.apart(right, left)[0] == min(distance(a, b), FAR)


def test_a_model_finds_the_frequencies_that_pairs_were_made_with() -> None:
    random = np.random.default_rng(5)
    match, chance = (
        [[0.05, 0.15, 0.8], [0.1, 0.9], [0.2, 0.2, 0.6]],
        [[0.9, 0.09, 0.01], [0.95, 0.05], [0.8, 0.15, 0.05]],
    )
    fields = [
        Field(str(at), tuple(Level(str(n), 1.0, 1.0) for n in range(len(m))), lambda left, _: left.astype(np.int8))
        for at, m in enumerate(match)
    ]

    def draw(frequencies: list[list[float]], number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
        columns = [random.choice(np.arange(1, len(f) + 1), number, p=f) for f in frequencies]
        return np.stack(columns, axis=1).astype(np.int8)

    matches, others = draw(match, 20_000), draw(chance, 380_000)
    everything = np.concatenate([matches, others])
    model = fit(fields, everything, everything, len(everything))
    assert model.prior == pytest.approx(0.05, rel=0.05)
    for found, made in ((model.match, match), (model.chance, chance)):
        for levels, expected in zip(found, made, strict=True):
            assert levels[1:] == pytest.approx(np.array(expected), abs=0.02)


def test_to_agree_on_a_rare_value_says_more() -> None:
    numbers = np.array([0] * 90 + [1] * 10)
    common, rare = shares(numbers, 0.01)[[0, 99]]
    assert common > 0.5
    assert rare < 0.1


@given(st.lists(st.integers(0, 3), max_size=30))
def test_pairs_of_different_lists_are_counted(lists: list[int]) -> None:
    numbered = np.array(lists, np.int64)
    expected = sum(a != b for a, b in combinations(lists, 2))
    assert pairs_possible(numbered) == expected == len(random_pairs(numbered, np.random.default_rng(1))[0])


@pytest.mark.parametrize(("slips", "precision", "recall"), [(1.0, 0.99, 0.98), (3.0, 0.98, 0.92)])
def test_a_season_is_linked_nearly_as_it_was_invented(slips: float, precision: float, recall: float) -> None:
    season = make_season(3, slips=slips)
    lists = read_season(season)
    linkage = link(lists)
    person = people_of(season, lists)
    together: dict[int, list[Place]] = {}
    for place, who in sorted(person.items()):
        together.setdefault(who, []).append(place)
    true = pairs_of(tuple(tuple(places) for places in together.values()))
    found = pairs_of(linkage.clusters)
    assert len(found & true) / len(found) > precision
    assert len(found & true) / len(true) > recall
    # What the odds promise is what happens.
    left, right = (
        np.array([person[linkage.places[at]] for at in side]) for side in (linkage.bonds.left, linkage.bonds.right)
    )
    assert linkage.probability.sum() == pytest.approx((left == right).sum(), rel=0.03)


def test_a_season_is_read_linked_and_its_known_number_is_not_missed() -> None:
    season = make_season(3)
    lists = read_season(season)
    assert lists == read_season(make_season(3))
    assert all(len(register.entries) > 200 for register in lists)
    assert {refused.reason for register in lists for refused in register.refused} == {"consent-none"}
    linkage = link(lists)
    found = tabulate([register.title for register in lists], histories_of(linkage))
    assert found.n_observed < season.true_number
    assert chao(found).lower < season.true_number
    assert sum(by_quarter(linkage, lists).values()) == found.n_observed


WORDS = st.sampled_from(
    ["Жуков Антон Ильич", "Жуков А.И.", "Zhukov Anton", "Zhuko A I", "Юдин Я.", "Я", "", "Антон Жуков"]
)
DAYS = st.sampled_from(["2024-05-13", "2024-05-14", "2024-07-01"])
ENTRIES = st.lists(
    st.builds(entry, WORDS, DAYS, st.sampled_from(["", "", "X", "Y"]), st.sampled_from(["01", ""])), max_size=6
)


@settings(max_examples=60)
@given(st.lists(ENTRIES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_neither_the_order_of_lists_nor_of_rows_matters(lists: list[list[Entry]], random: "st.DrawFn") -> None:
    before = registers(*lists)
    after = [Register(r.title, tuple(random.sample(r.entries, len(r.entries))), ()) for r in before]  # type: ignore[attr-defined]
    random.shuffle(after)  # type: ignore[attr-defined]

    def said(given: list[Register]) -> list[list[tuple[str, str]]]:
        clusters = link(given).clusters
        return sorted(sorted((given[r].title, repr(given[r].entries[e])) for r, e in each) for each in clusters)

    assert said(before) == said(after)


@settings(max_examples=60)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_every_entry_is_in_one_cluster_with_one_of_a_list_unless_the_identifier_says_so(
    lists: list[list[Entry]],
) -> None:
    given_ = registers(*lists)
    clusters = link(given_).clusters
    assert sorted(place for each in clusters for place in each) == [
        (r, e) for r, register in enumerate(given_) for e in range(len(register.entries))
    ]
    for each in clusters:
        said = [given_[r].entries[e] for r, e in each]
        assert len({e.cui for e in said if e.cui}) <= 1
        for (left, _), (right, _) in combinations(each, 2):
            assert left != right or any(e.cui for e in said)


@st.composite
def bonds(draw: st.DrawFn) -> tuple[Known, Bonds]:
    number = draw(st.integers(1, 9))
    lists = np.array(draw(st.lists(st.integers(0, 3), min_size=number, max_size=number)), np.int64)
    every = [(i, j) for i, j in combinations(range(number), 2) if lists[i] != lists[j]]
    chosen = [pair for pair in every if draw(st.booleans())]
    odds = draw(st.lists(st.floats(-9, 9), min_size=len(chosen), max_size=len(chosen)))
    apart = draw(st.lists(st.sampled_from(every), max_size=3)) if every else []
    left, right = (np.array([pair[at] for pair in chosen], np.int64) for at in (0, 1))
    return Known(lists, np.full(number, -1), different=apart), Bonds(left, right, np.array(odds))


@given(bonds(), st.integers(0, 5))
def test_drawn_linkages_are_consistent_too(made: tuple[Known, Bonds], seed: int) -> None:
    known, given_ = made
    for each in (given_, draw_bonds(given_, np.random.default_rng(seed))):
        labels = cluster(known, each)
        for i, j in combinations(range(len(labels)), 2):
            assert labels[i] != labels[j] or known.lists[i] != known.lists[j]
        for i, j in known.different:
            assert labels[i] != labels[j]


def test_one_likely_pair_does_not_bridge_two_that_are_unlike() -> None:
    known = Known(np.arange(3), np.full(3, -1))
    left, right = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert cluster(known, Bonds(left, right, np.array([9.0, 2.0, -5.0]))).tolist() == [0, 0, 2]
    assert cluster(known, Bonds(left, right, np.array([9.0, 6.0, -5.0]))).tolist() == [0, 0, 0]


def test_a_pair_alone_is_drawn_as_often_as_its_odds_say() -> None:
    known, random = Known(np.arange(2), np.full(2, -1)), np.random.default_rng(2)
    pair = Bonds(np.array([0]), np.array([1]), np.array([1.0]))
    times = sum(cluster(known, draw_bonds(pair, random))[1] == 0 for _ in range(4000))
    assert times / 4000 == pytest.approx(probabilities(pair.odds)[0], abs=0.03)


def test_cases_are_joined_by_identifier_and_by_likeness_across_scripts_and_slips() -> None:
    found = link(
        registers(
            [entry("Щербаков Ю.Е.", cui="X1"), entry("Жуков А.А."), entry("Юдин Я.Ю.", "2024-06-30")],
            [
                entry("Щербак Ю.Е.", "2024-01-01", "X1", "02"),
                entry("Жуко Антон Антонович"),
                entry("Мухин Г.Г.", "2023-02-01"),
            ],
            [entry("Iudin Iakov Iurevich", "2024-06-30")],
        )
    )
    assert histories_of(found) == {3: 2, 5: 1, 2: 1}


def test_namesakes_of_one_list_stay_two_and_a_case_entered_twice_is_one() -> None:
    assert histories_of(link(registers([entry("Жуков А.А."), entry("Жуков А.А.")]))) == {1: 2}
    assert histories_of(link(registers([entry("Жуков А.А.", cui="X"), entry("Жуков А.А.", cui="X")]))) == {1: 1}


def test_other_identifiers_are_other_cases_however_alike() -> None:
    found = link(registers([entry("Жуков А.А.", cui="X")], [entry("Жуков А.А.", cui="Y")], [entry("Жуков А.А.")]))
    assert sorted(len(each) for each in found.clusters) == [1, 2]


def test_other_region_and_year_is_another_case() -> None:
    found = link(registers([entry("Жуков А.А.")], [entry("Zhukov A A", "2022-08-01", region="02")]))
    assert len(found.clusters) == 2


def test_decisions_are_honoured_whatever_the_likeness_and_taken_back() -> None:
    lists = registers(
        [entry("Жуков А.А."), entry("Юдин Я.Ю.")], [entry("Жуков А.А."), entry("Мухин Г.Г.", "2022-01-01")]
    )
    assert histories_of(link(lists)) == {3: 1, 1: 1, 2: 1}
    decided = {((0, 0), (1, 0)): False, ((0, 1), (1, 1)): True}
    assert link(lists, decided).clusters == (((0, 0),), ((0, 1), (1, 1)), ((1, 0),))
    assert histories_of(link(lists, {})) == {3: 1, 1: 1, 2: 1}


def test_a_person_may_say_that_two_entries_of_one_list_are_one() -> None:
    lists = registers([entry("Жуков А.А."), entry("Жуковский А.А.", "2022-01-01")])
    assert histories_of(link(lists, {((0, 0), (0, 1)): True})) == {1: 1}


def test_decisions_that_cannot_all_be_so_are_refused() -> None:
    lists = registers([entry("Жуков А.А.", cui="X")], [entry("Жуков А.А.", cui="X")], [entry("Жуков А.А.")])
    with pytest.raises(DecisionsClash):
        link(lists, {((0, 0), (1, 0)): False})
    with pytest.raises(DecisionsClash):
        link(lists, {((0, 0), (2, 0)): True, ((1, 0), (2, 0)): False})


@pytest.mark.parametrize(
    "lists",
    [
        [],
        [[]],
        [[], []],
        [[entry("Жуков А.А.")], []],
        [[entry("")], [entry("")]],
        [[entry("", cui="X")], [entry("", cui="Y")]],
        [[entry("Я")], [entry("Я")]],
        [[entry("Я", region="")], [entry("Ю", region="")]],
    ],
)
def test_almost_nothing_is_linked_without_error(lists: list[list[Entry]]) -> None:
    clusters = link(registers(*lists)).clusters
    assert sum(len(each) for each in clusters) == sum(len(entries) for entries in lists)


def test_a_name_that_everybody_has_tells_nobody_apart() -> None:
    def many(first: int) -> list[Entry]:
        start = dt.date(2023, 1, 1)
        return [entry("Жуков А.А.", (start + dt.timedelta(days=first + 7 * at)).isoformat()) for at in range(80)]

    assert histories_of(link(registers(many(0), many(3)))).get(3, 0) < 8


def test_sixty_thousand_equal_entries_are_bounded_and_said() -> None:
    alike = entry("Жуков А.А.")
    found = link(registers([alike] * 30_000, [alike] * 30_000))
    assert len(found.bonds.odds) == 0
    assert set(found.blocking.passed_over.values()) == {60_000}
    assert len(found.clusters) == 60_000


def test_linking_is_stopped_when_whoever_is_told_says_so() -> None:
    with pytest.raises(Stopped):
        link(registers([entry("Жуков А.А.")], [entry("Жуков А.А.")]), tell=lambda _what, part: part < 0.5)


def test_quarters_without_anybody_stand_between_the_others() -> None:
    lists = registers([entry("Жуков А.А.", "2023-11-01"), entry("Юдин Я.Ю.", "2024-05-01")])
    assert by_quarter(link(lists), lists) == {"2023-4": 1, "2024-1": 0, "2024-2": 1}
