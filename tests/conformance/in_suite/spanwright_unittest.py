"""Runs unittest and writes down which tests start and how each ends, as spanwright_outcomes does.

Usage: python -m spanwright_unittest, with the arguments of `python -m unittest`. SPANWRIGHT_WITHOUT has the ids of
tests that are to be left out, a line each.
"""

from __future__ import annotations

import os
import sys
import unittest
from typing import Any

from spanwright_outcomes import write  # type: ignore[import-not-found]


class Outcomes(unittest.TextTestResult):
    """A result that writes a line for each test that starts, and one for how it ended."""

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        write(start=test.id())

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        write(id=test.id(), outcome="passed", why="")

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        write(id=test.id(), outcome="failed", why=self.failures[-1][1][-4000:])

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        write(id=test.id(), outcome="error", why=self.errors[-1][1][-4000:])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        write(id=test.id(), outcome="skipped", why="")

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addExpectedFailure(test, err)
        write(id=test.id(), outcome="xfailed", why="")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        write(id=test.id(), outcome="xpassed", why="")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            write(id=test.id(), outcome="failed", why=subtest.id())


class Runner(unittest.TextTestRunner):
    """unittest's own runner with that result."""

    resultclass = Outcomes  # type: ignore[assignment]

    def run(self, test: Any) -> Any:
        return super().run(without(test, set(os.environ.get("SPANWRIGHT_WITHOUT", "").splitlines())))


def without(suite: Any, left_out: set[str]) -> unittest.TestSuite:
    """Give the suite without the tests of these ids."""
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(without(test, left_out))
        elif test.id() not in left_out:
            kept.addTest(test)
    return kept


if __name__ == "__main__":
    sys.path.insert(0, "")
    main = unittest.main(module=None, testRunner=Runner, exit=False)
    write(finished=0 if main.result.wasSuccessful() else 1)
    sys.exit(0 if main.result.wasSuccessful() else 1)
