"""What the commands do, as functions; each tells file by file what became of it, and one bad file stops no other."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

from instrumenter import rewrite
from instrumenter.engine.discover import Found
from instrumenter.engine.earlier import check_number, history, put_back
from instrumenter.engine.functions import functions_of
from instrumenter.engine.plans import Plan, plan_check, plan_instrument, plan_restore, plan_restore_at
from instrumenter.engine.pool import default_jobs, each
from instrumenter.engine.results import Changed, Failed, Outcome, Skipped, Unchanged
from instrumenter.engine.states import State, dial_of, id_of, state_of
from instrumenter.engine.stripping import has_vault, strip_files
from instrumenter.engine.targets import Target
from instrumenter.engine.work import Preparation, Prepared, Task, prepare, settled, up_to_date
from instrumenter.errors import SpanwrightError
from instrumenter.git.index import refresh_changed
from instrumenter.rewrite.dial import Dial
from instrumenter.vault import Entry, Refusal, Vault, digest, read

__all__ = [
    "Options",
    "Plan",
    "Status",
    "check",
    "history",
    "plan_check",
    "plan_instrument",
    "plan_restore",
    "restore_at",
    "run",
    "status",
    "strip",
]

_BATCH = 256  # files, at most, that share their flushes to the disk
_BATCH_TIME = 1.0  # seconds of work, at most, that an interrupt makes vain
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Options:
    """What to do with the files of a plan. `jobs` None: as many as are worth it. `tells_git`: lets git look anew.

    Level 0 gives the originals back; None is what `tracing.yaml` says.
    """

    level: int | None = None
    force: bool = False
    jobs: int | None = None
    dry_run: bool = False
    diff: bool = False
    tells_git: bool = True

    @property
    def writes(self) -> bool:
        """Say whether files are changed."""
        return not (self.dry_run or self.diff)


@dataclass(frozen=True)
class Status:
    """What is known of one instrumented file. `backup` is where its original is kept, if it is.

    `functions` are those that have probes or are at level 0, each with its level, where that is known and asked for.
    """

    path: Path
    level: int
    state: State
    backup: Path | None
    functions: tuple[tuple[str, int], ...] = ()


def run(plan: Plan, options: Options, notify: Callable[[str], None]) -> Iterator[Outcome]:
    """Instrument or restore the files of a plan; yields what became of each, `notify` gets what else is worth a line.

    VaultError or StorageError if it cannot go on; what has been yielded by then is done.
    """
    yield from plan.aside
    for root, files in plan.files.items():
        with _vault(root, options, notify) as vault:
            yield from _git_told(_run_in(vault, plan, files, options), options, notify)


def strip(plan: Plan, options: Options, notify: Callable[[str], None]) -> Iterator[Outcome]:
    """Take the probes out of the files of a plan; a vault that knows them gives their originals back, none is made."""
    with_vault = {root: files for root, files in plan.files.items() if has_vault(root)}
    yield from run(replace(plan, files=with_vault), replace(options, level=0, force=True), notify)
    for root, files in plan.files.items():
        if root not in with_vault:
            named = {found.path for found in files if found.named}
            for outcome in _git_told(strip_files(files, writes=options.writes), options, notify):
                if not isinstance(outcome, Unchanged) or outcome.path in named:
                    yield outcome


def restore_at(target: Target, number: int, options: Options, notify: Callable[[str], None]) -> Iterator[Outcome]:
    """Give a file an original of before, by its number in the history; UsageError if there is none of this number."""
    check_number(target.path, number)
    plan = plan_restore_at(target)
    there = plan if target.path.exists() else replace(plan, files={})
    outcomes = list(run(there, replace(options, level=0), notify))
    if any(isinstance(outcome, Failed) for outcome in outcomes):
        yield from outcomes
        return
    for root, files in plan.files.items():
        with _vault(root, options, notify) as vault:
            outcomes = [put_back(vault, found.path, number, writes=options.writes) for found in files]
            yield from _git_told(outcomes, options, notify)


def status(plan: Plan, *, every_function: bool = False) -> list[Status]:
    """Tell what state each instrumented file of a plan to restore is in.

    Its functions are told where not all have the file's level, where the plan names functions, or if `every_function`.
    """
    rows = []
    for root, files in plan.files.items():
        vault = Vault.seen(root)
        vault.follow((found.path for found in files), id_of)
        for found in files:
            row = _status(found, vault.entry(found.path), vault, every_function)
            if row is not None:
                rows.append(row)
    return rows


def check(plan: Plan) -> Iterator[Target | Skipped | Failed]:
    """Yield each file, or function, of a plan that is instrumented, and what could not be looked at; needs no vault."""
    yield from plan.aside
    for found in (found for files in plan.files.values() for found in files):
        try:
            data = read(found.path)[0]
        except OSError as error:
            yield Failed(found.path, "unreadable", f"cannot be read: {error.strerror or error}")
            continue
        if rewrite.has_probes(data):
            yield from _with_probes(found, data)


def _with_probes(found: Found, twin: bytes) -> Iterator[Target]:
    functions = None if found.whole else functions_of(twin)
    if functions is None:
        yield Target(found.path)
        return
    for name, has_probes in functions.items():
        if has_probes and found.means(name):
            yield Target(found.path, name)


def _status(found: Found, entry: Entry | None, vault: Vault, every_function: bool) -> Status | None:
    path = found.path
    backup = vault.backups.place(entry.original) if entry else None
    try:
        data, seen = read(path)
    except OSError:
        return None if entry is None else Status(path, entry.level, State.MISSING, backup)
    state = state_of(data, seen, entry)
    if entry is None and state is State.PLAIN:
        return None
    dial = Dial.parse(entry.plan or str(entry.level)) if entry else dial_of(data, entry, state)
    is_known = entry is not None and state is not State.PLAIN
    are_told = is_known and bool(every_function or not found.whole or dial.functions)
    return Status(path, dial.level, state, backup, _functions(found, data, dial) if are_told else ())


def _functions(found: Found, twin: bytes, dial: Dial) -> tuple[tuple[str, int], ...]:
    """Give the functions that have probes, or have none because their level is 0; the others have nothing to record."""
    functions = functions_of(twin) or {}
    levels = ((name, dial.level_of(name), has_probes) for name, has_probes in functions.items() if found.means(name))
    return tuple((name, level) for name, level, has_probes in levels if has_probes or level == 0)


def _git_told(outcomes: Iterable[Outcome], options: Options, notify: Callable[[str], None]) -> Iterator[Outcome]:
    """Pass the outcomes on, and let git see which files were replaced, if it sees them through our filter."""
    replaced: list[Path] = []
    try:
        for outcome in outcomes:
            if isinstance(outcome, Changed):
                replaced.append(outcome.path)
            yield outcome
    finally:
        if options.writes and options.tells_git:
            refresh_changed(replaced, notify)


@contextlib.contextmanager
def _vault(root: Path, options: Options, notify: Callable[[str], None]) -> Iterator[Vault]:
    if not options.writes:
        yield Vault.seen(root)
        return
    with Vault.opened(root) as vault:
        if vault.recovered is not None:
            notify(str(vault.recovered))
        yield vault


def _run_in(vault: Vault, plan: Plan, files: list[Found], options: Options) -> Iterator[Outcome]:
    left = vault.follow((found.path for found in files), id_of)
    tasks = [_task(vault, plan, found, options) for found in files if found.path not in left]
    # Most often few files have changed: those that have not are no work for other processes.
    done = {task.path: same for task in tasks if (same := settled(task))}
    tasks = [task for task in tasks if task.path not in done]
    jobs = options.jobs or (1 if options.level == 0 else default_jobs(len(tasks)))
    named = {found.path for found in files if found.named}
    for batch in _batches(chain(done.values(), each(prepare, tasks, jobs, _crashed))):
        for outcome in _commit(vault, batch, options):
            # A folder that is restored is full of files that never were instrumented.
            is_noise = isinstance(outcome, Unchanged) and options.level == 0 and outcome.path not in named
            if not is_noise:
                yield outcome
    if options.writes:
        vault.keep_moves()


def _task(vault: Vault, plan: Plan, found: Found, options: Options) -> Task:
    entry = vault.entry(found.path)
    has_sites = entry is not None and vault.has_sites(entry.id) and not options.diff
    links = (vault.key(found.link),) if found.link else ()
    key = vault.key(found.path)
    wanted = plan.wanted(found, options.level)
    return Task(found.path, key, wanted, entry, vault.backups, has_sites, vault.sites, links, options.force)


def _crashed(task: Task) -> Preparation:
    return Failed(
        task.path, "worker-crashed", "the process that rewrote it crashed (out of memory, or nested too deeply)"
    )


def _commit(vault: Vault, batch: list[Preparation], options: Options) -> Iterator[Outcome]:
    """Make the changes of a batch; if something stops them, tell what was done before it goes on."""
    changes = [prepared.change for prepared in batch if isinstance(prepared, Prepared)]
    refusals: dict[Path, Refusal] = {}
    stopped: BaseException | None = None
    try:
        if options.writes:
            refusals = vault.apply(changes)
    except (KeyboardInterrupt, SpanwrightError) as error:
        stopped = error
    for prepared in batch:
        if not isinstance(prepared, Prepared):
            yield prepared
        elif stopped is None or vault.key(prepared.change.path) in vault.done:
            yield _outcome(prepared, refusals, options)
    if stopped is not None:
        raise stopped


def _outcome(prepared: Prepared, refusals: dict[Path, Refusal], options: Options) -> Outcome:
    change = prepared.change
    if refusal := refusals.get(change.path):
        return Failed(change.path, refusal.slug, str(refusal))
    before, after = (prepared.before, change.content) if options.diff else (b"", b"")
    if change.replaces:
        return Changed(
            change.path, prepared.dial.level, prepared.levels, prepared.note, before, after, digest(change.content)
        )
    if prepared.levels:
        return Unchanged(change.path, "up-to-date", up_to_date(prepared.dial), before, after)
    return Unchanged(change.path, "plain-again", "plain source again; nothing to restore")


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    batch: list[_Item] = []
    began = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH or time.monotonic() - began > _BATCH_TIME:
            yield batch
            batch = []
            began = time.monotonic()
    if batch:
        yield batch
