"""`spans settings`: what each setting says, and where that stands."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import columns, paint, root_option, say
from instrumenter.settings import Setting, find_root, find_vault, read_settings, strangers
from instrumenter.trace.jsonable import FORMAT, Json
from instrumenter.trace.text import clean

_UNSET = "-"


@click.command(cls=Command, context_settings=HELP)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/settings.md describes it.")
def main(words: tuple[str, ...], root: Path | None, as_json: bool) -> None:
    """Print the value of each setting and where it comes from; with WORDs those that have one in their names.

    The command line's options count most, then the environment, then tracing.yaml, then tracing.env, the file at the
    project's root that is yours alone: nothing here writes it. tracing.env.example has all settings.

    \b
    spans settings
    spans settings capture max_depth
    TRACING_DEFAULT_LEVEL=3 spans settings level
    """
    place = (root or Path.cwd()).resolve()
    project = find_vault(place) or find_root(place)
    settings = read_settings(project)
    shown = [setting for setting in settings.all if _is_meant(setting, words)]
    notes = [*settings.notes(), *strangers()]
    if as_json:
        rows = list[Json](_row(setting) for setting in shown)
        print_json({"format": FORMAT, "root": str(project), "settings": rows, "notes": list[Json](notes)})
        return
    heading, *lines = columns(
        [["setting", "value", "from"], *([it.key.name, clean(it.text) or _UNSET, it.source] for it in shown)]
    )
    say(paint(heading, "dim"))
    for line, setting in zip(lines, shown, strict=True):
        say(line if setting.source == "default" else paint(line, "name"))
    for note in notes:
        click.echo(f"note: {clean(note)}", err=True)


def _is_meant(setting: Setting, words: tuple[str, ...]) -> bool:
    return not words or any(word.upper() in setting.key.name for word in words)


def _row(setting: Setting) -> Json:
    key, value = setting.key, setting.value
    return {
        "name": key.name, "value": list(value) if isinstance(value, tuple) else value, "text": setting.text,
        "from": setting.source, "kind": key.kind.name, "default": key.default, "readBy": key.reader,
        "says": key.says, "later": key.later,
    }  # fmt: skip
