"""The globs of `--include` and `--exclude`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePath

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
_SPECIAL = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True)
class Globs:
    """Some globs. Each is matched against the end of a path, from any folder on, and takes in all that lies below."""

    globs: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.globs)

    def match(self, path: PurePath) -> bool:
        """Say whether one of the globs matches this relative path or a folder above it."""
        return any(pattern.fullmatch(path.as_posix()) for pattern in self._patterns)

    def name(self, path: PurePath) -> bool:
        """Say whether a word of one of the globs means this very name: `tests/*` does for `tests`, `*` does not."""
        anything = "\0" + path.suffix
        words = (word for glob in self.globs for word in glob.split("/"))
        return any(fnmatchcase(path.name, word) and not fnmatchcase(anything, word) for word in words)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        return [re.compile(_expression(glob), re.DOTALL) for glob in self.globs]


NO_GLOBS = Globs(())


def _expression(glob: str) -> str:
    glob = glob.removeprefix("./").rstrip("/")
    return "(?:.*/)?" + "".join(_part(token) for token in _TOKEN.findall(glob)) + "(?:/.*)?"


def _part(token: str) -> str:
    if len(token) > 2 and token[0] == "[":
        inside = token[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}]" if inside[0] == "!" else f"[{inside}]"
    return _SPECIAL.get(token) or re.escape(token)
