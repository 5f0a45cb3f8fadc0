"""`instrument --watch`: from the command line to the watcher."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from instrumenter import api
from instrumenter.cli._report import shown
from instrumenter.engine.discover import Choice
from instrumenter.errors import UsageError
from instrumenter.settings import find_root

F = TypeVar("F", bound=Callable[..., Any])


def watch_options(function: F) -> F:
    """Add `--watch` and what goes with it."""
    for option in (
        click.option("--poll", is_flag=True, help="With --watch: look every second; for network and shared folders."),
        click.option(
            "--on-exit", type=click.Choice(["restore", "keep"]), default=None, help="With --watch: by default restore."
        ),
        click.option("--watch", is_flag=True, help="Stay, and instrument what changes, until Ctrl-C."),
    ):
        function = option(function)
    return function


def check_watchable(level: int | None, writes_nothing: bool) -> None:
    """Raise UsageError where the other options leave a watcher nothing to do."""
    if level == 0:
        raise UsageError(
            "watch-level-zero", "--watch has nothing to do at level 0; uninstrument --restore gives originals back"
        )
    if writes_nothing:
        raise UsageError("watch-and-look", "--watch does not go with --dry-run, --diff or --json; leave one out")


def run_watch(choice: Choice, options: api.Options, *, on_exit: str | None, poll: bool) -> int:
    """Watch until a signal comes; gives the exit code."""
    from instrumenter.storage.flush import flushing  # takes a while, and only a watcher needs it
    from instrumenter.watch.loop import Manner, OnExit, watch
    from instrumenter.watch.status import Said

    name = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    manner = Manner(OnExit(on_exit or "restore"), 1.0 if poll else None, name)
    with flushing({find_root(target.path) for target in choice.targets}):
        return watch(choice, options, manner, Said(sys.stdout, shown, sys.stdout.isatty()))
