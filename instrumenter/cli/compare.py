"""`spans compare`: what has changed between two runs, traces or functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from instrumenter.analysis.comparison import Comparison, compare
from instrumenter.analysis.limits import Breach, Limit, breaches, parse_limit
from instrumenter.analysis.sides import Key, Side
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._comparison import breach_json, breach_line, comparison_json, comparison_lines
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say, warn, width
from instrumenter.errors import TraceError
from instrumenter.trace.find import find, find_run
from instrumenter.trace.jsonable import FORMAT, Json, run_json
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.summary import headline
from instrumenter.trace.table import AWAIT, CALL
from instrumenter.trace.text import cut

FOUND = 1
"""The exit code where a limit is met."""


class Part(click.ParamType[float]):
    """`20%` or `20` as a part: 0.2."""

    name = "percentage"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The part."""
        if isinstance(value, float):
            return value
        number = value.strip().removesuffix("%").strip()
        if not number.replace(".", "", 1).isdecimal():
            self.fail(f"{value!r} is no percentage: give a number such as 20 or 20%", param, ctx)
        return float(number) / 100


class LimitType(click.ParamType[Limit]):
    """A limit of `--fail-on`."""

    name = "limit"

    def convert(self, value: str | Limit, param: click.Parameter | None, ctx: click.Context | None) -> Limit:
        """The limit; raises `UsageError`."""
        return value if isinstance(value, Limit) else parse_limit(value)


@dataclass(frozen=True, slots=True)
class _Named:
    """One side as it was named: the run, the spans, and the function if it is one."""

    run: Run
    roots: list[Span]
    key: Key | None = None


@click.command(cls=Command, context_settings=HELP)
@click.argument("first", metavar="[A]", required=False)
@click.argument("second", metavar="[B]", required=False)
@click.option(
    "--function", default="", metavar="GLOB", help="Tell only of functions whose name matches (or FILE::NAME)."
)
@click.option(
    "--min-change", type=Part(), default="20%", show_default=True, metavar="PERCENT",
    help="A function is slower or quicker if a call takes so much more or less.",
)  # fmt: skip
@click.option(
    "--fail-on", "limits", type=LimitType(), multiple=True, metavar="LIMIT",
    help="End with exit code 1 where a function meets this: 'p95>+20%', 'max>50ms', 'errors>0'. May be repeated.",
)  # fmt: skip
@click.option("--run", "run_id", metavar="RUN", help="The run in which functions are looked for; by default the last.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most lines of a finding.")
@root_option
@json_option
def main(
    first: str | None, second: str | None, function: str, min_change: float, limits: tuple[Limit, ...],
    run_id: str | None, limit: int, root: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Say what has changed from A to B: runs, traces, spans, or two functions (FILE::NAME) of a run.

    Without B the last run; without both, the last run against the one before. Told are functions that take longer or
    less in themselves, and how sure that is; functions added and gone; where the call trees differ; functions that
    return or pass on something else for the same arguments; and new and vanished errors.

    \b
    spans compare                      the last run against the one before
    spans compare 4242 4711 --function 'Store.*'
    spans compare app.py::parse_old app.py::parse_new
    spans compare baseline --fail-on 'p95>+20%' --fail-on 'errors>+0'
    """
    traces = open_traces(root)
    ours, theirs = _sides(traces, first, second, run_id)
    alias = (theirs.key, ours.key) if ours.key and theirs.key and ours.key != theirs.key else None
    one, other = Side(ours.run.forest, ours.roots), Side(theirs.run.forest, theirs.roots, alias)
    pattern = Pattern.parse(function)
    found = _about(compare(one, other, min_change), pattern)
    broken = [breach for breach in breaches(limits, one, other) if pattern.matches(*breach.key[:2])]
    if as_json:
        told: list[Json] = [breach_json(breach) for breach in broken]
        runs: dict[str, Json] = {"a": run_json(ours.run), "b": run_json(theirs.run)}
        print_json({"format": FORMAT, **runs, **comparison_json(found), "failed": told})
    else:
        for line in _lines(ours, theirs, found, broken, limit):
            say(line)
    warn(traces, *{id(run): run for run in (ours.run, theirs.run)}.values())
    return FOUND if broken else 0


def _sides(traces: Traces, first: str | None, second: str | None, run_id: str | None) -> tuple[_Named, _Named]:
    theirs = _named(traces, second, run_id)
    if first is not None:
        return _named(traces, first, run_id), theirs
    if len(traces.runs) < 2:
        raise TraceError("no-runs", f"only one run, {traces.runs[0].id}: there is none before it to compare it with")
    return _named(traces, traces.runs[-2].id, run_id), theirs


def _named(traces: Traces, wanted: str | None, run_id: str | None) -> _Named:
    """The run, trace, span or function that was named."""
    if wanted is None or "::" not in wanted:
        found = find(traces, wanted)
        return _Named(found.run, found.roots)
    run = find_run(traces, run_id)
    pattern = Pattern.parse(wanted)
    spans = [span for segment in run.segments for span in _spans(run, segment, pattern)]
    if not spans:
        raise TraceError("unknown-function", f"no span of {wanted!r} in run {run.id}")
    spans.sort(key=lambda span: span.start_ns)
    keys = {(span.file, span.name, True) for span in spans}
    return _Named(run, spans, keys.pop() if len(keys) == 1 else None)


def _spans(run: Run, segment: Segment, pattern: Pattern) -> Iterator[Span]:
    """The outermost spans of a function."""
    matches: dict[int, bool] = {}
    for row, (site, flags) in enumerate(zip(segment.table.sites, segment.table.flags, strict=True)):
        if site not in matches:
            function = segment.function(site)
            matches[site] = pattern.matches(function.file, function.name)
        span = Span(segment, row)
        if matches[site] and not flags & (CALL | AWAIT) and not _within(run, span, pattern):
            yield span


def _within(run: Run, span: Span, pattern: Pattern) -> bool:
    return any(above.is_function and pattern.matches(above.file, above.name) for above in run.forest.ancestors(span))


def _about(found: Comparison, pattern: Pattern) -> Comparison:
    """What was found about some functions."""

    def wanted(key: Key) -> bool:
        return pattern.matches(key[0], key[1])

    told = found.changes
    return replace(
        found,
        shifts=[one for one in found.shifts if wanted(one.key)],
        added=[key for key in found.added if wanted(key)],
        gone=[key for key in found.gone if wanted(key)],
        alignment=replace(found.alignment, branches=[one for one in found.branches if wanted(one.key)]),
        changes=replace(
            told,
            results=[one for one in told.results if wanted(one.key)],
            arguments=[one for one in told.arguments if wanted(one.key)],
            following=[key for key in told.following if wanted(key)],
            inputs=[pair for pair in told.inputs if wanted(found.first.key(pair.first))],
        ),
        errors=[one for one in found.errors if wanted(one.key)],
    )


def _lines(ours: _Named, theirs: _Named, found: Comparison, broken: list[Breach], limit: int) -> Iterator[str]:
    yield paint(f"A  {headline(ours.run)}", "dim")
    yield paint(f"B  {headline(theirs.run)}", "dim")
    for heading, lines in comparison_lines(found, limit):
        yield ""
        yield paint(heading, "name")
        yield from (cut(f"  {line}", width()) for line in lines)
    if not found.differs:
        yield "no difference"
    for breach in broken:
        yield paint(breach_line(breach), "error")
