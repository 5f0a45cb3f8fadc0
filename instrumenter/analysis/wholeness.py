"""Whether a captured value is all there, how large it was, and how to tell that of two runs is the same."""

from __future__ import annotations

import re

from instrumenter.trace import values
from instrumenter.trace.text import value_text
from instrumenter.trace.values import Value

_HIDDEN = "<redacted: "
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def parts(value: Value) -> tuple[Value, ...]:
    """The values in a value."""
    match value:
        case values.Items():
            return value.items
        case values.Dict():
            return tuple(part for pair in value.pairs for part in pair)
        case values.Object():
            return tuple(part for _, part in value.fields)
        case values.Subclass():
            return (value.value,)
        case values.Raised():
            return value.args
        case _:
            return ()


def is_whole(value: Value) -> bool:
    """Whether nothing of it was cut or hidden."""
    match value:
        case str():
            return _HIDDEN not in value
        case values.Cut() | values.Text() | values.BigInt():
            return False
        case values.Bytes():
            return len(value.start) == value.total
        case values.Items():
            complete = len(value.items) == value.total
        case values.Dict():
            complete = len(value.pairs) == value.total
        case values.Object():
            complete = len(value.fields) == value.total
        case values.Raised():
            complete = len(value.args) == value.total
        case _:
            complete = True
    return complete and all(map(is_whole, parts(value)))


def weight(value: Value) -> int:
    """How much there was of it: characters, bytes and items, those that were cut included."""
    match value:
        case str():
            own = len(value)
        case values.Text() | values.Bytes() | values.Items() | values.Dict() | values.Object():
            own = value.total
        case values.BigInt():
            own = value.size
        case int():
            own = value.bit_length() // 8
        case _:
            own = 1
    return own + sum(map(weight, parts(value)))


def fingerprint(value: Value) -> str:
    """A text that is the same for the same value in another run: no addresses, sets in an order."""
    match value:
        case values.Items() if value.type in ("set", "frozenset"):
            # Which items of a set were kept is chance.
            kept = value.items if len(value.items) == value.total else ()
            return f"{value.type}{{{', '.join(sorted(map(fingerprint, kept)))}}}+{value.total}"
        case values.Items():
            return f"{value.type}[{', '.join(map(fingerprint, value.items))}]+{value.total}"
        case values.Dict():
            pairs = (f"{fingerprint(key)}: {fingerprint(entry)}" for key, entry in value.pairs)
            return f"{{{', '.join(pairs)}}}+{value.total}"
        case values.Object():
            fields = (f"{name}={fingerprint(entry)}" for name, entry in value.fields)
            return f"{value.type}({', '.join(fields)})+{value.total}"
        case values.Subclass():
            return f"{value.type}({fingerprint(value.value)})"
        case values.Raised():
            return f"{value.type}({', '.join(map(fingerprint, value.args))})"
        case _:
            return _ADDRESS.sub("0x…", value_text(value))
