"""git's pkt-line: four hexadecimal digits that count themselves and what follows; 0000 ends a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_MOST = 65516
_FLUSH = b"0000"


def read_packets(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the packets up to the flush; EOFError where the stream ends before it."""
    while True:
        length = stream.read(4)
        if len(length) < 4:
            raise EOFError
        if length == _FLUSH:
            return
        size = int(length, 16) - 4
        packet = stream.read(size)
        if len(packet) < size:
            raise EOFError
        yield packet


def read_words(stream: BinaryIO) -> list[bytes]:
    """Return the packets of a list of words, each of which ends in a newline."""
    return [packet.removesuffix(b"\n") for packet in read_packets(stream)]


def write_words(stream: BinaryIO, *words: bytes) -> None:
    """Write a list of words."""
    for word in words:
        stream.write(b"%04x%b\n" % (len(word) + 5, word))
    stream.write(_FLUSH)


def write_content(stream: BinaryIO, data: bytes) -> None:
    """Write any bytes, in as many packets as they need."""
    for start in range(0, len(data), _MOST):
        piece = data[start : start + _MOST]
        stream.write(b"%04x" % (len(piece) + 4))
        stream.write(piece)
    stream.write(_FLUSH)
