"""`spans errors`: what failed, by type and place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from instrumenter.cli._asking import Chosen, asked, filter_options, row_text, value_text
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, local_time, paint, root_option, say, width
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.text import clean, cut, plural

if TYPE_CHECKING:
    from instrumenter.store.errors import Example, Group

_SHOWN = 12
"""So many calls of a chain are shown, from both ends."""


@click.command(cls=Command, context_settings=HELP)
@click.option("--type", "kind", metavar="GLOB", help="Only exceptions of this type: its name, or the last part of it.")
@filter_options(("count", "latest", "type"), "count", 20)
@root_option
@json_option
def main(kind: str | None, chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Print the exceptions by type and place, how often they were raised, and when first and last.

    Each comes with one example: the chain of calls with their parameters, the exception's context, notes, cause and
    suggestion, and the variables of the function that failed, where they were recorded (level 4). An exception that
    passes through many functions counts once.

    \b
    spans errors --since 1d
    spans errors --type KeyError --function 'Shelf.*'
    spans errors --order-by latest --json
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.errors import as_json as group_json
        from instrumenter.store.errors import example, groups

        found, is_cut = groups(connection, chosen.filters(traces), kind)
        examples = [example(connection, one) for one in found]
        if as_json:
            print_json({"format": FORMAT, "errors": list(map(group_json, found, examples)), "more": is_cut})
            return
        for one, shown in zip(found, examples, strict=True):
            for line in _lines(one, shown):
                say(line)
        if not found:
            say("nothing failed")
        if is_cut:
            say(f"… more than {plural(chosen.limit, 'group')} (--limit 0 shows all)")


def _lines(group: Group, found: Example) -> Iterator[str]:
    name = group.type or "an exception that level 1 does not record"
    said = f": {' '.join(group.message.split())}" if group.message else ""
    yield paint(cut(clean(f"{group.count:,} × {name}{said}"), width()), "error")
    when = local_time(group.last_ns)
    if group.count > 1:
        when = f"{local_time(group.first_ns)} to {when}"
    yield clean(f"    {group.file}:{group.line} in {group.function}, {when}")
    yield from (_fitting(4, line) for line in _chain(found))
    if found.variables:
        values = ", ".join(f"{key} = {value_text(value)}" for key, value in found.variables.items())
        yield _fitting(4, f"variables: {values}")
    if found.exception:
        yield from (_fitting(4, line) for line in _told(found.exception))
    yield ""


def _chain(found: Example) -> Iterator[str]:
    calls = found.calls
    for depth, row in enumerate(calls):
        if len(calls) > _SHOWN and _SHOWN // 2 <= depth < len(calls) - _SHOWN // 2:
            if depth == _SHOWN // 2:
                yield f"… {plural(len(calls) - 2 * (_SHOWN // 2), 'call')}"
            continue
        ident = f"  (spans show {row.span_id.lstrip('0')})" if row is calls[-1] else ""
        yield f"{'  ' * min(depth, _SHOWN)}{row_text(row)}{ident}"


def _told(exception: dict[str, Any]) -> Iterator[str]:
    """What an exception says beside its message."""
    from instrumenter.store.errors import causes

    yield from (f"note: {note}" for note in exception.get("notes", ()))
    if exception.get("suggestion") is not None:
        yield f"suggestion: {value_text(exception['suggestion'])}"
    context = exception.get("context")
    if context is not None and not (isinstance(context, dict) and "stack" in context):
        yield f"context: {value_text(context)}"
    for how, one in causes(exception):
        place = next((f" ({frame['file']}:{frame['line']})" for frame in reversed(one["stack"]) if frame["file"]), "")
        yield f"{how} {one['type']}: {one['message']}{place}"


def _fitting(indent: int, line: str) -> str:
    return " " * indent + cut(clean(line), width() - indent)
