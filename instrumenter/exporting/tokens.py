"""How many tokens a text takes, reckoned generously: no vocabulary is needed, and common ones take fewer."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PIECES = re.compile(r"([A-Za-z]+)|([0-9]+)|(\s+)|([^\x00-\x7f])|.", re.DOTALL)
_LETTERS, _DIGITS = 3, 2
"""So many letters or digits in a row are one token, at least."""
_FOREIGN = 2
"""So many tokens is a character beyond ASCII, on average at most."""


def tokens(text: str) -> int:
    """An upper estimate."""
    return sum(_weight(found) for found in _PIECES.finditer(text))


def _weight(found: re.Match[str]) -> int:
    if found[1]:
        return -(-len(found[1]) // _LETTERS)
    if found[2]:
        return -(-len(found[2]) // _DIGITS)
    return _FOREIGN if found[4] else 1


def fitting(lines: Iterable[str], most: int) -> tuple[list[str], bool]:
    """The first lines that together take at most so many tokens, and whether those were all."""
    kept: list[str] = []
    for line in lines:
        most -= tokens(line) + 1
        if most < 0:
            return kept, False
        kept.append(line)
    return kept, True
