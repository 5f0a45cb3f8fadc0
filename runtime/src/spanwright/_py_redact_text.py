"""Secrets inside of texts, found by their shape or by the name before them (docs/redaction.md).

A text is bytes, of a str its UTF-8. It is read from one trigger to the next: characters without which no secret is
told from other text. The C core does the same, step by step (secrets_text.c).
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact_keys import KEYS
from ._py_redact_names import KINDS
from ._py_redact_pairs import after_colon, after_equals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_redact_keys import Part
    from ._py_redact_names import Names

#: How much more of a text is read than is kept: enough to know what begins before its end.
LOOK = 256
SHORTEST = 8
MOST_PARTS = 32
MARKERS = tuple(f"<redacted: {kind}>".encode() for kind in KINDS)
FEWEST_DIGITS = 13

_TRIGGERS = b":=-_BGIJK"
_DIGITS = b"0123456789"
_DULL = bytes(c for c in range(256) if c not in _TRIGGERS)
_NO_DIGITS = bytes(c for c in range(256) if c not in _DIGITS)


def is_quiet(text: bytes) -> bool:
    """Tell at once of most texts that nothing is to be hidden in them."""
    if len(text) < SHORTEST:
        return True
    return not text.translate(None, _DULL) and len(text.translate(None, _NO_DIGITS)) < FEWEST_DIGITS


def find_parts(names: "Names", text: bytes, more: bool) -> "list[Part]":
    """Give the parts to be hidden, in their order, as (start, end, kind); `more`: the text goes on behind its end."""
    parts: list[Part] = []
    done = at = 0
    digits = len(text.translate(None, _NO_DIGITS)) >= FEWEST_DIGITS
    while at < len(text):
        c = text[at : at + 1]
        part = None
        if c == b":":
            part = after_colon(names, text, at, more)
        elif c == b"=":
            part = after_equals(names, text, at)
        elif c in KEYS:
            part = KEYS[c](text, at, more)
        elif digits and c in _DIGITS:
            part = KEYS[b"0"](text, at, more)
        if part is None or part[0] < done:
            at += 1
            continue
        if len(parts) == MOST_PARTS - 1:
            part = (part[0], len(text), part[2])  # more than so many: what is left is hidden with the last
        parts.append(part)
        done = at = part[1]
    return parts


def hide(text: bytes, parts: "list[Part]", most: int) -> "tuple[bytes, int]":
    """Give at most `most` bytes of a text with markers in the place of its parts, and how far it was read.

    A marker is never cut, so it may end behind `most`.
    """
    out = bytearray()
    at = 0
    for start, end, kind in parts:
        kept = _fitting(text, at, start, most - len(out))
        out += text[at:kept]
        if kept < start or len(out) >= most:
            return bytes(out), kept
        out += MARKERS[kind]
        at = end
        if len(out) >= most:
            return bytes(out), at
    kept = _fitting(text, at, len(text), most - len(out))
    return bytes(out + text[at:kept]), kept


def _fitting(text: bytes, start: int, end: int, room: int) -> int:
    """Give where to cut so that at most `room` bytes are kept, at a character's boundary."""
    if end - start <= room:
        return end
    cut = start + room
    while cut > start and text[cut] & 0xC0 == 0x80:
        cut -= 1
    return cut
