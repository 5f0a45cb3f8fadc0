"""The places that get a number."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst


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
    number: int = -1
