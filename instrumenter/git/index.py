"""git's index after files were replaced by their twins, or the other way round.

git takes a file whose size is not the one in the index for modified, without asking the filter. So the entries of such
files are put in anew, same object, no size; then git asks. All that happens in a copy, which takes the index's place if
that is still the same: git's lock is held for no longer than a rename, since who finds it there fails at once.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from instrumenter.errors import SpanwrightError, StorageError
from instrumenter.git import attributes
from instrumenter.git.repository import Repository, fields

_FEW = 50  # names; more are told apart here rather than by git
_PATIENCE = 3.0  # seconds that other git commands may hold or change the index
_NOTHING = {  # the object of no bytes: also of files that are only announced (`git add -N`), which must stay so
    b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}


def refresh(repository: Repository, names: Collection[bytes] | None = None) -> int:
    """Let git look anew at these files, or at all that were touched or look like twins; return how many."""
    index = repository.file("index").resolve()
    if not index.exists():
        return 0
    until = time.monotonic() + _PATIENCE
    while True:
        before = _stamp(index)
        rows = list(_entries(repository, names))
        if not rows or _replace(repository, index, before, rows):
            return len(rows)
        if time.monotonic() > until:
            reason = f"another git command is at work in the repository, or was killed and left {_lock(index)}"
            raise StorageError("git-failed", reason)
        time.sleep(0.05)


def _entries(repository: Repository, names: Collection[bytes] | None) -> Iterator[bytes]:
    """Yield the entries as git takes them back, without those that have a flag (skip-worktree, assume-unchanged)."""
    touched = set() if names is not None else set(fields(repository.ask("diff-files", "--name-only", "-z")))
    some = sorted(names) if names is not None and len(names) <= _FEW else []
    for entry in fields(repository.ask("--literal-pathspecs", "ls-files", "-s", "-v", "-z", "--", *some)):
        meta, _, name = entry.partition(b"\t")
        tag, mode, object_id, stage = meta.split(b" ")
        if tag == b"H" and stage == b"0" and mode.startswith(b"100") and object_id not in _NOTHING:
            is_meant = name in touched or _looks_like_twin(repository, name) if names is None else name in names
            if is_meant:
                yield b"%b %b 0\t%b" % (mode, object_id, name)


def _looks_like_twin(repository: Repository, name: bytes) -> bool:
    try:
        return name.endswith(attributes.SUFFIXES) and b"_sw" in repository.path(name).read_bytes()
    except OSError:
        return False


def _replace(repository: Repository, index: Path, before: tuple[int, ...], rows: list[bytes]) -> bool:
    """Put the entries in anew; False if another command has the index, or has changed it meanwhile."""
    if _lock(index).exists():
        return False
    copy = index.with_name(f"{index.name}.spanwright-{os.getpid()}")
    try:
        shutil.copy2(index, copy)
        for words, data, fine in (
            (("-z", "--index-info"), b"".join(row + b"\0" for row in rows), (0,)),
            (("-q", "--refresh"), b"", (0, 1)),
        ):
            done = repository.run("update-index", *words, data=data, index=copy)
            if done.returncode not in fine:
                raise StorageError("git-failed", f"git update-index: {os.fsdecode(done.stderr).strip()}")
        return _put(copy, index, before)
    finally:
        copy.unlink(missing_ok=True)


def _put(copy: Path, index: Path, before: tuple[int, ...]) -> bool:
    """Hold git's own lock: what another command stages meanwhile must not be undone."""
    try:
        os.close(os.open(_lock(index), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    try:
        is_same = _stamp(index) == before
        if is_same:
            copy.replace(index)
        return is_same
    finally:
        _lock(index).unlink(missing_ok=True)


def _lock(index: Path) -> Path:
    return index.with_name(f"{index.name}.lock")


def _stamp(index: Path) -> tuple[int, ...]:
    """Tell one index from another: git writes each into a file of its own."""
    now = index.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns


def is_filtered(repository: Repository) -> bool:
    """Say whether the repository has our filter."""
    try:
        return attributes.are_in(repository.file("info/attributes").read_bytes())
    except (OSError, SpanwrightError):
        return False


def refresh_changed(paths: Iterable[Path], notify: Callable[[str], None]) -> set[Path]:
    """Let git look anew at files that were replaced, where it has our filter; trouble is no more than a line.

    Gives the files at which git could not be let look.
    """
    left: set[Path] = set()
    for repository, names in by_repository(paths).items():
        try:
            if is_filtered(repository):
                refresh(repository, names)
        except (SpanwrightError, OSError) as error:
            remedy = "git status may show instrumented files as modified until: instrument --git-filter"
            notify(f"{error}; {remedy} [git-failed]")
            left |= {repository.path(name) for name in names}
    return left


def by_repository(paths: Iterable[Path]) -> dict[Repository, set[bytes]]:
    """Sort files by the repository that they seem to lie in; those in none are left out."""
    tops: dict[Path, Repository | None] = {}
    found: dict[Repository, set[bytes]] = {}
    for path in paths:
        if path.parent not in tops:
            tops[path.parent] = Repository.around(path.parent)
        repository = tops[path.parent]
        if repository is not None:
            found.setdefault(repository, set()).add(repository.name(path))
    return found
