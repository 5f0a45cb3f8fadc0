"""Earlier originals of one path: what the vault has of them, and one of them put back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from instrumenter.engine.results import Changed, Failed, Outcome, Skipped
from instrumenter.errors import UsageError
from instrumenter.settings import find_root
from instrumenter.vault import ABSENT, Change, Original, Seen, Vault, Why, digest, read


def real_path(path: Path) -> Path:
    """Return where a path on the command line leads; a file that is gone keeps its place in its folder."""
    return path.resolve()


def history(path: Path) -> tuple[Vault, list[Original]]:
    """Return the vault that a path belongs to, and the originals that it has of it, oldest first."""
    vault = Vault.seen(find_root(path))
    real = real_path(path)
    if real.is_file():
        vault.follow([real])
    return vault, vault.history(real)


def check_number(path: Path, number: int) -> None:
    """Raise UsageError if the path has no original of this number."""
    known = len(history(path)[1])
    if 1 <= number <= known:
        return
    if not known:
        raise UsageError("no-such-original", f"{path}: the vault has no original of it")
    numbers = "only original 1" if known == 1 else f"originals 1 to {known}"
    raise UsageError("no-such-original", f"{path}: the vault has {numbers} of it: instrument --history {path}")


def put_back(vault: Vault, path: Path, number: int, *, writes: bool) -> Outcome:
    """Put an original of before in the place of a file that has no probes any more, or is gone; what was is kept."""
    original = vault.history(path)[number - 1]
    place = vault.backups.place(original.original)
    if path.exists() and not path.is_file():
        return Skipped(path, "file-missing", f"no longer a file; this original of it is kept as {place}")
    source = vault.backups.get(original.original)
    if source is None:
        return Failed(path, "backup-damaged", f"this original in the vault is missing or damaged: {place}")
    try:
        data, seen = _read_or_make_room(path, writes=writes)
    except OSError as error:
        return Failed(path, "unwritable", f"cannot be replaced: {error.strerror or error}")
    change = _change(vault.key(path), original, path, source, data, seen)
    if writes and (refusal := vault.apply([change]).get(path)):
        return Failed(path, refusal.slug, str(refusal))
    return Changed(path, 0, note=f"is original {number} again")


def _read_or_make_room(path: Path, *, writes: bool) -> tuple[bytes | None, Seen]:
    """Give what is there, None for nothing; then there is at least the folder for it."""
    if path.exists():
        return read(path)
    if writes:
        path.parent.mkdir(parents=True, exist_ok=True)
    return None, ABSENT


def _change(key: str, original: Original, path: Path, source: bytes, data: bytes | None, seen: Seen) -> Change:
    then = replace(original, path=key, why=Why.RESTORED, source="")
    now = [] if data is None else [Original(key, digest(data), seen.mode, seen.mtime_ns, Why.PLAIN)]
    return Change(
        path=path,
        seen=seen,
        content=source,
        entry=None,
        mode=original.mode,
        mtime_ns=original.mtime_ns,
        keep=(source,) if data is None else (data, source),
        originals=(*now, then),
    )
