"""The history: which originals each path has had, one sealed line for each, only ever added to."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from instrumenter.errors import VaultError
from instrumenter.vault import _disk
from instrumenter.vault._backups import Backups
from instrumenter.vault._manifest import Entry

_NAME = b"spanwright history "
_VERSION = 1
_FIRST_LINE = b"%s%d\n" % (_NAME, _VERSION)


class Why(Enum):
    """How an original came to be one."""

    FIRST = "first"  # plain source that this path had not had in the vault before
    PLAIN = "plain"  # plain source again: another version, or saved over the twin
    EDITED = "edited"  # a twin was edited; this is it without the probes
    FORCED = "forced"  # taken out of a twin that the vault did not know
    COPIED = "copied"  # of a copy of a twin that the vault knows
    MOVED = "moved"  # the file came here from another path, with the history of that
    RESTORED = "restored"  # an earlier original was asked for
    EARLIER = "earlier"  # taken before the vault kept a history


@dataclass(frozen=True)
class Original:
    """An original that a path has had. `taken_ns` is None where the time is not known."""

    path: str  # as in the manifest
    original: str  # sha256 of its bytes, and so its place in backups/
    mode: int
    mtime_ns: int
    why: Why
    taken_ns: int | None = None
    source: str = ""  # MOVED: the path it had before


@dataclass(frozen=True)
class History:
    """The file `history` of a vault."""

    file: Path

    def read(self) -> list[Original]:
        """Return all that was recorded, oldest first; lines that are damaged are left out. VaultError if unknown."""
        with _disk.storage("reading the vault's history"):
            data = self.file.read_bytes() if self.file.exists() else _FIRST_LINE
        _check_version(data.partition(b"\n")[0], self.file)
        lines = data[: data.rfind(b"\n") + 1].split(b"\n")[1:-1]  # behind the last newline a command died
        return [original for line in lines if (original := _decode(line)) is not None]

    def add(self, originals: Sequence[Original], seeds: Sequence[Original]) -> None:
        """Record more, durably; `seeds` come first where there is no history yet."""
        if not originals:
            return
        with _disk.storage("writing the vault's history"):
            if self.file.exists():
                self._append(b"".join(map(encode, originals)))
            else:
                _disk.replace_whole(self.file, _FIRST_LINE + b"".join(map(encode, [*seeds, *originals])))

    def _append(self, lines: bytes) -> None:
        with self.file.open("r+b", buffering=0) as file:
            data = file.read()
            _check_version(data.partition(b"\n")[0], self.file)
            end = data.rfind(b"\n") + 1
            file.truncate(end)
            file.seek(end)
            try:
                _write(file.fileno(), lines)
                os.fsync(file.fileno())
            except BaseException:
                with contextlib.suppress(OSError):
                    file.truncate(end)
                raise


def of_path(originals: Sequence[Original], path: str) -> list[Original]:
    """Return the originals that a path has had, with those of where it was before, each once in a row."""
    lists: dict[str, list[Original]] = {}
    for original in originals:
        known = lists.setdefault(original.path, [])
        came = lists.get(original.source, []) if original.why is Why.MOVED else []
        if came and known[-len(came) :] != came:  # a command that was killed may have recorded the move already
            known += came
        if not known or known[-1].original != original.original:
            known.append(original)
    return lists.get(path, [])


def seeds(entries: Mapping[str, Entry], backups: Backups) -> list[Original]:
    """Return what a manifest of before there was a history tells of it; a backup is as old as its file."""
    found = []
    for entry in entries.values():
        taken = None
        with contextlib.suppress(OSError):
            taken = backups.place(entry.original).stat().st_mtime_ns
        found.append(Original(entry.path, entry.original, entry.mode, entry.mtime_ns, Why.EARLIER, taken))
    return found


def encode(original: Original) -> bytes:
    """Return the line for an original: the digest of what follows it, then a JSON object."""
    row: dict[str, Any] = {key: value for key, value in asdict(original).items() if value not in (None, "")}
    text = json.dumps({**row, "why": original.why.value}, sort_keys=True).encode("ascii")
    return _disk.digest(text).encode("ascii") + b" " + text + b"\n"


def _decode(line: bytes) -> Original | None:
    seal, _, text = line.partition(b" ")
    if seal != _disk.digest(text).encode("ascii"):
        return None
    original = Original(**json.loads(text))
    return replace(original, why=Why(original.why))


def _check_version(line: bytes, path: Path) -> None:
    if line + b"\n" == _FIRST_LINE:
        return
    number = line.removeprefix(_NAME)
    if line.startswith(_NAME) and number.isdigit():
        raise VaultError(
            "vault-version",
            f"{path}: this history has version {int(number)}, known is {_VERSION}; "
            "use the version of spanwright that wrote it",
        )
    raise VaultError(
        "history-damaged",
        f"{path}: the beginning of the history is damaged, nothing was changed; move it away: "
        "all originals stay in backups/ beside it, and a new history begins",
    )


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
