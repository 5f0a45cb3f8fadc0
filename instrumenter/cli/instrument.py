"""The command `instrument`."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter import api
from instrumenter.cli._common import HELP, TARGET, Command, print_json
from instrumenter.cli._git import check_staged, git_options, set_filter, warn_of_staged
from instrumenter.cli._history import show_history
from instrumenter.cli._report import Report, count, gist, remainder, say, say_diffs, say_problems, shown, work
from instrumenter.cli._watch import check_watchable, run_watch, watch_options
from instrumenter.engine.discover import Choice
from instrumenter.engine.globs import Globs
from instrumenter.engine.results import Changed, Failed
from instrumenter.engine.states import State
from instrumenter.engine.targets import Target
from instrumenter.errors import UsageError
from instrumenter.settings import DEFAULT_LEVEL, LEVELS, NO_RULES, find_root, read_settings

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
  instrument src/                               as tracing.yaml says, else at level 2; then run the program
  instrument src/ --level 1                     function, time and success only
  instrument src/app.py::User.get --level 5     this function only; the others stay as they are
  instrument 'src/::handle_*' --level 3         such functions in every file
  instrument app.py --diff                      show what would be written, write nothing
  instrument . --exclude 'migrations/'          leave out every folder of that name
  instrument . --include 'billing/'             take nothing but what is below such a folder
  instrument src/ --level 3 --watch             and whatever changes from now on, until Ctrl-C
  instrument --status                           what is instrumented in this project
  instrument --check .                          exit 1 if anything is: for pre-commit and CI
  instrument --check --staged                   exit 1 if git would commit an instrumented file
  instrument --git-filter                       let git see the originals of instrumented files
  uninstrument --restore                        the originals back, byte for byte

\b
Levels, each with what those before it record:
  0  nothing: the originals
  1  function, file, line, start, duration, failed or not
  2  parameters, return value, the exception with its traceback
  3  every call made in the function's body, every await
  4  the values of names when they are bound, what changed in mutable arguments
  5  every line, assignment, branch and loop turn

A FUNCTION is a qualified name, such as main, User.get or outer.<locals>.inner; * and ? stand for any characters.
Levels of files and functions can be kept in tracing.yaml at the project's root; --level counts more than they do.

Folders are walked for .py and .pyw files. Left out unless named: tests, environments, build results, vendored code.
A glob is matched against the end of a path and takes in what is below it.
"""


@click.command(cls=Command, context_settings=HELP, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH[::FUNCTION]...", type=TARGET)
@click.option("--level", type=int, metavar="N", help="How much is recorded, 0 to 5; else as tracing.yaml says, else 2.")
@click.option("--include", metavar="GLOB", multiple=True, help="Only files that match (repeatable).")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No files that match (repeatable).")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--diff", is_flag=True, help="Print original -> instrumented as a unified diff; write nothing.")
@click.option("--force", is_flag=True, help="Also what is up to date, or was instrumented elsewhere.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by default as many as are worth it.")
@click.option("--status", is_flag=True, help="List what is instrumented, and functions whose level is another.")
@click.option("--functions", is_flag=True, help="The same with every function and its level.")
@click.option("--history", is_flag=True, help="List the originals that PATH has had.")
@click.option("--check", is_flag=True, help="Exit 1 if anything is instrumented.")
@git_options
@watch_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.version_option(package_name="spanwright", message="%(prog)s (spanwright) %(version)s")
def main(
    paths: tuple[Target, ...],
    level: int | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    dry_run: bool,
    diff: bool,
    force: bool,
    jobs: int | None,
    status: bool,
    functions: bool,
    history: bool,
    check: bool,
    staged: bool,
    git_filter: bool | None,
    watch: bool,
    on_exit: str | None,
    poll: bool,
    as_json: bool,
) -> int:
    """Rewrite Python source so that the program, run as always, records its calls.

    The originals go to the vault, .spanwright/ at the project's root.
    """
    choice = Choice(paths, Globs(include), Globs(exclude))
    if status or functions:
        return _status(choice, functions, as_json)
    if history:
        return show_history(paths, as_json)
    if git_filter is not None:
        return set_filter(choice, git_filter, as_json)
    if check or staged:
        return check_staged(choice, as_json) if staged else _check(choice, as_json)
    _check_usage(paths, level, diff, as_json)
    if watch:
        check_watchable(level, dry_run or diff or as_json)
        return run_watch(choice, api.Options(level, force, jobs), on_exit=on_exit, poll=poll)
    return _instrument(choice, api.Options(level, force, jobs, dry_run, diff), as_json)


def _check_usage(paths: tuple[Target, ...], level: int | None, diff: bool, as_json: bool) -> None:
    if level is not None and level not in LEVELS:
        raise UsageError("bad-level", f"level {level}: levels go from 0 to 5")
    if not paths:
        raise UsageError("no-path", "name at least one file or folder, for example: instrument src/")
    if diff and as_json:
        raise UsageError("diff-and-json", "--diff and --json both want standard output; use one of them")


def _instrument(choice: Choice, options: api.Options, as_json: bool) -> int:
    plan = api.plan_restore(choice) if options.level == 0 else api.plan_instrument(choice)
    report = work(plan, options)
    say_problems(report)
    if options.writes:
        _tidy_up(plan)
    if options.diff:
        say_diffs(report)
    level = _common_level(plan, options)
    if as_json:
        print_json(report.as_json(command="instrument", level=level, dryRun=options.dry_run))
        return report.exit_code
    click.echo(_summary(report, options, level), err=options.diff)
    if options.writes and options.level != 0:
        warn_of_staged(report)
        _say_hints(report, plan)
    return report.exit_code


def _tidy_up(plan: api.Plan) -> None:
    """Do what the settings ask for, and say which of them ask for what is not built yet."""
    from instrumenter.storage.upkeep import upkeep  # reads traces: a quick command shall stay quick

    for root in plan.files:
        for note in read_settings(root, NO_RULES).notes():
            say(f"note: {note}")
        upkeep(root, say)


def _common_level(plan: api.Plan, options: api.Options) -> int | None:
    """Return the level that is meant for all; None where `tracing.yaml` has it."""
    if options.level is None and not any(plan.rules.values()):
        return DEFAULT_LEVEL
    return options.level


def _summary(report: Report, options: api.Options, level: int | None) -> str:
    changed = report.of(Changed)
    would = "" if options.writes else "would have "
    restored = [outcome for outcome in changed if not outcome.levels]
    twins = [outcome for outcome in changed if outcome.levels]
    parts = []
    if options.level != 0 or twins:
        parts.append(f"{would}instrumented {count(len(twins), 'file')} {gist(twins, level)}")
    if options.level == 0 or restored:
        parts.append(f"{would}restored {count(len(restored), 'file')}")
    return "; ".join(part for part in (*parts, ", ".join(remainder(report))) if part)


def _say_hints(report: Report, plan: api.Plan) -> None:
    if plan.left_out:
        kinds = ", ".join(sorted(kind.value for kind in plan.left_out))
        say(f"left out: {kinds} (name a file or folder to include it)")
    if report.of(Changed):
        say("run the program as always, then: spans tree; the originals come back with: uninstrument --restore")


def _status(choice: Choice, every_function: bool, as_json: bool) -> int:
    plan = api.plan_restore(choice)
    failed = Report([outcome for outcome in plan.aside if isinstance(outcome, Failed)])
    say_problems(failed)
    rows = api.status(plan, every_function=every_function)
    if as_json:
        files = [_status_row(row) for row in rows]
        print_json({"command": "instrument --status", "exitCode": failed.exit_code, "files": files})
    elif rows:
        _print_status(rows, every_function or any(target.functions for target in choice.targets))
    elif not failed.outcomes:
        where = "in these paths" if choice.targets else f"in {find_root(Path.cwd())}"
        click.echo(f"nothing is instrumented {where}")
    return failed.exit_code


def _status_row(row: api.Status) -> dict[str, object]:
    functions = [{"name": name, "level": level} for name, level in row.functions]
    return {
        "path": shown(row.path),
        "level": row.level,
        "state": row.state.value,
        "original": row.backup and str(row.backup),
        **({"functions": functions} if functions else {}),
    }


def _print_status(rows: list[api.Status], every_function: bool) -> None:
    """Print a line for each file, and below it its functions whose level is another, or all."""
    lines = []
    for row in rows:
        lines.append((shown(row.path), row.level, _STATES[row.state]))
        shown_functions = [pair for pair in row.functions if every_function or pair[1] != row.level]
        lines += [(f"  ::{name}", level, "") for name, level in shown_functions]
    width = max(len(name) for name, _, _ in lines)
    click.echo(f"{'file':{width}}  level  state")
    for name, level, state in lines:
        click.echo(f"{name:{width}}  {level:5}  {state}".rstrip())


def _check(choice: Choice, as_json: bool) -> int:
    targets = choice.targets or (Target(Path()),)
    plan = api.plan_check(Choice(targets, choice.include, choice.exclude, all_kinds=True))
    twins, failed = [], Report()
    for outcome in api.check(plan):
        if isinstance(outcome, Target):
            twins.append(outcome)
        elif isinstance(outcome, Failed):
            failed.outcomes.append(outcome)
    say_problems(failed)
    names = [shown(twin.path) + (f"::{twin.functions}" if twin.functions else "") for twin in twins]
    code = _FOUND if twins else failed.exit_code
    if as_json:
        print_json({"command": "instrument --check", "exitCode": code, "instrumented": names})
        return code
    for name in names:
        click.echo(f"{name}: instrumented")
    if twins:
        files = count(len({twin.path for twin in twins}), "file")
        say(f"{files} instrumented; the originals come back with: uninstrument --restore")
    return code
