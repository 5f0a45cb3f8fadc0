"""What spans were called with and gave back, as JSON, read straight from the segment's bytes."""

from __future__ import annotations

from instrumenter.store.spelling import dump, spell
from instrumenter.trace import ops
from instrumenter.trace.jsonable import value_json
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.wire import Damaged, varint

_RESULTS = {ops.RETURN: 1, ops.VALUE: 1, ops.HVALUE: 2}
"""Events that hold a result, each with its number of varints."""


class Texts:
    """The parameters and results of one segment's spans."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._data = segment.data
        self._shapes = segment.definitions.shapes
        self._counted = segment.header.counted
        self._is_ring = segment.header.is_ring
        self._names: dict[int, tuple[str, ...]] = {}

    def names(self, site: int) -> tuple[str, ...]:
        """The parameters of a site's function, each spelled as in JSON."""
        if site not in self._names:
            self._names[site] = tuple(dump(name.lstrip("*")) for name in self._segment.function(site).params)
        return self._names[site]

    def params(self, row: int, site: int) -> str | None:
        """The parameters of a span as a JSON object; None where none were recorded."""
        names = self.names(site)
        try:
            at = self._params_at(row) if names else 0
            if not at:
                return None
            pairs = []
            for name in names:
                text, at = spell(self._data, at, self._shapes)
                pairs.append(f"{name}: {text}")
        except (Damaged, IndexError, KeyError):
            found = Span(self._segment, row).params()
            return dump({name.lstrip("*"): value_json(value) for name, value in found}) if found else None
        return f"{{{', '.join(pairs)}}}"

    def _params_at(self, row: int) -> int:
        """Where the first parameter's value is; 0 where there is none. `Span.params` says the same, more slowly."""
        data, table = self._data, self._segment.table
        at = table.args.get(row) if table.args else None
        if at is None:
            place = table.numbers[row] if not self._is_ring else self._segment.place(table.numbers[row])
            if place is None:
                return 0
            at = _behind(data, place + 1, ops.OPENERS[data[place]])
        if data[at] != ops.ARGS:
            return 0
        return _behind(data, at + 1, 1) if self._counted else at + 1

    def result(self, row: int, outcome: int) -> str | None:
        """The result of a span that did not fail, given its outcome's place; None where none was recorded."""
        count = _RESULTS.get(self._data[outcome])
        if count is None:
            return None
        try:
            return spell(self._data, _behind(self._data, outcome + 1, count), self._shapes)[0]
        except (Damaged, IndexError):
            return dump(value_json(Span(self._segment, row).result()[0]))


def _behind(data: bytes, at: int, varints: int) -> int:
    for _ in range(varints):
        _, at = varint(data, at)
    return at
