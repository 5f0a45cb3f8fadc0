"""Reads segments that `spans import` wrote: a record for each span in the place of chunks with events.

Every span is whole where it stands, parents before their children, so that nothing has to be matched.
"""

from __future__ import annotations

from instrumenter.trace import ops
from instrumenter.trace.definitions import Definitions
from instrumenter.trace.skip import skip_exception, skip_text, skip_values
from instrumenter.trace.table import NO_PARENT, SpanTable
from instrumenter.trace.wire import Damaged, signed, varint


def read_imported(data: bytes, definitions: Definitions) -> tuple[SpanTable, list[tuple[int, str]]]:
    """The spans, and (offset, text) of what cannot be read: all that follows that place."""
    reader, at = _Reader(data, definitions), ops.STREAM
    try:
        while at < len(data):
            at = reader.record(at)
    except (IndexError, OverflowError, Damaged) as error:
        reader.table.trim()
        return reader.table, [(at, str(error) if isinstance(error, Damaged) else "a record that is cut")]
    return reader.table, []


class _Reader:
    def __init__(self, data: bytes, definitions: Definitions) -> None:
        self.table = SpanTable()
        self._data = data
        self._definitions = {
            ops.FILE: definitions.read_file, ops.THREAD: definitions.read_thread,
            ops.CALLEE: definitions.read_callee, ops.NOTE: definitions.read_note,
        }  # fmt: skip

    def record(self, at: int) -> int:
        """Take what stands at `at`; the place after it."""
        data, op = self._data, self._data[at]
        if op == ops.SPAN:
            return self._span(at)
        if op in self._definitions:
            return self._definitions[op](data, at + 1)
        index = len(self.table) - 1
        if index < 0:
            raise Damaged(f"the event 0x{op:02x} before any span")
        if op == ops.ARGS:
            count, after = varint(data, at + 1)
            return skip_values(data, after, count)
        if op == ops.LEFT_OUT:
            count, after = varint(data, at + 1)
            self.table.leave_out(index, count)
            return after
        if op == ops.TOLD:
            return self._told(at, index)
        if op not in (ops.RETURN, ops.RAISE):
            raise Damaged(f"the unknown record 0x{op:02x}")
        _, after = varint(data, at + 1)
        after = skip_values(data, after, 1) if op == ops.RETURN else skip_exception(data, after)
        self.table.outcomes[index] = at
        return after

    def _span(self, at: int) -> int:
        data, table = self._data, self.table
        thread, p = varint(data, at + 1)
        site, p = varint(data, p)
        up, p = varint(data, p)
        parent, p = varint(data, p)
        start, p = signed(data, p)
        took, p = varint(data, p)
        flags, p = varint(data, p)
        callee, p = varint(data, p)
        call_site, p = varint(data, p)
        waited, p = varint(data, p)
        index = len(table)
        if flags > 255 or (not up and parent > index):
            raise Damaged("a span that does not fit the others")
        if not table.threads or table.threads[-1][1] != thread:
            table.threads.append((index, thread))
        if up:
            table.elsewhere.append((up, parent))
        table.parents.append(-1 - len(table.elsewhere) if up else parent - 1 if parent else NO_PARENT)
        table.numbers.append(at)
        table.starts.append(start)
        table.ends.append(start + took)
        table.sites.append(site)
        table.outcomes.append(0)
        table.callees.append(callee)
        table.call_sites.append(call_site - 1)
        table.flags.append(flags)
        if waited:
            table.waits[index] = waited
        table.last = max(table.last, start + took)
        return p

    def _told(self, at: int, index: int) -> int:
        data, events = self._data, self.table.events
        passed, p = varint(data, at + 1)
        _, p = varint(data, p)
        p = skip_text(data, skip_text(data, p))
        events.rows.append(index)
        events.offsets.append(at)
        events.times.append(self.table.starts[index] + passed)
        return p
