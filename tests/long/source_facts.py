"""What the long checks read from a file by themselves, with `ast`; the tool gives only its list of decorators."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from instrumenter.rewrite.left_alone import LEFT_ALONE_DECORATORS


@dataclass(frozen=True)
class Function:
    """One `def`: `line` is that of the `def`, `first` that of its first decorator or else the same."""

    name: str
    line: int
    first: int
    trivial: bool


def functions(source: bytes) -> list[Function]:
    """Return all functions of a file, nested ones and methods too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    with warnings.catch_warnings(action="ignore"):
        tree = ast.parse(source)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    alone = {id(inner) for node in found if _is_left_alone(node) for inner in ast.walk(node)}
    return [_facts(node, id(node) in alone) for node in found]


def _facts(node: ast.FunctionDef | ast.AsyncFunctionDef, alone: bool) -> Function:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Function(node.name, node.lineno, first, alone or all(_does_nothing(line) for line in node.body))


def _is_left_alone(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(_name(decorator) in LEFT_ALONE_DECORATORS for decorator in node.decorator_list)


def _name(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _does_nothing(line: ast.stmt) -> bool:
    """Tell whether a statement is `pass`, `...` or a string: the tool leaves a function of nothing else alone."""
    if isinstance(line, ast.Pass):
        return True
    constant = line.value if isinstance(line, ast.Expr) else None
    return isinstance(constant, ast.Constant) and isinstance(constant.value, str | type(...))


def compile_error(source: bytes, name: str) -> str:
    """Return why CPython does not compile a file, or nothing."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as failure:
        return f"{type(failure).__name__}: {failure}"
    return ""
