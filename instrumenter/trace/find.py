"""Finds what a command line names: the project, a run, a trace or a span."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from instrumenter.errors import TraceError
from instrumenter.settings import VAULT_FOLDER, find_vault
from instrumenter.trace.packed import SUFFIX
from instrumenter.trace.runs import Run, Traces, trace_folder
from instrumenter.trace.span import Span
from instrumenter.trace.table import PLACE_BITS

LAST = "last"
_HEX = re.compile(r"[0-9a-f]{5,32}", re.IGNORECASE)
_CANDIDATES = 5


def project_root(start: Path) -> Path:
    """The project that has something instrumented: at or above `start`, else right below it."""
    start = start.resolve()
    root = find_vault(start.parent if start.name == VAULT_FOLDER else start)
    if root is None and os.environ.get("SPANWRIGHT_TRACES"):
        return start
    if root is None:
        raise TraceError("no-project", f"no .spanwright folder in {start} or above: nothing was instrumented here")
    return root


def load(root: Path) -> Traces:
    """The project's traces; raises `TraceError` where there is no run at all."""
    traces = Traces.load(root)
    if traces.runs:
        return traces
    if traces.problems:
        raise TraceError("unreadable-segment", f"no readable run: {traces.problems[-1]}")
    raise TraceError("no-runs", f"no run in {trace_folder(root)}: no instrumented program has run yet")


def find_run(traces: Traces, wanted: str | None) -> Run:
    """The run with this id, or with an id of which this is a part; the last one for None and `last`."""
    if wanted is None or wanted == LAST:
        return traces.runs[-1]
    wanted = wanted.removesuffix(SUFFIX).removesuffix(".seg")
    found = _matching(traces.runs, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise TraceError("ambiguous-id", f"{wanted!r} fits {_named(run.id for run in reversed(found))}")
    for problem in traces.problems:
        if wanted in problem.file.name:
            raise TraceError("unreadable-segment", str(problem))
    raise TraceError("unknown-id", f"no run, trace or span {wanted!r}{_hint(traces, wanted)}")


def _matching(runs: list[Run], wanted: str) -> list[Run]:
    """The runs that a name fits, by the strictest rule that fits any."""
    rules = (
        lambda run: run.id == wanted,
        lambda run: run.id.startswith(wanted),
        lambda run: wanted in run.id,
        lambda run: any(wanted in segment.name for segment in run.segments),
    )
    return next((found for found in ([run for run in runs if rule(run)] for rule in rules) if found), [])


def _named(ids: Iterable[str]) -> str:
    names = list(ids)
    shown = ", ".join(names[:_CANDIDATES])
    return f"{shown} and {len(names) - _CANDIDATES:,} more" if len(names) > _CANDIDATES else shown


def _hint(traces: Traces, wanted: str) -> str:
    close = get_close_matches(wanted, [run.id for run in traces.runs], n=3, cutoff=0.5)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; the last run is {traces.runs[-1].id}"


@dataclass(frozen=True, slots=True)
class Target:
    """What was named: a run as a whole, or one span of it (a trace is its root span)."""

    run: Run
    span: Span | None = None

    @property
    def roots(self) -> list[Span]:
        """The spans at the top of what was named."""
        return [self.span] if self.span else self.run.forest.roots()


def find(traces: Traces, wanted: str | None) -> Target:
    """The run, trace or span that was named; the last run for None. Raises `TraceError` where there is none."""
    if wanted is not None and _HEX.fullmatch(wanted) and not _matching(traces.runs, wanted):
        for run in reversed(traces.runs):
            found = _spans(run, wanted.lower())
            if len(found) > 1:
                ids = (f"{run.forest.trace_id(run.forest.root(span))} ({span.name})" for span in found)
                raise TraceError("ambiguous-id", f"{wanted!r} is a span of the traces {_named(ids)}")
            if found:
                return Target(run, found[0])
    return Target(find_run(traces, wanted))


def find_span(traces: Traces, wanted: str) -> Target:
    """The span that was named; a trace means its root, a run with a single trace that trace's root."""
    target = find(traces, wanted)
    roots = target.roots
    if target.span is None and len(roots) != 1:
        raise TraceError("unknown-id", f"{wanted!r} is a run of {len(roots):,} traces: name a span (spans tree --ids)")
    return Target(target.run, roots[0])


def _spans(run: Run, wanted: str) -> list[Span]:
    """The spans of a run with this id; that of a trace, 32 digits, is the moment and its root's id."""
    moment, number = (int(wanted[:-16], 16), int(wanted[-16:], 16)) if len(wanted) > 16 else (None, int(wanted, 16))
    pid, short = number >> PLACE_BITS, number & (1 << PLACE_BITS) - 1
    found = []
    for segment in run.segments:
        if segment.header.pid & 0xFF_FFFF != pid or (moment is not None and moment != segment.header.clock.unix0):
            continue
        index = segment.table.index_of(short)
        if index is not None:
            found.append(Span(segment, index))
    return found
