"""Opens what segment_encoder wrote."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from segment_encoder import SegmentBytes, project, save, table

from instrumenter.trace.export import write_json
from instrumenter.trace.forest import Forest
from instrumenter.trace.problem import Problem
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.segment import Segment
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.sites import SiteTables
from instrumenter.trace.span import Span

SITES = table(
    ("main", 1, "function", []),
    ("add", 5, "function", ["a", "b"]),
    ("Store.put", 9, "function", ["self", "key", "*rest", "**options"]),
    ("numbers", 20, "generator", ["n"]),
    ("fetch", 30, "coroutine", ["url"]),
)
MAIN, ADD, PUT, NUMBERS, FETCH = range(5)


def started(**header: Any) -> SegmentBytes:
    """A segment whose file has the sites above."""
    segment = SegmentBytes(**header)
    segment.file(len(SITES["sites"]))
    return segment


def opened(folder: Path, content: SegmentBytes | bytes, **name: str) -> Segment:
    """The segment as the reader sees it, in a project of its own."""
    path = save(project(folder, SITES), content, **name)
    segment = Segment.open(path, SiteTables(folder / ".spanwright" / "sites"))
    assert isinstance(segment, Segment)
    return segment


def spans(segment: Segment) -> list[Span]:
    """All spans of a segment."""
    return [Span(segment, index) for index in range(len(segment.table))]


def tree(segment: Segment) -> list[Any]:
    """The names of a segment's spans, nested: `["main", [["add", []]]]`."""
    forest = Forest([segment])

    def named(span: Span) -> list[Any]:
        return [span.name, [named(child) for child in forest.children(span)]]

    return [named(root) for root in forest.roots()]


def only_run(folder: Path) -> Run:
    """The single run of a project."""
    (run,) = Traces.load(folder).runs
    return run


def exported(run: Run) -> Any:
    """A run as its JSON says."""
    out = io.StringIO()
    write_json(run, run.forest.roots(), Selection(run.forest, Wanted()), out.write)
    return json.loads(out.getvalue())


def texts(problems: list[Problem]) -> list[str]:
    """What the problems say."""
    return [problem.text for problem in problems]
