"""The tables of docs/redaction.md, and both cores as modules."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "redaction.md"


def rows(*head: str) -> list[list[str]]:
    """The cells of the table with this head, without their backticks."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    start = lines.index(f"| {' | '.join(head)} |") + 2
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines[start:end]]


def named_values() -> list[tuple[str, Any, str]]:
    """Name, value and what it is hidden as (empty: shown)."""
    return [
        (name, ast.literal_eval(value), kind.strip("| ")) for name, value, kind in rows("name", "value", "hidden as")
    ]


def texts() -> list[tuple[str, str]]:
    """Texts, and what is recorded of them."""
    return [(text, recorded) for text, recorded in rows("text", "recorded as")]


def module_of(core: str) -> Any:
    """The core's module."""
    return importlib.import_module({"c": "spanwright._core", "python": "spanwright._pycore"}[core])
