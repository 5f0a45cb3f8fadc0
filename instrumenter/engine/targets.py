"""What a word of the command line means: a file or folder, or functions in it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from instrumenter.errors import UsageError

_SEPARATOR = "::"


@dataclass(frozen=True)
class Target:
    """A path; with `functions`, a pattern of qualified names, only the functions that it matches in the files there."""

    path: Path
    functions: str | None = None

    @classmethod
    def parse(cls, word: str) -> Target:
        """Read `PATH` or `PATH::FUNCTION`, also `PATH::CLASS::METHOD`; UsageError where a part of it is empty."""
        path, separator, function = word.partition(_SEPARATOR)
        if not separator or Path(word).exists():
            path, separator = word, ""
        if not path:
            raise UsageError("no-path", "an empty path names nothing")
        if not separator:
            return cls(Path(path))
        if not function.strip(":"):
            raise UsageError("no-function", f"{word}: name a function after the colons, for example: {path}::main")
        return cls(Path(path), function.replace(_SEPARATOR, "."))

    @property
    def parts(self) -> tuple[Target, ...]:
        """Return this target if it means functions, as `Found` keeps it."""
        return (self,) if self.functions is not None else ()

    def means(self, function: str) -> bool:
        """Say whether the function of this qualified name is meant."""
        return self.functions is None or fnmatchcase(function, self.functions)
