"""Compresses segments of ended processes; at every instant the segment is there whole, in one of its two forms."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from instrumenter.errors import StorageError
from instrumenter.storage.ended import QUIET, changed, is_over
from instrumenter.trace import ops, packed
from instrumenter.trace.header import Unreadable
from instrumenter.trace.segment import Segment

_LEVEL = 6


@dataclass(frozen=True)
class Compressed:
    """A segment that was compressed."""

    path: Path
    before: int
    after: int


class _Packer(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def compress(segments: Iterable[Segment], now: float) -> list[Compressed]:
    """Compress those that nobody writes to any more; StorageError if the file system refuses."""
    done = []
    for segment in segments:
        if segment.path.suffix != packed.SUFFIX and is_over(segment, now):
            try:
                found = _replace(segment.path)
            except FileNotFoundError:  # another command was quicker
                continue
            except OSError as error:
                raise StorageError("storage", f"{segment.path}: {error.strerror or error}") from error
            done += [found] if found is not None else []
    return done


def sweep(folder: Path, now: float) -> None:
    """Take away what a command that was killed has left of its work."""
    for path in folder.glob(f"*{packed.ASIDE}"):
        if now - changed(path) > QUIET:
            path.unlink(missing_ok=True)


def _replace(path: Path) -> Compressed | None:
    """Write the compressed form beside, make it durable, and only then take the segment away."""
    target = path.with_suffix(packed.SUFFIX)
    aside = path.with_name(f"{path.stem}-{os.getpid()}{packed.ASIDE}")
    before = path.stat()
    try:
        with os.fdopen(_private(aside), "wb") as out:
            _pack(path, out)
            out.flush()
            os.fsync(out.fileno())
        if not _is_whole(aside) or path.stat().st_mtime_ns != before.st_mtime_ns:
            return None
        os.utime(aside, ns=(before.st_atime_ns, before.st_mtime_ns))
        aside.replace(target)
        _make_durable(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    return Compressed(target, before.st_size, target.stat().st_size)


def _pack(path: Path, out: BinaryIO) -> None:
    """Write the compressed form; the header, with what is known in the end, last."""
    module = packed.zstd()
    method = packed.ZLIB if module is None else packed.ZSTD
    digest, size, head = hashlib.sha256(), 0, 0
    out.write(bytes(packed.HEADER.size))
    with path.open("rb") as file:
        first = file.read(ops.STREAM)
        head = _write(out, _packer(module), [first])
        digest.update(first)
        size = len(first)
        packer = _packer(module)
        while piece := file.read(packed.PIECE):
            digest.update(piece)
            size += len(piece)
            out.write(packer.compress(piece))
        if size > len(first):
            out.write(packer.flush())
    out.seek(0)
    out.write(packed.HEADER.pack(packed.MAGIC, packed.VERSION, method, 0, head, size, digest.digest()))


def _write(out: BinaryIO, packer: _Packer, pieces: Iterable[bytes]) -> int:
    written = sum(out.write(packer.compress(piece)) for piece in pieces)
    return written + out.write(packer.flush())


def _packer(module: object | None) -> _Packer:
    if module is None:
        return zlib.compressobj(_LEVEL)
    maker: _Packer = module.ZstdCompressor()  # type: ignore[attr-defined]
    return maker


def _is_whole(path: Path) -> bool:
    """Read back what was written: the digest is that of the segment."""
    try:
        with path.open("rb") as file:
            packed.whole(file)
    except Unreadable:
        return False
    return True


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # what is recorded may be private


def _make_durable(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a file system that cannot do this for folders
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
