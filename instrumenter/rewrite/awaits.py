"""Awaits: what coroutines and async generators wait for is handed to a probe that watches it (`docs/twins.md`)."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.sites import Site, as_written
from instrumenter.rewrite.writing import FunctionWriter


def await_sites(tree: Tree, function: Function, calls: list[Site]) -> Iterator[Site]:
    """Give the sites of a function's awaits; in lambdas and generator expressions, which run elsewhere, are none."""
    by_node = {site.node: site for site in calls}
    for node, place in function.expressions:
        if isinstance(node, cst.Await) and not place.deferred:
            call = by_node.get(node.expression)
            more: dict[str, object] = {"name": as_written(tree, node.expression), **({"call": call} if call else {})}
            yield Site("await", *tree.bare(node), node, more)
        elif isinstance(node, cst.CompFor) and not place.deferred:
            yield _site(tree, node, "for", node.iter)
    for statement in function.asynchronous:
        if isinstance(statement, cst.For):
            yield _site(tree, statement, "for", statement.iter)
        else:
            yield from (_site(tree, item, "with", item.item) for item in statement.items)


def _site(tree: Tree, node: cst.CSTNode, keyword: str, waited_for: cst.BaseExpression) -> Site:
    return Site("await", *tree.whole(waited_for), node, {"name": f"async {keyword} {as_written(tree, waited_for)}"})


def emit_awaits(writer: FunctionWriter, sites: list[Site]) -> None:
    """Put the probes around what is awaited."""
    for site in sites:
        if site.kind == "await":
            word, waited_for = _waited_for(site.node)
            writer.wrap(word, waited_for, [writer.handle, site.number])


def _waited_for(node: cst.CSTNode) -> tuple[str, cst.BaseExpression]:
    match node:
        case cst.Await():
            return "await", node.expression
        case cst.WithItem():
            return "awith", node.item
        case _:
            assert isinstance(node, cst.For | cst.CompFor)
            return "aiter", node.iter
