"""A span tree as lines of text, each within a width: guides, call, result or error, duration, share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from instrumenter.trace import text
from instrumenter.trace.folding import Folding, Group
from instrumenter.trace.span import Span

Paint = Callable[[str, str], str]
"""(text, role) -> text: `error`, `dim`, `name` or `open`."""
_RECEIVERS = ("self", "cls")
_DEEP = 12
"""So many levels have guides of their own; deeper lines show their depth and the innermost guides."""
_LEAST = 24
"""The least columns for parameters and result, however narrow the terminal."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tree is drawn."""

    width: int
    depth: int | None = None
    limit: int = 0
    """The most lines; 0 for all."""
    ids: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A group that waits to be drawn. `lasts` says for each level above, and its own, whether it is the last there."""

    group: Group
    parent: Group | None
    lasts: tuple[bool, ...]
    depth: int


class Outline:
    """Draws the trees below some roots. `shown` counts the spans that were drawn, one by one or in a fold."""

    def __init__(self, folding: Folding, shape: Shape, paint: Paint) -> None:
        self._folding = folding
        self._shape = shape
        self._paint = paint
        self.shown = 0
        self.lines = 0
        self.cut = False
        """Whether the limit of lines was reached."""

    def draw(self, roots: Sequence[Span]) -> Iterator[str]:
        """The lines, parents before their children."""
        waiting = [_Row(group, None, (), 0) for group in reversed(self._folding.groups(roots))]
        while waiting:
            if self._shape.limit and self.lines >= self._shape.limit:
                self.cut = True
                return
            row = waiting.pop()
            self.lines += 1
            self.shown += len(row.group.spans)
            yield self._line(row)
            if self._shape.depth is None or row.depth + 1 < self._shape.depth:
                waiting += self._below(row)

    def _below(self, row: _Row) -> list[_Row]:
        groups = self._folding.below(row.group)
        lasts = row.lasts[-_DEEP:]
        return [
            _Row(group, row.group, (*lasts, place == len(groups) - 1), row.depth + 1)
            for place, group in reversed(list(enumerate(groups)))
        ]

    def _line(self, row: _Row) -> str:
        guide = guides(row.lasts, row.depth)
        tail = self._tail(row)
        room = max(self._shape.width - text.cells(guide) - text.cells(tail), _LEAST)
        call = self._folded(row.group, room) if row.group.folded else self._call(row.group.first, room)
        return f"{self._paint(guide, 'dim')}{call}{self._paint(tail, 'dim')}"

    def _tail(self, row: _Row) -> str:
        group, parent = row.group, row.parent
        pieces = [text.duration(group.total_ns)]
        if parent is not None and parent.total_ns:
            pieces.append(text.share(group.total_ns, parent.total_ns))
        if group.folded:
            figures = (("min", group.min_ns), ("mean", group.mean_ns), ("max", group.max_ns))
            pieces.append(f"({', '.join(f'{name} {text.duration(ns)}' for name, ns in figures)})")
        pieces += self._place(group, parent)
        if self._shape.ids and not group.folded:
            pieces.append(f"#{group.first.span_id.lstrip('0')}")
        return "".join(f"  {piece}" for piece in pieces)

    def _place(self, group: Group, parent: Group | None) -> list[str]:
        """Where it ran, if elsewhere than its parent (a root: than the main thread)."""
        span, above = group.first, parent.first if parent else None
        if above is not None and span.segment is not above.segment:
            return [f"[process {span.segment.header.pid}]"]
        thread = above.thread_number if above else 1
        return [f"[{text.clean(span.thread)}]"] if span.thread_number != thread else []

    def _folded(self, group: Group, room: int) -> str:
        name, times = text.clean(group.first.name), f" ×{len(group.spans):,}"
        errors = self._errors(group)
        return self._paint(name, "name") + times + self._paint(text.cut(errors, room - len(name) - len(times)), "error")

    def _errors(self, group: Group) -> str:
        if not group.errors:
            return ""
        failure = next(span for span in group.spans if span.failed).failure()
        return f" ✗ {group.errors:,}" + (f": {text.failure_text(failure)}" if failure else "")

    def _call(self, span: Span, room: int) -> str:
        name = text.clean(span.name)
        params = _shown_params(span)
        ending, role = _ending(span)
        room -= text.cells(name) + 2
        *pieces, ending = text.fit([*params, ending], room)
        return f"{self._paint(name, 'name')}({', '.join(pieces)}){self._paint(ending, role)}"


def guides(lasts: tuple[bool, ...], depth: int) -> str:
    """The lines that lead to an entry: `│  ├─ `; of a deep one the innermost, behind its depth."""
    if not depth:
        return ""
    shown = lasts[-_DEEP:]
    deeper = f"⋯{depth - len(shown)}⋯ " if depth > len(shown) else ""
    return deeper + "".join("   " if last else "│  " for last in shown[:-1]) + ("└─ " if shown[-1] else "├─ ")


def _shown_params(span: Span) -> list[str]:
    """`name=value` of each parameter, without the receiver and without empty star parameters."""
    pieces = []
    for place, (name, value) in enumerate(span.params()):
        spelled = text.clean(text.value_text(value))
        if (place == 0 and name in _RECEIVERS) or (name.startswith("*") and spelled in ("()", "{}")):
            continue
        pieces.append(f"{name}={spelled}")
    return pieces


def _ending(span: Span) -> tuple[str, str]:
    """What came of it, and the role in which that is painted."""
    if span.status == "unfinished":
        return " … unfinished", "open"
    if span.failed:
        failure = span.failure()
        return f" ✗ {text.clean(text.failure_text(failure))}" if failure else " ✗ failed", "error"
    result = span.result()
    return (f" → {text.clean(text.value_text(result[0]))}" if result and result[0] is not None else ""), "plain"
