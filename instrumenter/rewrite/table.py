"""The site table: what the numbers in a twin mean (`docs/site-table.md`)."""

from __future__ import annotations

import hashlib
import json

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.keeps import kept_params
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.sites import Site
from instrumenter.rewrite.source import Source


def write_table(
    source: Source,
    tree: Tree,
    functions: list[Function],
    sites: list[list[Site]],
    dial: Dial,
    original: bytes,
    twin: bytes,
    ident: str,
    name: str,
) -> bytes:
    """Give the table of a twin as the bytes of its file."""
    level = max(function.level for function in functions)
    others = [(site.number, _other(source, site, owner)) for owner, inside in enumerate(sites) for site in inside]
    table = {
        "format": 2,
        "id": ident,
        "name": name,
        "level": level,
        "original": hashlib.sha256(original).hexdigest(),
        "twin": hashlib.sha256(twin).hexdigest(),
        "size": len(twin),
        "sites": [
            *(_function(source, tree, function, level, dial) for function in functions),
            *(entry for _, entry in sorted(others, key=lambda pair: pair[0])),
        ],
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def _function(source: Source, tree: Tree, function: Function, level: int, dial: Dial) -> dict[str, object]:
    start, end = tree.bare(function.node)
    line, column = _place(source, start)
    first_line = source.row(tree.bare(function.node.decorators[0])[0]) if function.node.decorators else line
    return {
        "name": function.name,
        "line": line,
        "column": column,
        "endLine": source.row(end - 1),
        "kind": function.kind.value,
        "params": list(function.params) if function.level > 1 and dial.capture.params else [],
        **({"kept": kept} if (kept := kept_params(function, dial)) else {}),
        **({"firstLine": first_line} if first_line != line else {}),
        **({"level": function.level} if function.level != level else {}),
        **({} if dial.capture.awaits else {"awaits": False}),
    }


def _other(source: Source, site: Site, owner: int) -> dict[str, object]:
    line, column = _place(source, site.start)
    more = {key: _numbers(value) for key, value in site.more.items()}
    return {"kind": site.kind, "line": line, "column": column, "owner": owner, **more}


def _place(source: Source, offset: int) -> tuple[int, int]:
    row = source.row(offset)
    return row, offset - source.starts[row - 1] + 1


def _numbers(value: object) -> object:
    """Put numbers in the place of sites."""
    if isinstance(value, Site):
        return value.number
    if isinstance(value, list | tuple):
        return [_numbers(one) for one in value]
    return value
