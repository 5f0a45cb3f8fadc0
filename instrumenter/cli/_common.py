"""What every command shares: errors and interrupts become one line on stderr and an exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click

from instrumenter.engine.targets import Target
from instrumenter.errors import SpanwrightError, StorageError

INTERRUPTED = 128 + signal.SIGINT
READ = "spanwright.read"  # of a click context: the projects whose traces a command has read
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _TargetType(click.ParamType[Target]):
    """A path, or functions in it; an empty word, as from an unset shell variable, is neither."""

    name = "target"

    def convert(self, value: str | Target, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        """Return the target."""
        return value if isinstance(value, Target) else Target.parse(value)


TARGET = _TargetType()


class _OneLineErrors(click.Command):
    """A callback returns its exit code; whatever it raises that the user can act upon becomes one line."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; in stand-alone mode this ends the process."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            say_error(error.format_message())
            code = error.exit_code
        except SpanwrightError as error:
            say_error(f"{error} [{error.slug}]")
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            say_error("interrupted")
            code = INTERRUPTED
        except BrokenPipeError:
            code = _reader_gone()
        except OSError as error:
            say_error(f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''} [storage]")
            code = StorageError.exit_code
        sys.exit(code if isinstance(code, int) else 0)


class Command(_OneLineErrors):
    """A click command whose errors are one line each; use as `@click.command(cls=Command)`."""


class Group(_OneLineErrors, click.Group):
    """A click group whose errors, and those of its commands, are one line each."""


def _reader_gone() -> int:
    """Standard output's reader has left (`| head`): nothing went wrong, and the flush at exit must not say so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def say_error(message: str) -> None:
    """Print `error: message` on stderr."""
    click.echo(f"error: {message}", err=True)


def say_line(line: str) -> None:
    """Print a line on stderr; what its encoding does not have is escaped."""
    click.echo(line.encode("utf-8", "backslashreplace").decode(), err=True)


def print_json(value: object) -> None:
    """Print one JSON object on stdout; what is not UTF-8 in a path is escaped."""
    click.echo(json.dumps(value, indent=2))
