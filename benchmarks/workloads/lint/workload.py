"""Checks a package of the standard library with pyflakes and the rules of the house."""

from __future__ import annotations

import ast
import sysconfig
import zlib
from pathlib import Path

from pyflakes.checker import Checker
from reporter import Reporter
from rules import Naming, Remark, complexity, length

PACKAGE = Path(sysconfig.get_path("stdlib")) / "logging"
MOST_BRANCHES = 10


def check_file(path: Path, reporter: Reporter) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    checker = Checker(tree, path.name)
    for message in checker.messages:
        reporter.flake(message)
    naming = Naming(path.name)
    naming.visit(tree)
    for remark in [*naming.found, *length(path.name, source.splitlines())]:
        reporter.add(remark)
    for name, line, count in complexity(tree):
        if count > MOST_BRANCHES:
            reporter.add(Remark(path.name, line, "complexity", f"{name} has {count} branches"))


def run() -> int:
    """Do the work once; the result is the same every time."""
    reporter = Reporter()
    for path in sorted(PACKAGE.rglob("*.py")):
        check_file(path, reporter)
    return zlib.crc32("\n".join([*reporter.summary(), reporter.text()]).encode())
