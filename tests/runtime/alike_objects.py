"""Kinds of objects for values that both cores record: importable in the child that records them, too."""

from __future__ import annotations

from typing import Any


class Plain:
    """Has its fields in a dict."""


class Below(Plain):
    """Has its fields in a dict, and a name of its own."""


class Slots:
    """Has two slots."""

    __slots__ = ("a", "b")


class Mixed(Slots):
    """Has slots and a dict."""

    __slots__ = ("__dict__", "c")


KINDS: tuple[type, ...] = (Plain, Below, Slots, Mixed, *(type(f"Kind{number}", (Plain,), {}) for number in range(20)))
for kind in KINDS[4:]:
    kind.__module__ = __name__
    globals()[kind.__name__] = kind


def filled(kind: type, fields: dict[str, Any]) -> Any:
    """An object with those of the fields that its kind can have."""
    it = kind()
    for name, value in fields.items():
        if kind is not Slots or name in ("a", "b"):
            setattr(it, name, value)
    return it
