"""What is done for one file, in this process or another: reads and computes, writes nothing, never raises."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from instrumenter import rewrite
from instrumenter.engine.results import Failed, Skipped, Unchanged
from instrumenter.engine.states import Origin, State, find_origin, state_of
from instrumenter.errors import RewriteError
from instrumenter.vault import Backups, Change, Entry, Seen, digest, read


@dataclass(frozen=True)
class Task:
    """One file and what is wanted of it: level 0 is the original."""

    path: Path
    key: str  # its path in the manifest
    level: int
    entry: Entry | None
    backups: Backups
    has_sites: bool = False  # the site table of the recorded twin is there
    links: tuple[str, ...] = ()
    force: bool = False


@dataclass(frozen=True)
class Prepared:
    """A change that is ready to be made; `before` is what a diff of it starts from."""

    change: Change
    level: int
    before: bytes
    functions: int = 0
    note: str | None = None


Preparation = Prepared | Unchanged | Skipped | Failed


def prepare(task: Task) -> Preparation:
    """Work out what has to be done for a file."""
    path = task.path
    try:
        return _prepare(task)
    except RewriteError as error:
        return Failed(path, error.slug, str(error), error.line, error.column)
    except OSError as error:
        if task.entry is not None and not path.exists():
            place = task.backups.place(task.entry.original)
            return Skipped(path, "file-missing", f"no longer there; its original is kept as {place}")
        return Failed(path, "unreadable", f"cannot be read: {error.strerror or error}")
    except Exception as error:
        reason = f"a fault of spanwright, please report it: {type(error).__name__}: {error}"
        return Failed(path, "internal-error", reason, details=traceback.format_exc())


def _prepare(task: Task) -> Preparation:
    data, seen = read(task.path)
    state = state_of(data, seen, task.entry)
    if task.level == 0 and state is State.PLAIN and task.entry is None:
        return Unchanged(task.path, "not-instrumented", "not instrumented")
    if _is_up_to_date(task, state):
        return Unchanged(task.path, "up-to-date", f"at level {task.level} already")
    origin = find_origin(task.path, data, seen, task.entry, task.backups, force=task.force)
    if isinstance(origin, Failed):
        return origin
    return (
        _restored(task, seen, data, origin, state)
        if task.level == 0
        else _instrumented(task, seen, data, origin, state)
    )


def _is_up_to_date(task: Task, state: State) -> bool:
    if task.entry is None or task.force or state is not State.TWIN:
        return False
    return task.entry.level == task.level and task.has_sites


def _instrumented(task: Task, seen: Seen, data: bytes, origin: Origin, state: State) -> Preparation:
    twin = rewrite.instrument(origin.source, task.level, task.path.name)
    if twin is None:
        if state is State.PLAIN and task.entry is None:
            return Unchanged(task.path, "nothing-to-instrument", "nothing to instrument")
        return _restored(task, seen, data, origin, state)
    links = tuple(sorted({*task.links, *(task.entry.links if task.entry else ())}))
    entry = Entry(
        path=task.key,
        original=digest(origin.source),
        twin=digest(twin.source),
        id=twin.id,
        level=twin.level,
        mode=origin.mode,
        mtime_ns=origin.mtime_ns,
        links=links,
    )
    sites = {f"{twin.id}.json": twin.table, f"{twin.id}.map": twin.positions}
    change = Change(task.path, seen, twin.source, entry, seen.mode, keep=origin.keep, sites=sites)
    return Prepared(change, task.level, origin.source, twin.functions, _note(seen))


def _restored(task: Task, seen: Seen, data: bytes, origin: Origin, state: State) -> Prepared:
    change = Change(
        path=task.path,
        seen=seen,
        content=origin.source,
        entry=None,
        mode=origin.mode,
        mtime_ns=origin.mtime_ns,
        exact=origin.exact,
        keep=origin.keep if state is not State.PLAIN else (),
    )
    has_edit = state is State.EDITED and not origin.exact
    return Prepared(change, 0, data, note="your edit is kept" if has_edit else None)


def _note(seen: Seen) -> str | None:
    if seen.links < 2:
        return None
    return f"had {seen.links} hard links; the other names keep the original"
