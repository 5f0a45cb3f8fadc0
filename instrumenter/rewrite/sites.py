"""The places that get a number."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from instrumenter.rewrite.expressions import OUTSIDE, Place
from instrumenter.rewrite.locate import Tree

_LONGEST_NAME = 200


@dataclass(eq=False)
class Site:
    """One place that can emit, other than a function.

    `more` is what the site table says beyond kind, line, column and owner; a `Site` in it, also in a list, stands for
    its number.
    """

    kind: str
    start: int  # where the original text it stands for begins and ends
    end: int
    node: cst.CSTNode
    more: dict[str, object] = field(default_factory=dict)
    place: Place = OUTSIDE
    number: int = -1


def as_written(tree: Tree, node: cst.CSTNode) -> str:
    """Give an expression's text on one line, cut where it is very long."""
    start, end = tree.whole(node)
    return " ".join(tree.text[start:end].split())[:_LONGEST_NAME]
