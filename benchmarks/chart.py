"""The picture: bars of the main figures, ours beside the others, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.shape import Row

_WIDTH, _LABEL, _LINE, _TITLE, _GAP = 760, 250, 20, 34, 18
_FONT = "font-family='system-ui, sans-serif' font-size='13'"
_OURS, _OTHERS, _LIMIT = "#2563eb", "#9ca3af", "#16a34a"
# Benchmark, group, case, and whether the bars are ratios instead of medians.
PANELS = (
    ("calls", "CPython 3.12", "f(a, b)", False),
    ("programs", "application only", "shop", True),
    ("programs", "whole program", "lint", True),
    ("files", "a million calls", "raw", False),
    ("files", "a million calls", "from the last call to a readable file", False),
    ("deaths", "calls that had ended", "SIGKILL", False),
    ("rewriting", "sample of the standard library", "thousand lines per CPU second", False),
    ("startup", "imports", "import", False),
)


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, and how long it is."""

    label: str
    length: float

    @property
    def colour(self) -> str:
        """Ours stand out."""
        if self.label == "limit":
            return _LIMIT
        return _OURS if self.label.startswith(("level ", "spanwright")) else _OTHERS


@dataclass(frozen=True)
class Panel:
    """Bars below a title."""

    title: str
    bars: tuple[Bar, ...]


def panels(found: Mapping[str, Sequence[Row]]) -> list[Panel]:
    """Give the panels of which something was measured."""
    made = []
    for benchmark, group, case, is_ratio in PANELS:
        rows = [row for row in found.get(benchmark, ()) if (row.group, row.case) == (group, case)]
        bars = tuple(Bar(row.way, row.ratio if is_ratio and row.ratio else row.median) for row in rows)
        if bars:
            made.append(Panel(f"{case}: {'times the plain program' if is_ratio else rows[0].unit} ({group})", bars))
    return made


def draw(drawn: Sequence[Panel]) -> str:
    """Draw the panels, one below the other; lengths are logarithmic, since they differ a thousandfold."""
    parts, top = [], _GAP
    for panel in drawn:
        parts.append(f"<text x='{_GAP}' y='{top + 14}' font-weight='600'>{escape(panel.title)}</text>")
        parts += [_bar(bar, panel, top + _TITLE + place * _LINE) for place, bar in enumerate(panel.bars)]
        top += _TITLE + len(panel.bars) * _LINE + _GAP
    box = f"viewBox='0 0 {_WIDTH} {top}' width='{_WIDTH}' height='{top}'"
    ground = f"<rect width='{_WIDTH}' height='{top}' fill='#ffffff'/>"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' {box} {_FONT} fill='#111827'>"
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


def _bar(bar: Bar, panel: Panel, top: int) -> str:
    width = _scaled(bar.length, max(other.length for other in panel.bars)) * (_WIDTH - _LABEL - 110)
    label = f"<text x='{_LABEL - 8}' y='{top + 11}' text-anchor='end'>{escape(bar.label)}</text>"
    shape = f"<rect x='{_LABEL}' y='{top}' width='{width:.1f}' height='14' fill='{bar.colour}'/>"
    return f"{label}{shape}<text x='{_LABEL + width + 6:.1f}' y='{top + 11}'>{bar.length:,.4g}</text>"


def _scaled(length: float, longest: float) -> float:
    """Give a bar's share of the width: by the logarithm of one more, so that nothing has no bar."""
    return math.log1p(max(0.0, length)) / math.log1p(longest) if longest > 0 else 0.0
