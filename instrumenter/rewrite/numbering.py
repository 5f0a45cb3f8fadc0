"""Numbers for the sites: functions in the order of their `def`, then all others in the order of their places."""

from __future__ import annotations

from collections.abc import Iterator

from instrumenter.rewrite.awaits import await_sites
from instrumenter.rewrite.calls import call_sites
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.sites import Site
from instrumenter.rewrite.source import Source
from instrumenter.rewrite.statements import find_marked

# Of sites that stand for the same text, the kinds that come first have the lower numbers.
_KINDS = {kind: place for place, kind in enumerate(("line", "var", "let", "await", "call"))}


def find_sites(source: Source, tree: Tree, functions: list[Function], dial: Dial) -> list[list[Site]]:
    """Find the sites in each of `functions` and give them numbers: of two that begin together, the outer first."""
    found = [sorted(_of_function(source, tree, function, dial), key=_order) for function in functions]
    in_order = sorted((site for sites in found for site in sites), key=_order)
    for number, site in enumerate(in_order, len(functions)):
        site.number = number
    return found


def _order(site: Site) -> tuple[int, int, int]:
    return site.start, -site.end, _KINDS[site.kind]


def _of_function(source: Source, tree: Tree, function: Function, dial: Dial) -> Iterator[Site]:
    """Give the sites in one function, in any order."""
    calls = list(call_sites(tree, function, dial)) if function.level >= 3 else []
    yield from calls
    if function.level >= 3 and dial.capture.awaits:
        yield from await_sites(tree, function, calls)
    if function.level >= 4:
        yield from find_marked(source, tree, function, dial)
