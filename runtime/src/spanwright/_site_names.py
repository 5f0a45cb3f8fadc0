"""The names of the values at each site, from the site table: by them values are hidden (docs/redaction.md)."""

from ._originals import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Probes whose values have names that only the table knows.
WORDS = ("var", "let", "keep", "state", "call", "call_m", "in", "out")


class _Plain:
    """What a scanner of JSON asks for."""

    strict = False
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: "dict[str, str]" = {}  # noqa: RUF012, of the scanner's own


def site_names(root: str, table_id: str) -> "list[list[str] | None] | None":
    """Give the names of the values at each site; None where there are none (below level 4) or JSON cannot be read."""
    data = read(f"{root}/.spanwright/sites/{table_id}.json")
    if b'"names":' not in data and b'"kept":' not in data:
        return None
    try:
        from _json import make_scanner  # not json: the project may have a module of that name
    except ImportError:
        return None
    table: dict[str, Any] = make_scanner(_Plain)(data.decode("utf-8", "surrogatepass"), 0)[0]  # type: ignore[arg-type]
    return [_names(site) for site in table["sites"]]


def _names(site: "dict[str, Any]") -> "list[str] | None":
    names: list[str] = site.get("names") or site.get("kept") or []
    return [last_name(name) for name in names] or None


def last_name(target: str) -> str:
    """Give what decides of a target as it is written: `user.name` is a name, `d["key"]` a key, `d[k]` a `d`."""
    while target.endswith("]"):
        before, _, key = target[:-1].rpartition("[")
        if key[:1] in ('"', "'") and key[-1:] == key[:1]:
            return key[1:-1]
        target = before
    return target.rpartition(".")[2]
