"""The command `instrument`."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter import api
from instrumenter.cli._common import HELP, PATH, Command, print_json
from instrumenter.cli._report import Report, count, remainder, say, say_diffs, say_problems, shown, work
from instrumenter.engine.discover import Choice
from instrumenter.engine.globs import Globs
from instrumenter.engine.results import Changed, Failed
from instrumenter.engine.states import State
from instrumenter.errors import UsageError
from instrumenter.settings import find_root

_LEVELS = range(6)
_THERE = range(3)
_FOUND = 1
_STATES = {
    State.TWIN: "instrumented",
    State.EDITED: "instrumented, edited since",
    State.PLAIN: "plain source again",
    State.UNKNOWN: "instrumented elsewhere: not known to the vault",
    State.MISSING: "missing",
}

_EPILOG = """\b
Examples:
  instrument src/                      at level 2; then run the program as always, and: spans tree
  instrument src/ --level 1            function, time and success only
  instrument app.py --diff             show what would be written, write nothing
  instrument . --exclude 'migrations/' leave out every folder of that name
  instrument . --include 'billing/'    take nothing but what is below such a folder
  instrument --status                  what is instrumented in this project
  instrument --check .                 exit 1 if anything is: for pre-commit and CI
  uninstrument --restore               the originals back, byte for byte

\b
Levels: 0 the originals; 1 function, file, line, start, duration, failed or not; 2 also parameters, return value
and the exception with its traceback.

Folders are walked for .py and .pyw files. Left out unless named: tests, environments, build results, vendored code.
A glob is matched against the end of a path and takes in what is below it.
"""


@click.command(cls=Command, context_settings=HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...", type=PATH)
@click.option("--level", type=int, metavar="N", default=2, show_default=True, help="How much is recorded, 0 to 2.")
@click.option("--include", metavar="GLOB", multiple=True, help="Only files that match (repeatable).")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No files that match (repeatable).")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--diff", is_flag=True, help="Print original -> instrumented as a unified diff; write nothing.")
@click.option("--force", is_flag=True, help="Also what is up to date, or was instrumented elsewhere.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by default as many as are worth it.")
@click.option("--status", is_flag=True, help="List what is instrumented.")
@click.option("--check", is_flag=True, help="Exit 1 if anything is instrumented.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.version_option(package_name="spanwright", message="%(prog)s (spanwright) %(version)s")
def main(
    paths: tuple[Path, ...],
    level: int,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    dry_run: bool,
    diff: bool,
    force: bool,
    jobs: int | None,
    status: bool,
    check: bool,
    as_json: bool,
) -> int:
    """Rewrite Python source so that the program, run as always, records its calls.

    The originals go to the vault, .spanwright/ at the project's root.
    """
    choice = Choice(paths, Globs(include), Globs(exclude))
    if status:
        return _status(choice, as_json)
    if check:
        return _check(choice, as_json)
    _check_usage(paths, level, diff, as_json)
    return _instrument(choice, api.Options(level, force, jobs, dry_run, diff), as_json)


def _check_usage(paths: tuple[Path, ...], level: int, diff: bool, as_json: bool) -> None:
    if level not in _LEVELS:
        raise UsageError("bad-level", f"level {level}: levels go from 0 to 5")
    if level not in _THERE:
        raise UsageError("level-not-there", f"level {level} is not there yet; use 0, 1 or 2")
    if not paths:
        raise UsageError("no-path", "name at least one file or folder, for example: instrument src/")
    if diff and as_json:
        raise UsageError("diff-and-json", "--diff and --json both want standard output; use one of them")


def _instrument(choice: Choice, options: api.Options, as_json: bool) -> int:
    plan = api.plan_restore(choice) if options.level == 0 else api.plan_instrument(choice)
    report = work(plan, options)
    say_problems(report)
    if options.diff:
        say_diffs(report)
    if as_json:
        print_json(report.as_json(command="instrument", level=options.level, dryRun=options.dry_run))
        return report.exit_code
    click.echo(_summary(report, options), err=options.diff)
    if options.writes and options.level:
        _say_hints(report, plan)
    return report.exit_code


def _summary(report: Report, options: api.Options) -> str:
    changed = report.of(Changed)
    would = "" if options.writes else "would have "
    files = count(len(changed), "file")
    if options.level == 0:
        did = f"{would}restored {files}"
    else:
        functions = count(sum(outcome.functions for outcome in changed), "function")
        did = f"{would}instrumented {files} ({functions}) at level {options.level}"
    return "; ".join(part for part in (did, ", ".join(remainder(report))) if part)


def _say_hints(report: Report, plan: api.Plan) -> None:
    if plan.left_out:
        kinds = ", ".join(sorted(kind.value for kind in plan.left_out))
        say(f"left out: {kinds} (name a file or folder to include it)")
    if report.of(Changed):
        say("run the program as always, then: spans tree; the originals come back with: uninstrument --restore")


def _status(choice: Choice, as_json: bool) -> int:
    rows = api.status(choice)
    if as_json:
        files = [
            {
                "path": shown(row.path),
                "level": row.level,
                "state": row.state.value,
                "original": row.backup and str(row.backup),
            }
            for row in rows
        ]
        print_json({"command": "instrument --status", "exitCode": 0, "files": files})
        return 0
    if not rows:
        where = "in these paths" if choice.paths else f"in {find_root(Path.cwd())}"
        click.echo(f"nothing is instrumented {where}")
        return 0
    width = max(len(shown(row.path)) for row in rows)
    click.echo(f"{'file':{width}}  level  state")
    for row in rows:
        click.echo(f"{shown(row.path):{width}}  {row.level:5}  {_STATES[row.state]}")
    return 0


def _check(choice: Choice, as_json: bool) -> int:
    everything = Choice(choice.paths or (Path(),), choice.include, choice.exclude, all_kinds=True)
    twins, failed = [], Report()
    for outcome in api.check(everything):
        if isinstance(outcome, Path):
            twins.append(outcome)
        elif isinstance(outcome, Failed):
            failed.outcomes.append(outcome)
    say_problems(failed)
    code = _FOUND if twins else failed.exit_code
    if as_json:
        print_json({"command": "instrument --check", "exitCode": code, "instrumented": [shown(path) for path in twins]})
        return code
    for path in twins:
        click.echo(f"{shown(path)}: instrumented")
    if twins:
        say(f"{count(len(twins), 'file')} instrumented; the originals come back with: uninstrument --restore")
    return code
