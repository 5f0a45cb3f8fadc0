"""One span for what was recorded twice: a call and the instrumented function it called, an await and what it awaited.

One walk over the spans, in the order in which they began in each thread, says which ones go and what takes each in;
then the columns are made anew without those.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Mapping

from instrumenter.trace.compacting import compacted, places_of
from instrumenter.trace.definitions import Definitions
from instrumenter.trace.identity import Identities
from instrumenter.trace.table import AWAIT, CALL, NO_PARENT, NO_SITE, SpanTable

_STAYS = -2


def merged(
    table: SpanTable, definitions: Definitions, callees: array[int], direct: Mapping[int, int]
) -> SpanTable:  # fmt: skip
    """The table without the spans that others take in. `callees` has one entry for each call span."""
    merging = _Merging(table, definitions, callees, direct)
    merging.walk()
    return merging.compact()


class _Merging:
    def __init__(
        self, table: SpanTable, definitions: Definitions, callees: array[int], direct: Mapping[int, int]
    ) -> None:
        self.table = table
        self.identities = Identities(definitions)
        self.direct = direct
        size = len(table)
        self.callees = array("I", [0]) * size
        at = 0
        for index, bits in enumerate(table.flags):
            if bits & CALL:
                self.callees[index] = callees[at]
                at += 1
        self.call_sites = array("i", [NO_SITE]) * size
        self.into = array("i", [_STAYS]) * size
        """Of a span that goes: the one that takes it in."""
        self.above = array("i", table.parents)
        """Of a span that goes: what its children hang below."""
        self._made: dict[tuple[int, int], deque[int]] = {}
        """(owner, function) -> calls that made a generator or coroutine of it that has not started."""
        self._last: dict[tuple[int, int], int] = {}
        """(owner, site) -> the last call there."""

    def walk(self) -> None:
        """Find what goes."""
        for index, bits in enumerate(self.table.flags):
            if bits & CALL:
                self._call(index)
            elif bits & AWAIT:
                self._await(index)
            else:
                self._step_out(index)
                self._function(index)

    def _step_out(self, index: int) -> None:
        """A task that began in an await and outlives it is no part of it."""
        parents, ends = self.table.parents, self.table.ends
        above = parents[index]
        if above >= 0 and self.table.flags[above] & AWAIT and ends[index] > ends[above]:
            parents[index] = parents[above]

    def _owner(self, index: int) -> int:
        """The function in whose activation a span began."""
        parents, flags = self.table.parents, self.table.flags
        index = parents[index]
        while index >= 0 and flags[index] & (CALL | AWAIT):
            index = parents[index]
        return index

    def _goes(self, index: int, into: int, above: int) -> None:
        self.into[index] = into
        self.above[index] = above

    def _call(self, index: int) -> None:
        site, function = self.table.sites[index], self.identities.callee(self.callees[index])
        if self.identities.is_awaited(site):
            self._last[self._owner(index), site] = index
        if function and not self.identities.runs_at_once(function):
            self._made.setdefault((self._owner(index), function), deque()).append(index)

    def _await(self, index: int) -> None:
        """An await of a call of nothing instrumented is that call; one in which a coroutine began, the coroutine."""
        call = self._last.pop((self._owner(index), self.identities.awaits(self.table.sites[index])), NO_PARENT)
        if call >= 0 and not self.identities.callee(self.callees[call]):
            self._goes(index, call, call)
            self._lengthen(call, index)
        elif index in self.direct:
            self._goes(index, self.direct[index], self.table.parents[index])

    def _lengthen(self, call: int, index: int) -> None:
        """Let a call last until its await ends."""
        table = self.table
        table.ends[call] = table.ends[index]
        table.flags[call] = CALL | table.flags[index] & ~AWAIT
        if index in table.waits:
            table.waits[call] = table.waits.pop(index)

    def _function(self, index: int) -> None:
        table = self.table
        function, call = self.identities.site(table.sites[index]), table.parents[index]
        if not function:
            return
        if self.identities.runs_at_once(function):
            # The first thing that a call did is the span that was opened right after it.
            if not (call >= 0 and call == index - 1 and table.flags[call] & CALL):
                return
            if self.identities.callee(self.callees[call]) != function:
                return
        else:
            made = self._made.get((self._owner(index), function))
            if not made or table.thread(made[0]) != table.thread(index) or table.starts[made[0]] > table.starts[index]:
                return
            call = made.popleft()
        self.call_sites[index] = table.sites[call]
        self._goes(call, index, table.parents[call])
        if call == table.parents[index]:
            table.parents[index] = table.parents[call]

    def _parent(self, index: int) -> int:
        """The nearest span above that stays."""
        parent = self.table.parents[index]
        while parent >= 0 and self.into[parent] != _STAYS:
            parent = self.above[parent]
        return parent

    def compact(self) -> SpanTable:
        """The table of those that stay."""
        table, into = self.table, self.into
        stays = bytes(taker == _STAYS for taker in into)
        left = places_of(stays)
        places = array("i", [left[index if taker == _STAYS else taker] for index, taker in enumerate(into)])
        gone = [index for index, stay in enumerate(stays) if not stay]
        table.parents = array("i", [self._parent(index) if stays[index] else 0 for index in range(len(table))])
        table.callees, table.call_sites = self.callees, self.call_sites
        table.events.rows = self._events(places)
        new = compacted(table, stays, places)
        new.merged = array("Q", [table.numbers[index] for index in gone])
        new.into = array("i", [places[index] for index in gone])
        return new

    def _events(self, places: array[int]) -> array[int]:
        """The spans of the events: what a call changed is an event of the function's span that took the call in.

        Where that function says itself what changed in its parameters, the call's word says nothing new.
        """
        into, rows = self.into, self.table.events.rows
        told = {index for index in set(rows) if index >= 0 and into[index] != _STAYS and self._tells(into[index])}
        return array("i", [NO_PARENT if row < 0 or row in told else places[row] for row in rows])

    def _tells(self, index: int) -> bool:
        return self.identities.keeps(self.table.sites[index])
