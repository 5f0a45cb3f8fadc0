"""Values that hold no others, as bytes."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import limits
from ._py_redact import redaction
from ._py_redact_text import LOOK, is_quiet
from ._py_system import calls
from ._py_wire import LAST, clip, v, z

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NO_ROOM = b"\x19"
LONGEST_INT = 256
#: Texts of so many bytes are not cut, however little a value may have.
_SHORT = 64
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_pack = calls.pack
#: Small ints by their value: the negative ones stand at the end.
SMALL = tuple(b"\x03" + z(number) for number in (*range(1_024), *range(-128, 0)))


def int_bytes(value: int) -> bytes:
    """Code an int; of a very large one the high bytes."""
    if -128 <= value < 1_024:
        return SMALL[value]
    if _LEAST <= value <= _MOST:
        return b"\x03" + z(value)
    size = (value.bit_length() + 7) // 8
    kept = min(size, LONGEST_INT)
    magnitude = abs(value) >> 8 * (size - kept)
    return b"\x04" + bytes((value < 0,)) + v(size) + v(kept) + magnitude.to_bytes(kept, "little")


def _longest() -> int:
    return max(limits.value_bytes, _SHORT)


def str_bytes(value: str) -> bytes:
    """Code a str, or a subclass of it; of a long one the beginning."""
    size = str.__len__(value)
    if size <= _SHORT:
        data = str.encode(value, "utf-8", "surrogatepass")
        if len(data) <= _SHORT and is_quiet(data):
            return b"\x07" + LAST[len(data)] + data
    longest = _longest()
    head = str.__getitem__(value, slice(longest + LOOK))
    data = head.encode("utf-8", "surrogatepass")
    read = clip(data, longest + LOOK)
    if not is_quiet(read):
        hidden = redaction.str_value(read, size, size > len(head) or len(read) < len(data), longest)
        if hidden is not None:
            return hidden
    if size <= longest and len(data) <= longest:
        return b"\x07" + v(len(data)) + data
    data = clip(data, longest)
    return b"\x08" + v(size) + v(len(data)) + data


def bytes_bytes(value: bytes) -> bytes:
    """Code bytes, or a subclass of them; of long ones the beginning."""
    size, longest = bytes.__len__(value), _longest()
    data = bytes.__getitem__(value, slice(longest + LOOK))
    if not is_quiet(data):
        hidden = redaction.bytes_value((b"\x09", b"\x0a"), data, size, longest)
        if hidden is not None:
            return hidden
    return (b"\x09" + v(size) if size <= longest else b"\x0a" + v(size) + v(longest)) + data[:longest]


def bytearray_bytes(value: bytearray) -> bytes:
    """Code a bytearray, or a subclass of it; of a long one the beginning."""
    longest = _longest()
    data = bytes(bytearray.__getitem__(value, slice(longest + LOOK)))
    size = max(len(data), bytearray.__len__(value))
    if not is_quiet(data):
        hidden = redaction.bytes_value((b"\x0b", b"\x0b"), data, size, longest)
        if hidden is not None:
            return hidden
    return b"\x0b" + v(size) + v(min(size, longest)) + data[:longest]


def float_bytes(value: float) -> bytes:
    """Code a float."""
    return b"\x05" + _pack("<d", value)


def complex_bytes(value: complex) -> bytes:
    """Code a complex number."""
    return b"\x06" + _pack("<dd", value.real, value.imag)


def range_bytes(value: range) -> bytes | None:
    """Code a range; None where one of its numbers has more than 64 bits."""
    bounds = (value.start, value.stop, value.step)
    if all(_LEAST <= bound <= _MOST for bound in bounds):
        return b"\x16" + b"".join(map(z, bounds))
    return None


#: For values of exactly these types, by the identity of the type: a type's own hash may be a user's code.
CODERS: "dict[int, Callable[[Any], bytes]]" = {
    id(int): int_bytes,
    id(str): str_bytes,
    id(float): float_bytes,
    id(bytes): bytes_bytes,
    id(bytearray): bytearray_bytes,
    id(complex): complex_bytes,
}
#: For values of their subclasses, whose methods are not called.
BELOW: "dict[int, Callable[[Any], bytes]]" = {
    id(int): lambda value: int_bytes(int.__index__(value)),
    id(str): str_bytes,
    id(float): lambda value: float_bytes(float.__float__(value)),
    id(bytes): bytes_bytes,
    id(bytearray): bytearray_bytes,
    id(complex): lambda value: complex_bytes(complex.__pos__(value)),
}
CONSTANTS = {
    id(None): b"\x00",
    id(False): b"\x01",
    id(True): b"\x02",
    id(...): b"\x15\x01",
    id(NotImplemented): b"\x15\x02",
}
