"""The kinds of settings: what a text has to look like, and what it means."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_SIZES = {"": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30}
_TIMES = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9}
_TIMES["d"] = 24 * _TIMES["h"]
_MILLION = 1_000_000


class Kind:
    """What texts a setting allows, in words, and how one is read; `read` raises ValueError for any other."""

    __slots__ = ("allowed", "name", "read")

    def __init__(self, name: str, allowed: str, read: "Callable[[str], Any]") -> None:
        self.name = name
        self.allowed = allowed
        self.read = read


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError
    return _FLAGS[text.lower()]


def _split(text: str) -> tuple[str, str]:
    """Split `1.5 GB` into the number and the unit, in small letters."""
    end = 0
    while end < len(text) and (text[end] in "._" or "0" <= text[end] <= "9"):
        end += 1
    return text[:end], text[end:].strip().lower()


def _amount(text: str, units: "dict[str, int]") -> int:
    """Read a number with a unit as a whole number of the smallest; decimals are taken exactly."""
    number, unit = _split(text)
    whole, _, part = number.replace("_", "").partition(".")
    if unit not in units or not (whole + part).isdecimal() or number.count(".") > 1 or len(number) > 30:
        raise ValueError
    smallest: int = int(whole + part) * units[unit] // 10 ** len(part)
    return smallest


def _number(text: str) -> int:
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        raise ValueError
    return int(digits)


def _between(read: "Callable[[str], int]", least: int, most: "int | None") -> "Callable[[str], int]":
    def within(text: str) -> int:
        value = read(text)
        if value < least or (most is not None and value > most):
            raise ValueError
        return value

    return within


def number(least: int = 0, most: "int | None" = None) -> Kind:
    """Give the kind of whole numbers from `least` to `most`."""
    words = f"a number of {least:,} or more" if most is None else f"a number from {least:,} to {most:,}"
    return Kind("number", words, _between(_number, least, most))


def size(least: int = 0, most: "int | None" = None) -> Kind:
    """Give the kind of sizes in bytes, such as 64MB."""
    limits = f" of {least:,} bytes or more" if most is None else f" from {least:,} to {most:,} bytes"
    words = f"a size{limits if least or most else ''}, such as 512, 8kB, 64MB or 1.5GB"
    return Kind("size", words, _between(lambda text: _amount(text, _SIZES), least, most))


def choices(names: "tuple[str, ...]") -> Kind:
    """Give the kind of lists of which every item is one of `names`."""

    def read(text: str) -> "tuple[str, ...]":
        items = tuple(item.lower() for item in _items(text))
        if not set(items) <= set(names):
            raise ValueError
        return items

    return Kind("list", f"a list of {', '.join(names)}", read)


def choice(names: "tuple[str, ...]") -> Kind:
    """Give the kind of texts that are one of `names`."""

    def read(text: str) -> str:
        if text.lower() not in names:
            raise ValueError
        return text.lower()

    return Kind("choice", f"{', '.join(names[:-1])} or {names[-1]}", read)


def _percent(text: str) -> int:
    """Read a share as millionths."""
    number, unit = _split(text)
    if unit not in ("%", ""):
        raise ValueError
    return _between(lambda it: _amount(it, {"": 10_000 if unit else _MILLION}), 0, _MILLION)(number)


def _items(text: str) -> "tuple[str, ...]":
    return tuple(item for part in text.replace("\n", ",").split(",") if (item := part.strip()))


FLAG = Kind("switch", "on or off (also true, yes, 1; false, no, 0)", _flag)
DURATION = Kind("duration", "a time, such as 500us, 200ms, 1.5s, 5m, 12h or 7d", lambda text: _amount(text, _TIMES))
PERCENT = Kind("percent", "a share from 0% to 100%, such as 5% or 0.05", _percent)
PATTERNS = Kind("list", "a list with commas between its items; * and ? stand for any characters", _items)
PATH = Kind("path", "the path of a file", str)
