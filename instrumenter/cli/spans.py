"""The command `spans`: reads what programs left behind. A command's module is imported when it is used."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from instrumenter import __version__
from instrumenter.cli._common import HELP, READ, Group, say_line
from instrumenter.errors import StorageError

_COMMANDS = {
    "demo": ("demo", "Take a tour on a real program."),
    "runs": ("runs", "List the programs that ran, the newest first."),
    "list": ("list_", "List the traces of a run."),
    "tree": ("tree", "Print the call tree of a run, a trace or a span."),
    "show": ("show", "Tell everything known about one span."),
    "source": ("source", "Print a function's source with what each line did beside it."),
    "flow": ("flow", "Draw a run or a trace as a tree, a flame graph or a time line, or as a page."),
    "batch": ("batch", "Show repeated calls of a function as a batch of items."),
    "analyze": ("analyze", "Say what was slow, waited, was repeated or was unusual."),
    "compare": ("compare", "Say what has changed between two runs, traces or functions."),
    "replay": ("replay", "Play a trace as it happened."),
    "live": ("live", "Follow a program while it runs."),
    "export": ("export", "Write the spans of a run for other programs, in one of many formats."),
    "import": ("import_", "Make a run of exported JSON, or of VizTracer's or Chrome's."),
    "search": ("search", "Find spans by words in names, parameters, results and errors."),
    "function": ("function", "Print the executions of a function, the slowest first."),
    "slow": ("slow", "Print the spans that took long."),
    "errors": ("errors", "Print what failed, by type and place."),
    "stats": ("stats", "Print figures of functions: calls, errors, percentiles."),
    "hotspots": ("hotspots", "Print where the time goes."),
    "index": ("index", "Bring the index of the spans up to date."),
    "dump": ("dump", "Write out what a flight recorder holds now."),
    "settings": ("settings", "Print each setting and where it comes from."),
    "prune": ("prune", "Remove old runs."),
    "doctor": ("doctor", "Check the recorder, and name what could not be recorded or read."),
}
"""Command -> (module, its line in the help)."""


class _Lazy(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"instrumenter.cli.{_COMMANDS[cmd_name][0]}").main
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. A reader that has left (`| head`) is no failure; a full disk is one, said in one line."""
        try:
            code: object = super().invoke(ctx)
            sys.stdout.flush()
            _tidy_up(ctx)
        except BrokenPipeError:
            _discard_output()
            return 0
        except OSError as error:
            if error.filename is not None:
                raise
            _discard_output()
            raise StorageError("cannot-write", f"standard output: {error.strerror}") from error
        return code


def _tidy_up(ctx: click.Context) -> None:
    """Do what the settings ask for in the projects whose traces the command has read."""
    for root in ctx.meta.get(READ, ()):
        from instrumenter.storage.upkeep import upkeep

        upkeep(root, say_line)


def _discard_output() -> None:
    """Send nowhere what the buffer still holds: the flush at exit must not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Lazy, context_settings=HELP)
@click.version_option(__version__, prog_name="spans")
def main() -> None:
    """Read what instrumented programs did: which functions ran, for how long, with what, and what failed.

    Commands take the last run where none is named. A run is named by its id or any part of it that no other has,
    a trace and a span by theirs.

    \b
    spans tree                         the call tree of the last run
    spans tree --errors                only what failed, and the way to it
    spans runs                         what ran, the newest first
    spans show 10920000010008          everything about one span (ids: spans tree --ids)
    spans source app.py::main          its source, with what each line did beside it
    """
