"""Reads the file of a ring while it is written over, so that each thread's part of it is as it was at some moment."""

from __future__ import annotations

import os
from typing import BinaryIO

from instrumenter.trace import ops
from instrumenter.trace.parts import Part, owner
from instrumenter.trace.whole import whole_events
from instrumenter.trace.wire import Damaged

_PROCESS_STREAM = bytes((ops.OWNER, 0))
_HEAD = 40
_TRIES = 20
_ROUNDS = 4
_RACES = 8


def whole_ring(file: BinaryIO) -> bytes:
    """The whole file, without the chunks that were given to another stream meanwhile.

    The process stream comes last: it has every definition that what was read before needs.
    """
    chunks = _threads(file)
    for _ in range(_RACES):
        # The program was quicker, as one that is very busy may be in a small ring: it has another chance to lose.
        if 4 * _missing(chunks) <= len(chunks):
            break
        chunks = min(chunks, _threads(file), key=_missing)
    for number in range(_count(file)):
        head = _read(file, number, len(_PROCESS_STREAM))
        if number == 0 or head == _PROCESS_STREAM or head[:1] == bytes((ops.COUNTERS,)):
            chunks[number] = _read(file, number)
    return _joined(chunks)


def _threads(file: BinaryIO) -> dict[int, bytes]:
    """The chunks of threads; empty where another stream has them by now.

    The newest is read first: when the one before it is read, nobody writes to that any more. But a thread may go on in
    the rest of an older one, so what has changed meanwhile is read once more, which takes no time.
    """
    parts = sorted(_parts(file, _count(file)), key=lambda part: (part.ticks, part.sequence), reverse=True)
    chunks = {part.offset // ops.CHUNK: b"" for part in parts}
    for _ in range(_ROUNDS):
        parts = [part for part in parts if _has_changed(file, part, chunks)]
    return chunks


def _missing(chunks: dict[int, bytes]) -> int:
    return sum(not chunk for chunk in chunks.values())


def _count(file: BinaryIO) -> int:
    return -(-file.seek(0, os.SEEK_END) // ops.CHUNK)


def _parts(file: BinaryIO, chunks: int) -> list[Part]:
    """The first part of each chunk of a thread."""
    heads = ((number, _read(file, number, _HEAD)) for number in range(1, chunks))
    found = (_part(number, head) for number, head in heads if not head.startswith(_PROCESS_STREAM))
    return [part for part in found if part]


def _part(number: int, chunk: bytes) -> Part | None:
    try:
        return owner(chunk, 0, number * ops.CHUNK) if chunk[0] == ops.OWNER else None
    except (IndexError, Damaged):
        return None


def _has_changed(file: BinaryIO, part: Part, chunks: dict[int, bytes]) -> bool:
    """Read the chunk of a part; whether that is news. What is there no more stays as it was."""
    number = part.offset // ops.CHUNK
    before, now = chunks[number], _steady(file, part)
    chunks[number] = now or before
    return bool(now) and now != before


def _steady(file: BinaryIO, part: Part) -> bytes:
    """A chunk that begins with this part, as far as two readings agree; nothing if it belongs to another by now."""
    number = part.offset // ops.CHUNK
    chunk = _read(file, number)
    for _ in range(_TRIES):
        once_more = _read(file, number)
        if _part(number, chunk) != part or _part(number, once_more) != part:
            return b""
        # What a thread has written stays, unless its trace is forgotten.
        end = len(chunk) if chunk == once_more else whole_events(chunk)
        if chunk[:end] == once_more[:end]:
            return chunk[:end]
        chunk = once_more
    return b""


def _read(file: BinaryIO, number: int, size: int = ops.CHUNK) -> bytes:
    file.seek(number * ops.CHUNK)
    return file.read(size)


def _joined(chunks: dict[int, bytes]) -> bytes:
    """The chunks in their places, up to the last one in use."""
    last = max((number for number, chunk in chunks.items() if any(chunk)), default=-1)
    padded = (chunks.get(number, b"").ljust(ops.CHUNK, b"\0") for number in range(last))
    return b"".join([*padded, chunks.get(last, b"")])
