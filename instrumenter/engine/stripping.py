"""Taking probes out of twins where there is no vault: in a fresh clone of twins that somebody committed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from instrumenter import rewrite
from instrumenter.engine.discover import Found
from instrumenter.engine.results import Changed, Failed, Outcome, Unchanged
from instrumenter.errors import RewriteError
from instrumenter.settings import VAULT_FOLDER
from instrumenter.vault import Change, Refusal, read, replace_alone


def has_vault(root: Path) -> bool:
    """Say whether a project has a vault that may know its twins; a program that ran leaves a folder without one."""
    folder = root / VAULT_FOLDER
    return any((folder / name).exists() for name in ("manifest", "journal", "backups"))


def strip_files(files: Sequence[Found], *, writes: bool) -> Iterator[Outcome]:
    """Take the probes out of the files, each replaced whole; yields what became of each.

    There is no journal without a vault: what a command that was killed has left is known by its name.
    """
    if writes:
        for folder in {found.path.parent for found in files}:
            _clear(folder)
    for found in files:
        yield _strip(found.path, writes=writes)


def _clear(folder: Path) -> None:
    """Remove the temporary files of processes that are no more."""
    for path in folder.glob(".spanwright-*-strip.new"):
        number = path.name.split("-")[1]
        if number.isdigit() and not _lives(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _strip(path: Path, *, writes: bool) -> Outcome:
    try:
        data, seen = read(path)
        if not rewrite.has_probes(data):
            return Unchanged(path, "not-instrumented", "not instrumented")
        source = rewrite.take_out(data)
        if writes:
            replace_alone(Change(path, seen, source, None, seen.mode, seen.mtime_ns), os.getpid())
    except RewriteError as error:
        remedy = "" if error.slug != "cannot-strip" else "; mend this place, or take the file from your version control"
        return Failed(path, error.slug, f"{error}{remedy}", error.line, error.column)
    except Refusal as refusal:
        return Failed(path, refusal.slug, str(refusal))
    except OSError as error:
        return Failed(path, "unreadable", f"cannot be read: {error.strerror or error}")
    return Changed(path, 0)
