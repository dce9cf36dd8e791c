"""Takes checks out of code, one at a time, so that a test can ask who notices."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final

# What takes a label, and whether fields follow it.
_FRAMING: Final = {
    "frame": True,
    "frame_of": True,
    "digest": True,
    "derive": True,
    "mac": True,
    "split": False,
    "_whole": False,
}
_MOVED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
}
Put = Callable[[ast.AST], None]
"""Puts another node where one stood."""


@dataclass(frozen=True)
class Mutant:
    """A module with one check less."""

    name: str
    code: CodeType


def mutants(source: str) -> Iterator[Mutant]:
    """Every module that differs from this source by one check.

    Taken out, one at a time: a `raise` or `return False`; what the test of such an `if` is made of; a statement
    that only calls; a guard of a `case`; a list that a loop checks; the length of `sized` and the bound of
    `integer`; a field of what is framed; of a schema the bounds, patterns, lengths and the refusal of unknown
    keys. Also another label, and a bound moved by one. Functions that sign, seal and write are left alone: those
    who open and read hold them down.
    """
    tree = ast.parse(source)
    for node, put in list(_places(tree)):
        for instead in _without(node):
            put(instead)
            ast.fix_missing_locations(tree)
            name = f"{getattr(node, 'lineno', '')}: {_short(node)} -> {_short(instead)}"
            yield Mutant(name, compile(tree, name, "exec"))
            put(node)


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, Put]]:
    """Every node below this one that reads, with a way to put another in its place."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.AST):
            yield value, _field_putter(parent, field)
            yield from _places(value)
        elif isinstance(value, list):
            for at, each in enumerate(value):
                if isinstance(each, ast.AST) and not _writes(each):
                    yield each, _list_putter(value, at)
                    yield from _places(each)


def _writes(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith(("seal_", "sign_", "write_", "_write_"))


def _field_putter(parent: ast.AST, field: str) -> Put:
    return lambda node: setattr(parent, field, node)


def _list_putter(nodes: list[ast.AST], at: int) -> Put:
    return lambda node: nodes.__setitem__(at, node)


def _without(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place so that less is checked."""
    match node:
        case ast.Raise():
            yield ast.Pass()
        case ast.If(body=[ast.Return(value=ast.Constant(value=False))]):
            yield ast.Pass()
        case ast.Expr(value=ast.Call(func=ast.Name() | ast.Attribute(attr="check_id" | "crypto_sign_open"))):
            yield ast.Pass()
        case _:
            pass
    match node:
        case ast.If(test=test, body=[ast.Raise() | ast.Return(value=ast.Constant(value=False))]):
            yield from (ast.If(weaker, node.body, []) for weaker in _weaker(test, positive=True))
        case ast.match_case(pattern=pattern, guard=ast.expr(), body=body):
            yield ast.match_case(pattern, None, body)
        case ast.For(iter=ast.Tuple(elts=[_, _, *_]), body=[ast.If(body=[ast.Raise()])]):
            yield from (ast.For(node.target, rest, node.body, []) for rest in _fewer(node.iter))
        case _:
            yield from _without_bounds(node)
            yield from _bound_otherwise(node)


def _bound_otherwise(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=ast.Name(id=called), args=args) if called in _FRAMING:
            for at, each in enumerate(args):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    label = ast.Constant(each.value + " of another kind")
                    yield ast.Call(node.func, [*args[:at], label, *args[at + 1 :]], [])
                    fields = range(at + 1, len(args) if _FRAMING[called] else 0)
                    yield from (ast.Call(node.func, [*args[:out], *args[out + 1 :]], []) for out in fields)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            for at, op in enumerate(ops):
                if other := _MOVED.get(type(op)):
                    yield ast.Compare(left, [*ops[:at], other(), *ops[at + 1 :]], rest)
        case _:
            pass


def _without_bounds(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=ast.Name(id="sized"), args=[given, *_]):
            yield given
        case ast.Call(func=ast.Name(id="integer"), args=[given, _]):
            yield ast.Call(node.func, [given], [])
        case ast.keyword(arg="forbid_unknown_fields", value=ast.Constant(value=True)):
            yield ast.keyword("forbid_unknown_fields", ast.Constant(value=False))
        case ast.Call(func=ast.Attribute(attr="Meta"), keywords=bounds):
            yield from (ast.Call(node.func, [], [*bounds[:at], *bounds[at + 1 :]]) for at in range(len(bounds)))
        case ast.Assign(targets=[ast.Name(id="size")], value=ast.Constant() | ast.Name()):
            yield ast.Assign(node.targets, ast.Constant(value=None))
        case _:
            pass


def _weaker(test: ast.expr, *, positive: bool) -> Iterator[ast.expr]:
    """Tests that are true (or, where not `positive`, false) in fewer cases."""
    match test:
        case ast.BoolOp(op=op, values=parts):
            if isinstance(op, ast.Or) == positive:
                rests = ([*parts[:at], *parts[at + 1 :]] for at in range(len(parts)))
                yield from (ast.BoolOp(op, rest) if len(rest) > 1 else rest[0] for rest in rests)
            for at, part in enumerate(parts):
                for weaker in _weaker(part, positive=positive):
                    yield ast.BoolOp(op, [*parts[:at], weaker, *parts[at + 1 :]])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from (ast.UnaryOp(ast.Not(), weaker) for weaker in _weaker(operand, positive=not positive))
        case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(elt=each, generators=of)]):
            generators = (ast.GeneratorExp(weaker, of) for weaker in _weaker(each, positive=positive))
            yield from (ast.Call(test.func, [generator], []) for generator in generators)
        case ast.Compare():
            yield from _weaker_comparison(test, positive=positive)
        case _:
            pass


def _weaker_comparison(test: ast.Compare, *, positive: bool) -> Iterator[ast.expr]:
    match test:
        case ast.Compare(left=first, ops=[before, after], comparators=[middle, last]) if not positive:
            yield ast.Compare(first, [before], [middle])
            yield ast.Compare(middle, [after], [last])
        case ast.Compare(left=ast.Tuple() as left, ops=[ast.NotEq()], comparators=[ast.Tuple() as right]) if positive:
            pairs = zip(_fewer(left), _fewer(right), strict=True)
            yield from (ast.Compare(fewer, test.ops, [other]) for fewer, other in pairs)
        case _:
            pass


def _fewer(parts: ast.expr) -> Iterator[ast.Tuple]:
    assert isinstance(parts, ast.Tuple)
    yield from (ast.Tuple([*parts.elts[:at], *parts.elts[at + 1 :]], ast.Load()) for at in range(len(parts.elts)))
