"""The vault of one project: originals, manifest, journal, site tables."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from instrumenter.settings import VAULT_FOLDER
from instrumenter.vault import _disk, _history, _journal, _manifest
from instrumenter.vault._backups import Backups
from instrumenter.vault._change import Change, Refusal
from instrumenter.vault._disk import storage
from instrumenter.vault._history import History, Original, Why
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
        self.sites = self.folder / "sites"
        self._history = History(self.folder / "history")
        self._moves: list[Original] = []
        self.entries: dict[str, Entry] = {}
        self._written: dict[str, Entry] = {}  # what the manifest on the disk says
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
                    vault.recovered = vault._finish(steps, map(vault._temporary, steps))
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

    def history(self, path: Path) -> list[Original]:
        """Return the originals that a path has had, oldest first."""
        known = self._history.read() or _history.seeds(self.entries, self.backups)
        return _history.of_path([*known, *self._moves], self.key(path))

    def follow(self, paths: Iterable[Path], id_of: Callable[[Path], str | None] = lambda _: None) -> set[Path]:
        """Let the entries of files that are gone go over to those of `paths` that hold their twins: they were moved.

        `id_of` tells by its id which twin a file is, also one that was edited since. Returns where they were.
        """
        gone = [entry for entry in self.entries.values() if not _is_there(self.path(entry))]
        strangers = [path for path in paths if self.entry(path) is None] if gone else []
        left = self._hand_over({entry.twin: entry for entry in gone}, strangers, _disk.digest_of)
        gone = [entry for entry in gone if entry.path in self.entries]
        strangers = [path for path in strangers if self.entry(path) is None] if gone else []
        return left | self._hand_over({entry.id: entry for entry in gone}, strangers, id_of)

    def _hand_over(
        self, gone: dict[str, Entry], paths: Iterable[Path], mark_of: Callable[[Path], str | None]
    ) -> set[Path]:
        left = set()
        for path in paths:
            moved = gone.pop(mark_of(path) or "", None) if gone else None
            if moved is not None:
                key = self.key(path)
                left.add(self.path(self.entries.pop(moved.path)))
                self.entries[key] = replace(moved, path=key, links=())
                why, now = Why.MOVED, time.time_ns()
                self._moves.append(Original(key, moved.original, moved.mode, moved.mtime_ns, why, now, moved.path))
        return left

    def has_sites(self, twin_id: str) -> bool:
        """Say whether the site table and the position map of a twin are there."""
        return all((self.sites / f"{twin_id}{suffix}").exists() for suffix in (".json", ".map"))

    @property
    def is_cut_short(self) -> bool:
        """Say whether a command has left a journal, which the next one finishes; or is at work."""
        return (self.folder / "journal").exists()

    def mend(self, originals: Iterable[tuple[bytes, int]] = (), sites: Mapping[str, bytes] | None = None) -> None:
        """Have originals, each with its mode, and files of `sites/` that were missing or damaged."""
        with storage("mending the vault"):
            self.backups.keep(originals)
            self._keep_sites(sites or {})

    def _keep_sites(self, files: Mapping[str, bytes]) -> None:
        self.sites.mkdir(exist_ok=True)
        for name, data in files.items():
            _disk.ensure(self.sites / name, data)

    def forget(self, keys: Sequence[str]) -> None:
        """Take files out of the manifest; their originals stay in the vault."""
        known = [key for key in keys if key in self.entries]
        if known:
            self._record(())
            for key in known:
                del self.entries[key]
            self._keep_manifest()

    def keep_moves(self) -> None:
        """Have it written down where `follow` has found files, whether or not they change."""
        if self._moves:
            self._record(())
            self._keep_manifest()

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
        self._record(changes)
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
            tried = [step for step in steps if self.root / step.path not in refusals]
            self.done = self._finish(tried, [self._temporary(step) for step in steps]).done
        return refusals

    def _prepare(self, changes: Sequence[Change]) -> None:
        with storage("keeping the originals"):
            self.sites.mkdir(exist_ok=True)
            if not (self.folder / ".gitignore").exists():
                _disk.ensure(self.folder / ".gitignore", b"*\n")
            self.backups.keep((data, change.seen.mode) for change in changes for data in change.keep)
            for change in changes:
                self._keep_sites(change.sites)

    def _record(self, changes: Sequence[Change]) -> None:
        """Add to the history what is kept for these changes: true as soon as it is kept, whatever becomes of them."""
        new = [original for change in changes for original in self._originals(change)]
        unknown = [original for original in new if original.path not in self.entries]
        known = self._history.read() if unknown else []
        lasts = {original.path: original.original for original in known}
        lasts |= {key: entry.original for key, entry in self.entries.items()}
        added = list(self._moves)
        for original in new:
            last = lasts.get(original.path)
            if last != original.original:
                is_first = last is None and original.why is Why.PLAIN
                added.append(replace(original, why=Why.FIRST) if is_first else original)
                lasts[original.path] = original.original
        moved = {original.path for original in self._moves}
        before = {key: entry for key, entry in self.entries.items() if key not in moved}
        self._history.add(added, _history.seeds(before, self.backups))
        self._moves.clear()

    def _originals(self, change: Change) -> Iterator[Original]:
        entry, now = change.entry, time.time_ns()
        for original in change.originals:
            yield replace(original, taken_ns=now)
        if entry is not None and not change.originals:
            yield Original(entry.path, entry.original, entry.mode, entry.mtime_ns, Why.PLAIN, now)

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
            # In this order: who reads without the lock sees a journal vanish only after the manifest has what it said.
            data = _disk.read_if_there(journal)
            steps = None if data is None else _journal.decode(data, journal)
            data = _disk.read_if_there(manifest)
            if data is not None:
                self.entries = _manifest.decode(data, manifest)
                self._written = dict(self.entries)
            return steps

    def _finish(self, steps: Sequence[_journal.Step], temporaries: Iterable[Path]) -> _journal.Settled:
        """Bring the manifest up to what the steps have come to, take the temporary files away, then the journal."""
        settled = _journal.settle(steps, self.entries, self.root)
        with storage("finishing in the vault"):
            for temporary in temporaries:
                temporary.unlink(missing_ok=True)
            self.entries = settled.entries
            self._keep_manifest()
            (self.folder / "journal").unlink(missing_ok=True)
            _disk.make_durable([self.folder])
        return settled

    def _keep_manifest(self) -> None:
        if self.entries != self._written:
            with storage("writing the vault's manifest"):
                _disk.replace_whole(self.folder / "manifest", _manifest.encode(self.entries))
            self._written = dict(self.entries)

    def _vanish_if_unused(self) -> None:
        """A command that found nothing to do leaves no vault behind."""
        if not (self.folder / "manifest").exists() and not (self.folder / "backups").exists():
            (self.folder / "lock").unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.folder.rmdir()


def _is_there(path: Path) -> bool:
    """Say whether a file is where it was recorded; a link there, or above it, leads to another."""
    return path.is_file() and path.resolve() == path
