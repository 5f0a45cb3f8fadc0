"""`spans export`: the spans, or what was counted, for other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import open_traces, root_option, say, warn
from instrumenter.cli.tree import KINDS, Duration
from instrumenter.errors import StorageError, TraceError, UsageError
from instrumenter.exporting.encoding import text_to
from instrumenter.exporting.formats import FORMATS, Format
from instrumenter.exporting.source import MAX_TOKENS, Source
from instrumenter.trace.counts import FunctionCount, function_counts, has_counters
from instrumenter.trace.export import write_counts
from instrumenter.trace.find import Target, find
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.sites import FUNCTIONS
from instrumenter.trace.text import plural

if TYPE_CHECKING:
    from instrumenter.exporting.sending import Sent

_SENT = ("otlp", "otlp-json")
_REJECTED = 3
_LISTED = "\n".join(f"{one.name:<11} {one.about}" for one in FORMATS.values())


@click.command(cls=Command, context_settings=HELP, epilog=f"\b\nFormats; docs/exporting.md describes them:\n{_LISTED}")
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="json", show_default=True, show_choices=False,
    metavar="FORMAT", help="The format; see below.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
@click.option("--counts", is_flag=True, help="Write what was counted of each function of RUN instead: all its calls.")
@click.option("--max-tokens", type=click.IntRange(min=500), metavar="N",
              help=f"Of markdown: the most tokens, {MAX_TOKENS:,} unless said; what is left out is said.")  # fmt: skip
@click.option("--endpoint", metavar="URL", help="Of otlp: send to this collector instead, and say what it accepted.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME=VALUE", envvar="OTEL_EXPORTER_OTLP_HEADERS",
    help="With --endpoint: a header of the requests; may be given several times.",
)  # fmt: skip
@click.option(
    "--function", default="", metavar="GLOB", help="Only functions whose name matches (or FILE::NAME), and the way."
)
@click.option("--min-duration", type=Duration(), default=0, metavar="TIME", help="Only spans at least so long: 1ms.")
@click.option("--errors", is_flag=True, help="Only what failed, and the way to it.")
@click.option("--no-calls", is_flag=True, help="Leave out calls and awaits; what is below them moves up.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only spans of this kind.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="With --endpoint: print what was accepted as JSON.")
def main(
    target: str | None, form: str, output: Path | None, counts: bool, max_tokens: int | None, endpoint: str | None,
    headers: tuple[str, ...], function: str, min_duration: int, errors: bool, no_calls: bool, kinds: tuple[str, ...],
    root: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Write the spans of a run, a trace or a span, by default the last run's, for other programs.

    Where the settings leave spans out (TRACING_SAMPLE_RATE, TRACING_MIN_DURATION, TRACING_MAX_DEPTH), calls are counted
    all the same: `--counts` writes how often each function ended, how often it failed, and how long that took.

    \b
    spans export -o run.json                              read it again with: spans import run.json
    spans export | jq '.traces[].function'
    spans export --format markdown --max-tokens 8000      to paste into a chat with an assistant
    spans export --format perfetto -o run.pftrace         open it in ui.perfetto.dev
    spans export --format otlp --endpoint http://localhost:4318
    spans export --counts | jq -r '.functions[] | [.function, .calls, .failures] | @tsv'
    """
    _check(form, output, counts, max_tokens, endpoint, as_json)
    traces = open_traces(root)
    found = find(traces, target)
    wanted = Wanted(function, min_duration, errors, frozenset(kinds or (FUNCTIONS if no_calls else ())))
    selection = Selection(found.run.forest, wanted)
    source = Source(found.run, found.roots, selection, max_tokens or MAX_TOKENS)
    code = 0
    if endpoint is not None:
        code = _send(source, FORMATS[form], endpoint, _pairs(headers), as_json)
    elif counts:
        counted = _counted(found)
        _write(lambda out: write_counts(found.run, counted, text_to(out)), output)
    else:
        _write(partial(FORMATS[form].writer().write, source), output)
    warn(traces, found.run)
    return code


def _check(
    form: str, output: Path | None, counts: bool, max_tokens: int | None, endpoint: str | None, as_json: bool
) -> None:  # fmt: skip
    """Refuse what cannot be meant."""
    refused = {
        "--max-tokens goes with --format markdown": max_tokens is not None and form != "markdown",
        "--endpoint goes with --format otlp or otlp-json": endpoint is not None and form not in _SENT,
        "--endpoint sends, so there is nothing for -o and --counts": endpoint is not None and bool(output or counts),
        "--json goes with --endpoint; --format json writes spans as JSON": as_json and endpoint is None,
        "--counts writes JSON, so it goes with no other --format": counts and form != "json",
    }
    for said, applies in refused.items():
        if applies:
            raise UsageError("options-together", said)
    if FORMATS[form].binary and output is None and endpoint is None and sys.stdout.isatty():
        raise UsageError("binary-terminal", f"{form} is not for a terminal: give -o FILE, or send it on with |")


def _counted(found: Target) -> list[FunctionCount]:
    """What was counted in the run that was named."""
    if found.span is not None:
        raise UsageError("whole-runs", "--counts is about whole runs: name a run, not a trace or a span")
    if not any(map(has_counters, found.run.segments)):
        raise TraceError("no-counters", f"run {found.run.id} has no counters: no setting had spans left out")
    return function_counts(found.run)


def _write(content: Callable[[BinaryIO], object], path: Path | None) -> None:
    if path is None:
        content(sys.stdout.buffer)
        return
    try:
        with path.open("wb") as file:
            content(file)
    except OSError as error:
        raise StorageError("cannot-write", f"{path}: {error.strerror or error}") from error


def _pairs(headers: tuple[str, ...]) -> dict[str, str]:
    """The headers; several in one word, as in the environment variable, have commas between them."""
    pairs = [pair for word in headers for pair in word.split(",") if pair.strip()]
    wrong = next((pair for pair in pairs if "=" not in pair), None)
    if wrong is not None:
        raise UsageError("bad-endpoint", f"{wrong!r} is no header: give NAME=VALUE")
    return {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs)}


def _send(source: Source, form: Format, endpoint: str, headers: dict[str, str], as_json: bool) -> int:
    form.writer()  # says what is missing
    from instrumenter.exporting.otlp import batches
    from instrumenter.exporting.sending import Collector, traces_url

    url = traces_url(endpoint)
    sent = Collector(url, headers, form.name == "otlp-json").send(batches(source))
    if as_json:
        print_json({"format": FORMAT, "run": source.run.id, "url": url, "batches": sent.batches, "spans": sent.spans,
                    "accepted": sent.accepted, "rejected": sent.rejected, "messages": sent.messages})  # fmt: skip
    else:
        for line in _told(sent, url):
            say(line)
    return _REJECTED if sent.rejected else 0


def _told(sent: Sent, url: str) -> list[str]:
    figures = f"sent {plural(sent.spans, 'span')} in {plural(sent.batches, 'request')} to {url}"
    what = f"{sent.accepted:,} accepted, {sent.rejected:,} rejected" if sent.rejected else "all accepted"
    return [f"{figures}: {what}", *(f"the collector says: {text}" for text in sent.messages)]
