"""pandas' frames, series and indexes: how large they are, what they are made of, and a few items."""

# Which attributes there are is known by the type's identity, which annotations cannot tell.
# ruff: noqa: ANN401

from itertools import islice

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_columns import UNKNOWN, Column, column_of, column_of_index, kind_of, rows_of
from ._py_items import counted, each, named
from ._py_limits import limits
from ._py_redact import marker, redaction
from ._py_reflect import MISSING, held, is_a, member, own_field, type_name
from ._py_wire import text, v, z

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_values import Capture

#: However many columns there are, so many are looked at, and so many blocks for where those are.
_MOST_COLUMNS = 64
_MOST_BLOCKS = 256
_INTERNALS = "pandas._libs.internals"


def data_frame(capture: "Capture", value: object, cls: type) -> bool:
    """Add a frame; False where it is not as it should be."""
    manager, owner = own_field(value, "_mgr"), member(_INTERNALS, "BlockManager")
    blocks, axes = held(manager, "blocks", owner), held(manager, "axes", owner)
    if type(blocks) is not tuple or type(axes) is not list or len(axes) != 2:
        return False
    labels, rows = column_of_index(axes[0]), column_of_index(axes[1])
    if labels.total < 0:
        return False
    count = min(labels.total, limits.items, _MOST_COLUMNS)
    places = _find_places(blocks, count)
    columns = [column_of(*places[number]) if number in places else None for number in range(count)]
    labelled = [(labels.at(number), column) for number, column in enumerate(columns)]
    capture.out += _head(capture, value, cls, 4) + _shape(rows.total, labels.total) + text("dtypes") + b"\x10"
    counted(capture, labels.total, labelled, each(lambda one: _dtype_of_label(capture, *one)))
    most = max(1, limits.items // max(1, count))
    capture.out += text("items") + b"\x10"
    counted(capture, labels.total, labelled, each(lambda one: _items_of_label(capture, rows, most, *one)))
    capture.out += text("index")
    capture.nested(axes[1])
    return True


def series(capture: "Capture", value: object, cls: type) -> bool:
    """Add a series; False where it is not as it should be."""
    manager = own_field(value, "_mgr")
    blocks, axes = own_field(manager, "blocks"), own_field(manager, "axes")
    if type(blocks) is not tuple or type(axes) is not list or len(blocks) != 1 or len(axes) != 1:
        return False
    values = held(blocks[0], "values", member(_INTERNALS, "Block"))
    if values is MISSING:
        return False
    column, labels = column_of(values), column_of_index(axes[0])
    capture.out += _head(capture, value, cls, 5)
    _described(capture, value, column, column.total if column.total >= 0 else labels.total, labels)
    capture.out += text("index")
    capture.nested(axes[0])
    return True


def index(capture: "Capture", value: object, cls: type) -> bool:
    """Add an index that keeps its items; False where it is not as it should be."""
    if own_field(value, "_data") is MISSING:
        return False
    column = column_of_index(value)
    capture.out += _head(capture, value, cls, 4)
    _described(capture, value, column, column.total)
    return True


def range_index(capture: "Capture", value: object, cls: type) -> bool:
    """Add an index of numbers; False where it is not as it should be."""
    if column_of_index(value).item is None:
        return False
    capture.out += _head(capture, value, cls, 2) + text("name")
    capture.nested(_name(value))
    capture.out += text("range")
    capture.nested(own_field(value, "_range"))
    return True


def multi_index(capture: "Capture", value: object, cls: type) -> bool:
    """Add an index of tuples; False where it is not as it should be."""
    names, column = own_field(value, "_names"), column_of_index(value)
    if column.item is None or not is_a(type(names), list):
        return False
    kinds = map(_label_kind, islice(list.__iter__(names), _MOST_COLUMNS))
    capture.out += _head(capture, value, cls, 3) + text("names")
    capture.nested(names)
    capture.out += _shape(column.total) + text("items")
    _items(capture, column, column.total, limits.items, next(filter(None, kinds), 0))
    return True


def array(capture: "Capture", value: object, cls: type) -> bool:
    """Add what a column is made of; False where it is not as it should be."""
    column = column_of(value)
    if column.total < 0:
        return False
    capture.out += _head(capture, value, cls, 2) + _shape(column.total) + text("items")
    _items(capture, column, column.total, limits.items, 0)
    return True


def _head(capture: "Capture", value: object, cls: type, fields: int) -> bytes:
    return capture.object_head(value, cls) + v(fields) + v(fields)


def _shape(*lengths: int) -> bytes:
    known = b"".join(b"\x00" if length == UNKNOWN else b"\x03" + z(length) for length in lengths)
    return text("shape") + b"\x0d" + v(len(lengths)) * 2 + known


def _name(value: object) -> "Any":
    """Give what it is called; an instance that was given no name may have no field for it."""
    name = own_field(value, "_name")
    return None if name is MISSING else name


def _described(capture: "Capture", value: object, column: Column, total: int, labels: "Column | None" = None) -> None:
    name = _name(value)
    capture.out += text("name")
    capture.nested(name)
    capture.out += text("dtype")
    _dtype(capture, column)
    capture.out += _shape(total) + text("items")
    _items(capture, column, total, limits.items, _label_kind(name), labels)


def _dtype(capture: "Capture", column: Column) -> None:
    if column.dtype is None:
        capture.out += b"\x07" + type_name(column.cls)
    else:
        capture.nested(column.dtype)


def _label_kind(label: object) -> int:
    """Tell what a label speaks of; of tuples the first part that speaks of a secret counts."""
    if type(label) is tuple:
        return next(filter(None, map(redaction.kind_of_key, label[:_MOST_COLUMNS])), 0)
    return redaction.kind_of_key(label)


def _items(
    capture: "Capture", column: "Column | None", total: int, most: int, kind: int, labels: "Column | None" = None
) -> None:
    """Add items under a name of this kind; `labels` are those of the rows."""
    if kind and not capture.spent():
        capture.out += marker(kind)
        return
    if column is not None and column.total >= 0:
        total = column.total
    capture.out += b"\x0c"
    items = [] if column is None else column.first(most)
    kinds = [_row_kind(labels, place) for place in range(len(items))]
    of_kinds = list(zip(kinds, items))  # noqa: B905, of one length
    counted(capture, max(total, 0), of_kinds, named, min(max(total, 0), most))


def _row_kind(labels: "Column | None", place: int) -> int:
    """Tell what the label of a row speaks of: a row of a frame is a series whose labels are the frame's columns."""
    return _label_kind(labels.at(place)) if labels is not None and labels.named and place < labels.total else 0


def _dtype_of_label(capture: "Capture", label: object, column: "Column | None") -> None:
    capture.nested(None if label is MISSING else label)
    if column is None:
        capture.out += b"\x00"
    else:
        _dtype(capture, column)


def _items_of_label(capture: "Capture", rows: Column, most: int, label: object, column: "Column | None") -> None:
    """Add items of a column; none where a label that may speak of a secret is unknown."""
    capture.nested(None if label is MISSING else label)
    _items(capture, None if label is MISSING else column, rows.total, most, _label_kind(label), rows)


def _find_places(blocks: "tuple[Any, ...]", count: int) -> "dict[int, tuple[Any, int]]":
    """Tell where the first columns are: in what a block holds, in which row of it."""
    places: dict[int, tuple[Any, int]] = {}
    owner, placement = member(_INTERNALS, "Block"), member(_INTERNALS, "BlockPlacement")
    for block in blocks[:_MOST_BLOCKS]:
        if len(places) >= count:
            break
        values = held(block, "values", owner)
        at = held(held(block, "_mgr_locs", owner), "indexer", placement)
        if values is not MISSING and at is not MISSING:
            for number, row in _columns_at(at, count, rows_of(values)):
                if 0 <= number < count:
                    places.setdefault(number, (values, row))
    return places


def _columns_at(at: "Any", count: int, rows: int) -> "list[tuple[int, int]]":
    """Give the first columns of a block and their rows; they are mostly in order, so the first are enough."""
    if type(at) is slice:
        start, step = at.start, at.step
        if type(start) is not int or type(step) is not int or step == 0:
            return []
        found = [(number, divmod(number - start, step)) for number in range(count)]
        return [(number, row) for number, (row, rest) in found if rest == 0 and 0 <= row < rows]
    column = column_of(at) if kind_of(at) == "ndarray" else None
    if column is None or column.code != "i":
        return []
    return [(number, row) for row, number in enumerate(column.first(min(rows, count)))]
