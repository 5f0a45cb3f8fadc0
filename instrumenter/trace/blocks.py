"""Follows the lines of one span: which branch each statement took, how often each loop turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.trace.sites import Site, SiteTable

LOOPS = ("for", "while")
_AFTER_AN_EXCEPTION = ("except", "finally")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement did: the branch it took, or its turns."""

    type: str
    """`branch` or `loop`."""
    line: int
    what: str
    taken: str | int = ""
    """`then`, `else`, `none`, or the number of a case from 0."""
    turns: int = 0


@dataclass(slots=True)
class _Loop:
    number: int
    site: Site
    turns: int = 0
    turned: bool = False
    """Whether its body ran since its header did."""


class Blocks:
    """The statements of one span that are under way; sites are numbered as in their table."""

    def __init__(self, table: SiteTable) -> None:
        self._table = table
        self._deciding: tuple[int, Site] | None = None
        self._loops: list[_Loop] = []

    def line(self, number: int, site: Site) -> Iterator[Outcome]:
        """What is known now that this line runs."""
        if site.what == "arm":
            yield Outcome("branch", site.line, "arm", site.block[1])
            return
        yield from self._decided(site)
        while self._loops and self._leaves(self._loops[-1], number, site):
            yield _turned(self._loops.pop())
        if self._loops and site.block == (self._loops[-1].number, "body"):
            self._loops[-1].turns += 1
            self._loops[-1].turned = True
        if site.what in LOOPS:
            if self._loops and self._loops[-1].number == number:
                self._loops[-1].turned = False
            else:
                self._loops.append(_Loop(number, site))
        elif site.what in ("if", "match"):
            self._deciding = number, site

    def end(self, failed: bool) -> Iterator[Outcome]:
        """What is known now that the span has ended."""
        if not failed:
            yield from self._decided(None)
        yield from (_turned(loop) for loop in reversed(self._loops))

    def _decided(self, following: Site | None) -> Iterator[Outcome]:
        if self._deciding is None:
            return
        (number, site), self._deciding = self._deciding, None
        if following and following.block[0] == number:
            which = following.block[1]
            yield Outcome("branch", site.line, site.what, int(which) if site.what == "match" else which)
        elif self._skips(number, site) and not (following and _by_exception(following)):
            yield Outcome("branch", site.line, site.what, "none")

    def _skips(self, number: int, site: Site) -> bool:
        """Whether a line outside means that no branch was taken: every branch would have shown, and none must be."""
        blocks = self._table.blocks
        if site.what == "match":
            return all((number, str(case)) in blocks for case in range(len(site.cases)))
        return (number, "then") in blocks and (number, "else") not in blocks

    def _leaves(self, loop: _Loop, number: int, site: Site) -> bool:
        if number == loop.number:
            return site.what == "for" or not loop.turned
        return site.block == (loop.number, "else") or not loop.number < number < self._table.extents[loop.number]


def _by_exception(site: Site) -> bool:
    return site.what == "except" or site.block[1] in _AFTER_AN_EXCEPTION


def _turned(loop: _Loop) -> Outcome:
    return Outcome("loop", loop.site.line, loop.site.what, turns=loop.turns)
