"""Values as JSON has them, back to what they are: the inverse of `jsonable.value_json`, as far as JSON can tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from instrumenter.trace import values
from instrumenter.trace.text import REST
from instrumenter.trace.values import Value

if TYPE_CHECKING:
    from instrumenter.trace.jsonable import Json

_REST = re.compile(r"…\+([\d,]+) \w+")
_CUT_TEXT = re.compile(r"(.*)…\+([\d,]+) characters?", re.DOTALL)
_CUT_BYTES = re.compile(r"(.*?)(?:…\+([\d,]+) (bytes?|kB))?\)?", re.DOTALL)
_CUT_INT = re.compile(r"(-?)0x([0-9a-f]+)…\+([\d,]+) (bytes?|kB)")
_SEQUENCES = ("tuple", "set", "frozenset")
_CONSTANTS = {"ellipsis": "Ellipsis", "NotImplemented": "NotImplemented"}


def value_from_json(found: Json) -> Value:
    """The value; JSON that no value is written as is taken for a plain dict."""
    if isinstance(found, str):
        cut = _CUT_TEXT.fullmatch(found)
        return values.Text(cut[1], len(cut[1]) + _number(cut[2])) if cut else found
    if isinstance(found, list):
        return _items("list", found)
    if isinstance(found, dict):
        try:
            special = _special(found)
        except (ValueError, SyntaxError, TypeError, AttributeError):
            special = None
        return special if special is not None else _plain(found)
    return found


def _special(found: dict[str, Json]) -> Value:
    """What is written as an object with a type; None where it is none."""
    kind, rest = found.get("type"), tuple(key for key in found if key != "type")
    if not isinstance(kind, str) or len(rest) == len(found):
        return None
    match rest:
        case ("entries",) if kind == "dict":
            return _entries(_list(found["entries"]))
        case ("items",) if kind in _SEQUENCES:
            return _items(kind, _list(found["items"]))
        case ("repr",):
            return _spelled(kind, str(found["repr"]))
        case ("id", "fields"):
            return _object(kind, str(found["id"]), found["fields"])
        case ("value",):
            return values.Subclass(kind, value_from_json(found["value"]))
        case ("args",):
            items, total = _known(_list(found["args"]))
            return values.Raised(kind, items, total)
        case ("name",):
            return values.Named(kind, str(found["name"]))
        case ("cut",):
            return values.Cut(str(found["cut"]), kind)
        case _:
            return None


def _list(found: Json) -> list[Json]:
    if not isinstance(found, list):
        raise TypeError("this is no list")
    return found


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _missing(mark: Json) -> int:
    """How much a mark says is missing; 0 for what is no mark."""
    found = _REST.fullmatch(mark) if isinstance(mark, str) else None
    return _number(found[1]) if found else 0


def _known(found: Sequence[Json]) -> tuple[tuple[Value, ...], int]:
    """The items that are there, and how many there are in all."""
    missing = _missing(found[-1]) if found else 0
    kept = found[:-1] if missing else found
    return tuple(map(value_from_json, kept)), len(kept) + missing


def _items(kind: str, found: list[Json]) -> Value:
    items, total = _known(found)
    return values.Items(kind, items, total)


def _entries(found: list[Json]) -> Value:
    missing = _missing(found[-1]) if found else 0
    pairs = [_list(entry) for entry in (found[:-1] if missing else found)]
    known = tuple((value_from_json(key), value_from_json(entry)) for key, entry in pairs)
    return values.Dict(known, len(known) + missing)


def _plain(found: dict[str, Json]) -> Value:
    pairs = tuple((key, value_from_json(entry)) for key, entry in found.items() if key != REST)
    return values.Dict(pairs, len(pairs) + _missing(found.get(REST)))


def _object(kind: str, identity: str, fields: Json) -> Value:
    if not isinstance(fields, dict):
        return None
    known = tuple((name, value_from_json(entry)) for name, entry in fields.items() if name != REST)
    return values.Object(kind, int(identity, 16), known, len(known) + _missing(fields.get(REST)))


def _spelled(kind: str, text: str) -> Value:
    """What is written as Python spells it."""
    if kind in ("bytes", "bytearray"):
        return _bytes(kind, text.removeprefix("bytearray("))
    if kind == "range":
        return range(*map(int, text.removeprefix("range(").removesuffix(")").split(",")))
    if kind == "complex":
        return complex(text.removeprefix("(").removesuffix(")"))
    if kind == "int":
        return _int(text)
    return values.Constant(text) if _CONSTANTS.get(kind) == text else None


def _bytes(kind: str, text: str) -> Value:
    found = _CUT_BYTES.fullmatch(text)
    content = ast.literal_eval(found[1]) if found else None
    if not found or not isinstance(content, bytes):
        return None
    return values.Bytes(kind, content, len(content) + _size(found[2], found[3]))


def _int(text: str) -> Value:
    found = _CUT_INT.fullmatch(text)
    if not found:
        return None
    missing = _size(found[3], found[4])
    return values.BigInt(bool(found[1]), int(found[2], 16), (len(found[2]) + 1) // 2 + missing, missing)


def _size(number: str | None, unit: str | None) -> int:
    """Bytes; of kilobytes only the thousands are known."""
    return _number(number or "0") * (1000 if unit == "kB" else 1)
