"""Printing what became of files, for people and for programs."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from instrumenter.api import Options, Plan, run
from instrumenter.engine.results import Changed, Failed, Outcome, Skipped, Unchanged
from instrumenter.errors import SpanwrightError

SOME_FAILED = 3
_MANY = 50  # files; fewer are done before a progress bar could be read


@dataclass
class Report:
    """The outcomes of a command, gathered as they come."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 3 if a file failed."""
        return SOME_FAILED if self.of(Failed) else 0

    def of(self, kind: type[Any]) -> list[Any]:
        """Return the outcomes of one kind, by path."""
        return sorted((outcome for outcome in self.outcomes if isinstance(outcome, kind)), key=lambda it: it.path)

    def as_json(self, **more: object) -> dict[str, object]:
        """Return the report as a JSON object: what `more` says, then one result a file."""
        results = [_row(outcome) for outcome in sorted(self.outcomes, key=lambda it: it.path)]
        return {**more, "exitCode": self.exit_code, "results": results}


_Runner = Callable[[Plan, Options, Callable[[str], None]], Iterator[Outcome]]


def work(plan: Plan, options: Options, runner: _Runner = run) -> Report:
    """Run a plan, or do with it what `runner` does, with a progress bar on a terminal when there are many files.

    If something stops it, what was done by then is said before the error goes on.
    """
    report = Report()
    try:
        with _progress(plan.total, "restoring" if options.level == 0 else "instrumenting") as advance:
            for outcome in runner(plan, options, say):
                report.outcomes.append(outcome)
                advance()
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            say("")  # the terminal has shown ^C
        _say_stopped(report, plan)
        raise click.Abort from None
    except SpanwrightError:
        _say_stopped(report, plan)
        raise
    return report


def _say_stopped(report: Report, plan: Plan) -> None:
    say_problems(report)
    done = len(report.of(Changed))
    say(f"stopped: {done} of {count(plan.total, 'file')} done, the others are as they were")


def say(line: str) -> None:
    """Print a line on stderr."""
    click.echo(line, err=True)


def shown(path: Path) -> str:
    """Return a path as the user would write it: relative to the current folder if it lies below; printable."""
    here = Path.cwd()
    name = path.relative_to(here) if path.is_relative_to(here) else path
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def say_problems(report: Report) -> None:
    """Print one line for each file that failed, was skipped, or has a note."""
    for failed in report.of(Failed):
        place = ":".join(str(part) for part in (shown(failed.path), failed.line, failed.column) if part is not None)
        say(f"{place}: {failed.reason} [{failed.slug}]")
    for skipped in report.of(Skipped):
        say(f"{shown(skipped.path)}: skipped: {skipped.reason} [{skipped.slug}]")
    for changed in report.of(Changed):
        if changed.note:
            say(f"{shown(changed.path)}: {changed.note}")


def say_diffs(report: Report) -> None:
    """Print unified diffs on stdout, bytes as they are."""
    for outcome in sorted(report.of(Changed) + report.of(Unchanged), key=lambda it: it.path):
        name = shown(outcome.path).encode()
        lines = difflib.diff_bytes(
            difflib.unified_diff, _lines(outcome.before), _lines(outcome.after), b"a/" + name, b"b/" + name
        )
        for line in lines:
            sys.stdout.buffer.write(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n")
    sys.stdout.buffer.flush()


def count(number: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def gist(twins: Sequence[Changed], level: int | None) -> str:
    """Return how many functions of these twins have probes of which level, `level` being what was meant for all."""
    levels: Counter[int] = Counter()
    for twin in twins:
        levels.update(dict(twin.levels))
    functions = count(levels.total(), "function")
    if len(levels) > 1:
        return f"({functions}: {', '.join(f'{number} at level {level}' for level, number in sorted(levels.items()))})"
    at = next(iter(levels), level)
    return f"({functions})" if at is None else f"({functions}) at level {at}"


def remainder(report: Report) -> list[str]:
    """Return what is to be said of the files that were not changed, as parts of a sentence."""
    slugs = Counter(outcome.slug for outcome in report.of(Unchanged))
    parts = [
        f"{number} {words}"
        for slug, words in (
            ("up-to-date", "up to date"),
            ("nothing-to-instrument", "had nothing to instrument"),
            ("level-zero", "left alone at level 0"),
            ("not-instrumented", "not instrumented"),
            ("plain-again", "plain source again"),
        )
        if (number := slugs[slug])
    ]
    skipped, failed = len(report.of(Skipped)), len(report.of(Failed))
    return parts + [f"{skipped} skipped"] * bool(skipped) + [f"{failed} failed"] * bool(failed)


def _lines(data: bytes) -> Sequence[bytes]:
    """Split at newlines only: a diff's line may hold a carriage return or a form feed."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [lines[-1]] * bool(lines[-1])


def _row(outcome: Outcome) -> dict[str, object]:
    row: dict[str, object] = {"path": shown(outcome.path), "result": type(outcome).__name__.lower()}
    for name in ("slug", "reason", "line", "column", "level", "functions", "note", "details"):
        if getattr(outcome, name, None) is not None:
            row[name] = getattr(outcome, name)
    if isinstance(outcome, Changed) and any(level != outcome.level for level, _ in outcome.levels):
        row["levels"] = {str(level): number for level, number in outcome.levels}
    return row


@contextlib.contextmanager
def _progress(total: int, verb: str) -> Iterator[Callable[[], None]]:
    if total < _MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(verb, total=total)
        yield lambda: progress.advance(task)
