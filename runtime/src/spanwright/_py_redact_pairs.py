"""Secrets inside of texts that are told by the name before them: `token=...`, `"password": "..."`, `user:pass@host`."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact_keys import DIGITS, KEY, LETTERS, run
from ._py_redact_names import AUTH, AUTHORIZATION, CARD, COOKIE, NATIONAL, PASSWORD, SECRET, SESSION, SETTING, TOKEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_redact_keys import Part
    from ._py_redact_names import Names

#: Kinds of which whole numbers are hidden, too.
NUMBERS = (PASSWORD, SECRET, CARD, NATIONAL, SETTING)
#: Words that errors and parsers also use: what follows "token:" must look like a secret.
_SPOKEN = (TOKEN, SESSION, AUTH)

_MOST_NAME = 64
_MOST_URL = 256
_QUOTES = b"\"'`"
_SPACE = b" \t\r\n"
_ENDS = _SPACE + _QUOTES + b"&;,<>|"
_LINE_ENDS = b"\r\n" + _QUOTES
_CLAUSE_ENDS = _LINE_ENDS + b"&;,"
_USER_ENDS = b":/@?#<>" + _SPACE + _QUOTES
_WORDS = (b"None", b"True", b"False", b"null", b"true", b"false")


def after_equals(names: "Names", text: bytes, at: int) -> "Part | None":
    """Find what `name=` hides; `at` is the place of the equals sign."""
    if at == 0 or text[at - 1] in b"=!<>" or text[at + 1 : at + 2] == b"=":
        return None
    name, _ = _name_before(text, at - (text[at - 1 : at] == b" "))
    kind = names.kind(name)
    return _value(text, at + 1, kind, _CLAUSE_ENDS if kind == AUTHORIZATION else _ENDS, False) if kind else None


def after_colon(names: "Names", text: bytes, at: int, more: bool) -> "Part | None":
    """Find what `name:` hides, or the password in a URL; `at` is the place of the colon."""
    if text.startswith(b"//", at + 1):
        return _userinfo(text, at, more)
    name, quoted = _name_before(text, at)
    kind = names.kind(name)
    if not kind:
        return None
    ends = _LINE_ENDS if kind in (AUTHORIZATION, COOKIE) else _ENDS
    return _value(text, at + 1, kind, ends, kind in _SPOKEN and not quoted)


def _name_before(text: bytes, stop: int) -> "tuple[bytes, bool]":
    quoted = stop > 0 and text[stop - 1] in _QUOTES
    if quoted:
        stop -= 2 if text[stop - 2 : stop - 1] == b"\\" else 1
    start = stop
    while start > 0 and stop - start < _MOST_NAME and text[start - 1] in KEY:
        start -= 1
    return text[start:stop], quoted


def _value(text: bytes, start: int, kind: int, ends: bytes, spoken: bool) -> "Part | None":
    """Give the value that begins here, as a part to be hidden; None where there is none, or nothing to hide."""
    if text[start : start + 1] == b" ":
        start += 1
    if text[start : start + 1] in (b"b", b"u", b"r", b"f") and text[start + 1 : start + 2] in (b'"', b"'"):
        start += 1
    escaped = text[start : start + 1] == b"\\" and text[start + 1 : start + 2] in (b'"', b"'")
    start += escaped
    quote = text[start : start + 1]
    if quote and quote in _QUOTES:
        start += 1
        end = _closing(text, start, quote, escaped)
        shown = start == end
    else:
        end = _plain_end(text, start, ends)
        value = text[start:end]
        shown = value in (b"", *_WORDS) or (kind not in NUMBERS and not value.strip(DIGITS + b"+-._"))
    if shown or (spoken and not _looks_secret(text[start:end])):
        return None
    return start, end, kind


def _closing(text: bytes, at: int, quote: bytes, escaped: bool) -> int:
    """Give the place of the quotation mark that ends what begins here; the text's end without one."""
    if escaped:
        end = text.find(b"\\" + quote, at)
        return len(text) if end < 0 else end
    while at < len(text) and text[at : at + 1] != quote:
        at += 2 if text[at : at + 1] == b"\\" else 1
    return min(at, len(text))


def _plain_end(text: bytes, at: int, ends: bytes) -> int:
    """Give the end of a value without quotation marks; brackets belong to it with all that is in them."""
    depth = 0
    while at < len(text):
        c = text[at]
        if c in b"([{":
            depth += 1
        elif c in b")]}":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and c in ends:
            break
        at += 1
    return at


def _looks_secret(value: bytes) -> bool:
    return len(value) >= 8 and any(c in DIGITS for c in value)


def _userinfo(text: bytes, at: int, more: bool) -> "Part | None":
    if at == 0 or text[at - 1] not in LETTERS:
        return None
    user = at + 3
    while user < len(text) and text[user] not in _USER_ENDS:
        user += 1
    if text[user : user + 1] != b":":
        return None
    start = user + 1
    limit = min(len(text), start + _MOST_URL)
    stop = next((i for i in range(start, limit) if text[i] in _SPACE + _QUOTES + b"<>"), limit)
    slash = next((i for i in range(start, stop) if text[i] in b"/?#"), stop)
    end = text.rfind(b"@", start, slash)
    if end < 0:
        if run(text[:slash], start, DIGITS) == slash:
            return None  # a port
        end = text.find(b"@", slash, stop)
        if end < 0 and stop == len(text) and more:
            end = stop
    return (start, end, PASSWORD) if end > start else None
