"""What a vault lacks, and what commands that were cut short have left: found, and put right where that can be done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from instrumenter import rewrite
from instrumenter.errors import RewriteError, StorageError
from instrumenter.rewrite.dial import Dial
from instrumenter.settings import VAULT_FOLDER
from instrumenter.trace.sites import SiteTables
from instrumenter.vault import Entry, Vault, digest, read

_TEMPORARY = re.compile(r"\.spanwright-\d+-(\d+|strip)\.new")
_WRITTEN = ("", "backups", "sites")  # the folders of the vault in which commands write


@dataclass
class Health:
    """What was put right, and what is wrong still; a line each."""

    mended: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def look(root: Path) -> Health:
    """Say what is wrong with the vault of `root`; changes nothing. VaultError if it cannot be read."""
    vault, health = Vault.seen(root), Health()
    if vault.is_cut_short:
        health.findings.append(
            "a command was cut short, or is at work; the next one finishes it, as does: spans doctor --repair"
        )
    for path in leftovers(vault):
        health.findings.append(f"{_shown(path, root)}: left by a command that was cut short: spans doctor --repair")
    for entry in _without_original(vault):
        health.findings.append(f"{entry.path}: {_lost(vault, entry)}")
    for entry in _without_sites(vault):
        health.findings.append(f"{entry.path}: {_unreadable(vault, entry)}")
    health.findings += _damaged(vault)
    return health


def repair(root: Path) -> Health:
    """Finish what was cut short, and put right what can be; VaultError or StorageError if the vault cannot be used."""
    health = Health()
    with Vault.opened(root) as vault:
        if vault.recovered is not None:
            health.mended.append(str(vault.recovered))
        health.mended += [f"{_shown(path, root)}: removed" for path in _removed(vault)]
        for entry in _without_original(vault):
            is_back = _take_original_back(vault, entry)
            lines = health.mended if is_back else health.findings
            lines.append(f"{entry.path}: {'its original is in the vault again' if is_back else _lost(vault, entry)}")
        for entry in _without_sites(vault):
            is_back = _make_sites_anew(vault, entry)
            lines = health.mended if is_back else health.findings
            lines.append(f"{entry.path}: {'its site table was made anew' if is_back else _unreadable(vault, entry)}")
        health.findings += _damaged(vault)
    return health


def leftovers(vault: Vault) -> Iterator[Path]:
    """Yield the temporary files in the vault, in the project and beside recorded files outside it."""
    for name in _WRITTEN:
        yield from sorted((vault.folder / name).glob("*/*.new" if name == "backups" else "*.new"))
    outside = {vault.path(entry).parent for entry in vault.entries.values()}
    for folder in sorted(folder for folder in outside if not folder.is_relative_to(vault.root)):
        yield from (path for path in sorted(folder.glob("*.new")) if _TEMPORARY.fullmatch(path.name))
    for place, folders, files in os.walk(vault.root):
        folders[:] = sorted(name for name in folders if name not in (VAULT_FOLDER, ".git"))
        yield from (Path(place, name) for name in sorted(files) if _TEMPORARY.fullmatch(name))


def _removed(vault: Vault) -> Iterator[Path]:
    for path in list(leftovers(vault)):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError("storage", f"removing {path}: {error.strerror or error}") from error
        yield path


def _without_original(vault: Vault) -> list[Entry]:
    return [entry for entry in vault.entries.values() if vault.backups.get(entry.original) is None]


def _take_original_back(vault: Vault, entry: Entry) -> bool:
    """Give the vault the original again, out of its twin."""
    try:
        source = rewrite.strip(read(vault.path(entry))[0])
    except (OSError, RewriteError):
        return False
    if digest(source) != entry.original:
        return False
    vault.mend([(source, entry.mode)])
    return True


def _without_sites(vault: Vault) -> list[Entry]:
    return [entry for entry in vault.entries.values() if not _has_sites(vault, entry.id)]


def _has_sites(vault: Vault, twin_id: str) -> bool:
    return vault.has_sites(twin_id) and SiteTables(vault.sites).get(twin_id, twin_id) is not None


def _make_sites_anew(vault: Vault, entry: Entry) -> bool:
    """The same original at the same levels gives the same table, if this version writes the twin as that one did."""
    source = vault.backups.get(entry.original)
    if source is None:
        return False
    try:
        twin = rewrite.instrument(source, Dial.parse(entry.plan or str(entry.level)), Path(entry.path).name)
    except RewriteError:
        return False
    if twin is None or twin.id != entry.id:
        return False
    vault.mend(sites={f"{twin.id}.json": twin.table, f"{twin.id}.map": twin.positions})
    return True


def _damaged(vault: Vault) -> Iterator[str]:
    """Originals of before whose bytes have changed; those that files need now are told with their files."""
    needed = {entry.original for entry in vault.entries.values()}
    for path in sorted(vault.backups.folder.glob("*/*")):
        if path.suffix != ".new" and path.name not in needed and vault.backups.get(path.name) is None:
            yield f"{_shown(path, vault.root)}: the bytes of this original have changed"


def _lost(vault: Vault, entry: Entry) -> str:
    return f"its original in the vault is missing or damaged: {vault.backups.place(entry.original)}"


def _unreadable(vault: Vault, entry: Entry) -> str:
    place = vault.sites / f"{entry.id}.json"
    return f"its site table is missing or damaged: {place}; made anew by: instrument --force {entry.path}"


def _shown(path: Path, root: Path) -> str:
    return os.fspath(path.relative_to(root)) if path.is_relative_to(root) else os.fspath(path)
