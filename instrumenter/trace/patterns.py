"""Patterns of functions: `Repository.*`, `save`, `src/app.py::User.save`, `src/*.py::main`."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Pattern:
    """Globs for a file and for a function's qualified name or its last part; an empty one matches everything."""

    file: str
    function: str

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """`FILE::FUNCTION`, or a function's name alone."""
        file, _, function = text.rpartition("::")
        return cls(file.removeprefix("./"), function)

    def matches(self, file: str, name: str) -> bool:
        """Whether this function of this file is meant; a file may be named from any of its folders on."""
        return self._file(file) and self._name(name)

    def _file(self, file: str) -> bool:
        return not self.file or fnmatchcase(file, self.file) or fnmatchcase(file, f"*/{self.file}")

    def _name(self, name: str) -> bool:
        return not self.function or any(
            fnmatchcase(one, self.function) for one in (name, name.rpartition(".")[2])
        )  # fmt: skip
