"""`spans live`: follows a program while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import click

from instrumenter.analysis.live import Process, Watched
from instrumenter.analysis.steps import Step
from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say
from instrumenter.cli._telling import STEPS, VALUES, Teller, step_json
from instrumenter.errors import TraceError
from instrumenter.trace.find import find_run
from instrumenter.trace.following import News
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.text import clean, plural

_PAUSE = 0.25
"""Seconds between two looks."""
_EVERY = 4
"""At every fourth look new processes are looked for."""
_MOST = 60
"""More steps than this at one look nobody can read: they are counted, and what failed is told."""
_FAILURES = 5
_BUSIEST = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """How what is new is told."""

    run: Run
    verbosity: int
    as_json: bool
    write: Callable[[str], object]

    def began(self, process: Process) -> None:
        """Tell of what was open when the command was started."""
        steps = process.still_open()
        if len(steps) > _MOST:
            self._note({"step": "open", "count": len(steps) - _MOST}, f"… {plural(len(steps) - _MOST, 'open span')}")
        for step in steps[-_MOST:]:
            self._step(step)

    def told(self, process: Process, news: News) -> None:
        """Tell of what is new."""
        if len(news.began) + len(news.ended) <= _MOST and not news.passed_over:
            for step in process.steps(news, with_events=self.verbosity > STEPS and len(news) <= 10 * _MOST):
                self._step(step)
            return
        for step in process.failures(news)[-_FAILURES:]:
            self._step(step)
        self._summary(process, news)

    def _step(self, step: Step) -> None:
        if self.as_json:
            self.write(json.dumps(step_json(step), ensure_ascii=False))
            return
        for line in Teller(self.verbosity, self.run.start_ns).lines(step):
            self.write(line)

    def _summary(self, process: Process, news: News) -> None:
        failed, busiest = len(process.failed(news)), process.busiest(news, _BUSIEST)
        named = "".join(f"  {clean(name)} ×{many:,}" for name, many in busiest)
        said = f"… {plural(len(news.began), 'call')}{f', {failed:,} failed' if failed else ''}{named}"
        beyond = f"  and {news.passed_over / 1e6:,.1f} MB more" if news.passed_over else ""
        self._note(
            {"step": "many", "calls": len(news.began), "failed": failed, "busiest": dict(busiest),
             "bytesPassedOver": news.passed_over}, said + beyond,
        )  # fmt: skip

    def _note(self, found: dict[str, object], said: str) -> None:
        self.write(json.dumps(found, ensure_ascii=False) if self.as_json else paint(said, "dim"))


@click.command(cls=Command, context_settings=HELP)
@click.argument("run", required=False)
@click.option(
    "--verbosity", type=click.IntRange(STEPS, 2), default=VALUES, show_default=True,
    help="0: what begins and ends; 1: also parameters, results, changes and errors; 2: also lines, values and stacks.",
)  # fmt: skip
@root_option
@json_option
def main(run: str | None, verbosity: int, root: Path | None, as_json: bool) -> None:
    """Follow a running program from another terminal, until it ends or Ctrl-C; by default the last one that runs.

    First comes what is open by now, then what happens, as `spans replay` tells it. Where more happens than anybody can
    read, it is counted, with what is called most, and what fails is told. Only the program's segment is read, and of
    that the newest part: the program is not slowed.

    \b
    spans live
    spans live 4242 --verbosity 0
    """
    traces = open_traces(root)
    found = _running(traces, run)
    watched = Watched(traces, found)
    if not as_json:
        say(paint(f"run {found.id} · {clean(found.program)}", "dim"))
    try:
        follow(watched, Shown(found, verbosity, as_json, say), time.sleep)
    finally:
        watched.close()
    if not as_json:
        say(paint(f"run {found.id} has ended", "dim"))


def _running(traces: Traces, wanted: str | None) -> Run:
    """The run that was named, or the last one that runs."""
    if wanted is not None:
        found = find_run(traces, wanted)
        if found.status != "running":
            raise TraceError(
                "not-running", f"run {found.id} has ended ({found.state}); spans replay {found.id} plays it"
            )
        return found
    running = next((run for run in reversed(traces.runs) if run.status == "running"), None)
    if running is None:
        raise TraceError("not-running", f"no program runs; the last one was {traces.runs[-1].id}")
    return running


def follow(watched: Watched, shown: Shown, sleep: Callable[[float], None]) -> None:
    """Look, tell and sleep until the run has ended; what it recorded last is told, too."""
    for turn in count():
        if turn % _EVERY == 0 or not watched.is_running():
            watched.look_for_processes()
        runs = watched.is_running()
        for process in watched.processes:
            news = process.look()
            if turn == 0:
                shown.began(process)
            else:
                shown.told(process, news)
        if not runs:
            return
        sleep(_PAUSE)
