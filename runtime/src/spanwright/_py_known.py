"""Kinds of values that are known by more than their layout: texts at heart, enum members, named tuples, arrays.

A type counts only if the module has it under its name; nothing is imported for that. Only C code of these types runs.
"""

# Which attributes there are is known by the type's identity, which annotations cannot tell.
# ruff: noqa: ANN401

from itertools import islice, takewhile

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_columns import ARRAYS, INDEXES, is_readable, moment
from ._py_frames import array, data_frame, index, multi_index, range_index, series
from ._py_items import counted, fields, values
from ._py_limits import limits
from ._py_reflect import (
    MISSING,
    is_a,
    lookup,
    member,
    mro,
    own_field,
    slot,
    type_name,
    type_qualname,
)
from ._py_scalars import str_bytes
from ._py_wire import text, v, z

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._py_values import Capture

    Writer = Callable[[Capture, Any, type], bool]

_MOST_DIGITS = 200


def _as_text(shown: str, cls: type) -> bytes:
    data = shown.encode("utf-8", "surrogatepass")
    return b"\x17" + type_name(cls) + b"\x07" + v(len(data)) + data


def _clock(value: "Any") -> str:
    micros = f".{value.microsecond:06}" if value.microsecond else ""
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{micros}"


def _offset(delta: "Any") -> str:
    micros = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    seconds, rest = divmod(abs(micros), 1_000_000)
    shown = f"{'-' if micros < 0 else '+'}{seconds // 3_600:02}:{seconds // 60 % 60:02}"
    if seconds % 60 or rest:
        shown += f":{seconds % 60:02}"
    return shown + (f".{rest:06}" if rest else "")


def _zone(zone: "Any") -> str:
    """Spell a fixed offset; of another zone, which only its own code knows, the type."""
    if zone is None:
        return ""
    cls = type(zone)
    if writer_of(cls) is _timezone:
        return _offset(cls.utcoffset(zone, None))
    name = type_name(cls)
    return f"[{name[2 if len(name) > 0x80 else 1 :].decode('utf-8', 'surrogatepass')}]"


def _date(capture: "Capture", value: "Any", cls: type) -> bool:
    capture.out += _as_text(f"{value.year:04}-{value.month:02}-{value.day:02}", cls)
    return True


def _time(capture: "Capture", value: "Any", cls: type) -> bool:
    capture.out += _as_text(_clock(value) + _zone(value.tzinfo), cls)
    return True


def _datetime(capture: "Capture", value: "Any", cls: type) -> bool:
    day = f"{value.year:04}-{value.month:02}-{value.day:02}"
    capture.out += _as_text(f"{day}T{_clock(value)}{_zone(value.tzinfo)}", cls)
    return True


def _timedelta(capture: "Capture", value: "Any", cls: "Any") -> bool:
    capture.out += _as_text(cls.__str__(value), cls)
    return True


def _timezone(capture: "Capture", value: "Any", cls: "Any") -> bool:
    delta = cls.utcoffset(value, None)
    capture.out += _as_text("UTC" + (_offset(delta) if delta else ""), cls)
    return True


def _decimal(capture: "Capture", value: "Any", cls: "Any") -> bool:
    if len(cls.as_tuple(value).digits) > _MOST_DIGITS:
        return False
    shown: str = cls.__str__(value)
    capture.out += _as_text(shown.replace("e", "E") if cls.is_finite(value) else shown, cls)
    return True


def _uuid(capture: "Capture", value: object, cls: type) -> bool:
    number = slot(value, "int")
    if type(number) is not int or not 0 <= number < 1 << 128:
        return False
    digits = f"{number:032x}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    capture.out += _as_text("-".join(parts), cls)
    return True


def _path(capture: "Capture", value: object, cls: type) -> bool:
    """A path that was a text already keeps that; else it keeps what it was made of."""
    shown = slot(value, "_str")
    if type(shown) is not str:
        parts = slot(value, "_raw_paths")
        parts = slot(value, "_parts") if parts is MISSING else parts
        if type(parts) is not list or not all(type(part) is str for part in parts):
            return False
        windows = cls is member("pathlib", "WindowsPath") or cls is member("pathlib", "PureWindowsPath")
        shown = ("\\".join(parts) if windows else "/".join(parts).replace("//", "/", 1)) or "."
    capture.out += b"\x17" + type_name(cls) + str_bytes(shown)
    return True


def _enum(capture: "Capture", value: object, cls: type) -> bool:
    found = {name: own_field(value, name) for name in ("_name_", "_value_")}
    if found["_name_"] is MISSING or found["_value_"] is MISSING:
        return False
    kept = min(2, limits.items)
    capture.out += capture.object_head(value, cls) + v(2) + v(kept)
    for name, item in [*found.items()][:kept]:
        capture.out += text(name)
        capture.nested(item)
    return True


def _named_tuple(capture: "Capture", value: "Any", cls: type) -> bool:
    names: Any = lookup(mro(cls), "_fields")
    total = tuple.__len__(value)
    if type(names) is not tuple or len(names) != total:
        return False
    capture.out += capture.object_head(value, cls)
    items = tuple.__getitem__(value, slice(limits.items))
    counted(capture, total, list(zip(names, items)), fields)  # noqa: B905, the shorter counts
    return True


def _deque(capture: "Capture", value: "Any", cls: "Any") -> bool:
    total = cls.__len__(value)
    most = min(total, limits.items)
    try:
        items = list(islice(cls.__iter__(value), most))
    except RuntimeError:  # another thread has changed it
        items = _one_by_one(value, cls, most)
    capture.out += b"\x17" + type_name(cls) + b"\x0c"
    counted(capture, total, items, values)
    return True


def _one_by_one(value: "Any", cls: "Any", most: int) -> "list[Any]":
    items: list[Any] = []
    for place in range(most):
        try:
            items.append(cls.__getitem__(value, place))
        except IndexError:  # another thread has taken it
            break
    return items


def _array(capture: "Capture", value: "Any", cls: "Any") -> bool:
    code = "w" if value.typecode == "u" else value.typecode
    items = [] if code == "w" else cls.__getitem__(value, slice(limits.items)).tolist()
    capture.out += capture.object_head(value, cls) + b"\x02\x02" + text("typecode") + str_bytes(code)
    _numbers(capture, cls.__len__(value), items)
    return True


def _ndarray(capture: "Capture", value: "Any", cls: type) -> bool:
    kind: str = value.dtype.str
    shape = value.shape
    first = value.flat[: limits.items] if is_readable(kind) else None
    if first is None:
        items = []
    elif kind[1] in "Mm":
        items = [*takewhile(lambda it: it is not MISSING, map(moment, first))]
    else:
        items = first.tolist()
    capture.out += capture.object_head(value, cls) + b"\x03\x03" + text("dtype")
    capture.nested(kind)
    sizes = b"".join(b"\x03" + z(size) for size in shape)
    capture.out += text("shape") + b"\x0d" + v(len(shape)) + v(len(shape)) + sizes
    _numbers(capture, value.size, items)
    return True


def _number(capture: "Capture", value: "Any", cls: "Any") -> bool:
    """One of numpy's numbers that is none of Python's."""
    name: str = type_qualname(cls)
    dtype: str = value.dtype.str
    if name in _LONG:
        item = cls.__float__(value) if dtype[1] == "f" else cls.__complex__(value)
    elif not is_readable(dtype):
        return False
    else:
        item = moment(value) if dtype[1] in "Mm" else value.item()
    if item is MISSING:
        return False
    capture.out += b"\x17" + type_name(cls)
    capture.nested(item)
    return True


def _numbers(capture: "Capture", total: int, items: "list[Any]") -> None:
    capture.out += text("items") + b"\x0c"
    counted(capture, total, items, values, min(total, limits.items))


_LONG = ("longdouble", "float128", "clongdouble", "complex256")
_SCALARS = (
    "bool", "bool_", "int8", "int16", "int32", "int64", "longlong", "uint8", "uint16", "uint32", "uint64", "ulonglong",
    "float16", "float32", "complex64", *_LONG, "datetime64", "timedelta64",
)  # fmt: skip
#: By name: where the type is found, how it is written, whether its instances have a structure in C that is read.
_KINDS: "dict[object, tuple[str, Writer, bool]]" = {
    "datetime": ("datetime", _datetime, True),
    "date": ("datetime", _date, True),
    "time": ("datetime", _time, True),
    "timedelta": ("datetime", _timedelta, True),
    "timezone": ("datetime", _timezone, True),
    "Decimal": ("decimal", _decimal, True),
    "UUID": ("uuid", _uuid, False),
    **dict.fromkeys(("PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"), ("pathlib", _path, False)),
    "deque": ("collections", _deque, False),
    "array": ("array", _array, False),
    "ndarray": ("numpy", _ndarray, True),
    **dict.fromkeys(_SCALARS, ("numpy", _number, True)),
    "DataFrame": ("pandas", data_frame, False),
    "Series": ("pandas", series, False),
    "RangeIndex": ("pandas", range_index, False),
    "MultiIndex": ("pandas", multi_index, False),
    **dict.fromkeys(INDEXES, ("pandas", index, False)),
    **{name: (module, array, False) for name, module in ARRAYS.items()},
}
#: Those that are read without a place for what they hold.
TEXTS = (_date, _time, _datetime, _timedelta, _timezone, _decimal, _uuid, _path, _number)
#: Those that cannot be written otherwise later.
UNCHANGING = (*TEXTS, _enum)


def writer_of(cls: type) -> "Writer | None":
    """Give what writes the instances of a type that has the layout of no builtin; None where it is not known."""
    if is_enum(cls):
        return _enum
    name = type_qualname(cls)
    found = _KINDS.get(name) if type(name) is str else None
    if found is None:
        return None
    module, writer, structure = found
    if member(module, name) is not cls:
        return None
    made = lookup(mro(cls), "__slots__") is not MISSING or lookup(mro(cls), "__dict__") is not MISSING
    return None if structure and made else writer


def writer_below(cls: type, base: type) -> "Writer | None":
    """The same for a subclass of a builtin."""
    if is_enum(cls):
        return _enum
    return _named_tuple if base is tuple and has_field_names(cls) else None


def is_enum(cls: type) -> bool:
    """Tell whether instances of a type are members of an enum."""
    meta = type(cls)
    base: Any = None if meta is type else member("enum", "EnumMeta")
    return base is not None and is_a(type(base), type) and is_a(meta, base)


def has_field_names(cls: type) -> bool:
    """Tell whether a subclass of tuple names its items."""
    names = lookup(mro(cls), "_fields")
    return type(names) is tuple and all(type(name) is str for name in names)
