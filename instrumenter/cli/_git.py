"""What `instrument` has to do with git: what is staged, and the filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from instrumenter import rewrite
from instrumenter.cli._common import print_json
from instrumenter.cli._report import Report, count, say, shown
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Changed
from instrumenter.errors import SpanwrightError, UsageError
from instrumenter.git.index import by_repository, is_filtered
from instrumenter.git.repository import Repository
from instrumenter.git.staged import Staged, changed, contents, listed
from instrumenter.settings import find_root

F = TypeVar("F", bound=Callable[..., Any])

_FOUND = 1
_SOME = 3
_SUFFIXES = (".py", ".pyw")


def git_options(function: F) -> F:
    """Add `--staged` and `--git-filter`."""
    for option in (
        click.option(
            "--git-filter/--no-git-filter",
            default=None,
            help="Set up (take out) a filter through which git sees the originals of instrumented files.",
        ),
        click.option("--staged", is_flag=True, help="With --check: of what git would commit."),
    ):
        function = option(function)
    return function


def check_staged(choice: Choice, as_json: bool) -> int:
    """Print the files that are instrumented in git's index, of those given or of all that the next commit changes."""
    names = [shown(path) for path in _staged_twins(choice)]
    code = _FOUND if names else 0
    if as_json:
        print_json({"command": "instrument --check --staged", "exitCode": code, "instrumented": names})
        return code
    for name in names:
        click.echo(f"{name}: staged while instrumented")
    if names:
        say(
            f"{count(len(names), 'staged file')} instrumented; the originals come back with: uninstrument --restore "
            "(then git add again), or let git see originals: instrument --git-filter (then git add again)"
        )
    return code


def _staged_twins(choice: Choice) -> Iterator[Path]:
    named = {target.path.absolute() for target in choice.targets}
    for repository, files in _staged(choice):
        paths = {file: repository.path(file.name) for file in files}
        wanted = [file for file, path in paths.items() if choice.wants(path, find_root(path))]
        for file, data in contents(repository, wanted):
            path = paths[file]
            is_python = path.suffix in _SUFFIXES or path in named or _has_shebang(data)
            if is_python and rewrite.has_probes(data):
                yield path


def _staged(choice: Choice) -> Iterator[tuple[Repository, list[Staged]]]:
    if not choice.targets:
        repository = Repository.of(Path.cwd())
        yield repository, changed(repository)
        return
    paths: dict[Repository, list[Path]] = {}
    for target in choice.targets:
        if target.functions is not None:
            raise UsageError("whole-files", f"{target.path}::{target.functions}: --staged looks at whole files")
        paths.setdefault(Repository.of(target.path), []).append(target.path)
    for repository, of_repository in paths.items():
        files = listed(repository, of_repository)
        for path in of_repository:
            name = repository.name(path)
            if not path.exists() and not any(file.name == name or file.name.startswith(name + b"/") for file in files):
                raise UsageError("no-such-path", f"{path}: no such file or folder, nor is it staged")
        yield repository, files


def _has_shebang(data: bytes) -> bool:
    first = data.partition(b"\n")[0]
    return first.startswith(b"#!") and b"python" in first


def warn_of_staged(report: Report) -> None:
    """Say which of the files that are twins now have staged changes: `git add` would put the twin in their place."""
    twins = {outcome.path for outcome in report.of(Changed) if outcome.levels}
    names = [shown(path) for path in _with_staged_changes(twins)]
    if names:
        more = f" and {len(names) - _SOME} more" if len(names) > _SOME else ""
        say(
            f"{', '.join(names[:_SOME])}{more}: with staged changes; git add or git commit -a would now take in the "
            "instrumented file: commit first what is staged, or let git see originals with: instrument --git-filter"
        )


def _with_staged_changes(paths: set[Path]) -> Iterator[Path]:
    try:
        for repository, names in by_repository(sorted(paths)).items():
            if not is_filtered(repository):
                yield from (repository.path(file.name) for file in changed(repository) if file.name in names)
    except (SpanwrightError, OSError):
        return  # no git, or no repository after all: nothing is staged


def set_filter(choice: Choice, wanted: bool, as_json: bool) -> int:
    """Set the filter up, or take it out, in the repositories of the paths, by default that of the current folder."""
    from instrumenter.git.setup import remove, set_up

    places = [target.path for target in choice.targets] or [Path.cwd()]
    rows = []
    for repository in dict.fromkeys(map(Repository.of, places)):
        if wanted:
            done = set_up(repository)
            committed = [shown(path) for path in done.committed]
            rows.append({"path": shown(repository.top), "filter": True, "committedInstrumented": committed})
            _say_set_up(repository, committed, as_json)
        else:
            was_there = remove(repository)
            rows.append({"path": shown(repository.top), "filter": False, "wasThere": was_there})
            _say_removed(repository, was_there, as_json)
    if as_json:
        flag = "--git-filter" if wanted else "--no-git-filter"
        print_json({"command": f"instrument {flag}", "exitCode": 0, "repositories": rows})
    return 0


def _say_set_up(repository: Repository, committed: list[str], as_json: bool) -> None:
    if not as_json:
        click.echo(f"{shown(repository.top)}: git sees the originals of instrumented files")
    if committed:
        more = f" and {len(committed) - _SOME} more" if len(committed) > _SOME else ""
        say(
            f"{', '.join(committed[:_SOME])}{more}: committed while instrumented; git shows them as modified until "
            "their originals are committed"
        )


def _say_removed(repository: Repository, was_there: bool, as_json: bool) -> None:
    if not as_json:
        what = "git sees instrumented files as they are" if was_there else "there was no filter"
        click.echo(f"{shown(repository.top)}: {what}")
