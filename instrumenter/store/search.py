"""Searches spans by words: anywhere in names, parameters, results and errors, or in one of these fields."""

from __future__ import annotations

import duckdb

from instrumenter.errors import UsageError
from instrumenter.store.filters import Filters, Where
from instrumenter.store.rows import STATUSES, Row, find
from instrumenter.store.spelling import dump

FIELDS = ("function", "file", "param", "result", "error", "status", "kind", "trace", "thread")
"""What may stand before the colon; `param.NAME` is one parameter's value."""
_SITES = "site IN (SELECT site FROM sites WHERE {})"
_FAILED = "span IN (SELECT span FROM failures WHERE contains(lower(type), ?) OR contains(lower(message), ?))"

_THREADS = "(segment, thread) IN (SELECT (segment, thread) FROM threads WHERE contains(lower(name), ?))"


def search(connection: duckdb.DuckDBPyConnection, words: tuple[str, ...], filters: Filters) -> tuple[list[Row], bool]:
    """The spans that have all the words, and whether there are more than the limit."""
    found = Where()
    for word in words:
        _word(found, word)
    return find(connection, filters, found)


def _word(found: Where, word: str) -> None:
    field, colon, value = word.partition(":")
    if colon and field.startswith("param.") and not value.startswith(":"):
        _parameter(found, field.removeprefix("param."), value)
    elif colon and field in FIELDS and not value.startswith(":"):
        _field(found, field, value)
    else:
        _anywhere(found, word)


def _spelled(text: str) -> str:
    """A text as it stands within JSON, in small letters."""
    return dump(text)[1:-1].lower()


def _anywhere(found: Where, text: str) -> None:
    said, spelled = text.lower(), _spelled(text)
    conditions = (
        _SITES.format("contains(lower(function), ?) OR contains(lower(file || '::' || function), ?)"),
        "contains(lower(params::VARCHAR), ?)", "contains(lower(result::VARCHAR), ?)", _FAILED,
    )  # fmt: skip
    found.add(f"({' OR '.join(conditions)})", said, said, spelled, spelled, said, said)


def _parameter(found: Where, name: str, value: str) -> None:
    """A parameter that is this number, text or word; a text need not be quoted."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    same = "(json_extract(params, ?)::VARCHAR = ? OR json_extract_string(params, ?) = ?)"
    found.add(same, pointer, value, pointer, value)


def _field(found: Where, field: str, value: str) -> None:
    said = value.lower()
    match field:
        case "function" | "file" | "kind":
            found.add(_SITES.format(f"contains(lower({field}), ?)"), said)
        case "param":
            found.add("contains(lower(params::VARCHAR), ?)", _spelled(value))
        case "result":
            found.add("contains(lower(result::VARCHAR), ?)", _spelled(value))
        case "error":
            found.add(_FAILED, said, said)
        case "thread":
            found.add(_THREADS, said)
        case "trace":
            _trace(found, said)
        case _:
            if said not in STATUSES:
                raise UsageError("no-such-status", f"{value!r} is no status: give {', '.join(STATUSES)}")
            found.add("status = ?", STATUSES.index(said))


def _trace(found: Where, digits: str) -> None:
    """A trace by its id, or the last digits of it."""
    found.add(
        "trace IN (SELECT trace FROM traces JOIN segments ON segments.segment = trace >> 40 "
        "WHERE suffix(printf('%016x%016x', unix0, (pid % 16777216 << 40) + (trace & 1099511627775)), ?))",
        digits,
    )
