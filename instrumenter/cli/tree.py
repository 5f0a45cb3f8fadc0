"""`spans tree`: the call tree."""

from __future__ import annotations

import re
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_option, json_out, open_traces, paint, root_option, say, warn, width
from instrumenter.trace.counts import has_counters
from instrumenter.trace.export import write_json
from instrumenter.trace.find import Target, find
from instrumenter.trace.folding import Folding
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.sites import FUNCTIONS
from instrumenter.trace.summary import headline
from instrumenter.trace.text import plural

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min)?")
KINDS = (*FUNCTIONS, "call", "await")
_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9}


class Duration(click.ParamType[int]):
    """A duration with a unit, as nanoseconds; without one, milliseconds."""

    name = "duration"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Nanoseconds."""
        if isinstance(value, int):
            return value
        found = _DURATION.fullmatch(value.strip())
        if not found:
            self.fail(f"{value!r} is no duration: give a number and ns, us, ms, s or min", param, ctx)
        return int(float(found[1]) * _NS[found[2] or "ms"])


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Only so many levels.")
@click.option(
    "--min-duration", type=Duration(), default=0, metavar="TIME", help="Only spans at least so long: 1ms, 20us."
)
@click.option(
    "--function", default="", metavar="GLOB", help="Only functions whose name matches (or FILE::NAME), and the way."
)
@click.option("--errors", is_flag=True, help="Only what failed, and the way to it.")
@click.option("--expand", is_flag=True, help="Show every one of repeated calls instead of one line for them.")
@click.option("--values", is_flag=True, help="Show every call, and in between what happened: values, branches, lines.")
@click.option("--no-calls", is_flag=True, help="Leave out calls and awaits; what is below them moves up.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Only spans of this kind; may be given several times.",
)
@click.option("--ids", is_flag=True, help="Show the ids of spans, for `spans show`.")
@click.option("--limit", type=click.IntRange(min=0), default=200, show_default=True, help="The most lines; 0 for all.")
@root_option
@json_option
def main(
    target: str | None, depth: int | None, min_duration: int, function: str, errors: bool, expand: bool, values: bool,
    no_calls: bool, kinds: tuple[str, ...], ids: bool, limit: int, root: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Print the call tree of a run, a trace or a span; by default of the last run.

    A line shows a call with its parameters, its result or error, its duration and its share of its parent's.
    Three or more calls of one function below one parent are one line with their number, total, least, mean and
    greatest duration; what they called is merged below it. From level 3 on there are also the calls of what is
    not instrumented, and what coroutines awaited.

    \b
    spans tree
    spans tree --depth 3 --min-duration 1ms
    spans tree --function 'Repository.*' --expand
    spans tree --errors
    spans tree --function save --values
    """
    traces = open_traces(root)
    found = find(traces, target)
    wanted = Wanted(function, min_duration, errors, frozenset(kinds or (FUNCTIONS if no_calls else ())))
    selection = Selection(found.run.forest, wanted)
    if as_json:
        write_json(found.run, found.roots, selection, json_out(), depth)
    else:
        outline = Outline(
            Folding(found.run.forest, selection, expand or values), Shape(width(), depth, limit, ids, values), paint
        )
        say(paint(headline(found.run), "dim"))
        for line in outline.draw(found.roots):
            say(line)
        _say_rest(found, wanted, selection, outline)
    warn(traces, found.run)


def _say_rest(found: Target, wanted: Wanted, selection: Selection, outline: Outline) -> None:
    """Say what the tree does not show, and why."""
    if not outline.lines:
        counted = any(map(has_counters, found.run.segments))
        nothing = f"no span was recorded{'; calls were counted: spans export --counts' if counted else ''}"
        say("no span matches" if not wanted.everything else nothing)
    if outline.cut:
        missing = _selected(found, selection) - outline.shown
        say(f"… {plural(missing, 'more span')} (--limit 0 shows all; --depth, --min-duration or --function less)")


def _selected(found: Target, selection: Selection) -> int:
    if found.span is None:
        return selection.count()
    return sum(len(selection.of([span])) for span in found.run.forest.below(found.span))
