"""A run in one line."""

from __future__ import annotations

from instrumenter.trace.runs import Run
from instrumenter.trace.text import clean, duration, plural
from instrumenter.trace.turned_down import turned_down


def headline(run: Run) -> str:
    """`run 20261120T… · python app.py · 12.4 ms · 148 spans · 1 error`."""
    pieces = [f"run {run.id}", clean(run.program), duration(run.end_ns - run.start_ns), plural(run.spans, "span")]
    if len(run.segments) > 1:
        pieces.append(f"{len(run.segments):,} processes")
    if run.errors:
        pieces.append(plural(run.errors, "error"))
    down = turned_down(run)
    if down:
        pieces.append(f"{plural(len(down), 'function')} turned down")
    if run.state != "ended":
        pieces.append(run.state)
    return " · ".join(pieces)
