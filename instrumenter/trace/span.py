"""A span as people see it: a view of one row of a segment's table; values are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from instrumenter.trace import ops
from instrumenter.trace.definitions import Function, Thread
from instrumenter.trace.failures import Failure, Frame, resolve
from instrumenter.trace.happenings import Happening
from instrumenter.trace.segment import Segment
from instrumenter.trace.skip import skip_values
from instrumenter.trace.table import AWAIT, CALL, ENDED, LOST, NO_SITE, PLACE_BITS, short_number
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.values import UNREADABLE, Value
from instrumenter.trace.wire import Damaged, varint

_RESULTS = {ops.RETURN: 1, ops.VALUE: 1, ops.HVALUE: 2}
_FAILURES = {ops.RAISE: 1, ops.ERROR: 1, ops.HERROR: 2}
"""Events that hold how a span ended, each with its number of varints (dt among them)."""
_WATCHED = 3
"""From this level on it is known when a coroutine waits."""
_KINDS = {ops.START: "generator", ops.START_UNDER: "generator", ops.ASTART: "coroutine", ops.ASTART_UNDER: "coroutine"}
_ID_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Span:
    """One activation of a function, one call or one await. Times are Unix ns."""

    segment: Segment
    index: int

    @property
    def number(self) -> int:
        """Place of the opening event in the segment; in a ring with the turn of its chunk."""
        return self.segment.table.numbers[self.index]

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits, made of the process id and the number."""
        return f"{(self.segment.header.pid << PLACE_BITS | short_number(self.number)) & _ID_BITS:016x}"

    @property
    def site_number(self) -> int:
        """The site within the process."""
        return self.segment.table.sites[self.index]

    @property
    def function(self) -> Function:
        """What it is an activation of; of a call, what is called and where."""
        table = self.segment.table
        return self.segment.function(table.sites[self.index], table.callee(self.index))

    @property
    def name(self) -> str:
        """The qualified name, or file and number where the site table is missing."""
        return self.function.name

    @property
    def file(self) -> str:
        """The source file, relative to the root where it lies below it; empty where it is not known."""
        return self.function.file

    @property
    def line(self) -> int:
        """The original's line of the function; 0 where the site table is missing."""
        return self.function.line

    @property
    def kind(self) -> str:
        """`function`, `generator`, `coroutine`, `async_generator`, `call` or `await`."""
        flags = self.segment.table.flags[self.index]
        if flags & (CALL | AWAIT):
            return "call" if flags & CALL else "await"
        place = self._place
        return self.function.kind or _KINDS.get(self.segment.data[place] if place else 0, "function")

    @property
    def _place(self) -> int | None:
        """Where its opening event is; None where a ring has it no more."""
        return self.segment.place(self.number)

    @property
    def is_function(self) -> bool:
        """Whether it is the activation of an instrumented function: no call and no await."""
        return not self.segment.table.flags[self.index] & (CALL | AWAIT)

    @property
    def call_site(self) -> tuple[str, int] | None:
        """File and line of the call that made it, where that is known."""
        if not self.is_function:
            return (self.file, self.line) if self.line else None
        number = self.segment.table.call_site(self.index)
        site = self.segment.function(number) if number != NO_SITE else None
        return (site.file, site.line) if site and site.line else None

    @property
    def ended(self) -> bool:
        """Whether its end was seen."""
        flags = self.segment.table.flags[self.index]
        return bool(flags & ENDED and not flags & LOST)

    @property
    def status(self) -> str:
        """`ok`, `error` or `unfinished`."""
        return "unfinished" if not self.ended else "error" if self.failed else "ok"

    @property
    def failed(self) -> bool:
        """Whether it ended with an exception."""
        return self.segment.table.failed(self.index)

    @property
    def start_ns(self) -> int:
        """When it began."""
        return self.segment.header.clock.unix(self.segment.table.starts[self.index])

    @property
    def end_ns(self) -> int:
        """When it ended, or was last known to be open."""
        return self.segment.header.clock.unix(self.segment.table.ends[self.index])

    @property
    def duration_ns(self) -> int:
        """From start to end, pauses of a generator and waits of a coroutine included."""
        table, clock = self.segment.table, self.segment.header.clock
        return max(clock.unix(table.ends[self.index]) - clock.unix(table.starts[self.index]), 0)

    @property
    def active_ns(self) -> int | None:
        """Its duration without the times in which it was paused; None where those are not known."""
        if self.kind in ("coroutine", "async_generator"):
            site = self.segment.definitions.site(self.site_number)
            if site is None or site.level < _WATCHED or not site.awaits:
                return None
        clock = self.segment.header.clock
        waited = self.segment.table.waits.get(self.index, 0) * clock.ns // clock.ticks
        return min(max(self.duration_ns - waited, 0), self.duration_ns)

    def happenings(self) -> Iterator[Happening]:
        """What happened within it, not read yet; `events.events` reads it."""
        return self.segment.happenings.of(self.index)

    @property
    def left_out(self) -> int:
        """How many spans below it were not recorded: too quick, too deep, or of functions that were turned down."""
        return self.segment.table.missing(self.index)

    @property
    def thread_number(self) -> int:
        """The thread that opened it, counted in its process."""
        return self.segment.table.thread(self.index)

    @property
    def thread(self) -> Thread:
        """That thread, with a name in any case."""
        return self.segment.thread(self.thread_number)

    def params(self) -> list[tuple[str, Value]]:
        """The parameters with their names, as captured on entry; none at level 1."""
        names = self.function.params
        at = self._params_at() if names else 0
        if not at:
            return []
        found: list[tuple[str, Value]] = []
        for name in names:
            try:
                value, at = read_value(self.segment.data, at, self.segment.definitions.shapes)
            except (Damaged, IndexError):
                return [*found, (name, UNREADABLE)]
            found.append((name, value))
        return found

    def raw_params(self) -> bytes:
        """The parameters as the segment has them: within a process the same bytes are the same values."""
        return self._raw(self._params_at(), len(self.function.params))

    def raw_result(self) -> bytes:
        """The same of the result; empty where none was recorded."""
        return self._raw(0 if self.failed else self._outcome(_RESULTS), 1)

    def _raw(self, at: int, count: int) -> bytes:
        try:
            return self.segment.data[at : skip_values(self.segment.data, at, count)] if at else b""
        except (Damaged, IndexError):
            return b""

    def _params_at(self) -> int:
        """Where the first parameter's value is; 0 where there is none."""
        apart, data, place = self.segment.table.args.get(self.index), self.segment.data, self._place
        if place is None:
            return 0
        try:
            at = apart or _after_varints(data, place + 1, ops.OPENERS[data[place]])
            if data[at] != ops.ARGS:
                return 0
            return _after_varints(data, at + 1, 1) if self.segment.header.counted else at + 1
        except (IndexError, KeyError, Damaged):
            return 0

    def _outcome(self, kinds: dict[int, int]) -> int:
        """Where the value or exception is that was this span's last word, if it is of these kinds; else 0."""
        data, offset = self.segment.data, self.segment.table.outcomes[self.index]
        return _after_varints(data, offset + 1, kinds[data[offset]]) if offset and data[offset] in kinds else 0

    def result(self) -> tuple[Value, ...]:
        """The result in a tuple of one; empty where none was recorded."""
        at = 0 if self.failed else self._outcome(_RESULTS)
        try:
            return (read_value(self.segment.data, at, self.segment.definitions.shapes)[0],) if at else ()
        except (Damaged, IndexError):
            return (UNREADABLE,)

    def failure(self) -> Failure | None:
        """The exception with its whole stack, in the original's lines; None at level 1 and where there is none."""
        failure = self._failure(whole_stack=True)
        return failure and _in_original_lines(failure, self.segment)

    def brief_failure(self) -> Failure | None:
        """The exception for its type and message; its stack may be short of frames."""
        return self._failure(whole_stack=False)

    def _failure(self, whole_stack: bool) -> Failure | None:
        at = self._outcome(_FAILURES)
        if not at:
            return None
        try:
            segment = self.segment
            return resolve(segment.data, at, segment.table.repeats, segment.definitions.shapes, whole_stack=whole_stack)
        except (Damaged, IndexError):
            fate = "was overwritten" if self.segment.header.is_ring else "is damaged"
            return Failure("", f"an exception whose record {fate}")


def _after_varints(data: bytes, at: int, count: int) -> int:
    for _ in range(count):
        _, at = varint(data, at)
    return at


def _in_original_lines(failure: Failure, segment: Segment) -> Failure:
    frames = tuple(
        frame if frame.left_out
        else Frame(frame.file, segment.original_line(frame.file, frame.line), frame.function)
        for frame in failure.stack
    )  # fmt: skip
    cause, context = failure.cause, failure.context
    return replace(
        failure,
        stack=frames,
        cause=cause and _in_original_lines(cause, segment),
        context=context and _in_original_lines(context, segment),
    )
