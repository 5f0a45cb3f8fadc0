"""Reads the building blocks of a segment out of bytes: varints and strings, each with the place after it.

Every reader raises `Damaged` or `IndexError` where the bytes end too soon or mean nothing.
"""

from __future__ import annotations


class Damaged(Exception):
    """These bytes are not what the format says stands here."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned LEB128 number at `at`, and the place after it."""
    value = data[at]
    at += 1
    return (value, at) if value < 128 else tail(data, at, value)


def tail(data: bytes, at: int, first: int) -> tuple[int, int]:
    """The rest of a varint whose first byte, 128 or more, was `first`."""
    value = first & 127
    for shift in range(7, 70, 7):
        byte = data[at]
        at += 1
        if byte < 128:
            return value | byte << shift, at
        value |= (byte & 127) << shift
    raise Damaged("a number of more than 10 bytes")


def signed(data: bytes, at: int) -> tuple[int, int]:
    """The zigzag-coded number at `at`."""
    value, at = varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def raw(data: bytes, at: int) -> tuple[bytes, int]:
    """A length and that many bytes."""
    size, at = varint(data, at)
    end = at + size
    if end > len(data):
        raise Damaged("a string longer than what is left")
    return data[at:end], end


def text(data: bytes, at: int) -> tuple[str, int]:
    """A string; what is not UTF-8 in a damaged one is shown as escapes."""
    content, at = raw(data, at)
    return as_text(content), at


def as_text(content: bytes) -> str:
    """Bytes written as UTF-8 with `surrogatepass`, read leniently."""
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "backslashreplace")
