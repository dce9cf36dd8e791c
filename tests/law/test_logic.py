"""The three-valued tables exactly, and what must hold of every tree whatever is known."""

# ruff: noqa: FBT001 - truth values are what these tests pass around

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.law.logic import judge, needs_lawyer, path, presumption, reason, still_open
from safeconduct.law.pack import Node
from safeconduct.law.situation import Fact

T, F, U = True, False, None
NAMES = ("a", "b", "c", "d", "e")


def known(**facts: bool | None) -> dict[str, Fact]:
    return {name: value for name, value in facts.items() if value is not None}


def fact(name: str) -> Node:
    return Node(fact=name)


TABLE = [
    (T, T, T, T), (T, F, F, T), (T, U, U, T),
    (F, T, F, T), (F, F, F, F), (F, U, F, U),
    (U, T, U, T), (U, F, F, U), (U, U, U, U),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "both", "either"), TABLE)
def test_the_table_of_all_and_any(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None
) -> None:
    pair = (fact("a"), fact("b"))
    assert judge(Node(all_=pair), known(a=left, b=right)) is both
    assert judge(Node(any_=pair), known(a=left, b=right)) is either


@pytest.mark.parametrize(("value", "turned"), [(T, F), (F, T), (U, U)])
def test_the_table_of_not(value: bool | None, turned: bool | None) -> None:
    assert judge(Node(not_=fact("a")), known(a=value)) is turned


def test_comparisons_of_what_is_not_known_are_not_known() -> None:
    for node in (Node(is_=("kind", "x")), Node(gt=("days", 2)), Node(le=("days", 2))):
        assert judge(node, {}) is None
    assert judge(Node(gt=("days", 2)), {"days": 3}) is True
    assert judge(Node(gt=("days", 2)), {"days": 2}) is False
    assert judge(Node(le=("days", 2)), {"days": 2}) is True
    assert judge(Node(le=("days", 2)), {"days": 3}) is False
    assert judge(Node(is_=("kind", "x")), {"kind": "x"}) is True
    assert judge(Node(is_=("kind", "x")), {"kind": "y"}) is False


def test_a_question_for_a_lawyer_is_never_decided_and_is_told() -> None:
    node = Node(all_=(fact("a"), Node(unknown=True)))
    assert judge(node, {"a": True}) is None
    assert needs_lawyer(node, {"a": True})
    assert still_open(node, {"a": True}) == []
    assert judge(node, {"a": False}) is False
    assert not needs_lawyer(node, {"a": False})


def trees(*, presumed: bool = False) -> st.SearchStrategy[Node]:
    leaves = st.one_of(
        st.sampled_from(NAMES).map(fact),
        st.just(Node(is_=("kind", "x"))),
        st.just(Node(gt=("days", 2))),
        st.just(Node(unknown=True)),
        *([st.just(Node(fact="p", presumed="strong"))] if presumed else []),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda part: Node(all_=tuple(part))),
            st.lists(inner, min_size=1, max_size=3).map(lambda part: Node(any_=tuple(part))),
            inner.map(lambda part: Node(not_=part)),
        ),
        max_leaves=10,
    )


FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.booleans() for name in (*NAMES, "p")},
        "kind": st.sampled_from(["x", "y"]),
        "days": st.sampled_from([2, 3]),
    },
)


@given(trees(presumed=True), FACTS, FACTS, st.booleans())
def test_more_facts_never_open_what_was_decided(
    node: Node, facts: dict[str, Fact], more: dict[str, Fact], presume: bool
) -> None:
    before = judge(node, facts, presume=False)
    after = judge(node, {**more, **facts}, presume=presume)
    assert before is None or after is before


@given(trees(presumed=True), FACTS, FACTS)
def test_more_facts_never_open_what_was_presumed_unless_they_rebut_it(
    node: Node, facts: dict[str, Fact], more: dict[str, Fact]
) -> None:
    later = {**more, **facts}
    if judge(node, facts, presume=True) is not None and later.get("p") is not False:
        assert judge(node, later, presume=True) is judge(node, facts, presume=True)


@given(trees(), FACTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(node: Node, facts: dict[str, Fact], random: object) -> None:
    def shuffled(part: Node) -> Node:
        for name in ("all_", "any_"):
            below = getattr(part, name)
            if below is not None:
                kids = [shuffled(child) for child in below]
                random.shuffle(kids)  # type: ignore[attr-defined]
                return Node(all_=tuple(kids)) if name == "all_" else Node(any_=tuple(kids))
        return Node(not_=shuffled(part.not_)) if part.not_ is not None else part

    turned = shuffled(node)
    assert judge(turned, dict(reversed(facts.items()))) is judge(node, facts)
    assert set(still_open(turned, facts)) == set(still_open(node, facts))


def completions(facts: Mapping[str, Fact]) -> list[dict[str, Fact]]:
    wanted: list[list[tuple[str, Fact]]] = [[(name, value) for value in (True, False)] for name in NAMES]
    wanted += [[("kind", "x"), ("kind", "y")], [("days", 2), ("days", 3)]]
    every = [
        [(n, v)] if n in facts and (v := facts[n]) is not None else answers
        for answers in wanted
        for n in [answers[0][0]]
    ]
    return [dict(one) for one in itertools.product(*every)]


@given(trees(), FACTS)
def test_decided_means_whatever_else_is_true_and_what_is_not_asked_cannot_change_it(
    node: Node, facts: dict[str, Fact]
) -> None:
    facts.pop("p", None)
    value, asked = judge(node, facts), still_open(node, facts)
    outcomes: dict[tuple[Fact, ...], set[bool | None]] = {}
    for whole in completions(facts):
        found = judge(node, whole)
        assert value is None or found is value
        outcomes.setdefault(tuple(whole[name] for name in asked), set()).add(found)
    # With what is asked answered, the rest makes no difference.
    assert all(len(one) == 1 for one in outcomes.values())
    assert value is None or asked == []


@given(trees(presumed=True), FACTS, st.booleans())
def test_the_tree_of_reasons_says_the_same_at_every_branch(node: Node, facts: dict[str, Fact], presume: bool) -> None:
    def agree(why: object) -> None:
        assert why.value is judge(why.node, facts, presume=presume)  # type: ignore[attr-defined]
        for child in why.children:  # type: ignore[attr-defined]
            agree(child)

    agree(reason(node, facts, presume=presume))


def test_the_path_leaves_out_what_did_not_decide() -> None:
    node = Node(any_=(fact("a"), fact("b")))
    assert [part.fact for part in path(node, {"a": True, "b": False})] == [None, "a"]
    assert [part.fact for part in path(node, {"a": False, "b": False})] == [None, "a", "b"]
    assert [part.fact for part in path(Node(all_=(fact("a"), fact("b"))), {"a": True})] == [None, "a", "b"]
    assert [part.fact for part in path(Node(all_=(fact("a"), fact("b"))), {"a": False, "b": True})] == [None, "a"]


def test_a_presumption_is_named_only_while_it_is_not_known() -> None:
    node = Node(all_=(fact("a"), Node(fact="p", presumed="strong")))
    assert judge(node, {"a": True}) is None
    assert judge(node, {"a": True}, presume=True) is True
    assert presumption(node, {"a": True}) == "p"
    assert presumption(node, {"a": True, "p": True}) is None
    assert judge(node, {"a": True, "p": False}, presume=True) is False
