"""Which entries are compared: each pair once, of different lists, and never more than was said."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.count.blocking import Key, combine, find_pairs

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 3), st.integers(-1, 3)), max_size=25)


@given(ROWS)
def test_pairs_are_those_that_share_a_key_and_not_a_list(rows: list[tuple[int, int, int]]) -> None:
    lists, *keys = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    found = find_pairs(lists, [Key(str(at), key) for at, key in enumerate(keys)])
    expected = [
        (i, j)
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
        if lists[i] != lists[j] and any(key[i] == key[j] >= 0 for key in keys)
    ]
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected
    assert found.passed_over == {}


@given(ROWS, st.integers(0, 40))
def test_never_more_pairs_than_allowed_and_every_passed_over_entry_is_counted(
    rows: list[tuple[int, int, int]], most: int
) -> None:
    lists, first, second = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    found = find_pairs(lists, [Key("a", first), Key("b", second)], most_pairs=most)
    assert sum(found.pairs.values()) <= most
    whole = find_pairs(lists, [Key("a", first), Key("b", second)])
    assert set(zip(found.left, found.right, strict=True)) <= set(zip(whole.left, whole.right, strict=True))
    if len(found.left) < len(whole.left):
        assert sum(found.passed_over.values()) > 0


def test_a_million_equal_values_are_passed_over_and_the_rest_is_compared() -> None:
    values = np.zeros(1_000_000, np.int64)
    values[:10] = np.repeat(np.arange(1, 6), 2)
    found = find_pairs(np.arange(1_000_000) % 2, [Key("name", values)])
    assert found.left.tolist() == [0, 2, 4, 6, 8]
    assert found.passed_over == {"name": 999_990}


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=20))
def test_a_combined_value_is_equal_where_all_are(rows: list[tuple[int, int, int]]) -> None:
    joined = combine(*(np.array([row[at] for row in rows], np.int64) for at in range(3)))
    for value, row in zip(joined, rows, strict=True):
        assert (value == -1) == (-1 in row)
        for other, beside in zip(joined, rows, strict=True):
            assert -1 in row or (value == other) == (row == beside)


def test_nothing_gives_no_pairs() -> None:
    none = np.zeros(0, np.int64)
    assert len(find_pairs(none, [Key("a", none)]).left) == 0
