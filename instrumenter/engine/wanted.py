"""What is wanted of a file: by the command line first, then by `tracing.yaml`, then by default."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePath

from instrumenter.engine.globs import Globs
from instrumenter.engine.targets import Target
from instrumenter.rewrite.dial import Dial
from instrumenter.settings import DEFAULT_LEVEL, Rule, Rules


@dataclass(frozen=True)
class Wanted:
    """A dial for the whole of a file; with `parts`, levels for the functions they mean, all others staying as they are.

    `level` is the command line's, if it has one; `dial` has what counts beside it. `only_named` and `never` are
    those of the rules: they count over the level of a whole file.
    """

    dial: Dial
    level: int | None = None
    parts: tuple[Target, ...] = ()
    only_named: bool = False
    never: tuple[str, ...] = ()

    def settle(self, present: Dial, names: Iterable[str] | None) -> Dial:
        """Give the dial for a file that is as `present` says and has these functions (None: not known)."""
        if not self.parts:
            dial = self._whole()
        else:
            base = present if present.highest else replace(self.dial, level=0, functions=())
            dial = replace(base, functions=(*base.functions, *self._functions(names)))
        return dial if names is None else _simplest(dial, present, tuple(names))

    def _whole(self) -> Dial:
        named = self.dial.functions
        dial = self.dial if self.level is None else replace(self.dial, level=self.level, functions=())
        if self.only_named:
            of_level = named if self.level is None else tuple((name, self.level) for name, level in named if level)
            dial = replace(dial, level=0, functions=of_level)
        return replace(dial, functions=(*dial.functions, *((name, 0) for name in self.never)))

    def _functions(self, names: Iterable[str] | None) -> list[tuple[str, int]]:
        if self.level is not None:
            return [(part.functions, self.level) for part in self.parts if part.functions]
        return [
            (name, self.dial.level_of(name)) for name in names or () if any(part.means(name) for part in self.parts)
        ]


def wanted_of(rules: Rules, path: PurePath, level: int | None, parts: tuple[Target, ...] = ()) -> Wanted:
    """Give what is wanted of the file at `path`, relative to the root whose `tracing.yaml` has these rules."""
    rule = Rule(DEFAULT_LEVEL)
    for more in (rules.defaults, *(rule for glob, rule in rules.files if _globs(glob).match(path))):
        rule = _over(rule, more)
    plan = {"level": rule.level, "functions": rule.functions, "capture": rule.capture, "vars": rule.capture_vars or ()}
    return Wanted(Dial.parse(json.dumps(plan)), level, parts, rules.only_named, rules.never)


def _simplest(dial: Dial, present: Dial, names: tuple[str, ...]) -> Dial:
    """Leave out what makes no difference to these functions; give `present` where it does the same to them."""
    levels = [dial.level_of(name) for name in names]
    same = replace(dial, functions=present.functions)
    if same == present and [present.level_of(name) for name in names] == levels:
        return present
    kept = [rule for rule in dial.functions if any(fnmatchcase(name, rule[0]) for name in names)]
    place = 0
    while place < len(kept):
        less = replace(dial, functions=(*kept[:place], *kept[place + 1 :]))
        if [less.level_of(name) for name in names] == levels:
            del kept[place]
        else:
            place += 1
    return replace(dial, functions=tuple(kept))


@cache
def _globs(glob: str) -> Globs:
    return Globs([glob])  # keeps its expression: there are many files


def _over(rule: Rule, more: Rule) -> Rule:
    """Let a rule count over what those before have said: its level is one for the whole file."""
    return Rule(
        level=rule.level if more.level is None else more.level,
        functions=more.functions if more.level is not None else (*rule.functions, *more.functions),
        capture={**rule.capture, **more.capture},
        capture_vars=rule.capture_vars if more.capture_vars is None else more.capture_vars,
    )
