"""The command `uninstrument`."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter import api
from instrumenter.cli._common import HELP, TARGET, Command, print_json
from instrumenter.cli._report import Report, count, remainder, say, say_problems, work
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Changed
from instrumenter.engine.targets import Target
from instrumenter.errors import UsageError
from instrumenter.settings import find_root

_EPILOG = """\b
Examples:
  uninstrument --restore                          everything that is instrumented in this project
  uninstrument src/app.py --restore               this file only
  uninstrument src/app.py::User.get --restore     the probes of this function only
  uninstrument 'src/::handle_*' --restore         those of such functions in every file
  uninstrument --restore --dry-run                say what would be restored, write nothing
  uninstrument src/app.py --restore --at 2        an earlier original: instrument --history src/app.py lists them
  uninstrument --strip src/                       no vault needed: a fresh clone of instrumented files

A file in which no function has probes any more is the original again, byte for byte.
A file that was edited while it was instrumented keeps the edit. Where edit and probes cannot be told apart, the file is
left as it is and the place of its original is printed.
"""


@click.command(cls=Command, context_settings=HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH[::FUNCTION]...]", type=TARGET)
@click.option("--restore", is_flag=True, help="Give the originals back: bytes, mode and time.")
@click.option("--at", type=int, metavar="N", help="With --restore: original N of PATH, as --history numbers them.")
@click.option("--strip", is_flag=True, help="Take the probes out of the files themselves; needs and makes no vault.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.version_option(package_name="spanwright", message="%(prog)s (spanwright) %(version)s")
def main(paths: tuple[Target, ...], restore: bool, at: int | None, strip: bool, dry_run: bool, as_json: bool) -> int:
    """Put the originals back, byte for byte; without PATH, all of the current project's."""
    _check_usage(paths, restore, at, strip)
    options = api.Options(level=0, dry_run=dry_run)
    if at is not None:
        outcomes = list(api.restore_at(paths[0], at, options, say))
        report = Report(outcomes)
    elif strip:
        plan = api.plan_restore(Choice(paths, all_kinds=True))
        report = work(plan, options, api.strip)
    else:
        report = work(api.plan_restore(Choice(paths)), options)
    say_problems(report)
    if as_json:
        print_json(report.as_json(command="uninstrument", dryRun=dry_run))
        return report.exit_code
    if not report.outcomes:
        where = "in these paths" if paths else f"in {find_root(Path.cwd())}"
        click.echo(f"nothing is instrumented {where}")
        return 0
    click.echo(_summary(report, "would have " if dry_run else ""))
    return report.exit_code


def _check_usage(paths: tuple[Target, ...], restore: bool, at: int | None, strip: bool) -> None:
    if restore == strip:
        raise UsageError(
            "no-restore",
            "say what to do: uninstrument --restore gives the originals back, "
            "uninstrument --strip takes the probes out of files that no vault knows",
        )
    if at is not None and (strip or len(paths) != 1 or paths[0].functions):
        raise UsageError("at-one-path", "--at restores one file: uninstrument --restore --at N PATH")
    if strip and (not paths or any(path.functions for path in paths)):
        raise UsageError("no-path", "name files or folders to strip, for example: uninstrument --strip src/")


def _summary(report: Report, would: str) -> str:
    changed = report.of(Changed)
    restored = [outcome for outcome in changed if not outcome.levels]
    parts = [f"{would}restored {count(len(restored), 'file')}"]
    if len(changed) > len(restored):
        files = count(len(changed) - len(restored), "file")
        parts.append(f"{would}taken probes out of {files} in which other functions keep theirs")
    return "; ".join(part for part in (*parts, ", ".join(remainder(report))) if part)
