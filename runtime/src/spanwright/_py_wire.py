"""The building blocks of the segment format: numbers, texts and opcodes (docs/segment-format.md)."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401

OWNER, ENTER, ENTER_UNDER, LEAVE, RETURN, RAISE, ERROR, VALUE, ARGS, LOST, FLAG, INHERIT = range(0x01, 0x0D)
LEFT_OUT, FORGET, RING = 0x0D, 0x0E, 0x0F
START, START_UNDER, ASTART, ASTART_UNDER, PAUSE, RESUME, END, HERROR, HVALUE, CLOSED, HFLAG = range(0x10, 0x1B)
HLEFT_OUT, AGAIN = 0x1B, 0x1C
FILE, THREAD, NOTE, CALLEE, TYPE, SHAPE, SWITCH = range(0x20, 0x27)
CALL, CALL_UNDER, OUT, CALL_FAIL, AWAIT, AWAITED, AWAIT_FAIL, LINE, HLINE, VAR, HVAR, STATE, HSTATE = range(0x30, 0x3D)
ADOPT, CHILD = 0x3D, 0x3E
OPENINGS = frozenset((ENTER, ENTER_UNDER, CALL, CALL_UNDER, START, START_UNDER, ASTART, ASTART_UNDER))
FAILURES = frozenset((RAISE, ERROR, FLAG, HERROR, HFLAG))
OF_THE_THREAD = frozenset((ADOPT, CHILD))
COUNTERS = 0x28  # the first byte of a chunk that has no events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_traces import Place

    #: What something hangs below: a span and in which generation of forked processes it was opened; else 0, 0 and the
    #: number of a handle. Where volume is on, also the place of that.
    Origin = tuple[int, int, int, Place | None]

NAME_LIMIT = 512
DEFINITION_LIMIT = 4_096

#: The last byte of a number by its 7 bits, and one that others follow.
LAST = tuple(bytes((bits,)) for bits in range(128))
_MORE = tuple(bytes((bits | 0x80,)) for bits in range(128))
_cut = str.__getitem__


def v(number: int) -> bytes:
    """Code an unsigned number as LEB128."""
    if number < 0x80:
        return LAST[number]
    if number < 0x4000:
        return _MORE[number & 0x7F] + LAST[number >> 7]
    if number < 0x20_0000:
        return _MORE[number & 0x7F] + _MORE[number >> 7 & 0x7F] + LAST[number >> 14]
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def z(number: int) -> bytes:
    """Code a signed number of 64 bits: zigzag, then as `v`."""
    return v(number << 1 if number >= 0 else ~number << 1 | 1)


def utf8(text: str, limit: int) -> bytes:
    """Encode a str and cut it to `limit` bytes at a character's boundary; methods of a subclass are not called."""
    return clip(_cut(text, slice(limit)).encode("utf-8", "surrogatepass"), limit)


def clip(data: bytes, limit: int) -> bytes:
    """Cut UTF-8 to `limit` bytes at a character's boundary."""
    if len(data) <= limit:
        return data
    while data[limit] & 0xC0 == 0x80:
        limit -= 1
    return data[:limit]


def text(content: str, limit: int = NAME_LIMIT) -> bytes:
    """Code a text that is not a value."""
    data = utf8(content, limit)
    return v(len(data)) + data


def adoption(origin: "Origin | None", level: int) -> bytes:
    """Code what a thread hangs below in a process of this generation."""
    if origin is None:
        return b"\x00"
    span, opened, handle, _ = origin
    return b"\x01" + v(level - opened) + v(span) if span else b"\x02" + v(handle)
