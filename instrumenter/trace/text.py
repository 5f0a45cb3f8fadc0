"""Values, durations and the like as people read them: close to Python's own spelling, on one line."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from instrumenter.trace import values
from instrumenter.trace.failures import Failure
from instrumenter.trace.values import Value

REST = "…"
"""In JSON, the key under which an object says what was cut from it."""
_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}")}
_UNITS = ((10**3, "µs"), (10**6, "ms"), (10**9, "s"))


def duration(ns: int) -> str:
    """A duration with three digits or so: `20 µs`, `12.4 ms`, `1.20 s`, `2 min 5 s`."""
    if ns >= 60 * 10**9:
        minutes, seconds = divmod(round(ns / 10**9), 60)
        return f"{minutes} min {seconds} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
    if ns < 1000:
        return f"{max(ns, 0)} ns"
    number, unit = next((ns / size, unit) for size, unit in _UNITS if ns < 999.5 * size or unit == "s")
    return f"{number:.{2 if number < 9.995 else 1 if number < 99.95 else 0}f} {unit}"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent: `33 %`, `1.6 %`."""
    if not whole:
        return ""
    percent = 100 * part / whole
    if percent < 0.05:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:,.0f} %"


def plural(count: int, noun: str) -> str:
    """`1 span`, `1,240 spans`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size(count: int) -> str:
    """A number of bytes: `940 bytes`, `8 kB`."""
    return plural(count, "byte") if count < 1000 else f"{count / 1000:,.0f} kB"


def short_type(name: str) -> str:
    """A type without its module and the functions it is defined in."""
    return name.rpartition("<locals>.")[2].rpartition(".")[2] if "." in name else name


def more(total: int, shown: int, noun: str) -> str:
    """The mark of a cut, `…+1,240 items`; empty where nothing is missing."""
    return f"…+{plural(total - shown, noun)}" if total > shown else ""


def value_text(value: Value) -> str:
    """A value on one line, as Python would spell it; the caller cuts it to its width."""
    match value:
        case values.Cut():
            return f"<{short_type(value.type)}: depth>" if value.type else value.text
        case values.Text():
            return repr(value.start) + more(value.total, len(value.start), "character")
        case values.Bytes():
            return _bytes_text(value)
        case values.BigInt():
            return f"{'-' * value.negative}0x{value.high:x}…+{size(value.missing)}"
        case values.Items():
            return _items_text(value)
        case values.Dict():
            pairs = [f"{value_text(key)}: {value_text(entry)}" for key, entry in value.pairs]
            return "{" + _joined(pairs, value.total, "item") + "}"
        case values.Object():
            return _object_text(value)
        case values.Named():
            return f"<{value.kind} {value.name}>"
        case values.Constant():
            return value.name
        case values.Subclass():
            return f"{short_type(value.type)}({value_text(value.value)})"
        case values.Raised():
            return f"{short_type(value.type)}({_joined(list(map(value_text, value.args)), value.total, 'value')})"
        case int():
            return _int_text(value)
        case _:
            return repr(value)


def _int_text(value: int) -> str:
    # Python refuses to spell ints of more than some thousand digits in decimal.
    return repr(value) if value.bit_length() < 2048 else hex(value)


def _joined(pieces: list[str], total: int, noun: str) -> str:
    rest = more(total, len(pieces), noun)
    return ", ".join([*pieces, rest] if rest else pieces)


def _bytes_text(value: values.Bytes) -> str:
    missing = value.total - len(value.start)
    shown = repr(value.start) + (f"…+{size(missing)}" if missing > 0 else "")
    return shown if value.type == "bytes" else f"{value.type}({shown})"


def _items_text(value: values.Items) -> str:
    pieces = [value_text(item) for item in value.items]
    inside = _joined(pieces, value.total, "item")
    if value.type == "frozenset":
        return f"frozenset({{{inside}}})" if value.total else "frozenset()"
    if value.type == "set" and not value.total:
        return "set()"
    opening, closing = _BRACKETS[value.type]
    comma = "," if value.type == "tuple" and value.total == 1 and len(pieces) == 1 else ""
    return f"{opening}{inside}{comma}{closing}"


def _path_text(value: values.Object) -> str | None:
    """A path as it is written; pathlib keeps it as the strings it was made of (3.12 on) or as its parts (3.11)."""
    fields = dict(value.fields)
    parts = fields.get("_raw_paths", fields.get("_parts"))
    if not value.type.startswith("pathlib.") or not isinstance(parts, values.Items) or parts.total > len(parts.items):
        return None
    written = "/".join(part for part in parts.items if isinstance(part, str))
    return f"{short_type(value.type)}({written.replace('//', '/', 1)!r})"


def _object_text(value: values.Object) -> str:
    path = _path_text(value)
    if path is not None:
        return path
    if [name for name, _ in value.fields] == ["_name_", "_value_"]:  # a member of an enum
        (_, name), (_, entry) = value.fields
        return f"<{short_type(value.type)}.{name}: {value_text(entry)}>"
    if not value.total:
        return f"<{short_type(value.type)}>"
    pieces = [f"{name}={value_text(entry)}" for name, entry in value.fields]
    return f"{short_type(value.type)}({_joined(pieces, value.total, 'field')})"


def message(failure: Failure) -> str:
    """What an exception says, on one line or several, without its type."""
    if failure.args is None:
        return failure.message
    if failure.args.total == 1 and len(failure.args.args) == 1:
        return value_text(failure.args.args[0])
    return f"({_joined(list(map(value_text, failure.args.args)), failure.args.total, 'value')})"


def failure_text(failure: Failure) -> str:
    """`ValueError: bad header`, on one line."""
    said = " ".join(message(failure).split())
    return f"{short_type(failure.type)}: {said}" if said else short_type(failure.type)


def clean(line: str) -> str:
    """Text that a terminal prints as it stands: control characters and the like are spelled as escapes."""
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "replace").decode() for char in line)


def cells(line: str) -> int:
    """The columns that a line takes on a terminal."""
    return len(line) if line.isascii() else sum(map(_char_cells, line))


def _char_cells(char: str) -> int:
    if char < "\u0300":
        return 1
    return 2 if east_asian_width(char) in "WF" else 0 if combining(char) else 1


def cut(line: str, width: int) -> str:
    """At most `width` columns of a line, the last one `…` where it was longer."""
    if cells(line) <= width:
        return line
    kept, used = [], 1
    for char in line:
        used += _char_cells(char)
        if used > width:
            break
        kept.append(char)
    return "".join(kept) + "…"


def fit(pieces: list[str], width: int) -> list[str]:
    """Pieces, with `, ` between them, cut so that they fit into a width: the longest give most."""
    width -= 2 * max(len(pieces) - 2, 0)
    sizes = sorted(map(cells, pieces))
    if sum(sizes) <= width:
        return pieces
    left = max(width, 0)
    for place, longest in enumerate(sizes):
        most = left // (len(sizes) - place)
        if longest > most:
            return [cut(piece, max(most, 1)) for piece in pieces]
        left -= longest
    return pieces
