"""`spans prune`: removes old runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import local_time, root_option, say
from instrumenter.settings import NO_RULES, Settings, read_settings
from instrumenter.settings.table import DURATION, Kind
from instrumenter.settings.table import size as size_kind
from instrumenter.storage.retain import Leaving, Limits
from instrumenter.storage.upkeep import Done, limits_of, tidy
from instrumenter.trace.find import project_root
from instrumenter.trace.jsonable import FORMAT, Json
from instrumenter.trace.text import clean, plural, size

_SECOND = 10**9


class _Amount(click.ParamType[int]):
    """A text of one of the settings' kinds."""

    def __init__(self, kind: Kind) -> None:
        self.name = kind.name
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the number of ns or bytes."""
        try:
            return int(self._kind.read(value.strip()))
        except ValueError:
            self.fail(f"{value!r} is not allowed; allowed: {self._kind.allowed}", param, ctx)


@click.command(cls=Command, context_settings=HELP)
@click.option("--older-than", type=_Amount(DURATION), metavar="TIME", help="Runs that ended longer ago, such as 7d.")
@click.option("--keep-size", type=_Amount(size_kind()), metavar="SIZE", help="The oldest beyond so much, such as 5GB.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed; remove nothing.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/storage.md describes it.")
def main(older_than: int | None, keep_size: int | None, dry_run: bool, root: Path | None, as_json: bool) -> None:
    """Remove whole runs, the oldest first; none that still records.

    Without limits those of the settings count: TRACING_RETENTION_DAYS and TRACING_MAX_STORAGE_GB. Segments of processes
    that have ended are compressed if TRACING_COMPRESS_TRACES is on.

    \b
    spans prune --older-than 7d
    spans prune --keep-size 5GB --dry-run
    """
    project = project_root(root or Path.cwd())
    settings = read_settings(project, NO_RULES)
    limits = _limits(settings, older_than, keep_size)
    done = tidy(project, limits, packs=settings["COMPRESS_TRACES"], dry_run=dry_run)
    if as_json:
        print_json(_as_json(done, dry_run))
        return
    for one in done.removed:
        run = one.run
        say(f"{run.id}  {local_time(run.start_ns)}  {size(one.size)}  {clean(run.program)}")
    freed = size(sum(one.size for one in done.removed))
    say(f"{'would have removed' if dry_run else 'removed'} {plural(len(done.removed), 'run')} ({freed})")
    for line in done.lines()[bool(done.removed) :]:
        say(line)


def _limits(settings: Settings, older_than: int | None, keep_size: int | None) -> Limits:
    if older_than is None and keep_size is None:
        return limits_of(settings)
    return Limits(None if older_than is None else older_than / _SECOND, keep_size)


def _as_json(done: Done, dry_run: bool) -> dict[str, Json]:
    removed = list[Json](_row(one) for one in done.removed)
    compressed = list[Json](
        {"segment": one.path.name, "before": one.before, "after": one.after} for one in done.compressed
    )
    return {"format": FORMAT, "dryRun": dry_run, "removed": removed, "compressed": compressed}


def _row(one: Leaving) -> Json:
    return {"run": one.run.id, "program": one.run.program, "bytes": one.size, "why": one.why}
