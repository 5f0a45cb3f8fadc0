"""A project with twins and their originals, as the tool leaves it: there probes can be taken out (docs/budget.md)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest, Run

rewrite = pytest.importorskip("instrumenter.rewrite", reason="the tool needs 3.11")

#: `until(is_so, do)` calls `do` again and again until `is_so()`, and says whether it was in time: the program's
#: own, not that of a machine which has other work.
UNTIL = """
import time
def until(is_so, do):
    end = time.process_time() + 60
    while time.process_time() < end:
        for _ in range(500): do()
        if is_so(): return True
    return False
"""


def instrument(core: CoreUnderTest, name: str, source: str, level: int = 2) -> Path:
    """Write a twin of `source`, and what goes with it."""
    original = dedent(source).lstrip().encode()
    twin = rewrite.instrument(original, level, name)
    assert twin is not None
    digest = hashlib.sha256(original).hexdigest()
    for path, data in (
        (f".spanwright/sites/{twin.id}.json", twin.table),
        (f".spanwright/sites/{twin.id}.map", twin.positions),
        (f".spanwright/backups/{digest[:2]}/{digest}", original),
        (name, twin.source),
    ):
        (core.project / path).parent.mkdir(parents=True, exist_ok=True)
        (core.project / path).write_bytes(data)
    return core.project / name


def run_project(core: CoreUnderTest, program: str, budget: str | None = "0.01%", status: int = 0) -> Run:
    """Run a program that is no twin in the project; `until` is there."""
    env = {} if budget is None else {"TRACING_OVERHEAD_BUDGET": budget}
    path = core.write("program.py", UNTIL + dedent(program))
    return core.run_file(path, clock="monotonic", env=env, status=status)
