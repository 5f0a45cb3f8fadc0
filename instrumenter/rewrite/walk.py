"""Walking a LibCST tree quickly: LibCST's own visitors build a node anew for each one they pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import libcst as cst

# Fields that hold layout only: white space, punctuation, comments.
_LAYOUT = ("whitespace", "lpar", "rpar", "lbr", "rbr", "leading_lines", "lines_after", "header", "footer", "semicolon")
_LAYOUT_TOO = ("comma", "equal", "operator", "trailing", "lbracket", "rbracket", "lbrace", "rbrace", "dot", "colon")

_NO_NODES = (str, bool, type(None), cst.MaybeSentinel)


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the nodes directly below `node` that are more than layout, a sequence's one by one."""
    for name in _child_fields(type(node)):
        value = getattr(node, name)
        kind = type(value)
        if kind is list or kind is tuple:
            yield from value
        elif kind not in _NO_NODES:
            yield value


@cache
def _child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.name.startswith(_LAYOUT + _LAYOUT_TOO))


def statements_in(suite: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    """Yield the statements of a block, simple ones one by one."""
    for statement in suite.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """Yield the plain names that an assignment to `target` binds, in their order."""
    match target:
        case cst.Name():
            yield target.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from target_names(element.value)
        case cst.StarredElement():
            yield from target_names(target.value)


def pattern_names(pattern: cst.CSTNode) -> Iterator[str]:
    """Yield the names that a `case` pattern captures."""
    match pattern:
        case cst.MatchAs() | cst.MatchStar() if pattern.name is not None:
            yield from pattern_names(pattern.pattern) if isinstance(pattern, cst.MatchAs) and pattern.pattern else ()
            yield pattern.name.value
        case cst.MatchMapping():
            for element in pattern.elements:
                yield from pattern_names(element.pattern)
            if pattern.rest is not None:
                yield pattern.rest.value
        case cst.MatchValue():
            pass
        case _:
            for child in children(pattern):
                yield from pattern_names(child)


def bound_names(statement: cst.CSTNode) -> Iterator[str]:
    """Yield the names that a simple statement binds, if it runs to its end."""
    match statement:
        case cst.Assign():
            for target in statement.targets:
                yield from target_names(target.target)
        case cst.AugAssign():
            yield from target_names(statement.target)
        case cst.AnnAssign() if statement.value is not None:
            yield from target_names(statement.target)
        case cst.Import() | cst.ImportFrom() if not isinstance(statement.names, cst.ImportStar):
            for alias in statement.names:
                yield from target_names(alias.asname.name) if alias.asname is not None else [_root(alias.name)]


def _root(name: cst.BaseExpression) -> str:
    """Give the name that `import a.b.c` binds."""
    while isinstance(name, cst.Attribute):
        name = name.value
    assert isinstance(name, cst.Name)
    return name.value
