"""What is hidden of values while they are captured (docs/redaction.md), in the Python core."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact_names import (
    ACCESS_KEY,
    API_KEY,
    CARD,
    CONNECTION,
    CREDENTIAL,
    NATIONAL,
    NOTHING,
    PASSWORD,
    PRIVATE_KEY,
    SECRET,
    SETTING,
    UNNAMED,
    Names,
)
from ._py_redact_pairs import NUMBERS
from ._py_redact_text import MARKERS, find_parts, hide, is_quiet
from ._py_reflect import Builtin, Function, Method, Module, mro
from ._py_wire import clip, v

#: Kinds of which objects with fields are hidden whole; of the others the fields' names decide.
_WHOLE = (PASSWORD, SECRET, API_KEY, PRIVATE_KEY, ACCESS_KEY, CREDENTIAL, CONNECTION, CARD, NATIONAL)
_SHOWN = {id(value) for value in (None, True, False, ..., NotImplemented)}
_PLAIN = {id(kind) for kind in (float, complex, range, type, Function, Method, Builtin, Module)}
_HOLDING = {id(kind) for kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset)}
#: Types that hold values without names.
_HOLDERS = ("UUID", "deque", "array", "ndarray", "DataFrame", "Series", "Index")
_type_name = type.__dict__["__name__"].__get__
_MARKED = tuple(b"\x07" + v(len(text)) + text for text in MARKERS)


def marker(kind: int) -> bytes:
    """Give the value that stands for what is hidden."""
    return _MARKED[kind]


class Redaction:
    """One process's; nothing changes it once it is configured."""

    __slots__ = ("names",)

    def __init__(self) -> None:
        self.names = Names()

    def configure(self, patterns: object) -> None:
        """Take the user's patterns for names, one a line."""
        if type(patterns) is bytes and patterns:
            self.names = Names(patterns)

    def kind_of_key(self, key: object) -> int:
        """Tell what a mapping's key or a field's name speaks of."""
        cls = type(key)
        if cls is str:
            if len(key) > 128:  # type: ignore[arg-type]
                return NOTHING
            return self.names.kind(key.encode("utf-8", "surrogatepass"))  # type: ignore[attr-defined]
        return self.names.kind(key) if cls is bytes and len(key) <= 128 else NOTHING  # type: ignore[arg-type]

    def kind_of(self, name: str) -> int:
        """Tell what a name of the program speaks of."""
        return self.names.kind(name.encode("utf-8", "surrogatepass"))

    def text(self, data: bytes, most: int, more: bool) -> bytes:
        """Give a text that is no value, UTF-8 of which a little more than `most` is there, cut and with markers."""
        if is_quiet(data):
            return clip(data, most)
        parts = find_parts(self.names, data, more)
        return hide(data, parts, most)[0] if parts else clip(data, most)

    def str_value(self, head: bytes, size: int, more: bool, most: int) -> "bytes | None":
        """Give the value of a str of `size` characters that begins with `head`; None where nothing is to be hidden."""
        parts = find_parts(self.names, head, more)
        if not parts:
            return None
        out, _ = hide(head, parts, most)
        total = size
        if more and parts[-1][1] == len(head):
            total = _characters(head)
        total += sum(len(MARKERS[kind]) - _characters(head[start:end]) for start, end, kind in parts)
        if _characters(out) == total:
            return b"\x07" + v(len(out)) + out
        return b"\x08" + v(total) + v(len(out)) + out

    def bytes_value(self, tags: "tuple[bytes, bytes]", head: bytes, size: int, most: int) -> "bytes | None":
        """Give the value of bytes (`tags`: whole and cut; the same twice: the length is always there)."""
        more = len(head) < size
        parts = find_parts(self.names, head, more)
        if not parts:
            return None
        out, _ = hide(head, parts, most)
        total = len(head) if more and parts[-1][1] == len(head) else size
        total += sum(len(MARKERS[kind]) - (end - start) for start, end, kind in parts)
        whole, cut = tags
        if len(out) == total and whole != cut:
            return whole + v(len(out)) + out
        return cut + v(total) + v(len(out)) + out


def _characters(data: bytes) -> int:
    return sum(byte & 0xC0 != 0x80 for byte in data)


def hides(kind: int, value: object) -> bool:
    """Tell whether a value is hidden under a name of this kind: flags and most numbers hold no secret."""
    if id(value) in _SHOWN:
        return False
    if kind in (SETTING, UNNAMED):
        return True
    for cls in mro(type(value)):
        key = id(cls)
        if key == id(int):
            return kind in NUMBERS
        if key in _PLAIN:
            return False
        if key in _HOLDING:
            return True
    name = _type_name(type(value))
    return kind in _WHOLE or (type(name) is str and name in _HOLDERS)


redaction = Redaction()
