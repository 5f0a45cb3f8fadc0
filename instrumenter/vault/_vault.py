"""The vault of one project: originals, manifest, journal, site tables."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from instrumenter.settings import VAULT_FOLDER
from instrumenter.vault import _disk, _journal, _manifest
from instrumenter.vault._backups import Backups
from instrumenter.vault._change import Change, Refusal
from instrumenter.vault._disk import storage
from instrumenter.vault._lock import locked
from instrumenter.vault._manifest import Entry
from instrumenter.vault._replace import replace_all

_PATIENCE = 5.0  # seconds


class Vault:
    """A project's vault; get one from `Vault.opened`, to change something, or from `Vault.seen`, to look."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / VAULT_FOLDER
        self.backups = Backups(self.folder / "backups")
        self.entries: dict[str, Entry] = {}
        self.recovered: _journal.Settled | None = None
        self.done: tuple[str, ...] = ()  # the files, by path in the manifest, that the last `apply` has done

    @classmethod
    @contextlib.contextmanager
    def opened(cls, root: Path, patience: float | None = None) -> Iterator[Vault]:
        """Lock the vault of `root`, making it where there is none, and finish what an earlier command left undone.

        What was finished is in `recovered`. VaultError if the vault is damaged, of another version, or still in use
        after `patience` seconds (None: a few).
        """
        vault = cls(root)
        is_new = not vault.folder.exists()
        with locked(vault.folder / "lock", _PATIENCE if patience is None else patience):
            try:
                steps = vault._load()
                if steps is not None:
                    vault.recovered = vault._finish(steps)
                yield vault
            finally:
                if is_new:
                    vault._vanish_if_unused()

    @classmethod
    def seen(cls, root: Path) -> Vault:
        """Read the vault of `root` as it will be once a command that was cut short is finished; writes nothing."""
        vault = cls(root)
        steps = vault._load()
        if steps is not None:
            vault.entries = _journal.settle(steps, vault.entries, root).entries
        return vault

    def key(self, path: Path) -> str:
        """Return the path by which the manifest knows a file."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def path(self, entry: Entry) -> Path:
        """Return where the file of an entry is."""
        return self.root / entry.path

    def entry(self, path: Path) -> Entry | None:
        """Return what the manifest knows of a file."""
        return self.entries.get(self.key(path))

    def follow(self, paths: Iterable[Path]) -> set[Path]:
        """Let the entries of files that are gone go over to those of `paths` that hold their twins: they were moved.

        Returns where they were.
        """
        gone = {entry.twin: entry for entry in self.entries.values() if not self.path(entry).exists()}
        left = set()
        for path in paths if gone else ():
            moved = gone.pop(_disk.digest_of(path) or "", None) if self.entry(path) is None else None
            if moved is not None:
                left.add(self.path(self.entries.pop(moved.path)))
                self.entries[self.key(path)] = replace(moved, path=self.key(path), links=())
        return left

    def has_sites(self, twin_id: str) -> bool:
        """Say whether the site table and the position map of a twin are there."""
        return all((self.folder / "sites" / f"{twin_id}{suffix}").exists() for suffix in (".json", ".map"))

    def forget(self, keys: Sequence[str]) -> None:
        """Take files out of the manifest; their originals stay in the vault."""
        known = [key for key in keys if key in self.entries]
        for key in known:
            del self.entries[key]
        if known:
            self._write_manifest()

    def apply(self, changes: Sequence[Change]) -> dict[Path, Refusal]:
        """Make the changes, in the order that loses nothing; return the files that refused, each with its reason.

        Originals are durable before the journal is, the journal is before any file is touched, each file is renamed
        into place, and what is then on the disk goes into the manifest. StorageError if the next file would fail too:
        what was done until then stays done and is named in `done`.
        """
        self.done = ()
        if not changes:
            return {}
        self._prepare(changes)
        steps = [self._step(number, change) for number, change in enumerate(changes)]
        with storage("writing the vault's journal"):
            _disk.replace_whole(self.folder / "journal", _journal.encode(steps))
        refusals: dict[Path, Refusal] = {}
        pairs = [
            (change, self._temporary(step)) for change, step in zip(changes, steps, strict=True) if change.replaces
        ]
        try:
            replace_all(pairs, refusals)
        finally:
            self.done = self._finish([step for step in steps if self.root / step.path not in refusals]).done
        return refusals

    def _prepare(self, changes: Sequence[Change]) -> None:
        sites = self.folder / "sites"
        with storage("keeping the originals"):
            sites.mkdir(exist_ok=True)
            if not (self.folder / ".gitignore").exists():
                _disk.ensure(self.folder / ".gitignore", b"*\n")
            self.backups.keep((data, change.seen.mode) for change in changes for data in change.keep)
            for change in changes:
                for name, data in change.sites.items():
                    _disk.ensure(sites / name, data)

    def _step(self, number: int, change: Change) -> _journal.Step:
        temporary = f".spanwright-{os.getpid()}-{number}.new"
        after = _disk.digest(change.content)
        return _journal.Step(self.key(change.path), change.seen.digest, after, temporary, change.entry)

    def _temporary(self, step: _journal.Step) -> Path:
        return (self.root / step.path).with_name(step.temporary)

    def _load(self) -> list[_journal.Step] | None:
        """Read the manifest; return the steps of the journal if there is one."""
        manifest, journal = self.folder / "manifest", self.folder / "journal"
        with storage("reading the vault"):
            if manifest.exists():
                self.entries = _manifest.decode(manifest.read_bytes(), manifest)
            return _journal.decode(journal.read_bytes(), journal) if journal.exists() else None

    def _finish(self, steps: Sequence[_journal.Step]) -> _journal.Settled:
        """Bring the manifest up to what the steps have come to, take away what they left, then the journal."""
        settled = _journal.settle(steps, self.entries, self.root)
        with storage("finishing in the vault"):
            for step in steps:
                self._temporary(step).unlink(missing_ok=True)
            if settled.entries != self.entries:
                self.entries = settled.entries
                self._write_manifest()
            (self.folder / "journal").unlink(missing_ok=True)
            _disk.make_durable([self.folder])
        return settled

    def _write_manifest(self) -> None:
        with storage("writing the vault's manifest"):
            _disk.replace_whole(self.folder / "manifest", _manifest.encode(self.entries))

    def _vanish_if_unused(self) -> None:
        """A command that found nothing to do leaves no vault behind."""
        if not (self.folder / "manifest").exists() and not (self.folder / "backups").exists():
            (self.folder / "lock").unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.folder.rmdir()
