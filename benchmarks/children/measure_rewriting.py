"""Rewrites a sample of the standard library at each level: prints its lines, and the CPU seconds of each way.

Each file is done in every way before the next one, so that whatever disturbs the machine disturbs all ways alike.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import libcst

from instrumenter import rewrite
from instrumenter.errors import RewriteError

NOT_SAMPLED = {"test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__"}
BARE, WITHOUT_COLLECTOR = "LibCST parse + code generation", "the same without the garbage collector"


def bare(source: bytes, name: str) -> None:
    libcst.parse_module(source).bytes  # noqa: B018, it generates the code


def without_collector(source: bytes, name: str) -> None:
    gc.disable()
    bare(source, name)
    gc.enable()


def at_level(level: int) -> Callable[[bytes, str], None]:
    """Give the way of a level: all that `instrument` does for a file but reading and writing it."""

    def make(source: bytes, name: str) -> None:
        rewrite.instrument(source, level, name)

    return make


WAYS = {
    BARE: bare,
    WITHOUT_COLLECTOR: without_collector,
    **{f"level {level}": at_level(level) for level in rewrite.LEVELS},
}


def sample(lines: int) -> Iterator[tuple[Path, bytes]]:
    """Yield files in a random order that is always the same, so many lines of them."""
    top = Path(sysconfig.get_path("stdlib"))
    paths = sorted(path for path in top.rglob("*.py") if NOT_SAMPLED.isdisjoint(path.relative_to(top).parts))
    random.Random(7).shuffle(paths)
    while lines > 0 and paths:
        path = paths.pop()
        source = path.read_bytes()
        if b"def " in source and _is_rewritable(source, path.name):
            lines -= source.count(b"\n")
            yield path, source


def _is_rewritable(source: bytes, name: str) -> bool:
    """Tell whether all ways can do the file; a few files of the standard library are not Python on purpose."""
    try:
        bare(source, name)
        return rewrite.instrument(source, 5, name) is not None
    except (libcst.ParserSyntaxError, RecursionError, RewriteError):
        return False


def main() -> None:
    """Rewrite and print."""
    seconds, lines = dict.fromkeys(WAYS, 0.0), 0
    for path, source in sample(int(sys.argv[1])):
        lines += source.count(b"\n")
        for way, make in WAYS.items():
            start = time.process_time()
            make(source, path.name)
            seconds[way] += time.process_time() - start
            gc.collect()
    print(json.dumps([lines, seconds]))


if __name__ == "__main__":
    main()
