"""Calls: which get a bracket, and how it looks (`docs/twins.md`, "Level 3").

`f(x)` becomes `out(call(5, f)(x))`; where arguments have more to do, `out(will(5, f)(g(), in(5, h())))`, so that
the span opens when the last of them is known.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import libcst as cst

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.keeps import KeptArguments
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.sites import Site, as_written
from instrumenter.rewrite.writing import Depth, FunctionWriter

_CONSTANTS = (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.Ellipsis)


def call_sites(tree: Tree, function: Function, dial: Dial) -> Iterator[Site]:
    """Give the sites of the calls in a function."""
    arguments = KeptArguments(tree, function, dial) if function.level > 3 else None
    for node, place in function.expressions:
        if isinstance(node, cst.Call):
            kept = arguments.of(node) if arguments is not None else []
            more: dict[str, object] = {"name": as_written(tree, node.func)}
            more |= {"deferred": True} if place.deferred else {}
            more |= {"kept": kept} if kept else {}
            yield Site("call", *tree.bare(node), node, more, place)


def emit_calls(writer: FunctionWriter, sites: list[Site]) -> None:
    """Bracket the calls among `sites`; each `except` and `finally` block begins by ending what an exception left."""
    calls = [site for site in sites if site.kind == "call"]
    for site in calls:
        _bracket(writer, site)
    if any(not site.place.deferred for site in calls):
        for block in writer.fn.handlers:
            writer.begin_block(block, f"{writer.probe('caught')}()", 1)


def _bracket(writer: FunctionWriter, site: Site) -> None:
    node = site.node
    assert isinstance(node, cst.Call)
    names = site.more.get("kept", [])
    assert isinstance(names, list)
    opening = f"{writer.touching('out', site.start)}("
    writer.bracket(site.start, site.end, opening, f"{''.join(f', {name}' for name in names)})", Depth.WHOLE)
    last = last_evaluated(node)
    waits = last is not None and not all(_is_plain(argument.value) for argument in node.args)
    word, kept = ("will", []) if waits else ("call", names)
    if isinstance(node.func, cst.Attribute) and not site.place.in_string:
        name = f'"{_compiled_name(node.func.attr.value, writer.fn.class_name)}"'
        writer.wrap(f"{word}_m", node.func.value, [site.number], [name, *kept])
    else:
        writer.wrap(word, node.func, [site.number], kept)
    if waits and last is not None:
        _bracket_last(writer, site, node, last.value, names)


def _bracket_last(
    writer: FunctionWriter, site: Site, node: cst.Call, last: cst.BaseExpression, names: list[str]
) -> None:
    """A generator expression without parentheses has the call's, to the compiler too: it gets some right inside."""
    if not isinstance(last, cst.GeneratorExp) or last.lpar:
        writer.wrap("in", last, [site.number], names)
        return
    opened, end = writer.file.tree.whole(node.whitespace_after_func)[1], writer.file.tree.whole(last)[1]
    opening = f"{writer.probe('in')}({site.number}, ("
    closing = f"){''.join(f', {name}' for name in names)},)"
    writer.bracket(opened + 1, end, opening, closing, shown=(opened, site.end))


def last_evaluated(node: cst.Call) -> cst.Arg | None:
    """Give the argument that is evaluated last: positional ones come first, wherever they stand."""
    named = [argument for argument in node.args if argument.keyword is not None or argument.star == "**"]
    in_order = named or node.args
    return in_order[-1] if in_order else None


def _is_plain(node: cst.BaseExpression) -> bool:
    """Tell whether evaluating it runs nothing of the program."""
    match node:
        case cst.Name():
            return True
        case cst.List() | cst.Tuple():
            return all(isinstance(element, cst.Element) and _is_plain(element.value) for element in node.elements)
        case cst.Dict():  # keys are hashed, so constants only
            return all(
                isinstance(element, cst.DictElement) and _is_constant(element.key) and _is_plain(element.value)
                for element in node.elements
            )
        case cst.Set():
            return all(isinstance(element, cst.Element) and _is_constant(element.value) for element in node.elements)
        case cst.Lambda():
            params = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)
            return all(param.default is None or _is_plain(param.default) for param in params)
        case _:
            return _is_constant(node)


def _is_constant(node: cst.BaseExpression) -> bool:
    match node:
        case cst.ConcatenatedString():
            return _is_constant(node.left) and _is_constant(node.right)
        case cst.UnaryOperation(operator=cst.Minus()):
            return isinstance(node.expression, cst.Integer | cst.Float | cst.Imaginary)
        case _:
            return isinstance(node, _CONSTANTS)


def _compiled_name(name: str, class_name: str) -> str:
    """Give an attribute's name as the compiler has it, private ones mangled, in characters that any encoding has."""
    owner = class_name.lstrip("_")
    if name.startswith("__") and not name.endswith("__") and owner:
        name = f"_{owner}{name}"
    return ascii(unicodedata.normalize("NFKC", name))[1:-1]
