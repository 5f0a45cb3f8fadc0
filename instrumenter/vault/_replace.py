"""Putting new bytes in a file's place: all of them or none, with the file's own attributes."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from glob import escape
from pathlib import Path

from instrumenter.vault import _disk
from instrumenter.vault._change import Change, Refusal

_WORD = 0xFFFFFFFF
_SECOND = 1_000_000_000


def replace_all(changes: Sequence[tuple[Change, Path]], refusals: dict[Path, Refusal]) -> None:
    """Replace each file, through the temporary file given with it; those that refuse are added to `refusals`.

    StorageError if the next file would fail too; temporary files may then be left.
    """
    staged = [pair for pair in changes if _attempt(_stage, *pair, refusals)]
    with _disk.storage("writing the new files"):
        _disk.make_durable(temporary for _, temporary in staged)
    renamed = [change.path for change, temporary in staged if _attempt(_put, change, temporary, refusals)]
    with _disk.storage("writing the new files"):
        _disk.make_durable({path.parent for path in renamed})


def replace_alone(change: Change, number: int) -> None:
    """Replace a file of which no vault knows, whole or not at all; raises `Refusal`, or StorageError as above."""
    refusals: dict[Path, Refusal] = {}
    temporary = change.path.with_name(f".spanwright-{number}-strip.new")
    try:
        replace_all([(change, temporary)], refusals)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    for refusal in refusals.values():
        raise refusal


def _attempt(
    action: Callable[[Change, Path], None], change: Change, temporary: Path, refusals: dict[Path, Refusal]
) -> bool:
    try:
        action(change, temporary)
    except Refusal as refusal:
        refusals[change.path] = refusal
    except OSError as error:
        if _disk.stops_all(error):
            raise _disk.storage_error(error, f"writing {change.path}") from error
        refusals[change.path] = Refusal("unwritable", f"cannot be replaced: {error.strerror or error}")
    return change.path not in refusals


def _stage(change: Change, temporary: Path) -> None:
    """Write the new bytes beside the file, with its owner and extended attributes and the change's mode and time."""
    _check(change)
    _disk.create(temporary, change.content)
    try:
        if not change.seen.is_absent:
            shutil.copystat(change.path, temporary)
            _copy_owner(change.path, temporary)
        temporary.chmod(change.mode)
        os.utime(temporary, ns=(temporary.stat().st_atime_ns, _time_for(change)))
    except BaseException:
        temporary.unlink()
        raise


def _put(change: Change, temporary: Path) -> None:
    """Rename the staged file over the one that was seen."""
    try:
        _check(change)
        temporary.replace(change.path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _check(change: Change) -> None:
    if not change.seen.still(change.path):
        raise Refusal("changed-meanwhile", "somebody changed it meanwhile; run this again")


def _copy_owner(path: Path, temporary: Path) -> None:
    was, new = path.stat(), temporary.stat()
    if (was.st_uid, was.st_gid) == (new.st_uid, new.st_gid):
        return
    try:
        os.chown(temporary, was.st_uid, was.st_gid)
    except PermissionError as error:
        raise Refusal("foreign-owner", "it belongs to another user or group; run this as that user") from error


def _time_for(change: Change) -> int:
    """Python takes cached bytecode for current if the source's size and second are those it was compiled from."""
    mtime_ns = time.time_ns() if change.mtime_ns is None else change.mtime_ns
    if change.exact:
        return mtime_ns
    taken = {_stamp(change.seen.mtime_ns, change.seen.size), *_bytecode_stamps(change.path)}
    while _stamp(mtime_ns, len(change.content)) in taken:
        mtime_ns += _SECOND
    return mtime_ns


def _stamp(mtime_ns: int, size: int) -> tuple[int, int]:
    return mtime_ns // _SECOND & _WORD, size & _WORD


def _bytecode_stamps(path: Path) -> Iterator[tuple[int, int]]:
    """The (second, size) in the headers of the bytecode files of `path`, of any Python version."""
    folder = Path(importlib.util.cache_from_source(os.fspath(path), optimization="")).parent
    for cached in folder.glob(f"{escape(path.stem)}.*.pyc"):
        try:
            with cached.open("rb") as file:
                header = file.read(16)
        except OSError:
            continue
        if len(header) == 16:
            yield struct.unpack_from("<II", header, 8)
