"""What differs between two states of a mutable value: items added, changed, removed."""

from __future__ import annotations

from dataclasses import dataclass

from instrumenter.trace.text import value_text
from instrumenter.trace.values import Dict, Items, Object, Subclass, Value


@dataclass(frozen=True, slots=True)
class Difference:
    """A change by what it consists of; by the two states alone where they are of different kinds."""

    before: Value
    after: Value
    lengths: tuple[int, int] | None = None
    """Of lists and of what was cut: the number of items before and after."""
    added: tuple[tuple[str, Value], ...] = ()
    changed: tuple[tuple[str, Value, Value], ...] = ()
    removed: tuple[tuple[str, Value], ...] = ()
    keyed: bool = True
    """Whether items have a key or an index (those of sets have none)."""

    @property
    def known(self) -> bool:
        """Whether more is known than the two states."""
        return bool(self.added or self.changed or self.removed or self.lengths)


def difference(before: Value, after: Value) -> Difference:
    """What turned one value into the other."""
    plain, now = _unwrapped(before), _unwrapped(after)
    if isinstance(plain, Items) and isinstance(now, Items) and plain.type == now.type:
        keys = _members if plain.type in ("set", "frozenset") else _indexed
        return _compared(before, after, keys(plain), keys(now), (plain.total, now.total), keyed=keys is _indexed)
    if isinstance(plain, Dict) and isinstance(now, Dict):
        return _compared(before, after, _pairs(plain), _pairs(now), (plain.total, now.total))
    if isinstance(plain, Object) and isinstance(now, Object) and plain.type == now.type:
        return _compared(before, after, dict(plain.fields), dict(now.fields), (plain.total, now.total))
    return Difference(before, after)


def _unwrapped(value: Value) -> Value:
    while isinstance(value, Subclass):
        value = value.value
    return value


def _pairs(value: Dict) -> dict[str, Value]:
    return {key if isinstance(key, str) else value_text(key): entry for key, entry in value.pairs}


def _members(value: Items) -> dict[str, Value]:
    return {value_text(item): item for item in value.items}


def _indexed(value: Items) -> dict[str, Value]:
    return {str(place): item for place, item in enumerate(value.items)}


def _compared(
    before: Value, after: Value, old: dict[str, Value], new: dict[str, Value], totals: tuple[int, int],
    *, keyed: bool = True,
) -> Difference:  # fmt: skip
    # What is missing from a value that was cut may be there all the same.
    added = [(key, value) for key, value in new.items() if key not in old] if len(old) == totals[0] else []
    removed = [(key, value) for key, value in old.items() if key not in new] if len(new) == totals[1] else []
    # The spelling tells 1 from True and 1.0, and NaN is what it was.
    changed = [(key, old[key], value) for key, value in new.items() if key in old and repr(old[key]) != repr(value)]
    is_list = isinstance(_unwrapped(before), Items) and keyed
    cut = (len(old), len(new)) != totals
    lengths = totals if (is_list or cut) and totals[0] != totals[1] else None
    return Difference(before, after, lengths, tuple(added), tuple(changed), tuple(removed), keyed)


def difference_text(change: Difference) -> str:
    """`+issue, ~count 3 -> 4, -draft`; of a list `3 -> 4 items, ~[0] 1 -> 2`."""
    if not change.known:
        return f"{value_text(change.before)} -> {value_text(change.after)}"
    is_list = isinstance(_unwrapped(change.before), Items) and change.keyed
    name = "[{}]".format if is_list else str
    pieces = [f"{change.lengths[0]:,} -> {change.lengths[1]:,} items"] if change.lengths else []
    pieces += [f"+{name(key)}{'' if not change.keyed else f' {value_text(value)}'}" for key, value in change.added]
    pieces += [f"~{name(key)} {value_text(old)} -> {value_text(new)}" for key, old, new in change.changed]
    pieces += [f"-{name(key)}" for key, _ in change.removed]
    return ", ".join(pieces)
