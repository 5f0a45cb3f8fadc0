"""How much of a file is recorded: a level, and what differs from it for some functions and values."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase

HIGHEST_LEVEL = 5


@dataclass(frozen=True)
class Capture:
    """Which kinds of values and events are recorded where the level would record them."""

    params: bool = True
    returns: bool = True
    vars: bool = True
    awaits: bool = True


_KEYS = {"params": "params", "returns": "return", "vars": "vars", "awaits": "async"}


@dataclass(frozen=True)
class Dial:
    """A file's level, and what was asked for beyond it.

    `functions` are (pattern of qualified names, level), the last that matches counts; `vars` are patterns of the only
    names whose values are captured at levels 4 and 5 (none: all).
    """

    level: int
    functions: tuple[tuple[str, int], ...] = ()
    capture: Capture = Capture()
    vars: tuple[str, ...] = ()

    def level_of(self, function: str) -> int:
        """Give the level of the function of this qualified name."""
        found = [level for pattern, level in self.functions if fnmatchcase(function, pattern)]
        return found[-1] if found else self.level

    def wants(self, name: str) -> bool:
        """Tell whether the values of this name, as written, are captured at levels 4 and 5."""
        return self.capture.vars and (not self.vars or any(fnmatchcase(name, pattern) for pattern in self.vars))

    @property
    def highest(self) -> int:
        """The highest level that a function can have."""
        return max(self.level, *(level for _, level in self.functions), 0)

    def text(self) -> str:
        """The dial as the manifest and the twin's id have it: the level alone, or JSON (`docs/site-table.md`)."""
        off = {_KEYS[f.name]: False for f in fields(Capture) if not getattr(self.capture, f.name)}
        if not (self.functions or off or self.vars):
            return str(self.level)
        more = {"capture": off, "functions": [list(pair) for pair in self.functions], "vars": list(self.vars)}
        plan = {"level": self.level, **{key: value for key, value in more.items() if value}}
        return json.dumps(plan, sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Dial:
        """Read what `text` gave; ValueError where it is nothing of the kind."""
        plan = json.loads(text)
        if isinstance(plan, int):
            return cls(plan)
        off = plan.get("capture", {})
        capture = Capture(**{name: off.get(key, True) for name, key in _KEYS.items()})
        functions = tuple((pattern, level) for pattern, level in plan.get("functions", []))
        return cls(plan["level"], functions, capture, tuple(plan.get("vars", [])))
