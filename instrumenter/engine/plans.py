"""Which files a command is about, which vault each belongs to, and what its project's `tracing.yaml` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from instrumenter.engine.admit import admitted
from instrumenter.engine.discover import Choice, Discovery, Found, check_exist, discover
from instrumenter.engine.narrow import narrow
from instrumenter.engine.results import Failed, Skipped
from instrumenter.engine.targets import Target
from instrumenter.engine.wanted import Wanted, wanted_of
from instrumenter.rewrite.dial import Dial
from instrumenter.settings import NO_RULES, LeftOut, Rules, find_root, find_vault, read_rules
from instrumenter.vault import Entry, Vault


@dataclass(frozen=True)
class Plan:
    """The files of a command by the root of their project; what is not taken, and why; the rules of each root.

    `dials` are those that files keep, whatever the rules and the command line's level say.
    """

    files: dict[Path, list[Found]]
    aside: tuple[Skipped | Failed, ...]
    left_out: Counter[LeftOut]
    rules: Mapping[Path, Rules] = field(default_factory=dict)
    dials: Mapping[Path, Dial] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return the number of files."""
        return sum(map(len, self.files.values()))

    def wanted(self, found: Found, level: int | None) -> Wanted:
        """Say what is wanted of a file, `level` being the command line's."""
        if found.path in self.dials:
            return Wanted(self.dials[found.path])
        relative = found.path.relative_to(found.root) if found.path.is_relative_to(found.root) else found.path
        return wanted_of(self.rules.get(found.root, NO_RULES), relative, level, () if found.whole else found.parts)


def plan_check(choice: Choice) -> Plan:
    """Find the files that are there; UsageError if a path does not exist."""
    discovery = discover(choice)
    return _plan(choice, discovery, discovery.files.values())


def plan_instrument(choice: Choice) -> Plan:
    """Find the files to instrument; UsageError if a path does not exist, `tracing.yaml` or a setting is wrong."""
    plan = plan_check(choice)
    rules = {root: read_rules(root) for root in plan.files}
    files, left_out = admitted(plan.files)
    return replace(plan, files=files, left_out=plan.left_out + left_out, rules=rules)


def plan_restore(choice: Choice) -> Plan:
    """Find the files to restore: those in the paths that a vault knows, and what else is there.

    Without paths: all that the vault of the current folder's project knows. UsageError if a path neither exists nor is
    known.
    """
    if not choice.targets:
        root = find_vault(Path.cwd()) or find_root(Path.cwd())
        return _finishing(_plan_all(choice, root), {root})
    there = tuple(target for target in choice.targets if target.path.exists())
    discovery = discover(replace(choice, targets=there))
    files = dict(discovery.files)
    roots = {target: _roots(target.path, discovery) for target in choice.targets}
    for target in choice.targets:
        of_path = [found for root in roots[target] for found in _known(choice, root, target)]
        if not of_path:
            check_exist([target.path])
        for found in of_path:
            files[found.path] = found.merged(files.get(found.path))
    return _finishing(_plan(choice, discovery, files.values()), set().union(*roots.values()))


def plan_restore_at(target: Target) -> Plan:
    """Take the one file that is to have an original of before: it may be gone, recorded as a twin or not."""
    path = target.path.resolve()
    if path.exists():
        return plan_restore(Choice((target,)))
    root = find_root(path)
    return Plan({root: [Found(path, root, named=True)]}, (), Counter())


def _finishing(plan: Plan, roots: Iterable[Path]) -> Plan:
    """Take up also the vaults in which a command was cut short before it had made a twin: it is finished, too."""
    for root in roots:
        if Vault(root).is_cut_short:
            plan.files.setdefault(root, [])
    return plan


def _plan_all(choice: Choice, root: Path) -> Plan:
    """All that the vault knows; what is gone may have been moved, so then the project is searched for it."""
    known = {found.path: found for found in _known(choice, root, None)}
    if all(path.exists() for path in known):
        return _plan(choice, Discovery(), known.values())
    discovery = discover(replace(choice, targets=(Target(root),), all_kinds=True))
    return _plan(choice, discovery, (discovery.files | known).values())


def _roots(path: Path, discovery: Discovery) -> set[Path]:
    real = path.resolve()
    return {find_root(path), *(found.root for found in discovery.files.values() if found.path.is_relative_to(real))}


def _known(choice: Choice, root: Path, target: Target | None) -> Iterable[Found]:
    """The files that the vault knows, all or those at or below a target, also one that links once led to."""
    vault = Vault.seen(root)
    for entry in vault.entries.values():
        path = vault.path(entry)
        if (target is None or _lies(entry, vault, target.path)) and choice.wants(path, root):
            parts = target.parts if target else ()
            yield Found(path, root, named=True, whole=not parts, parts=parts)


def _lies(entry: Entry, vault: Vault, below: Path) -> bool:
    places = [vault.path(entry), *(vault.root / link for link in entry.links)]
    return any(place.is_relative_to(target) for place in places for target in (below.resolve(), below.absolute()))


def _plan(choice: Choice, discovery: Discovery, found: Iterable[Found]) -> Plan:
    taken, missing = narrow(choice.targets, found)
    files: dict[Path, list[Found]] = {}
    for file in sorted(taken, key=lambda file: file.path):
        files.setdefault(file.root, []).append(file)
    return Plan(files, (*discovery.aside, *missing), discovery.left_out)
