"""Columns as pandas keeps them, found through instance dicts and the fields of its C classes.

No attribute of a class of Python's is looked up, and no code runs but that of these C classes, numpy's and arrow's.
"""

# Which attributes there are is known by the type's identity, which annotations cannot tell.
# ruff: noqa: ANN401

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_reflect import MISSING, held, is_a, member, own_field, type_qualname

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NUMBERS = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "O"}
_UNITS = {"M8": {"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps"}}  # the others are too fine for days
_UNITS["m8"] = {*_UNITS["M8"], "fs", "as", ""}
_BACKED = ("NumpyExtensionArray", "StringArray", "DatetimeArray", "TimedeltaArray", "PeriodArray")
#: pandas' arrays that can be read, and where they are found.
ARRAYS = {
    "Categorical": "pandas",
    **dict.fromkeys(_BACKED, "pandas.arrays"),
    **dict.fromkeys(("IntegerArray", "FloatingArray", "BooleanArray"), "pandas.arrays"),
    **dict.fromkeys(("ArrowExtensionArray", "ArrowStringArray"), "pandas.arrays"),
}
INDEXES = ("Index", "CategoricalIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex", "IntervalIndex")
#: Of arrow's scalars those of which a value is made without Python's code.
_SCALARS = {
    *("LargeStringScalar", "StringScalar", "DoubleScalar", "FloatScalar", "BooleanScalar", "NullScalar"),
    *(f"{sign}Int{bits}Scalar" for sign in ("", "U") for bits in (8, 16, 32, 64)),
}
_DEEPEST = 3  # categories may be an index of any kind, even of categories again
_MOST_LEVELS = 16
UNKNOWN = -1


class Column:
    """What is known of a column; `item` gives an item, MISSING where it cannot be read, and is None where none can."""

    __slots__ = ("cls", "code", "dtype", "item", "named", "total")

    def __init__(self, cls: type, total: int = UNKNOWN, item: "Callable[[int, int], Any] | None" = None) -> None:
        self.cls = cls
        self.total = total
        self.item = item
        self.dtype: str | None = None  # as numpy spells it; None: the class says what it is
        self.code = ""  # of that the letter
        self.named = False  # whether there can be texts among the items

    def first(self, most: int) -> "list[Any]":
        """Give the first items, up to one that cannot be read."""
        items: list[Any] = []
        if self.item is not None:
            for place in range(min(self.total, most)):
                item = self.item(place, 0)
                if item is MISSING:
                    break
                items.append(item)
        return items

    def at(self, place: int) -> "Any":
        """Give an item, MISSING where it cannot be read."""
        return MISSING if self.item is None else self.item(place, 0)


def is_readable(dtype: str) -> bool:
    """Tell whether items of a dtype (`<i8`, `<M8[25s]`) are native numbers, dates or objects."""
    units = _UNITS.get(dtype[1:3])
    if units is not None:
        return dtype[0] != ">" and dtype[3:].strip("[]").lstrip("0123456789") in units
    return dtype[0] != ">" and dtype[1:] in _NUMBERS


def moment(value: "Any") -> "Any":
    """Give a date or duration of numpy's as a text, MISSING where it is too far for one."""
    try:
        return str(value)
    except OverflowError:
        return MISSING


def kind_of(value: object) -> str:
    """Give the name of a type that is read here; the empty text where it is none."""
    cls = type(value)
    name = type_qualname(cls)
    if type(name) is not str:
        return ""
    module = "numpy" if name == "ndarray" else ARRAYS.get(name)
    if module is None:
        module = "pandas" if name in INDEXES or name in ("RangeIndex", "MultiIndex") else "pyarrow.lib"
        if module == "pyarrow.lib" and name != "ChunkedArray":
            return ""
    return name if member(module, name) is cls else ""


def rows_of(values: "Any") -> int:
    """Tell how many columns a block has."""
    if kind_of(values) in _BACKED:
        values = held(values, "_ndarray", member("pandas._libs.arrays", "NDArrayBacked"))
    return values.shape[0] if kind_of(values) == "ndarray" and values.ndim == 2 else 1


def column_of(values: "Any", row: int = -1) -> Column:
    """Give what an array holds, a row of it where it is a block of a frame."""
    kind = kind_of(values)
    if kind == "ndarray":
        return _of_array(values, row)
    if kind not in ARRAYS:
        return Column(type(values))
    if kind.startswith("Arrow"):
        return _of_arrow(values)
    if kind in ("IntegerArray", "FloatingArray", "BooleanArray"):
        return _of_masked(values, row)
    return _of_backed(values, row, kind == "Categorical")


def _of_array(values: "Any", row: int) -> Column:
    column = Column(type(values))
    dtype: str = values.dtype.str
    shape = values.shape
    column.dtype, column.code = dtype, dtype[1]
    moments = column.code in "Mm"
    if len(shape) == 2 and 0 <= row < shape[0]:
        column.total = shape[1]
        item = lambda place, _: moment(values[row, place]) if moments else values.item(row, place)  # noqa: E731
    elif len(shape) == 1 and row <= 0:
        column.total = shape[0]
        item = lambda place, _: moment(values[place]) if moments else values.item(place)  # noqa: E731
    else:
        return column
    if is_readable(dtype):
        column.item = item
        column.named = column.code == "O"
    return column


def _of_backed(values: "Any", row: int, categories: bool) -> Column:
    owner = member("pandas._libs.arrays", "NDArrayBacked")
    array = held(values, "_ndarray", owner)
    if kind_of(array) != "ndarray":
        return Column(type(values))
    inner = _of_array(array, row)
    column = Column(type(values), inner.total)
    if inner.item is None or inner.code not in ("i" if categories else "OMm"):
        return column
    column.item, column.named = inner.item, inner.code in "iO"
    if inner.code == "M" and type(held(values, "_dtype", owner)) is member("pandas", "DatetimeTZDtype"):
        shown = inner.item
        column.item = lambda place, depth: _in_utc(shown(place, depth))
    if categories:
        index = own_field(held(values, "_dtype", owner), "_categories")
        column.item = None if index is MISSING else lambda place, depth: _category(inner, place, index, depth)
    return column


def _in_utc(date: "Any") -> "Any":
    return date if date is MISSING or date == "NaT" else f"{date}+00:00"


def _of_masked(values: "Any", row: int) -> Column:
    data, mask = own_field(values, "_data"), own_field(values, "_mask")
    if kind_of(data) != "ndarray" or kind_of(mask) != "ndarray":
        return Column(type(values))
    shown, hidden = _of_array(data, row), _of_array(mask, row)
    column = Column(type(values), shown.total)
    item, masks = shown.item, hidden.item
    if item is not None and masks is not None and hidden.code == "b" and hidden.total == shown.total:
        column.item = lambda place, depth: None if masks(place, depth) else item(place, depth)
    return column


def _of_arrow(values: "Any") -> Column:
    chunks = own_field(values, "_pa_array")
    if kind_of(chunks) != "ChunkedArray":
        return Column(type(values))
    cls: Any = type(chunks)
    column = Column(type(values), cls.__len__(chunks), lambda place, _: _from_arrow(cls.__getitem__(chunks, place)))
    column.named = True
    return column


def _from_arrow(scalar: "Any") -> "Any":
    cls = type(scalar)
    name = type_qualname(cls)
    return scalar.as_py() if name in _SCALARS and member("pyarrow.lib", name) is cls else MISSING


def column_of_index(value: "Any") -> Column:
    """Give what an index holds."""
    kind = kind_of(value)
    if kind in INDEXES:
        values = own_field(value, "_data")
        return Column(type(value)) if values is MISSING else column_of(values)
    if kind == "RangeIndex":
        numbers = own_field(value, "_range")
        if type(numbers) is range:
            return Column(type(value), len(numbers), lambda place, _: numbers[place])
    elif kind == "MultiIndex":
        codes = _codes(value, 0)
        column = Column(type(value), codes.total)
        if codes.item is not None:
            column.item, column.named = lambda place, depth: _tuple_at(value, place, depth), True
        return column
    return Column(type(value))


def _codes(value: object, level: int) -> Column:
    codes = own_field(value, "_codes")
    if is_a(type(codes), list) and level < list.__len__(codes):
        array = list.__getitem__(codes, level)
        if kind_of(array) == "ndarray":
            return _of_array(array, -1)
    return Column(type(value))


def _category(codes: Column, place: int, index: object, depth: int) -> "Any":
    """Give what a code stands for among the items of an index."""
    code = codes.item(place, depth)  # type: ignore[misc]
    if code == -1:
        return None
    column = column_of_index(index)
    if not 0 <= code < column.total or column.item is None or depth + 1 > _DEEPEST:
        return MISSING
    return column.item(code, depth + 1)


def _tuple_at(value: object, place: int, depth: int) -> "Any":
    """Give what stands in each level, `...` where that cannot be read."""
    levels = own_field(value, "_levels")
    if not is_a(type(levels), list) or list.__len__(levels) > _MOST_LEVELS:
        return MISSING
    items = []
    for level, index in enumerate(list.__iter__(levels)):
        codes, item = _codes(value, level), MISSING
        if codes.item is not None and codes.code == "i" and place < codes.total:
            item = _category(codes, place, index, depth)
        items.append(... if item is MISSING else item)
    return tuple(items)
