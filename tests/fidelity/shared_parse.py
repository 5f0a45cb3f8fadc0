"""What a process that makes the twins of one file at every level need not do once more for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from instrumenter import rewrite
from instrumenter.rewrite import twin
from instrumenter.rewrite.locate import Tree


def share_parse() -> None:
    """Keep a file's tree for its next level, and what the guard inside `instrument` had from `strip`: both are pure."""
    Tree.parse = lru_cache(maxsize=1)(Tree.parse)  # type: ignore[method-assign]
    vars(rewrite)["strip"] = vars(twin)["strip"] = lru_cache(maxsize=1)(rewrite.strip)


@contextmanager
def shared_parse() -> Iterator[None]:
    """Share it for a while, in a process that goes on to test other things."""
    parse, strip = vars(Tree)["parse"], rewrite.strip
    share_parse()
    try:
        yield
    finally:
        Tree.parse = parse  # type: ignore[method-assign]
        vars(rewrite)["strip"] = vars(twin)["strip"] = strip
