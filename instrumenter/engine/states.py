"""What a file is, seen from the vault, and where its original comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePath

from instrumenter import rewrite
from instrumenter.engine.results import Failed
from instrumenter.errors import RewriteError
from instrumenter.rewrite.dial import Dial
from instrumenter.vault import Backups, Entry, Seen, Why, digest, read


class State(Enum):
    """What a file is."""

    PLAIN = "plain"  # source without probes; with an entry: plain again
    TWIN = "twin"  # exactly what the manifest recorded
    EDITED = "edited"  # a twin, but not the one that was recorded
    UNKNOWN = "unknown"  # a twin of which the manifest knows nothing
    MISSING = "missing"


@dataclass(frozen=True)
class Origin:
    """An original, what is to be in the vault before the file is replaced, and the attributes to give back.

    `exact`: they are the recorded ones of the recorded bytes; else the bytes hold an edit and the time is the edit's.
    """

    source: bytes
    keep: tuple[bytes, ...]
    mode: int
    mtime_ns: int
    exact: bool
    why: Why


def state_of(data: bytes, seen: Seen, entry: Entry | None) -> State:
    """Tell what a file with these bytes is."""
    if entry is not None and seen.digest == entry.twin:
        return State.TWIN
    if not rewrite.has_probes(data):
        return State.PLAIN
    return State.UNKNOWN if entry is None else State.EDITED


def id_of(path: Path) -> str | None:
    """Tell which twin a file is, edited or not; None if it is none."""
    try:
        header = rewrite.read_header(read(path)[0])
    except OSError:
        return None
    return None if header is None else header.id


def dial_of(data: bytes, entry: Entry | None, state: State) -> Dial:
    """Tell how much of a file in this state is recorded; of an unknown twin only the highest level is known."""
    if state is State.PLAIN:
        return Dial(0)
    if entry is not None:
        return Dial.parse(entry.plan or str(entry.level))
    header = rewrite.read_header(data)
    return Dial(header.level if header else 0)


def find_origin(
    path: Path, data: bytes, seen: Seen, entry: Entry | None, backups: Backups, *, force: bool, is_ours: bool = False
) -> Origin | Failed:
    """Find the original of a file; `force` allows it to be taken out of a twin that the vault does not know.

    `is_ours`: the twin was made here, though it is not the one that was recorded for this path.
    """
    state = state_of(data, seen, entry)
    if state is State.PLAIN:
        return Origin(data, (data,), seen.mode, seen.mtime_ns, exact=False, why=Why.PLAIN)
    if entry is None:
        return _from_unknown(path, data, seen, backups, force=force, is_ours=is_ours)
    if state is State.TWIN:
        return _from_vault(path, data, seen, entry, backups)
    return _from_edited(path, data, seen, entry, backups)


def _from_vault(path: Path, data: bytes, seen: Seen, entry: Entry, backups: Backups) -> Origin | Failed:
    source = backups.get(entry.original) or _taken_out(data)
    if isinstance(source, RewriteError) or digest(source) != entry.original:
        place = backups.place(entry.original)
        return Failed(path, "backup-damaged", f"its original in the vault is missing or damaged: {place}")
    # The twin had the original's mode: another one is the user's.
    return Origin(source, (source,), seen.mode, entry.mtime_ns, exact=True, why=Why.EDITED)


def _from_edited(path: Path, data: bytes, seen: Seen, entry: Entry, backups: Backups) -> Origin | Failed:
    source = _taken_out(data, entry, backups)
    if isinstance(source, RewriteError):
        place = f"left as it is; the original from before the edit is {backups.place(entry.original)}"
        if source.slug != "cannot-strip":
            return Failed(path, source.slug, f"{source}; {place}", source.line, source.column)
        reason = f"edited since it was instrumented, and the probes cannot be told from the edit ({source}); {place}"
        return Failed(path, "cannot-strip", reason, source.line, source.column)
    if digest(source) == entry.original:
        return Origin(source, (data, source), seen.mode, entry.mtime_ns, exact=True, why=Why.EDITED)
    return Origin(source, (data, source), seen.mode, seen.mtime_ns, exact=False, why=Why.EDITED)


def _from_unknown(
    path: Path, data: bytes, seen: Seen, backups: Backups, *, force: bool, is_ours: bool
) -> Origin | Failed:
    """A copy of a twin that was made here may be taken for what it is; anything else has to be forced."""
    source = _taken_out(data)
    if isinstance(source, RewriteError):
        if source.slug != "cannot-strip":
            return Failed(path, source.slug, str(source), source.line, source.column)
        reason = f"instrumented elsewhere, and the probes cannot be told from the source ({source})"
        return Failed(path, "cannot-strip", reason, source.line, source.column)
    is_known = is_ours or backups.get(digest(source)) is not None
    if not force and not is_known:
        reason = "instrumented, but not known to this project's vault; its original is taken out of it with: "
        return Failed(path, "unknown-twin", f"{reason}uninstrument --strip (or instrument --force, to go on with it)")
    why = Why.COPIED if is_known else Why.FORCED
    return Origin(source, (data, source), seen.mode, seen.mtime_ns, exact=False, why=why)


def _taken_out(twin: bytes, entry: Entry | None = None, backups: Backups | None = None) -> bytes | RewriteError:
    before = backups.get(entry.original) if entry and backups else None
    try:
        if entry is None or before is None:
            return rewrite.take_out(twin)
        dial = Dial.parse(entry.plan or str(entry.level))
        return rewrite.take_out_edit(twin, before, dial, PurePath(entry.path).name)
    except RewriteError as error:
        return error
