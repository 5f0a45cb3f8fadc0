"""Files that are written whole or not at all, and stay written when the power goes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from instrumenter.errors import StorageError

# What would hit the next file too: no use in going on.
_NO_USE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
# Some file systems cannot flush a folder; there is nothing more to be done about it.
_CANNOT_FLUSH = {errno.EINVAL, errno.ENOTSUP}
_MANY = 16


def digest(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Seen:
    """A file as it was read: enough to tell later whether somebody has touched it since."""

    digest: str
    mode: int
    mtime_ns: int
    size: int
    inode: int
    links: int

    @property
    def is_absent(self) -> bool:
        """Say whether there was no file."""
        return not self.digest

    def still(self, path: Path) -> bool:
        """Say whether the file at `path` is the one that was seen, untouched; or that there still is none."""
        if self.is_absent:
            return not os.path.lexists(path)
        now = path.stat()
        return (now.st_ino, now.st_size, now.st_mtime_ns) == (self.inode, self.size, self.mtime_ns)


ABSENT = Seen("", 0, 0, 0, 0, 0)


def read(path: Path) -> tuple[bytes, Seen]:
    """Return a regular file's bytes and what it was; OSError if it is none or cannot be read."""
    # Not blocking: a named pipe that is called `x.py` has no writer and would never open.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not S_ISREG(info.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        data = file.read()
    mode = info.st_mode & 0o7777
    return data, Seen(digest(data), mode, info.st_mtime_ns, len(data), info.st_ino, info.st_nlink)


def read_if_there(path: Path) -> bytes | None:
    """Return the bytes of a file of the vault; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def digest_of(path: Path) -> str | None:
    """Return the sha256 of a file's bytes; None if it cannot be read."""
    try:
        return read(path)[1].digest
    except OSError:
        return None


def create(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a new file; it is gone again if it could not be written whole."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def make_durable(paths: Iterable[Path]) -> None:
    """Return when these files (or folders) have reached the disk."""
    paths = list(paths)
    if len(paths) > _MANY:
        os.sync()  # one flush for all; each fsync below then finds nothing left to write, but still tells of an error
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_FLUSH:
                raise
        finally:
            os.close(descriptor)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file of the vault so that it is there entirely, as it was before, or as it is now; durable."""
    temporary = _create_beside(path, data)
    make_durable([temporary])
    temporary.replace(path)
    make_durable([path.parent])


def ensure(path: Path, data: bytes) -> None:
    """Have a file with these bytes, written whole, not yet durable; nothing is done if it is there like that."""
    if path.exists() and path.read_bytes() == data:
        return
    _create_beside(path, data).replace(path)


def _create_beside(path: Path, data: bytes) -> Path:
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    create(temporary, data, 0o644)
    return temporary


def stops_all(error: OSError) -> bool:
    """Say whether the next file would meet the same trouble."""
    return error.errno in _NO_USE


@contextlib.contextmanager
def storage(what: str) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError that names `what` was being done."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, what) from error


def storage_error(error: OSError, what: str) -> StorageError:
    """Say in one line what the file system refused."""
    slug = "no-space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "storage"
    where = f" ({os.fsdecode(error.filename)})" if error.filename else ""
    return StorageError(slug, f"{what}: {error.strerror or error}{where}")
