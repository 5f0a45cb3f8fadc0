"""Captured values: what the segment holds of a parameter or a result, with every cut kept visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Cut:
    """A value that is shown as a short text alone: `<cycle>`, `<depth>`, `<no room>`; `type` where it is known."""

    text: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A str that was cut: its beginning, and how many characters it has in all."""

    start: str
    total: int


@dataclass(frozen=True, slots=True)
class Bytes:
    """`bytes` or `bytearray`, perhaps cut."""

    type: str
    start: bytes
    total: int


@dataclass(frozen=True, slots=True)
class BigInt:
    """An int of which only the high bytes were kept."""

    negative: bool
    high: int
    size: int
    """Its bytes in all."""
    missing: int
    """How many low bytes are missing."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple, set or frozenset, perhaps cut; `total` counts all items."""

    type: str
    items: tuple[Value, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Dict:
    """A dict, perhaps cut."""

    pairs: tuple[tuple[Value, Value], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Object:
    """An object with its fields; a receiver (`self`) has none."""

    type: str
    identity: int
    fields: tuple[tuple[str, Value], ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """A function, class, module, builtin or method, by name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """`Ellipsis` or `NotImplemented`."""

    name: str


@dataclass(frozen=True, slots=True)
class Subclass:
    """An instance of a subclass of a builtin, seen as that builtin."""

    type: str
    value: Value


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception as a value, with its `args`."""

    type: str
    args: tuple[Value, ...]
    total: int


Value: TypeAlias = (
    bool | int | float | complex | str | range | Cut | Text | Bytes | BigInt | Items | Dict | Object | Named
    | Constant | Subclass | Raised | None
)  # fmt: skip

CYCLE, NO_ROOM, UNREADABLE = Cut("<cycle>"), Cut("<no room>"), Cut("<damaged>")
