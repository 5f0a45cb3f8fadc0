"""Values that hold no others, as bytes: each function takes a value of its builtin type or of a subclass of it."""

from ._py_system import calls
from ._py_wire import LONGEST, clip, v, z

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_INT = 256
_HEAD = slice(LONGEST)
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_pack = calls.pack


def int_bytes(value: int) -> bytes:
    """Code an int; of a very large one the high bytes."""
    value = int.__index__(value)
    if _LEAST <= value <= _MOST:
        return b"\x03" + z(value)
    size = (value.bit_length() + 7) // 8
    kept = min(size, LONGEST_INT)
    magnitude = abs(value) >> 8 * (size - kept)
    return b"\x04" + bytes((value < 0,)) + v(size) + v(kept) + magnitude.to_bytes(kept, "little")


def str_bytes(value: str) -> bytes:
    """Code a str; of a long one the beginning."""
    size = str.__len__(value)
    data = str.__getitem__(value, _HEAD).encode("utf-8", "surrogatepass")
    if size <= LONGEST and len(data) <= LONGEST:
        return b"\x07" + v(len(data)) + data
    data = clip(data, LONGEST)
    return b"\x08" + v(size) + v(len(data)) + data


def bytes_bytes(value: bytes) -> bytes:
    """Code bytes; of long ones the beginning."""
    size = bytes.__len__(value)
    data = bytes.__getitem__(value, _HEAD)
    return (b"\x09" + v(size) if size <= LONGEST else b"\x0a" + v(size) + v(LONGEST)) + data


def bytearray_bytes(value: bytearray) -> bytes:
    """Code a bytearray; of a long one the beginning."""
    data = bytearray.__getitem__(value, _HEAD)
    return b"\x0b" + v(max(len(data), bytearray.__len__(value))) + v(len(data)) + data


def float_bytes(value: float) -> bytes:
    """Code a float."""
    return b"\x05" + _pack("<d", float.__float__(value))


def complex_bytes(value: complex) -> bytes:
    """Code a complex number."""
    value = complex.__pos__(value)
    return b"\x06" + _pack("<dd", value.real, value.imag)


def range_bytes(value: range) -> bytes | None:
    """Code a range; None where one of its numbers has more than 64 bits."""
    bounds = (value.start, value.stop, value.step)
    if all(_LEAST <= bound <= _MOST for bound in bounds):
        return b"\x16" + b"".join(map(z, bounds))
    return None


#: By the identity of the type: a type's own hash may be a user's code.
CODERS: "dict[int, Callable[[Any], bytes]]" = {
    id(kind): coder
    for kind, coder in (
        (int, int_bytes),
        (str, str_bytes),
        (float, float_bytes),
        (bytes, bytes_bytes),
        (bytearray, bytearray_bytes),
        (complex, complex_bytes),
    )
}
CONSTANTS = {
    id(None): b"\x00",
    id(False): b"\x01",
    id(True): b"\x02",
    id(...): b"\x15\x01",
    id(NotImplemented): b"\x15\x02",
}
