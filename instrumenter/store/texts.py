"""What spans were called with and gave back, as JSON, read straight from the segment's bytes.

Programs pass the same values again and again, so what was read is remembered by the bytes that it was read from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from instrumenter.trace import ops
from instrumenter.trace.jsonable import Json, value_json
from instrumenter.trace.segment import Segment
from instrumenter.trace.skip import skip_values
from instrumenter.trace.span import Span
from instrumenter.trace.wire import Damaged, varint

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")
_REMEMBERED = 100_000
_RESULTS = {ops.RETURN: 1, ops.VALUE: 1, ops.HVALUE: 2}
"""Events that hold a result, each with its number of varints."""


def dump(value: Json) -> str:
    """JSON text that any database takes: half a surrogate pair becomes the text of its escape."""
    text = _encode(value)
    return text if _is_unicode(text) else _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):x}", text)


def plain(text: str) -> str:
    """A text that any database takes."""
    return text if _is_unicode(text) else text.encode("utf-8", "backslashreplace").decode()


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Texts:
    """The parameters and results of one segment's spans."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._data = segment.data
        self._counted = segment.header.counted
        self._is_ring = segment.header.is_ring
        self._known: dict[tuple[object, bytes], str] = {}
        self._names: dict[int, tuple[str, ...]] = {}

    def names(self, site: int) -> tuple[str, ...]:
        """The parameters of a site's function."""
        if site not in self._names:
            self._names[site] = self._segment.function(site).params
        return self._names[site]

    def params(self, row: int, site: int) -> str | None:
        """The parameters of a span as a JSON object; None where none were recorded."""
        names = self.names(site)
        if not names:
            return None
        try:
            at = self._params_at(row)
            end = skip_values(self._data, at, len(names)) if at else 0
        except (Damaged, IndexError, KeyError):
            return self._spelled_params(row) or None
        return self._remembered(site, at, end, lambda: self._spelled_params(row)) if at else None

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

    def _spelled_params(self, row: int) -> str:
        found = Span(self._segment, row).params()
        return dump({name.lstrip("*"): value_json(value) for name, value in found}) if found else ""

    def result(self, row: int, outcome: int) -> str | None:
        """The result of a span that did not fail, given its outcome's place; None where none was recorded."""
        count = _RESULTS.get(self._data[outcome])
        if count is None:
            return None
        try:
            at = _behind(self._data, outcome + 1, count)
            end = skip_values(self._data, at, 1)
        except (Damaged, IndexError):
            return self._spelled_result(row)
        return self._remembered(None, at, end, lambda: self._spelled_result(row))

    def _spelled_result(self, row: int) -> str:
        return dump(value_json(Span(self._segment, row).result()[0]))

    def _remembered(self, what: object, at: int, end: int, spell: Callable[[], str]) -> str:
        key = (what, self._data[at:end])
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = spell()
        return found


def _behind(data: bytes, at: int, varints: int) -> int:
    for _ in range(varints):
        _, at = varint(data, at)
    return at
