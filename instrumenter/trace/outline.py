"""A span tree as lines of text, each within a width: duration, share, guides, call, result or error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from instrumenter.trace import text
from instrumenter.trace.events import events
from instrumenter.trace.folding import Folding, Group
from instrumenter.trace.notes import Note, notes
from instrumenter.trace.span import Span

Paint = Callable[[str, str], str]
"""(text, role) -> text: `error`, `dim`, `name` or `open`."""
_RECEIVERS = ("self", "cls")
_DEEP = 12
"""So many levels have guides of their own; deeper lines show their depth and the innermost guides."""
_DURATION, _SHARE = 8, 8
"""Columns of the duration and the share, in front of everything."""
_WORTH = 8
"""A parameter cut to fewer columns says nothing."""
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
    values: bool = False
    """Whether what happened within spans is drawn between what they called."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A group that waits to be drawn. `lasts` says for each level above, and its own, whether it is the last there."""

    group: Group
    parent: Group | None
    lasts: tuple[bool, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class _NoteRow:
    """A note that waits to be drawn. `lasts` ends with whether no further entry of its level follows."""

    note: Note
    span: Span
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
        waiting: list[_Row | _NoteRow] = [_Row(group, None, (), 0) for group in reversed(self._folding.groups(roots))]
        while waiting:
            if self._shape.limit and self.lines >= self._shape.limit:
                self.cut = True
                return
            row = waiting.pop()
            self.lines += 1
            if isinstance(row, _NoteRow):
                yield self._note(row)
                continue
            self.shown += len(row.group.spans)
            yield self._line(row)
            if self._shape.depth is None or row.depth + 1 < self._shape.depth:
                waiting += self._below(row)

    def _below(self, row: _Row) -> list[_Row | _NoteRow]:
        groups = self._folding.below(row.group)
        lasts = row.lasts[-_DEEP:]
        rows = [
            _Row(group, row.group, (*lasts, place == len(groups) - 1), row.depth + 1)
            for place, group in enumerate(groups)
        ]
        if self._shape.values and not row.group.folded:
            return self._with_notes(row.group.first, rows, lasts)[::-1]
        return list(reversed(rows))

    def _with_notes(self, span: Span, rows: list[_Row], lasts: tuple[bool, ...]) -> list[_Row | _NoteRow]:
        """The rows below a span, with what happened in it in between; no more than can be shown."""
        most = self._shape.limit or None
        starts: list[tuple[int, Note | _Row]] = [(row.group.first.start_ns, row) for row in rows]
        shown = islice(notes(events(span), [start for start, _ in starts]), most)
        found: list[tuple[int, Note | _Row]] = [(note.time_ns, note) for note in shown]
        merged: list[_Row | _NoteRow] = []
        left = len(rows)
        for _, one in merge(found, starts, key=lambda entry: entry[0]):
            if isinstance(one, _Row):
                left -= 1
                merged.append(one)
            else:
                merged.append(_NoteRow(one, span, (*lasts, not left), len(lasts) + 1))
        return merged

    def _note(self, row: _NoteRow) -> str:
        after = f"+{text.duration(row.note.time_ns - row.span.start_ns)}".rjust(_DURATION)
        lead = "".join("   " if last else "│  " for last in row.lasts)
        room = max(self._shape.width - text.cells(after) - _SHARE - 2 - text.cells(lead), _LEAST)
        return self._paint(f"{after}{' ' * (_SHARE + 2)}{lead}", "dim") + text.cut(row.note.text, room)

    def _line(self, row: _Row) -> str:
        group, parent = row.group, row.parent
        took = text.duration(group.total_ns).rjust(_DURATION)
        share = (text.share(group.total_ns, parent.total_ns) if parent else "").rjust(_SHARE)
        guide, tail = guides(row.lasts, row.depth), self._tail(group, parent)
        used = text.cells(took) + text.cells(share) + text.cells(guide) + text.cells(tail) + 2
        room = max(self._shape.width - used, _LEAST)
        call = self._folded(group, room) if group.folded else self._call(group.first, room)
        return f"{took}{self._paint(f'{share}  {guide}', 'dim')}{call}{self._paint(tail, 'dim')}"

    def _tail(self, group: Group, parent: Group | None) -> str:
        """Where it ran, if elsewhere than its parent (a root: than the main thread), its id, what is not recorded."""
        span, above = group.first, parent.first if parent else None
        pieces = []
        if above is not None and span.segment is not above.segment:
            pieces.append(f"[process {span.segment.header.pid}]")
        elif span.thread_number != (above.thread_number if above else 1):
            pieces.append(f"[{text.clean(span.thread.name)}]")
        if self._shape.ids and not group.folded:
            pieces.append(f"#{span.span_id.lstrip('0')}")
        pieces += [] if group.folded else _ran(span)
        pieces += [f"({group.left_out:,} left out)"] if group.left_out else []
        return "".join(f"  {piece}" for piece in pieces)

    def _folded(self, group: Group, room: int) -> str:
        name = text.clean(group.first.name)
        figures = (("min", group.min_ns), ("mean", group.mean_ns), ("max", group.max_ns))
        spelled = "".join(f"  {label} {text.duration(ns)}" for label, ns in figures)
        counted = f" ×{len(group.spans):,}{spelled if group.unfinished < len(group.spans) else ''}"
        still = f"  … {group.unfinished:,} unfinished" if group.unfinished else ""
        left = room - text.cells(name) - text.cells(counted) - text.cells(still)
        errors = text.cut(self._errors(group), max(left, _LEAST))
        return (
            self._paint(name, _role(group.first)) + counted + self._paint(still, "open") + self._paint(errors, "error")
        )

    def _errors(self, group: Group) -> str:
        if not group.errors:
            return ""
        failure = next(span for span in group.spans if span.failed).brief_failure()
        return f"  ✗ {group.errors:,}" + (f" {text.clean(text.failure_text(failure))}" if failure else "")

    def _call(self, span: Span, room: int) -> str:
        if not span.is_function:
            return self._plain(span, room)
        name = text.clean(span.name)
        params = shown_params(span)
        ending, role = _ending(span)
        room -= text.cells(name) + 2
        if role == "plain":
            *params, ending = text.fit([*params, ending], room)
            return f"{self._paint(name, 'name')}({', '.join(params)}){ending}"
        # What went wrong is worth more than what went in.
        left = room - min(text.cells(ending), max(room * 2 // 3, room - text.cells(", ".join(params))))
        params = text.fit([*params, ""], left)[:-1] if not params or left > _WORTH * len(params) else ["…"]
        ending = text.cut(ending, room - text.cells(", ".join(params)))
        return f"{self._paint(name, 'name')}({', '.join(params)}){self._paint(ending, role)}"

    def _plain(self, span: Span, room: int) -> str:
        """A call or an await: what it calls, and whether that failed."""
        name, (ending, role) = text.clean(span.name), _ending(span)
        name = f"await {name}" if span.kind == "await" and not name.startswith("async ") else name
        return self._paint(text.cut(name, room - text.cells(ending)), "dim") + self._paint(ending, role)


def _role(span: Span) -> str:
    return "name" if span.is_function else "dim"


def _ran(span: Span) -> list[str]:
    """How long what waits in between really ran."""
    active = span.active_ns if span.kind not in ("function", "generator") else None
    return [f"(ran {text.duration(active)})"] if active is not None and active < span.duration_ns else []


def guides(lasts: tuple[bool, ...], depth: int) -> str:
    """The lines that lead to an entry: `│  ├─ `; of a deep one the innermost, behind its depth."""
    if not depth:
        return ""
    shown = lasts[-_DEEP:]
    deeper = f"⋯{depth - len(shown)}⋯ " if depth > len(shown) else ""
    return deeper + "".join("   " if last else "│  " for last in shown[:-1]) + ("└─ " if shown[-1] else "├─ ")


def shown_params(span: Span) -> list[str]:
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
    if not span.ended:
        return " … unfinished", "open"
    if span.failed:
        failure = span.brief_failure()
        return f" ✗ {text.clean(text.failure_text(failure))}" if failure else " ✗ failed", "error"
    result = span.result()
    return (f" → {text.clean(text.value_text(result[0]))}" if result and result[0] is not None else ""), "plain"
