"""Run tests of the standard library against the modules in a folder; write down how each test ended.

Usage: run_tests.py FOLDER RESULT TEST MODULE...   TEST is a test module, MODULES the modules that lie in FOLDER and are
taken from there; the recorder is loaded before, with the interpreter's own.
"""

from __future__ import annotations

import importlib
import json
import sys
import unittest
from pathlib import Path
from typing import Any


class Outcomes(unittest.TestResult):
    """How each test ended, by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, str] = {}

    def end(self, test: unittest.TestCase, outcome: str, error: Any = None) -> None:
        # The first failure counts: what else goes wrong in a test follows from it.
        if self.ends.get(test.id(), "ok") == "ok":
            self.ends[test.id()] = outcome
        if error:
            sys.stderr.write(f"{test.id()}: {self._exc_info_to_string(error, test)[-1500:]}\n")  # type: ignore[attr-defined]

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.end(test, "ok")

    def addFailure(self, test: unittest.TestCase, error: Any) -> None:
        self.end(test, "failed", error)

    def addError(self, test: unittest.TestCase, error: Any) -> None:
        self.end(test, "error", error)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.end(test, "skipped")

    def addExpectedFailure(self, test: unittest.TestCase, error: Any) -> None:
        self.end(test, "failed as expected")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        self.end(test, "unexpectedly ok")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, error: Any) -> None:
        if error is not None:
            self.end(test, "failed in a part", error)


def take_from(folder: str, modules: list[str]) -> None:
    """Forget the modules, and let them be found in `folder`."""
    for name in [name for name in sys.modules if name.partition(".")[0] in modules]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    for name in modules:
        found = importlib.import_module(name)
        if not (found.__file__ or "").startswith(folder):
            raise SystemExit(f"{name} was not taken from {folder}: {found.__file__}")


def main(folder: str, result: str, test: str, *modules: str) -> None:
    importlib.import_module("spanwright")
    take_from(folder, list(modules))
    outcomes = Outcomes()
    loader = unittest.TestLoader()
    loader.loadTestsFromModule(importlib.import_module(test)).run(outcomes)
    outcomes.ends |= {f"not loaded: {str(error)[-300:]}": "error" for error in loader.errors}
    Path(result).write_text(json.dumps(outcomes.ends))


if __name__ == "__main__":
    main(*sys.argv[1:])
