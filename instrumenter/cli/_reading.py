"""What the reading commands share: options, opening the traces, colour, width, warnings."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from instrumenter.cli._common import READ
from instrumenter.trace.find import load, project_root
from instrumenter.trace.runs import Run, Traces

F = TypeVar("F", bound=Callable[..., Any])

_STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red"}, "open": {"fg": "yellow"}, "dim": {"dim": True}, "name": {"bold": True},
}  # fmt: skip
_WIDTH = 120
_WARNINGS = 5


def root_option(function: F) -> F:
    """Add `--root`."""
    return click.option(
        "--root", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
        help="The project's folder; by default found from the current folder upwards.",
    )(function)  # fmt: skip


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/reading.md describes it.")(function)


def open_traces(root: Path | None) -> Traces:
    """The traces of the project at or above `root`, or the current folder."""
    project = project_root(root or Path.cwd())
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(READ, []).append(project)
    return load(project)


def colour() -> bool:
    """Whether to use colour: on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def paint(text: str, role: str) -> str:
    """Text in the colour of its role."""
    return click.style(text, **_STYLES[role]) if text and role in _STYLES and colour() else text


def width() -> int:
    """The columns to fill: the terminal's, or COLUMNS, else 120."""
    return shutil.get_terminal_size((_WIDTH, 0)).columns


def say(line: str = "") -> None:
    """Print a line; what the output's encoding does not have is escaped."""
    if sys.stdout.errors == "strict" and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    click.echo(line, color=colour())


def json_out() -> Callable[[str], object]:
    """Writes pieces of JSON to standard output as UTF-8; half a surrogate pair becomes the escape that JSON has."""
    stream = sys.stdout.buffer
    return lambda piece: stream.write(piece.encode("utf-8", "backslashreplace"))


def warn(traces: Traces, *runs: Run) -> None:
    """Name on stderr what could not be read, the first few of it."""
    problems = [problem for run in runs for problem in run.problems()] + traces.tables.problems
    for problem in problems[:_WARNINGS]:
        click.echo(f"warning: {problem}", err=True)
    if len(problems) > _WARNINGS:
        click.echo(f"warning: and {len(problems) - _WARNINGS:,} more; see: spans doctor", err=True)


def local_time(ns: int) -> str:
    """A moment in the local time zone, to the second."""
    try:
        return datetime.fromtimestamp(ns / 10**9).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return "?"


def columns(rows: list[list[str]], right: tuple[int, ...] = ()) -> list[str]:
    """Rows as lines with aligned columns, two spaces between; the first row is the heading."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(size) if place in right else cell.ljust(size)
            for place, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
