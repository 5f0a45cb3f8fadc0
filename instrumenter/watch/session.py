"""What a watcher knows of its files, and what it does for those that something happened to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from instrumenter import api
from instrumenter.engine.admit import Gate
from instrumenter.engine.discover import Choice, Found, discover
from instrumenter.engine.narrow import narrow
from instrumenter.engine.results import Changed, Failed, Outcome
from instrumenter.errors import UsageError
from instrumenter.git.index import refresh_changed
from instrumenter.rewrite.dial import Dial
from instrumenter.settings import NO_RULES, TRACING_YAML, Rules, read_rules, read_settings
from instrumenter.vault import Entry, Vault
from instrumenter.watch.looks import digest_of, has_header
from instrumenter.watch.moves import moved
from instrumenter.watch.status import Said

_AGAIN = {"changed-meanwhile", "unreadable"}  # what another look may mend without another event


@dataclass
class _Known:
    """A file as it was left. `mark` is the sha256 of its bytes then: while they are these, nothing is done."""

    found: Found
    mark: str | None = None
    is_twin: bool = False


@dataclass
class Session:
    """The files of a command line, followed.

    `takes_new`: files that come later are instrumented too; `reinstruments`: those that were there are so again when
    they have changed.
    """

    choice: Choice
    options: api.Options
    said: Said
    takes_new: bool = True
    reinstruments: bool = True
    is_ending: Callable[[], bool] = lambda: False
    rules: dict[Path, Rules] = field(default_factory=dict)
    _files: dict[Path, _Known] = field(default_factory=dict)
    _dials: dict[Path, Dial] = field(default_factory=dict)  # of files that another command has given one
    _unseen: set[Path] = field(default_factory=set)  # files at which git has to be let look anew
    _git_trouble: str = ""

    @property
    def twins(self) -> int:
        """Return how many files are twins now."""
        return sum(known.is_twin for known in self._files.values())

    @property
    def paths(self) -> list[Path]:
        """Return the files that are followed."""
        return list(self._files)

    def start(self, plan: api.Plan) -> set[Path]:
        """Take the files that are there; gives those that need another look soon."""
        self.rules = dict(plan.rules)
        return self._run(plan)

    def everything(self) -> set[Path]:
        """Give all files that may need a look, when nobody knows what happened."""
        yamls = {root / TRACING_YAML for root in self.rules}
        return {*self._files, *discover(self._choice()).files, *yamls}

    def below(self, folder: Path) -> list[Path]:
        """Give the files that were below a folder that is gone."""
        return [path for path in self._files if path.is_relative_to(folder)]

    def handle(self, paths: Iterable[Path]) -> set[Path]:
        """Do what has to be done for files that something happened to; gives those that need another look soon.

        SpanwrightError if the vault cannot be used now; nothing is forgotten then, call again with the same files.
        """
        paths = set(paths)
        if any(path.name == TRACING_YAML for path in paths) and self._reread():
            paths |= self.everything()
        gone, there = self._sorted(path for path in paths if path.name != TRACING_YAML)
        entries = self._entries(there)
        files = [found for found in there if not self._is_elsewhere(found, entries[found.path])]
        places = moved(found for found in files if entries[found.path] is None)
        self._follow(places)
        for path in gone:
            self._forget(path)
        return self._run(self._plan(found for found in files if self._is_followed(found, places)))

    def finish(self) -> Iterator[Outcome]:
        """Give the originals back; yields what became of each file."""
        for target in self.choice.targets:
            try:
                plan = api.plan_restore(replace(self.choice, targets=(target,)))
            except UsageError:
                continue  # it is gone, and had nothing instrumented in it
            yield from api.run(plan, api.Options(level=0), self.said.line)

    def _choice(self) -> Choice:
        """A target may be gone for a while."""
        there = tuple(target for target in self.choice.targets if target.path.exists())
        return replace(self.choice, targets=there)

    def _reread(self) -> bool:
        """Take what `tracing.yaml` says now; where it is not right, what it said before stays in force."""
        try:
            rules = {root: read_rules(root) for root in self.rules}
        except UsageError as error:
            self.said.line(f"{error}; what it said before stays in force [{error.slug}]")
            return False
        if rules == self.rules:
            return False
        self.rules = rules
        self._dials.clear()
        for known in self._files.values():
            known.mark = None
        self.said.line(f"{TRACING_YAML} has changed")
        return True

    def _sorted(self, paths: Iterable[Path]) -> tuple[list[Path], list[Found]]:
        """Sort out those that were known and are gone, and those that have other bytes than when they were left."""
        gone: list[Path] = []
        changed: list[Found] = []
        strangers: list[Path] = []
        for path in paths:
            known, mark = self._files.get(path), digest_of(path)
            if known is None:
                strangers += [path] * (mark is not None)
            elif mark is None:
                gone += [path] * (not path.exists())
            elif mark != known.mark:
                changed.append(known.found)
        return gone, changed + self._met(strangers)

    def _met(self, strangers: list[Path]) -> list[Found]:
        """Find out which of the files that were never seen before belong to the targets."""
        if not strangers:
            return []
        only = frozenset(folder for path in strangers for folder in (path, *path.parents))
        return list(discover(replace(self._choice(), only=only)).files.values())

    def _is_followed(self, found: Found, places: dict[Path, Path]) -> bool:
        if found.path in self._files or found.path in places.values():
            return self.reinstruments
        return self.takes_new and Gate(found.root, read_settings(found.root, NO_RULES)).reason(found) is None

    def _entries(self, files: list[Found]) -> dict[Path, Entry | None]:
        vaults = {root: Vault.seen(root) for root in {found.root for found in files}}
        return {found.path: vaults[found.root].entry(found.path) for found in files}

    def _is_elsewhere(self, found: Found, entry: Entry | None) -> bool:
        """Say whether another command made the file what it is now: then it is left so, until it changes again."""
        known, mark = self._files.get(found.path), digest_of(found.path)
        if known is None or known.mark is None or mark is None:
            return False
        if entry is None and known.is_twin and not has_header(found.path):
            self.said.line(f"{self.said.name(found.path)}: restored by another command; its next change is followed")
            known.is_twin = False
        elif entry is not None and entry.twin == mark:
            self._dials[found.path] = Dial.parse(entry.plan or str(entry.level))
            known.is_twin = True
        else:
            return False
        known.mark = mark
        return True

    def _follow(self, places: dict[Path, Path]) -> None:
        for old, new in places.items():
            self._dials |= {new: self._dials.pop(old)} if old in self._dials else {}
            self.said.line(f"{self.said.name(old)}: is {self.said.name(new)} now")

    def _forget(self, path: Path) -> None:
        known = self._files[path]
        if known.is_twin:
            entry = Vault.seen(known.found.root).entry(path)
            if entry is not None:
                place = Vault(known.found.root).backups.place(entry.original)
                self.said.line(f"{self.said.name(path)}: deleted; its original is kept as {self.said.name(place)}")
        # It is still one of the files: with a change of branches it may come back.
        known.mark, known.is_twin = None, False

    def _plan(self, files: Iterable[Found]) -> api.Plan:
        by_root: dict[Path, list[Found]] = {}
        for found in files:
            if found.whole or self._is_twin(found.path) or narrow(self.choice.targets, [found])[0]:
                by_root.setdefault(found.root, []).append(found)
        return api.Plan(by_root, (), Counter(), self.rules, self._dials)

    def _is_twin(self, path: Path) -> bool:
        return path in self._files and self._files[path].is_twin

    def _run(self, plan: api.Plan) -> set[Path]:
        began, again, outcomes = time.monotonic(), set[Path](), list[Outcome]()
        batch = {found.path: found for files in plan.files.values() for found in files}
        for path, found in batch.items():
            self._files.setdefault(path, _Known(found)).mark = digest_of(path)
        try:
            for outcome in api.run(plan, replace(self.options, tells_git=False), self.said.line):
                outcomes.append(outcome)
                again |= self._note(outcome)
                if self.is_ending():
                    break
        finally:
            for path in batch.keys() - {outcome.path for outcome in outcomes}:
                self._files[path].mark = None  # nobody told what became of it
            self.said.outcomes([it for it in outcomes if it.path not in again], time.monotonic() - began)
        self._unseen |= {outcome.path for outcome in outcomes if isinstance(outcome, Changed)}
        return again | self._tell_git()

    def _tell_git(self) -> set[Path]:
        """Let git look anew at what was replaced; gives what has to wait, since another git command is at work."""
        troubles: list[str] = []
        self._unseen = refresh_changed(self._unseen, troubles.append)
        for trouble in troubles:
            if trouble != self._git_trouble:
                self.said.line(trouble)
        self._git_trouble = troubles[-1] if troubles else ""
        return self._unseen

    def _note(self, outcome: Outcome) -> set[Path]:
        known = self._files.get(outcome.path)
        if known is None:
            return set()
        if isinstance(outcome, Changed):
            known.mark, known.is_twin = outcome.digest, bool(outcome.levels)
        elif isinstance(outcome, Failed):
            if outcome.slug in _AGAIN and outcome.path.exists():
                known.mark = None
                return {outcome.path}
        else:
            known.is_twin = outcome.slug == "up-to-date"
        return set()
