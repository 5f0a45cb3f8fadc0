"""Running a twin with probes that only note which lines and values came by."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

import spanwright
from spanwright._inert import inert

from instrumenter import rewrite
from instrumenter.rewrite.dial import Dial


class Recording:
    """A program run with its probes noting sites (`lines`) and values (`values`, names and what they held)."""

    def __init__(self, source: bytes, dial: Dial | int = 5) -> None:
        twin = rewrite.instrument(source, dial, "x.py")
        assert twin is not None
        self.twin = twin
        self.sites: list[dict[str, Any]] = json.loads(twin.table)["sites"]
        self.lines: list[int] = []
        self.values: list[tuple[list[str], tuple[object, ...]]] = []

    def run(self) -> dict[str, Any]:
        """Execute the twin; gives its globals."""
        with patch.object(spanwright, "probes", self._probes):
            return execute(compile(self.twin.source, "x.py", "exec"))

    def _probes(self, *arguments: object) -> tuple[Callable[..., object], ...]:
        words = str(arguments[-1])
        own = {"line": self._line, "var": self._var, "let": self._let}
        return tuple(own.get(word, probe) for word, probe in zip(words.split(), inert(words), strict=True))

    def _line(self, *arguments: object) -> None:
        self.lines.append(_number(arguments[-1]))

    def _var(self, *arguments: object) -> None:
        site, *values = arguments if isinstance(arguments[0], int) else arguments[1:]
        self.values.append((self.sites[_number(site)]["names"], tuple(values)))

    def _let(self, *arguments: object) -> object:
        self.values.append((self.sites[_number(arguments[-2])]["names"], arguments[-1:]))
        return arguments[-1]

    def rows(self) -> list[int]:
        """Give the rows on which statements were run, in their order."""
        return [self.sites[number]["line"] for number in self.lines if self.sites[number].get("what") != "arm"]

    def statement_at(self, function: str, row: int) -> int:
        """Give the row where the function's statement begins that has this row: the interpreter reports any row of it.

        To it decorators, and the `case` lines of a `match`, are rows of their own.
        """
        lines = [site for site in self.sites if site["kind"] == "line" and site.get("what") != "arm"]
        lines = [site for site in lines if self.sites[site["owner"]]["name"] == function]
        having = [s for s in lines if s["line"] <= row <= s["endLine"] or row in s.get("cases", ())]
        return max(int(site["line"]) for site in having)

    def paths(self) -> list[tuple[int, str | int]]:
        """Give the branches that were taken: the row of the header, and which block."""
        firsts = [self.sites[number].get("first") for number in self.lines]
        return [(self.sites[first[0]]["line"], first[1]) for first in firsts if first is not None]


def execute(code: CodeType) -> dict[str, Any]:
    """Run a program; gives its globals."""
    names: dict[str, Any] = {"__name__": "x"}
    exec(code, names)
    return names


def rows_by_settrace(source: bytes, function: str) -> list[int]:
    """Give the rows that the interpreter itself reports for a function while the program runs."""
    rows: list[int] = []

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if event == "line" and frame.f_code.co_name == function and frame.f_code.co_filename == "x.py":
            rows.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    code = compile(source, "x.py", "exec")
    sys.settrace(trace)
    try:
        execute(code)
    finally:
        sys.settrace(before)
    return rows


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
