"""One watcher at a time for a project."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from instrumenter.errors import StorageError, VaultError
from instrumenter.settings import VAULT_FOLDER

_HEADING = "spanwright watcher 1"


@contextlib.contextmanager
def only_watcher(root: Path, name: str) -> Iterator[None]:
    """Be the watcher of the project at `root`, under this name; VaultError if there is one, which is named.

    The kernel lets go of the lock when the process ends, however it does, so none is ever left behind.
    """
    place = root / VAULT_FOLDER / "watcher"
    try:
        descriptor = _open(place)
    except OSError as error:
        raise StorageError("storage", f"the watcher's lock: {error.strerror or error} ({place})") from error
    try:
        _acquire(place, descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, os.fsencode(f"{_HEADING}\n{os.getpid()}\n{name}\n"), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
            _vanish_if_unused(place)
    finally:
        os.close(descriptor)


def _open(place: Path) -> int:
    if not place.parent.exists():
        place.parent.mkdir(exist_ok=True)
        (place.parent / ".gitignore").write_bytes(b"*\n")
    return os.open(place, os.O_RDWR | os.O_CREAT, 0o644)


def _acquire(place: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _, pid, name, *_ = [
            *os.fsdecode(os.pread(descriptor, 4096, 0)).splitlines(),
            "",
            "unknown",
            "instrument --watch",
        ]
        raise VaultError(
            "watched-already",
            f"{place.parent.parent}: is watched already by `{name}` (process {pid}); end that one first",
        ) from None


def _vanish_if_unused(place: Path) -> None:
    """A watcher that instrumented nothing leaves nothing behind."""
    if {entry.name for entry in place.parent.iterdir()} <= {".gitignore", "lock", place.name}:
        for name in (place.name, "lock", ".gitignore"):
            (place.parent / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            place.parent.rmdir()
