"""git's index after files were replaced by their twins, or the other way round.

git takes a file whose size is not the one in the index for modified, without asking the filter. So the entries of such
files are put in anew, same object, no size; then git asks.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from instrumenter.errors import SpanwrightError, StorageError
from instrumenter.git import attributes
from instrumenter.git.repository import Repository, fields

_FEW = 50  # names; more are told apart here rather than by git
_PATIENCE = 3.0  # seconds that another git command may hold the index
_NOTHING = {  # the object of no bytes: also of files that are only announced (`git add -N`), which must stay so
    b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}


def refresh(repository: Repository, names: Collection[bytes] | None = None) -> int:
    """Let git look anew at these files, or at all that were touched or look like twins; return how many."""
    index = repository.file("index").resolve()
    if not index.exists():
        return 0
    with _locked(index):
        rows = list(_entries(repository, names))
        if rows:
            _replace(repository, index, b"".join(row + b"\0" for row in rows))
    if rows:
        repository.ask("update-index", "-q", "--refresh", fine=(0, 1))
    return len(rows)


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


def _replace(repository: Repository, index: Path, rows: bytes) -> None:
    copy = index.with_name(f"{index.name}.spanwright-{os.getpid()}")
    try:
        shutil.copy2(index, copy)
        done = repository.run("update-index", "-z", "--index-info", data=rows, index=copy)
        if done.returncode:
            raise StorageError("git-failed", f"git update-index: {os.fsdecode(done.stderr).strip()}")
        copy.replace(index)
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    """Hold git's own lock: what another command stages meanwhile must not be undone."""
    lock = index.with_name(f"{index.name}.lock")
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > until:
                reason = f"another git command is at work in the repository, or was killed and left {lock}"
                raise StorageError("git-failed", reason) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def is_filtered(repository: Repository) -> bool:
    """Say whether the repository has our filter."""
    try:
        return attributes.are_in(repository.file("info/attributes").read_bytes())
    except (OSError, SpanwrightError):
        return False


def refresh_changed(paths: Iterable[Path], notify: Callable[[str], None]) -> None:
    """Let git look anew at files that were replaced, where it has our filter; trouble is no more than a line."""
    for repository, names in by_repository(paths).items():
        try:
            if is_filtered(repository):
                refresh(repository, names)
        except (SpanwrightError, OSError) as error:
            remedy = "git status may show instrumented files as modified until: instrument --git-filter"
            notify(f"{error}; {remedy} [git-failed]")


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
