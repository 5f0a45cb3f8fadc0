"""`spans flow`: what ran, as a tree, a flame graph or a time line, in the terminal or as a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from instrumenter.analysis.bars import Scale, bar_columns, flame_lines, heaviest, rows, time_lines
from instrumenter.analysis.flames import Extent, Flame, Merging, placed
from instrumenter.analysis.longest import longest
from instrumenter.analysis.pictures import VIEWS, flame_page
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import columns, json_option, json_out, open_traces, paint, root_option, say, warn, width
from instrumenter.cli._saving import save
from instrumenter.cli.tree import Duration
from instrumenter.errors import UsageError
from instrumenter.trace.export import write_json
from instrumenter.trace.find import Target, find
from instrumenter.trace.folding import Folding
from instrumenter.trace.jsonable import FORMAT, Json, run_json, span_json
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.summary import headline
from instrumenter.trace.text import clean, cut, duration, share

_HEAVIEST = 10
_NAME = 60
_IN_JSON = 100_000
"""So many spans of a time line are in the JSON, the longest."""


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option(
    "--format", "view", type=click.Choice(VIEWS), default="tree", show_default=True, help="What is drawn."
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write a page with zoom and search that needs no network: .html or .svg.",
)  # fmt: skip
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Only so many levels.")
@click.option(
    "--min-duration", type=Duration(), metavar="TIME",
    help="Only what took at least so long (in a flame graph all calls together): 1ms, 20us. By default everything; in "
    "a time line in the terminal what can be seen.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(min=0), default=200, show_default=True, help="The most lines; 0 for all.")
@root_option
@json_option
def main(
    target: str | None, view: str, output: Path | None, depth: int | None, min_duration: int | None, limit: int,
    root: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Draw a run, a trace or a span, by default the last run; in the terminal, or as a page.

    `tree` is the call tree. `flamegraph` merges calls of one function that the same chain of functions led to: the
    wider a block, the longer they took together. `timeline` shows when each call ran, side by side where it did.

    \b
    spans flow --format flamegraph
    spans flow --format timeline --min-duration 1ms
    spans flow --format flamegraph -o flames.html
    spans flow 10920000010008 --format timeline -o request.svg
    """
    traces = open_traces(root)
    found = find(traces, target)
    extent = Extent(depth, min_duration or 0)
    if output is not None:
        form = _form(output)
        save(flame_page(found.run, found.roots, view=view, form=form, extent=extent), output)
    elif as_json:
        _print_json(found, view, extent)
    else:
        say(paint(headline(found.run), "dim"))
        if view == "timeline" and min_duration is None:
            extent = Extent(depth, _scale(found).visible_ns)
        for line in _limited(_LINES[view](found, extent), limit):
            say(line)
        if min_duration is None and _leaves_out(found, extent):
            say(f"what took less than {duration(extent.least_ns)} is left out (--min-duration 0 shows it)")
    warn(traces, found.run)


def _form(output: Path) -> str:
    form = output.suffix.lower().removeprefix(".")
    if form not in ("html", "svg"):
        raise UsageError("no-such-page", f"{output}: a page is written to a .html or a .svg file")
    return form


def _limited(lines: Iterator[str], limit: int) -> Iterator[str]:
    yield from islice(lines, limit or None)
    if next(lines, None) is not None:
        yield "… more lines (--limit 0 shows all; --depth and --min-duration fewer)"


def _tree(found: Target, extent: Extent) -> Iterator[str]:
    return Outline(_folding(found, extent), Shape(width(), extent.depth), paint).draw(found.roots)


def _folding(found: Target, extent: Extent) -> Folding:
    return Folding(found.run.forest, _selection(found, extent), expand=False)


def _selection(found: Target, extent: Extent) -> Selection:
    return Selection(found.run.forest, Wanted(min_ns=extent.least_ns))


def _leaves_out(found: Target, extent: Extent) -> bool:
    """Whether anything in the run is too short."""
    return extent.least_ns > 0 and _selection(found, extent).count() < found.run.spans


def _flamegraph(found: Target, extent: Extent) -> Iterator[str]:
    flames = Merging(found.run.forest, extent).below(found.roots)
    yield from flame_lines(flames, width(), paint)
    whole = sum(flame.width_ns for flame in flames)
    rows = [[duration(spent), share(spent, whole), f"{calls:,}", cut(clean(name), _NAME), clean(file)]
            for file, name, spent, calls in heaviest(flames, _HEAVIEST)]  # fmt: skip
    if rows:
        yield ""
        heading, *lines = columns([["in itself", "share", "calls", "function", "file"], *rows], right=(0, 1, 2))
        yield paint(heading, "dim")
        yield from lines


def _timeline(found: Target, extent: Extent) -> Iterator[str]:
    yield from time_lines(rows(_folding(found, extent), found.roots, extent.depth), _scale(found), paint, width())


def _scale(found: Target) -> Scale:
    """That of the time line of what was named."""
    start = min((root.start_ns for root in found.roots), default=0)
    return Scale(start, max((root.end_ns for root in found.roots), default=0) - start, bar_columns(width()))


_LINES = {"tree": _tree, "flamegraph": _flamegraph, "timeline": _timeline}


def _print_json(found: Target, view: str, extent: Extent) -> None:
    if view == "tree":
        write_json(found.run, found.roots, _selection(found, extent), json_out(), extent.depth)
    elif view == "flamegraph":
        flames = list(placed(Merging(found.run.forest, extent).below(found.roots)))
        numbers = {flame: number for number, (flame, _) in enumerate(flames)}
        listed: list[Json] = [_flame_json(flame, numbers) for flame, _ in flames]
        print_json({"format": FORMAT, "run": run_json(found.run), "flames": listed})
    else:
        print_json({"format": FORMAT, "run": run_json(found.run), "spans": _spans_json(found, extent)})


def _flame_json(flame: Flame, numbers: dict[Flame, int]) -> dict[str, Json]:
    return {
        "function": flame.function.name,
        "file": flame.function.file,
        "line": flame.function.line,
        "parent": numbers[flame.parent] if flame.parent else None,
        "depth": flame.depth,
        "calls": flame.calls,
        "errors": flame.errors,
        "totalNs": flame.total_ns,
        "selfNs": flame.self_ns,
    }


def _spans_json(found: Target, extent: Extent) -> list[Json]:
    forest = found.run.forest
    chosen = longest(forest, found.roots, _IN_JSON, extent.least_ns, extent.depth).spans
    ids = {root: forest.trace_id(forest.root(root)) for root in found.roots}
    trace, objects = "", list[Json]()
    for one in chosen:
        trace = ids.get(one.span, trace)
        objects.append(span_json(one.span, forest, trace))
    return objects
