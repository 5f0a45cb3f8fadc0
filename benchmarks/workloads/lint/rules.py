"""Rules of the house beside those of pyflakes, over the same tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Remark:
    file: str
    line: int
    rule: str
    text: str


class Naming(ast.NodeVisitor):
    """Functions in small letters, classes with a capital."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Remark] = []
        self.depth = 0

    def remark(self, node: ast.stmt, text: str) -> None:
        self.found.append(Remark(self.file, node.lineno, "naming", text))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if not self.is_small(node.name) and not node.name.startswith("visit_"):
            self.remark(node, f"{node.name} should be small")
        self.deeper(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if not node.name.lstrip("_")[:1].isupper():
            self.remark(node, f"{node.name} should begin with a capital")
        self.deeper(node)

    def deeper(self, node: ast.stmt) -> None:
        self.depth += 1
        if self.depth > 3:
            self.remark(node, "nested too deeply")
        self.generic_visit(node)
        self.depth -= 1

    def is_small(self, name: str) -> bool:
        return all(not letter.isupper() for letter in name)


def length(file: str, lines: list[str], most: int = 79) -> Iterator[Remark]:
    for number, line in enumerate(lines, 1):
        if len(line) > most:
            yield Remark(file, number, "length", f"{len(line)} characters")
        if line != line.rstrip():
            yield Remark(file, number, "space", "white space at the end")


def complexity(tree: ast.AST) -> Iterator[tuple[str, int, int]]:
    """Each function's name and line, and the number of its branches."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, branches(node)


def branches(node: ast.AST) -> int:
    count = 0
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If() | ast.For() | ast.While() | ast.ExceptHandler() | ast.IfExp():
                count += 1
            case ast.BoolOp(values=values):
                count += len(values) - 1
        count += branches(child)
    return count
