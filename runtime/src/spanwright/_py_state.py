"""What mutable values were, and how they have changed: compared are their captured bytes."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_known import UNCHANGING, is_enum, writer_of
from ._py_limits import limits
from ._py_recorder import recorder
from ._py_redact_sites import values_of
from ._py_reflect import Builtin, Function, Method, Module, mro
from ._py_scalars import CODERS, CONSTANTS, NO_ROOM
from ._py_values import EVENT_BUDGET, value_bytes
from ._py_wire import v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: Which process's segment has the definitions; for each value its bytes, None where it cannot change or was not
    #: captured.
    Snapshot = tuple[int, tuple[bytes | None, ...]]

_CHANGING = {id(list), id(dict), id(set), id(bytearray)}
_FIXED = {*CODERS, *map(id, (tuple, frozenset, range, type, BaseException, Function, Method, Builtin, Module))}
_FIXED -= _CHANGING


def snapshot(site: int, values: "tuple[Any, ...]") -> "Snapshot | None":
    """Remember what is in mutable values; None where there is nothing to remember."""
    if not limits.params or not _is_introduced():
        return None
    kinds = values_of(site)
    kept = tuple(_content(value, 0 if kinds is None else kinds.at(index)) for index, value in enumerate(values))
    return (recorder.level, kept) if any(kept) else None


def changes(site: int, before: "Snapshot", values: "tuple[Any, ...]") -> bytes:
    """Give the count and the before and after of what has changed; nothing where nothing has."""
    level, contents = before
    if level != recorder.level or not _is_introduced():
        return b""
    kinds = values_of(site)
    changed: list[bytes] = []
    size = 0
    for index, (old, value) in enumerate(zip(contents, values)):  # noqa: B905, the shorter counts
        if old is None or size >= EVENT_BUDGET:
            continue
        new = value_bytes(value, 0 if kinds is None else kinds.at(index))
        if new not in (old, NO_ROOM) and len(new) <= EVENT_BUDGET:
            changed.append(v(index) + old + new)
            size += len(changed[-1])
    return v(len(changed)) + b"".join(changed) if changed else b""


def _is_introduced() -> bool:
    """Tell whether the thread's values may need definitions: they have their place in a segment that is there."""
    stream = recorder.here.stream
    return stream is not None and stream.number != 0


def _content(value: object, kind: int) -> bytes | None:
    if not _can_change(value):
        return None
    content = value_bytes(value, kind)
    return None if content == NO_ROOM or len(content) > EVENT_BUDGET else content


def _can_change(value: object) -> bool:
    if id(value) in CONSTANTS:
        return False
    if is_enum(type(value)):
        return False
    for cls in mro(type(value)):
        if id(cls) in _CHANGING:
            return True
        if id(cls) in _FIXED:
            return False
    return writer_of(type(value)) not in UNCHANGING
