"""What is done for one file, in this process or another: reads and computes, writes nothing, never raises."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from instrumenter import rewrite
from instrumenter.engine.functions import functions_of
from instrumenter.engine.results import Failed, Levels, Skipped, Unchanged
from instrumenter.engine.states import Origin, State, dial_of, find_origin, state_of
from instrumenter.engine.wanted import Wanted
from instrumenter.errors import RewriteError
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.header import ABI
from instrumenter.vault import Backups, Change, Entry, Original, Seen, digest, read


@dataclass(frozen=True)
class Task:
    """One file and what is wanted of it."""

    path: Path
    key: str  # its path in the manifest
    wanted: Wanted
    entry: Entry | None
    backups: Backups
    has_sites: bool = False  # the site table of the recorded twin is there
    sites: Path | None = None  # where the vault's site tables are: of every twin that was made here
    links: tuple[str, ...] = ()
    force: bool = False


@dataclass(frozen=True)
class Prepared:
    """A change that is ready to be made; `before` is what a diff of it starts from."""

    change: Change
    dial: Dial
    before: bytes
    levels: Levels = ()
    note: str | None = None


Preparation = Prepared | Unchanged | Skipped | Failed


def settled(task: Task) -> Unchanged | None:
    """Give what becomes of a file that needs no rewriting, which is quickly told; None where it needs a closer look."""
    if task.force or task.wanted.level == 0 or (task.entry is not None and _gone(task.path)):
        return None
    try:
        return _settled(task)
    except Exception:  # `prepare` says what is wrong
        return None


def _settled(task: Task) -> Unchanged | None:
    data, seen = read(task.path)
    state = state_of(data, seen, task.entry)
    dial = _dial(task, data, state)
    if _is_up_to_date(task, dial, data, state):
        return Unchanged(task.path, "up-to-date", up_to_date(dial))
    is_new = task.entry is None and state is State.PLAIN and dial.highest > 0
    return _nothing(task) if is_new and rewrite.is_without_functions(data, task.path.name) else None


def prepare(task: Task) -> Preparation:
    """Work out what has to be done for a file."""
    path = task.path
    try:
        return _prepare(task)
    except RewriteError as error:
        return Failed(path, error.slug, str(error), error.line, error.column)
    except OSError as error:
        return Failed(path, "unreadable", f"cannot be read: {error.strerror or error}")
    except Exception as error:
        reason = f"a fault of spanwright, please report it: {type(error).__name__}: {error}"
        return Failed(path, "internal-error", reason, details=traceback.format_exc())


def _prepare(task: Task) -> Preparation:
    if task.entry is not None and (where := _gone(task.path)):
        place = task.backups.place(task.entry.original)
        return Skipped(task.path, "file-missing", f"{where}; its original is kept as {place}")
    data, seen = read(task.path)
    state = state_of(data, seen, task.entry)
    dial = _dial(task, data, state)
    if dial.highest == 0 and state is State.PLAIN and task.entry is None:
        if task.wanted.level is None:
            return Unchanged(task.path, "level-zero", "left alone: its level is 0")
        return Unchanged(task.path, "not-instrumented", "not instrumented")
    if _is_up_to_date(task, dial, data, state):
        return Unchanged(task.path, "up-to-date", up_to_date(dial))
    is_ours = task.entry is None and _is_ours(task, data)
    origin = find_origin(task.path, data, seen, task.entry, task.backups, force=task.force, is_ours=is_ours)
    if isinstance(origin, Failed):
        return origin
    if state is State.PLAIN and task.entry is not None:
        rewrite.check_readable(data)  # what is no source at all is not to be forgotten about
    if dial.highest == 0:
        return _restored(task, seen, data, origin, state)
    return _instrumented(task, dial, seen, data, origin, state)


def _gone(path: Path) -> str | None:
    """Say what is where a twin was recorded, if that is no file any more."""
    if not path.exists():
        return "no longer there"
    if path.resolve() != path:
        return f"no longer there: a link leads to {path.resolve()}"
    return None if path.is_file() else "no longer a file"


def _dial(task: Task, data: bytes, state: State) -> Dial:
    wanted = task.wanted
    present = dial_of(data, task.entry, state)
    if not wanted.parts and (wanted.level is not None or not wanted.dial.functions):
        return wanted.settle(present, None)
    functions = functions_of(data)
    if state is State.UNKNOWN and functions is not None:
        without = tuple((name, 0) for name, has_probes in functions.items() if not has_probes)
        present = replace(present, functions=without)
    return wanted.settle(present, functions)


def _is_ours(task: Task, data: bytes) -> bool:
    header = rewrite.read_header(data)
    return header is not None and task.sites is not None and (task.sites / f"{header.id}.json").exists()


def up_to_date(dial: Dial) -> str:
    """Say that nothing has to be done for this dial."""
    return "at the levels that are wanted already" if dial.functions else f"at level {dial.level} already"


def _is_up_to_date(task: Task, dial: Dial, data: bytes, state: State) -> bool:
    """A twin of an older form, whose id means something else, is not."""
    if task.entry is None or task.force or state is not State.TWIN:
        return False
    header = rewrite.read_header(data)
    is_of_today = header is not None and header.abi == ABI
    return is_of_today and task.has_sites and dial == dial_of(data, task.entry, state)


def _instrumented(task: Task, dial: Dial, seen: Seen, data: bytes, origin: Origin, state: State) -> Preparation:
    twin = rewrite.instrument(origin.source, dial, task.path.name)
    if twin is None:
        if state is State.PLAIN and task.entry is None:
            return _nothing(task)
        return _restored(task, seen, data, origin, state)
    links = tuple(sorted({*task.links, *(task.entry.links if task.entry else ())}))
    entry = Entry(
        path=task.key,
        original=digest(origin.source),
        twin=digest(twin.source),
        id=twin.id,
        level=dial.level,
        mode=origin.mode,
        mtime_ns=origin.mtime_ns,
        links=links,
        plan="" if dial == Dial(dial.level) else dial.text(),
    )
    sites = {f"{twin.id}.json": twin.table, f"{twin.id}.map": twin.positions}
    change = Change(
        task.path,
        seen,
        twin.source,
        entry,
        seen.mode,
        keep=origin.keep,
        originals=_originals(task, origin),
        sites=sites,
    )
    return Prepared(change, dial, origin.source, _levels(twin, dial), _note(seen))


def _nothing(task: Task) -> Unchanged:
    return Unchanged(task.path, "nothing-to-instrument", "nothing to instrument")


def _originals(task: Task, origin: Origin) -> tuple[Original, ...]:
    return (Original(task.key, digest(origin.source), origin.mode, origin.mtime_ns, origin.why),)


def _levels(twin: rewrite.Twin, dial: Dial) -> Levels:
    """Count the functions with probes at each level."""
    if not dial.functions:
        return ((dial.level, twin.functions),)
    functions = json.loads(twin.table)["sites"][: twin.functions]
    return tuple(sorted(Counter(dial.level_of(function["name"]) for function in functions).items()))


def _restored(task: Task, seen: Seen, data: bytes, origin: Origin, state: State) -> Prepared:
    change = Change(
        path=task.path,
        seen=seen,
        content=origin.source,
        entry=None,
        mode=origin.mode,
        mtime_ns=origin.mtime_ns,
        exact=origin.exact,
        keep=origin.keep,
        originals=_originals(task, origin),
    )
    has_edit = state is State.EDITED and not origin.exact
    return Prepared(change, Dial(0), data, note="your edit is kept" if has_edit else None)


def _note(seen: Seen) -> str | None:
    if seen.links < 2:
        return None
    return f"had {seen.links} hard links; the other names keep the original"
