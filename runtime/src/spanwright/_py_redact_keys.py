"""Secrets that are told by their shape alone (docs/redaction.md): keys with known beginnings, JWT, PEM, card numbers.

Each finder is asked where its trigger stands, and gives the part to be hidden, or None.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact_names import (
    API_KEY,
    AUTHORIZATION,
    AWS,
    CARD,
    GITHUB,
    GITLAB,
    GOOGLE,
    JWT,
    NPM,
    PRIVATE_KEY,
    PYPI,
    SENDGRID,
    SLACK,
    STRIPE,
    TWILIO,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    #: Start, end and kind of what is to be hidden.
    Part = tuple[int, int, int]

UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = b"abcdefghijklmnopqrstuvwxyz"
DIGITS = b"0123456789"
LETTERS = UPPER + LOWER + DIGITS
KEY = LETTERS + b"_-"
_HEX = DIGITS + b"abcdef"
_BASE64 = KEY + b".~+/="

#: Beginnings that end in `_`, and those that end in `-` with the fewest characters that follow.
_UNDERSCORED = (
    (b"ghp_", GITHUB), (b"gho_", GITHUB), (b"ghu_", GITHUB), (b"ghs_", GITHUB), (b"ghr_", GITHUB),
    (b"github_pat_", GITHUB), (b"sk_live_", STRIPE), (b"sk_test_", STRIPE), (b"rk_live_", STRIPE),
    (b"rk_test_", STRIPE),
    (b"whsec_", STRIPE), (b"npm_", NPM), (b"hf_", API_KEY), (b"shpat_", API_KEY), (b"dop_v1_", API_KEY),
)  # fmt: skip
_HYPHENED = (
    (b"glpat-", GITLAB, 16), (b"gldt-", GITLAB, 16), (b"glrt-", GITLAB, 16), (b"glptt-", GITLAB, 16),
    (b"xoxa-", SLACK, 10), (b"xoxb-", SLACK, 10), (b"xoxe-", SLACK, 10), (b"xoxo-", SLACK, 10), (b"xoxp-", SLACK, 10),
    (b"xoxr-", SLACK, 10), (b"xoxs-", SLACK, 10), (b"xapp-", SLACK, 10), (b"sk-", API_KEY, 20), (b"pypi-", PYPI, 32),
    (b"GOCSPX-", GOOGLE, 20),
)  # fmt: skip
_LEAST = 16


def run(text: bytes, at: int, allowed: bytes) -> int:
    """Give where the characters end that are allowed."""
    rest = text[at:]
    return len(text) - len(rest.lstrip(allowed))


def begins(text: bytes, at: int) -> bool:
    """Tell whether something can begin here: what stands before is no letter and no digit."""
    return at == 0 or text[at - 1] not in LETTERS


def _ends(text: bytes, at: int) -> bool:
    return at >= len(text) or text[at] not in LETTERS


def _underscored(text: bytes, at: int, more: bool) -> "Part | None":
    for head, kind in _UNDERSCORED:
        start = at + 1 - len(head)
        if start >= 0 and text.startswith(head, start) and begins(text, start):
            if run(text, at + 1, LETTERS) - at > _LEAST:
                return start, run(text, at + 1, KEY), kind
            return None
    return None


def _hyphened(text: bytes, at: int, more: bool) -> "Part | None":
    for head, kind, least in _HYPHENED:
        start = at + 1 - len(head)
        if start >= 0 and text.startswith(head, start) and begins(text, start):
            end = run(text, at + 1, KEY)
            return (start, end, kind) if end - at > least else None
    return None


def _bearer(text: bytes, at: int, more: bool) -> "Part | None":
    for head in (b"Bearer ", b"Basic "):
        if text.startswith(head, at) and begins(text, at):
            start = at + len(head)
            end = run(text, start, _BASE64)
            value = text[start:end]
            if len(value) >= 20 or (len(value) >= 8 and value.strip(UPPER + LOWER + b"_-.~+/") != b""):
                return start, end, AUTHORIZATION
    return None


def _sendgrid(text: bytes, at: int, more: bool) -> "Part | None":
    if (
        at > 0
        and text.startswith(b"SG.", at - 1)
        and begins(text, at - 1)
        and run(text, at + 2, KEY) - at - 2 >= _LEAST
    ):
        return at - 1, run(text, at + 2, KEY + b"."), SENDGRID
    return None


def _at_i(text: bytes, at: int, more: bool) -> "Part | None":
    if text.startswith((b"AKIA", b"ASIA"), at - 2) and at >= 2 and begins(text, at - 2):
        end = at + 18
        if run(text, at + 2, UPPER + DIGITS) == end and _ends(text, end):
            return at - 2, end, AWS
    if text.startswith(b"AIza", at - 1) and at >= 1 and begins(text, at - 1):
        end = run(text, at + 3, KEY)
        return (at - 1, end, GOOGLE) if end - at - 3 >= 30 else None
    if at >= 8 and text.startswith(b"-----BEGIN", at - 8):
        return _pem(text, at - 8)
    return None


def _pem(text: bytes, start: int) -> "Part | None":
    label = start + 10
    end = run(text[: label + 60], label, UPPER + DIGITS + b" ")
    if not text.startswith(b"-----", end) or b"PRIVATE KEY" not in text[label:end]:
        return None
    last = text.find(b"-----END", end + 5)
    last = -1 if last < 0 else text.find(b"-----", last + 8)
    return start, len(text) if last < 0 else last + 5, PRIVATE_KEY


def _jwt(text: bytes, at: int, more: bool) -> "Part | None":
    if at < 2 or not text.startswith(b"eyJ", at - 2) or not begins(text, at - 2):
        return None
    dot = run(text, at + 1, KEY)
    if dot == len(text) and more:
        return at - 2, dot, JWT
    if dot - at <= 7 or text[dot : dot + 1] != b"." or run(text, dot + 1, KEY) - dot <= 4:
        return None
    return at - 2, run(text, dot + 1, KEY + b"."), JWT


def _twilio(text: bytes, at: int, more: bool) -> "Part | None":
    if at < 1 or text[at - 1 : at] != b"S" or not begins(text, at - 1):
        return None
    end = run(text, at + 1, _HEX)
    return (at - 1, end, TWILIO) if end == at + 33 and _ends(text, end) else None


def _card(text: bytes, at: int, more: bool) -> "Part | None":
    """Find a card number: its digits may have single spaces or hyphens between them."""
    if at > 0 and (text[at - 1] in LETTERS or text[at - 1 : at] in (b"_", b".")):
        return None
    digits = ""
    end = 0
    place = at
    while place < len(text) and len(digits) < 19:
        c = text[place : place + 1]
        if c in b" -":
            if text[place + 1 : place + 2] not in DIGITS or not text[place + 1 : place + 2]:
                break
        elif c in DIGITS:
            digits += chr(text[place])
            if _ends(text, place + 1) and text[place + 1 : place + 2] != b"_" and _is_card(digits):
                end = place + 1
        else:
            break
        place += 1
    return (at, end, CARD) if end else None


def _is_card(digits: str) -> bool:
    size = len(digits)
    two = int(digits[:2])
    if digits[0] == "4":
        fits = size in (13, 16, 19)
    elif 51 <= two <= 55 or 22 <= two <= 27:
        fits = size == 16
    elif two in (34, 37):
        fits = size == 15
    elif two in (30, 36, 38, 39):
        fits = size == 14
    else:
        fits = two in (35, 60, 62, 64, 65) and size in (16, 19)
    return fits and sum(_doubled(int(d), i) for i, d in enumerate(reversed(digits))) % 10 == 0


def _doubled(digit: int, place: int) -> int:
    twice = digit * 2 if place % 2 else digit
    return twice - 9 if twice > 9 else twice


KEYS: "dict[bytes, Callable[[bytes, int, bool], Part | None]]" = {
    b"_": _underscored, b"-": _hyphened, b"B": _bearer, b"G": _sendgrid, b"I": _at_i, b"J": _jwt, b"K": _twilio,
    b"0": _card,
}  # fmt: skip
