"""Strong Kleene logic over facts: true, false, or not known; what is still open, and why (spec: law, evaluation)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from safeconduct.law.pack import Cite, Node
from safeconduct.law.situation import Fact

Facts = Mapping[str, Fact]


def judge(node: Node, facts: Facts, *, presume: bool = False) -> bool | None:
    """Whether the condition holds: True, False, or None where it depends on what is not known.

    A fact that is not there is not known; nothing is ever false because it was not asked.

    Args:
        node: checked (`check`): exactly one operation, facts of the vocabulary, values of their type.
        facts: without unknown ones.
        presume: take what a rule presumes for true where it is not known.
    """
    if node.fact is not None:
        value = facts.get(node.fact)
        if value is None:
            return True if presume and node.presumed is not None else None
        return value is True
    if node.all_ is not None:
        return _fold(node.all_, facts, decides=False, presume=presume)
    if node.any_ is not None:
        return _fold(node.any_, facts, decides=True, presume=presume)
    if node.not_ is not None:
        inner = judge(node.not_, facts, presume=presume)
        return None if inner is None else not inner
    return _compare(node, facts)


def _fold(children: tuple[Node, ...], facts: Facts, *, decides: bool, presume: bool) -> bool | None:
    value: bool | None = not decides
    for child in children:
        found = judge(child, facts, presume=presume)
        if found is decides:
            return decides
        if found is None:
            value = None
    return value


def _compare(node: Node, facts: Facts) -> bool | None:
    if node.is_ is not None:
        said = facts.get(node.is_[0])
        return None if said is None else said == node.is_[1]
    if node.gt is not None:
        number = _number(facts.get(node.gt[0]))
        return None if number is None else number > node.gt[1]
    if node.le is not None:
        number = _number(facts.get(node.le[0]))
        return None if number is None else number <= node.le[1]
    return None  # `unknown`: for a lawyer, whatever the facts


def _number(said: Fact | None) -> int | None:
    """A number; four digits are read as a text (they may be a year), and are one all the same."""
    return int(said) if isinstance(said, int) or (isinstance(said, str) and said.isdecimal()) else None


def children(node: Node) -> tuple[Node, ...]:
    """The conditions right below this one."""
    if node.not_ is not None:
        return (node.not_,)
    return node.all_ or node.any_ or ()


def nodes(node: Node) -> Iterator[Node]:
    """This condition and all below it."""
    yield node
    for child in children(node):
        yield from nodes(child)


def name_of(node: Node) -> str | None:
    """The fact this condition looks at itself."""
    if node.fact is not None:
        return node.fact
    compared = node.is_ or node.gt or node.le
    return compared[0] if compared else None


def still_open(node: Node, facts: Facts) -> list[str]:
    """The facts not known that can still change an undecided condition, in the order written; [] if decided."""
    found: dict[str, None] = {}
    _collect(node, facts, found)
    return list(found)


def _collect(node: Node, facts: Facts, found: dict[str, None]) -> None:
    if judge(node, facts) is not None:
        return
    name = name_of(node)
    if name is not None:
        found[name] = None
    for child in children(node):
        _collect(child, facts, found)


def needs_lawyer(node: Node, facts: Facts) -> bool:
    """Whether, among what is open, something is a question no fact answers."""
    if judge(node, facts) is not None:
        return False
    return node.unknown is not None or any(needs_lawyer(child, facts) for child in children(node))


def presumption(node: Node, facts: Facts) -> str | None:
    """The fact not known that this condition presumes. A tree names one at most (`check`)."""
    for part in nodes(node):
        if part.presumed is not None and part.fact is not None and part.fact not in facts:
            return part.fact
    return None


def path(node: Node, facts: Facts, *, presume: bool = False) -> Iterator[Node]:
    """The conditions that the outcome rests on: of an `any` that holds, what holds; of an `all` that fails, what fails.

    While it is open, everything that is not settled the other way.
    """
    yield node
    value = judge(node, facts, presume=presume)
    for child in children(node):
        found = judge(child, facts, presume=presume)
        decides = node.any_ is not None
        if node.not_ is not None or value is not decides or found is decides:
            yield from path(child, facts, presume=presume)


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition with what it came to: a tree that can be read and printed.

    `presumed`: true only because the law presumes it. `said`: what the facts say, None where they say nothing.
    """

    node: Node
    value: bool | None
    presumed: bool
    said: Fact | None
    cite: tuple[Cite, ...]
    children: "tuple[Reason, ...]"


def reason(node: Node, facts: Facts, *, presume: bool = False) -> Reason:
    """The whole tree, each condition with its own value: also what did not decide, so that nothing is hidden."""
    below = tuple(reason(child, facts, presume=presume) for child in children(node))
    value = _value(node, facts, below, presume=presume)
    name = name_of(node)
    said = facts.get(name) if name is not None else None
    leaning = node.presumed is not None and said is None and presume
    return Reason(node, value, leaning, said, node.cite, below)


def _value(node: Node, facts: Facts, below: tuple[Reason, ...], *, presume: bool) -> bool | None:
    """As `judge`, from what the children came to."""
    values = [child.value for child in below]
    if node.not_ is not None:
        return None if values[0] is None else not values[0]
    if node.all_ is not None or node.any_ is not None:
        decides = node.any_ is not None
        if decides in values:
            return decides
        return None if None in values else not decides
    return judge(node, facts, presume=presume)
