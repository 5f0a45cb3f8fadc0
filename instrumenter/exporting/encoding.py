"""How texts and JSON become bytes, the same in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import BinaryIO

dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
"""JSON on one line."""


def encoded(text: str) -> bytes:
    """UTF-8; half a surrogate pair becomes the escape that JSON has for it."""
    return text.encode("utf-8", "backslashreplace")


def plain(text: str) -> str:
    """The same as a text that is UTF-8 in any case."""
    return text if text.isascii() else encoded(text).decode()


def text_to(out: BinaryIO) -> Callable[[str], object]:
    """Writes text to a file of bytes."""
    return lambda text: out.write(encoded(text))
