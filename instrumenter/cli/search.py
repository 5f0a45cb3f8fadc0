"""`spans search`: spans by words in names, parameters, results and errors."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._asking import SPAN_ORDERS, Chosen, asked, filter_options, print_spans
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, root_option
from instrumenter.cli.tree import KINDS
from instrumenter.trace.jsonable import FORMAT


@click.command(cls=Command, context_settings=HELP)
@click.argument("words", nargs=-1, required=True, metavar="TEXT|FIELD:VALUE...")
@filter_options(SPAN_ORDERS, "latest", 50, kinds=KINDS)
@root_option
@json_option
def main(words: tuple[str, ...], chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Find the spans that have all the words, in any case of letters: in names, parameters, results or errors.

    Before a colon may stand a field: function, file, param, result, error, status, kind, trace, thread; param.NAME is
    the value of one parameter.

    \b
    spans search timeout
    spans search function:save param.user_id:42 --since 1h
    spans search error:Refused --run last --json
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.search import search

        found, is_cut = search(connection, words, chosen.filters(traces))
        if as_json:
            print_json({"format": FORMAT, "spans": [row.as_json() for row in found], "more": is_cut})
        else:
            print_spans(found, is_cut, chosen.limit)
