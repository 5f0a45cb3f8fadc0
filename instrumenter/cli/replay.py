"""`spans replay`: plays a trace as it happened."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from instrumenter.analysis.steps import HAPPEN, Step, steps
from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_option, json_out, open_traces, paint, root_option, say, warn
from instrumenter.cli._telling import STEPS, VALUES, Teller, step_json
from instrumenter.trace.find import Target, find
from instrumenter.trace.jsonable import FORMAT, run_json
from instrumenter.trace.summary import headline

_SPEED = re.compile(r"(\d+(?:\.\d+)?)x?")


class Speed(click.ParamType[float]):
    """`10x`: how many times as fast as it was."""

    name = "speed"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The factor."""
        if isinstance(value, float):
            return value
        found = _SPEED.fullmatch(value.strip())
        if not found or not float(found[1]):
            self.fail(f"{value!r} is no speed: give a factor such as 10x or 0.5x", param, ctx)
        return float(found[1])


@dataclass(frozen=True, slots=True)
class Pace:
    """When a step is played: after the time that lay before it, or when somebody says so."""

    speed: float | None
    """None: at once."""
    asks: bool
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    ask: Callable[[], str] = sys.stdin.readline

    def played(self, found: Iterator[Step]) -> Iterator[Step]:
        """The steps, each at its time; the end of standard input, or `q`, ends it."""
        origin, began = None, self.now()
        for step in found:
            origin = step.time_ns if origin is None else origin
            if self.speed is not None:
                due = began + (step.time_ns - origin) / 10**9 / self.speed
                ahead = due - self.now()
                if ahead > 0:
                    self.sleep(ahead)
            yield step
            if self.asks and step.kind != HAPPEN:
                answer = self.ask()
                if not answer or answer.strip().lower() == "q":
                    return


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option(
    "--speed", type=Speed(), metavar="FACTOR",
    help="As fast as it was: 1x; ten times as fast: 10x. By default 1x on a terminal, else without a pause.",
)  # fmt: skip
@click.option("--step", "asks", is_flag=True, help="Wait for Enter after each step; q ends it.")
@click.option(
    "--verbosity", type=click.IntRange(STEPS, 2), default=VALUES, show_default=True,
    help="0: what began and ended; 1: also parameters, results, changes and errors; 2: also lines, branches, stacks.",
)  # fmt: skip
@root_option
@json_option
def main(
    target: str | None, speed: float | None, asks: bool, verbosity: int, root: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Play a run, a trace or a span as it happened; by default the last run.

    Each call has a number and begins with ▶ and its parameters; it ends with ◀, its duration and its result, or with ✗
    and its error. In front stands the time since the start.

    \b
    spans replay
    spans replay 10920000010008 --speed 0.1x
    spans replay --step --verbosity 2
    """
    traces = open_traces(root)
    found = find(traces, target)
    if as_json:
        _write_json(found, steps(found.run.forest, found.roots, with_events=verbosity > STEPS))
    else:
        say(paint(headline(found.run), "dim"))
        teller = Teller(verbosity, found.roots[0].start_ns if found.roots else 0)
        factor = speed if speed is not None or asks or not sys.stdout.isatty() else 1.0
        told = steps(found.run.forest, found.roots, with_events=verbosity > STEPS)
        for step in Pace(factor, asks).played(told):
            for line in teller.lines(step):
                say(line)
    warn(traces, found.run)


def _write_json(found: Target, told: Iterator[Step]) -> None:
    """One step a line, so that a long trace need not be held as a whole."""
    write = json_out()
    write(f'{{"format": {FORMAT}, "run": {json.dumps(run_json(found.run), ensure_ascii=False)}, "steps": [')
    comma = ""
    for step in told:
        write(f"{comma}\n{json.dumps(step_json(step), ensure_ascii=False)}")
        comma = ","
    write("\n]}\n")
