"""A plugin for pytest that writes down which tests start and how each part of them ends, as lines of JSON.

It is copied into the environments in which suites run, and imports nothing of Spanwright. A line is written at once:
what was written by a process that hangs or dies says how far it got.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_PATH = os.environ.get("SPANWRIGHT_OUTCOMES", "")
_OWNER = os.getpid()
_session: list[Any] = []  # the outermost: suites of plugins run pytest in itself


def write(**line: object) -> None:
    """Add a line, unless this is a process that the suite has forked."""
    if _PATH and os.getpid() == _OWNER:
        with Path(_PATH).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def pytest_configure(config: Any) -> None:
    if not _session:
        _session.append(config)


def pytest_runtest_logstart(nodeid: str, location: object) -> None:
    write(start=nodeid)


def pytest_runtest_logreport(report: Any) -> None:
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if outcome == "skipped" else "xpassed"
    if report.when != "call" and outcome == "passed":
        return
    if report.when != "call" and outcome == "failed":
        outcome = f"error in {report.when}"
    write(id=report.nodeid, outcome=outcome, why=_why(report))


def pytest_collectreport(report: Any) -> None:
    if report.outcome == "failed":
        write(id=f"{report.nodeid} (collecting)", outcome="error", why=_why(report))


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    if not _session or session.config is _session[0]:
        write(finished=int(exitstatus))


def _why(report: Any) -> str:
    return str(report.longrepr)[-4000:] if report.outcome == "failed" else ""
