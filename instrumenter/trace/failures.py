"""Exceptions as the segment holds them, with their stacks, causes and contexts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from instrumenter.trace import ops
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.value_reader import read_value, read_values
from instrumenter.trace.values import Raised, Value
from instrumenter.trace.wire import Damaged, text, varint

_DEPTH = 12
KEPT = 200
"""The most frames of a stack that are shown: half from its outer end, half from its inner."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack. A `left_out` frame stands for so many that are not there."""

    file: str
    line: int
    function: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that a span ended with. `args` is set where there is no message."""

    type: str
    message: str
    args: Raised | None = None
    stack: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()
    cause: Failure | None = None
    context: Failure | None = None
    context_suppressed: bool = False
    attribute: tuple[Value, ...] = field(default=())
    """The exception's own attribute `context`, if it has one."""
    suggestion: tuple[Value, ...] = field(default=())
    """Its attribute `suggestion`, if it has one."""


def read_failure(data: bytes, at: int, shapes: Shapes, depth: int = 0) -> tuple[Failure, int]:
    """The exception of form 0 or 1 at `at`, and the place after it; raises `Damaged` or `IndexError`."""
    form = data[at]
    if form > 1 or depth > _DEPTH:
        raise Damaged(f"an exception of the unknown form {form}" if form > 1 else "exceptions without end")
    kind, at = text(data, at + 1)
    message, args = "", None
    if form:
        _, at = text(data, at)
        total, at = varint(data, at)
        count, at = varint(data, at)
        values, at = read_values(data, at, count, shapes)
        args = Raised(kind, values, total)
    else:
        message, at = text(data, at)
        _, at = text(data, at)
    failure, at = _rest(data, at, shapes, depth)
    return replace(failure, type=kind, message=message, args=args), at


def _rest(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Failure, int]:
    left_out, at = varint(data, at)
    stack, at = read_frames(data, at)
    if left_out:
        stack = (omitted(left_out), *stack)
    count, at = varint(data, at)
    notes = []
    for _ in range(count):
        note, at = text(data, at)
        notes.append(note)
    links = data[at]
    at += 1
    chained: list[Failure | None] = [None, None]
    for place, bit in enumerate((ops.HAS_CAUSE, ops.HAS_CONTEXT)):
        if links & bit:
            chained[place], at = read_failure(data, at, shapes, depth + 1)
    values: list[tuple[Value, ...]] = [(), ()]
    for place, bit in enumerate((ops.HAS_ATTRIBUTE, ops.HAS_SUGGESTION)):
        if links & bit:
            value, at = read_value(data, at, shapes)
            values[place] = (value,)
    suppressed = bool(links & ops.SUPPRESSED)
    cause, context = chained
    return Failure("", "", None, stack, tuple(notes), cause, context, suppressed, values[0], values[1]), at


def read_frames(data: bytes, at: int) -> tuple[tuple[Frame, ...], int]:
    """A number of frames and the frames, outermost first."""
    count, at = varint(data, at)
    frames = []
    for _ in range(count):
        file, at = text(data, at)
        line, at = varint(data, at)
        function, at = text(data, at)
        frames.append(Frame(file, line, function))
    return tuple(frames), at


def omitted(count: int) -> Frame:
    """The frame that stands for `count` others."""
    return Frame("", 0, "", count)


def resolve(
    data: bytes,
    record: int,
    repeats: dict[int, tuple[list[int], int]],
    shapes: Shapes,
    *,
    whole_stack: bool = True,
) -> Failure:
    """The exception recorded at `record`; one seen further out gets the stack of its earlier records, too.

    Very long stacks lose their middle: a deep recursion has as many stacks as frames, and each is that long.
    """
    records, place = repeats.get(record, ([record], 0))
    if place == 0 and data[record] == 2:
        raise Damaged("an exception whose first record is missing")
    failure, _ = read_failure(data, records[0], shapes)
    if not whole_stack:
        return failure
    outer: list[Frame] = []
    at = place
    while at > 0 and len(outer) < KEPT // 2:
        outer += read_frames(data, records[at] + 1)[0]
        at -= 1
    inner: list[Frame] = []
    between = 1
    while between <= at and len(inner) < KEPT // 2:
        inner[:0] = read_frames(data, records[between] + 1)[0]
        between += 1
    missing = at - between + 1
    middle = [omitted(missing)] if missing > 0 else []
    return replace(failure, stack=(*outer, *middle, *inner, *failure.stack))
