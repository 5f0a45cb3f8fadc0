"""`spans import`: makes a run of what was exported, here or by others."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, root_option, say
from instrumenter.importing.reading import Imported, import_file
from instrumenter.settings import find_root
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.runs import trace_folder
from instrumenter.trace.text import clean, plural


@click.command(cls=Command, context_settings=HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@root_option
@json_option
def main(file: Path, root: Path | None, as_json: bool) -> None:
    """Make a run of FILE: the JSON of `spans export`, or trace events as VizTracer and Chrome have them.

    The run is read like one that was recorded here; `spans runs` says that it was imported. It is the last run until
    another begins, and has the times that the file has.

    \b
    spans import run.json
    spans tree                            the imported run
    spans import result.json --root ~/project
    """
    project = find_root(root or Path.cwd())
    imported = import_file(file, trace_folder(project), project / ".spanwright" / "sites", str(project))
    if as_json:
        print_json({"format": FORMAT, "run": imported.run, "spans": imported.spans, "processes": imported.processes,
                    "orphans": imported.orphans, "ignored": imported.ignored})  # fmt: skip
        return
    for line in _told(imported, file):
        say(line)


def _told(imported: Imported, file: Path) -> list[str]:
    processes = f" of {plural(imported.processes, 'process')[:-1]}es" if imported.processes > 1 else ""
    lines = [f"imported {clean(file.name)}: run {imported.run}, {plural(imported.spans, 'span')}{processes}"]
    if imported.ignored:
        phases = ", ".join(f"{count:,} {phase}" for phase, count in sorted(imported.ignored.items()))
        lines.append(f"passed over events that are no spans: {phases}")
    if imported.orphans:
        lines.append(f"{plural(imported.orphans, 'span')} of processes that hang below no other became traces")
    return [*lines, f"read it with: spans tree {imported.run}"]
