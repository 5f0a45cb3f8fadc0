"""`instrument --history PATH`: the originals that a file has had."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from instrumenter import api
from instrumenter.cli._common import print_json
from instrumenter.cli._report import shown
from instrumenter.engine.targets import Target
from instrumenter.errors import UsageError
from instrumenter.vault import Backups, Original, Why

_WORDS = {
    Why.FIRST: "first instrumented",
    Why.PLAIN: "plain source again",
    Why.EDITED: "edited while instrumented",
    Why.FORCED: "taken out of a twin from elsewhere",
    Why.COPIED: "copied while instrumented",
    Why.MOVED: "moved here",
    Why.RESTORED: "restored from before",
    Why.EARLIER: "taken before there was a history",
}


def show_history(targets: tuple[Target, ...], as_json: bool) -> int:
    """Print the originals of one file, oldest first; returns the exit code."""
    if len(targets) != 1 or targets[0].functions:
        raise UsageError("one-path", "--history tells of one file: instrument --history PATH")
    path = targets[0].path
    vault, originals = api.history(path)
    if not originals and not path.exists():
        raise UsageError("no-such-path", f"{path}: no such file or folder")
    rows = [_row(number, original, vault.backups) for number, original in enumerate(originals, 1)]
    if as_json:
        print_json({"command": "instrument --history", "exitCode": 0, "path": shown(path), "originals": rows})
    elif originals:
        _print(rows, originals)
        click.echo(f"restore one of them with: uninstrument --restore --at N {shown(path)}")
    else:
        click.echo(f"the vault has no original of {shown(path)}")
    return 0


def _row(number: int, original: Original, backups: Backups) -> dict[str, object]:
    place = backups.place(original.original)
    kept = place if place.is_file() else None
    return {
        "number": number,
        "taken": _time(original.taken_ns, UTC),
        "size": kept and kept.stat().st_size,
        "digest": original.original,
        "why": original.why.value,
        "path": original.path,
        "original": kept and str(kept),
    }


def _print(rows: list[dict[str, object]], originals: list[Original]) -> None:
    click.echo(f"{'number':>6}  {'taken':19}  {'size':>9}  {'digest':12}  what happened")
    for row, original in zip(rows, originals, strict=True):
        taken = (_time(original.taken_ns, None) or "not known")[:19].replace("T", " ")
        size = "missing" if row["size"] is None else row["size"]
        digest = original.original[:12]
        click.echo(f"{row['number']:>6}  {taken:19}  {size:>9}  {digest}  {_WORDS[original.why]}{_from(original)}")


def _from(original: Original) -> str:
    return f" from {shown(Path(original.source))}" if original.source else ""


def _time(nanoseconds: int | None, zone: object) -> str | None:
    """Give a time as ISO 8601, in UTC or without a zone in the local one."""
    if nanoseconds is None:
        return None
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment.isoformat() if zone is UTC else moment.astimezone().replace(tzinfo=None).isoformat()
