"""Compressed segments (docs/storage.md): the start of the segment can be read without the rest."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, Protocol

from instrumenter.trace import ops
from instrumenter.trace.header import Unreadable

SUFFIX = ".segz"
ASIDE = ".packing"
"""What a file is called until it is whole."""
MAGIC = b"SPANZIP\0"
VERSION = 1
ZLIB, ZSTD = 1, 2
HEADER = struct.Struct("<8sHBBIQ32s")
"""Magic, version, method, zero, bytes of the packed start, bytes of the segment, its sha256."""
PIECE = 1 << 20


class Unpacker(Protocol):
    """What both methods' decompressors are."""

    def decompress(self, data: bytes, max_length: int = ...) -> bytes:
        """Unpack some more."""


def zstd() -> object | None:
    """Give the interpreter's own zstd module, which Python 3.14 and later have; None for others."""
    try:
        return import_module("compression.zstd")
    except ImportError:
        return None


def start(file: BinaryIO) -> bytes:
    """Read the first bytes of a segment, header and facts, be it compressed or not; raises `Unreadable`."""
    first = file.read(ops.STREAM)
    if not first.startswith(MAGIC):
        return first
    _, head, _, _ = _header(first)
    first += file.read(min(max(HEADER.size + head - len(first), 0), ops.STREAM))
    packed = first[HEADER.size : HEADER.size + head]
    return _unpack(_unpacker(first), packed, ops.STREAM)


def whole(file: BinaryIO) -> bytes:
    """Read all of a segment, be it compressed or not; raises `Unreadable` if it is not what was compressed."""
    data = file.read()
    if not data.startswith(MAGIC):
        return data
    _, head, size, digest = _header(data)
    middle = HEADER.size + head
    unpacked = _unpack(_unpacker(data), data[HEADER.size : middle], ops.STREAM)
    if size > ops.STREAM:
        unpacked += _unpack(_unpacker(data), data[middle:], size - ops.STREAM)
    if len(unpacked) != size or hashlib.sha256(unpacked).digest() != digest:
        raise Unreadable("this compressed segment is damaged")
    return unpacked


def _header(data: bytes) -> tuple[int, int, int, bytes]:
    if len(data) < HEADER.size:
        raise Unreadable(f"only {len(data)} bytes are left of this compressed segment")
    _, version, method, _, head, size, digest = HEADER.unpack_from(data)
    if version != VERSION:
        raise Unreadable(f"this compressed segment has format version {version}; this reader knows version {VERSION}")
    return method, head, size, digest


def _unpacker(data: bytes) -> Unpacker:
    makers: dict[int, Callable[[], Unpacker]] = {ZLIB: zlib.decompressobj}
    module = zstd()
    if module is not None:
        makers[ZSTD] = module.ZstdDecompressor  # type: ignore[attr-defined]
    method = data[10]
    if method not in makers:
        why = "zstd, which Python 3.14 and later can read" if method == ZSTD else f"method {method}"
        raise Unreadable(f"this segment is compressed with {why}")
    return makers[method]()


def _unpack(unpacker: Unpacker, packed: bytes, most: int) -> bytes:
    """Unpack at most so many bytes: a damaged file must not fill the memory."""
    try:
        return unpacker.decompress(packed, most)
    except Exception as error:  # each method has errors of its own
        raise Unreadable("this compressed segment is damaged") from error
