"""One command at a time in a vault."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from instrumenter.errors import VaultError
from instrumenter.vault._disk import storage

_PAUSE = 0.05  # seconds
_NAMING = 0.5  # seconds, at most, from taking the lock to having written who holds it


@contextlib.contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock file at `path`; VaultError after `patience` seconds, naming who holds it."""
    descriptor = _acquire(path, time.monotonic() + patience)
    try:
        with contextlib.suppress(OSError):  # on a full disk the holder stays unnamed
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        # Else the next holder would go by this one's name until it has written its own.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
        os.close(descriptor)


def _acquire(path: Path, deadline: float) -> int:
    while True:
        with storage("the vault's lock"):
            descriptor = _open(path, deadline)
        if _try(descriptor) and _still_there(path, descriptor):
            return descriptor
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        if time.monotonic() >= deadline + (0 if holder else _NAMING):
            raise VaultError(
                "vault-busy",
                f"{path.parent}: another command is at work here (process {holder or 'unknown'}); "
                "wait for it to end, then run this again",
            )
        time.sleep(_PAUSE)


def _open(path: Path, deadline: float) -> int:
    while True:
        # Not exist_ok: that looks again, and another command may have taken the folder away in between.
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir()
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # taken away since
            if time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(path: Path, descriptor: int) -> bool:
    """A command that made a vault and needed none takes it away again, with the lock that others wait for."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
