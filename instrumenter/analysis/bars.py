"""Flame graphs and time lines as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from instrumenter.analysis.flames import Flame, placed
from instrumenter.trace import text
from instrumenter.trace.folding import Folding, Group
from instrumenter.trace.outline import Paint, guides
from instrumenter.trace.span import Span

_DURATION = 8
_NAME = 44
"""The most columns of a name in front of a time line."""
_LEAST = 20
"""The least columns of a bar's room, however narrow the terminal."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns moments into columns of a line."""

    start: int
    length: int
    """In ns."""
    columns: int

    @property
    def visible_ns(self) -> int:
        """What lasts less is hardly to be seen."""
        return self.length // (4 * self.columns)

    def column(self, moment: int) -> int:
        """The column of a moment, the edges' where it lies beyond them."""
        place = (moment - self.start) * self.columns // max(self.length, 1)
        return min(max(place, 0), self.columns)

    def bar(self, start: int, end: int) -> range:
        """The columns of what lasted so long: at least one."""
        first = min(self.column(start), self.columns - 1)
        return range(first, max(self.column(end), first + 1))


def flame_lines(flames: Sequence[Flame], width: int, paint: Paint) -> Iterator[str]:
    """A flame graph, the roots on top: a line a level, each block as wide as its share of the whole."""
    scale = Scale(0, sum(flame.width_ns for flame in flames), max(width, _LEAST))
    ordered = sorted(placed(flames), key=lambda one: (one[0].depth, one[1]))
    drawn = (_level(list(level), scale, paint) for _, level in groupby(ordered, key=lambda one: one[0].depth))
    yield from takewhile(bool, drawn)


def _level(blocks: list[tuple[Flame, int]], scale: Scale, paint: Paint) -> str:
    pieces, at = [], 0
    for flame, start in blocks:
        first, last = max(scale.column(start), at), scale.column(start + flame.width_ns)
        if last <= first:
            continue
        pieces.append(" " * (first - at))
        pieces.append(paint(_block(flame, last - first), _role(flame)))
        at = last
    return "".join(pieces).rstrip()


def _block(flame: Flame, columns: int) -> str:
    """`▏name ×3 12 %────`, as much of it as there is room for."""
    if columns < 4:
        return "▏" + "─" * (columns - 1)
    many = f" ×{flame.calls:,}" if flame.calls > 1 else ""
    said = text.cut(f"{text.clean(flame.function.name)}{many}", columns - 2)
    return f"▏{said} " + "─" * (columns - 2 - text.cells(said))


def _role(flame: Flame) -> str:
    return "error" if flame.errors else "name" if flame.is_function else "dim"


def heaviest(flames: Sequence[Flame], most: int) -> list[tuple[str, str, int, int]]:
    """(file, name, time spent in itself, calls) of the functions that took most; those merged from all places."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for flame, _ in placed(flames):
        key = flame.function.file, flame.function.name
        spent, calls = found.get(key, (0, 0))
        found[key] = spent + flame.self_ns, calls + flame.calls
    ordered = sorted(found.items(), key=lambda one: -one[1][0])
    return [(*key, *figures) for key, figures in ordered[:most]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a time line: a group of calls, below which it stands, and its guides."""

    group: Group
    parent: Group | None
    lasts: tuple[bool, ...]


def rows(folding: Folding, roots: Sequence[Span], depth: int | None) -> Iterator[Row]:
    """The groups of calls of some trees, parents before what is below them."""
    waiting = _side_by_side(folding.groups(roots), None, ())
    while waiting:
        row = waiting.pop()
        yield row
        if depth is None or len(row.lasts) + 1 < depth:
            waiting += _side_by_side(folding.below(row.group), row, row.lasts)


def _side_by_side(groups: list[Group], above: Row | None, lasts: tuple[bool, ...]) -> list[Row]:
    """The rows of siblings, the last first."""
    ends = ((*lasts, place == len(groups) - 1) if above else () for place in range(len(groups)))
    parent = above.group if above else None
    return [Row(group, parent, end) for group, end in zip(groups, ends, strict=True)][::-1]


def time_lines(found: Iterable[Row], scale: Scale, paint: Paint, width: int) -> Iterator[str]:
    """A line for each row: duration, name, and bars where its calls ran. `scale` is that of the bars."""
    room = width - scale.columns - _DURATION - 4
    yield f"{' ' * (_DURATION + room + 4)}{_axis(scale)}"
    for row in found:
        guide = guides(row.lasts, len(row.lasts))
        many = f" ×{len(row.group.spans):,}" if row.group.folded else ""
        mark = _elsewhere(row)
        left = max(room - text.cells(guide) - text.cells(many) - text.cells(mark), 4)
        name = text.cut(text.clean(row.group.first.name), left)
        padding = " " * max(room - text.cells(guide + name + many + mark), 0)
        took = text.duration(row.group.total_ns).rjust(_DURATION)
        role = "name" if row.group.first.is_function else "dim"
        lead = f"{paint(f'{took}  {guide}', 'dim')}{paint(name, role)}{many}{paint(mark, 'dim')}{padding}"
        yield f"{lead}  {_bars(row.group.spans, scale, paint)}".rstrip()


def bar_columns(width: int) -> int:
    """How many columns the bars of a time line get."""
    return max(width - _DURATION - 4 - min(_NAME, width // 3), _LEAST)


def _axis(scale: Scale) -> str:
    end = text.duration(scale.length)
    return f"0{end.rjust(scale.columns - 1)}"


def _elsewhere(row: Row) -> str:
    """Which thread or process it ran in, if in another than what it stands below."""
    span, above = row.group.first, row.parent.first if row.parent else None
    if above is not None and span.segment is not above.segment:
        return f" [process {span.segment.header.pid}]"
    same = span.thread_number == (above.thread_number if above else 1)
    return "" if same else f" [{text.clean(span.thread.name)}]"


def _bars(spans: Sequence[Span], scale: Scale, paint: Paint) -> str:
    """`  ██ █✗█  ██…`: where calls ran; one that failed ends with ✗, one that is open with …"""
    cells: list[str] = [" "] * scale.columns
    for span in spans:
        bar = scale.bar(span.start_ns, span.end_ns)
        cells[bar.start : bar.stop] = ["█" if cell == " " else cell for cell in cells[bar.start : bar.stop]]
        if span.status != "ok":
            cells[bar.stop - 1] = "✗" if span.failed else "…"
    pieces = ("".join(run) for _, run in groupby(cells, key=lambda cell: cell == "✗"))
    return "".join(paint(piece, "error") if "✗" in piece else piece for piece in pieces).rstrip()
