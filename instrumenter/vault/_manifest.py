"""The manifest: which files are twins, and what gives their originals back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from instrumenter.vault._sealed import seal, unseal


@dataclass(frozen=True)
class Entry:
    """One twin. `path` is relative to the root, with slashes; absolute if the file lies outside."""

    path: str
    original: str  # sha256 of its bytes, and so its place in backups/
    twin: str  # sha256 of its bytes
    id: str
    level: int  # of the file; 0 where only functions that the plan names have probes
    mode: int  # of the original
    mtime_ns: int  # of the original
    links: tuple[str, ...] = ()  # symbolic links through which it was reached, as paths like `path`
    plan: str = ""  # what was asked for beyond the level, as docs/site-table.md has it


def encode(entries: Mapping[str, Entry]) -> bytes:
    """Return the bytes of the manifest."""
    return seal("manifest", (row_of(entries[path]) for path in sorted(entries)))


def decode(data: bytes, path: Path) -> dict[str, Entry]:
    """Return the entries by path; VaultError if the bytes, read from `path`, are no manifest of this version."""
    entries = (entry_of(row) for row in unseal("manifest", data, path))
    return {entry.path: entry for entry in entries}


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as a JSON object."""
    row = asdict(entry)
    return row if entry.plan else {key: value for key, value in row.items() if key != "plan"}


def entry_of(row: dict[str, Any]) -> Entry:
    """Return the entry that a JSON object describes."""
    return Entry(**{**row, "links": tuple(row["links"])})
