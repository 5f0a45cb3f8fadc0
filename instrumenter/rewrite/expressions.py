"""One walk over the expressions of a function, which finds whatever in them may get a probe."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import NamedTuple

import libcst as cst

# A text without any of these has nothing to find: a cheap first look.
INTERESTING = re.compile(r"\(|yield|await|async|:=|\bif\b")
# The twin's parentheses are nested deeper than the original's; CPython's parser takes 200 at most.
DEEPEST = 40
_NO_EXPRESSIONS = frozenset(
    {
        *("lpar", "rpar", "comma", "equal", "semicolon", "dot", "colon", "lbracket", "rbracket", "lbrace", "rbrace"),
        *("first_colon", "second_colon", "operator", "asynchronous", "attr", "keyword", "star", "names", "module"),
    }
)


class Place(NamedTuple):
    """What is around an expression."""

    deferred: bool = False  # a lambda or generator expression: runs later, in a frame of its own
    in_string: bool = False  # an f-string: no quotes can be put in
    left_alone: bool = False  # only yields count here
    shown: bool = False  # a replacement field that shows its own text
    depth: int = 0  # the number of calls and conditional expressions around it


class Found(NamedTuple):
    """An expression that may get a probe; a `CompFor` is an asynchronous one."""

    node: cst.Call | cst.Await | cst.NamedExpr | cst.IfExp | cst.CompFor
    place: Place


OUTSIDE = Place()
LEFT_ALONE = Place(left_alone=True)


@dataclass
class Expressions:
    """What was found in a function's expressions."""

    found: list[Found] = field(default_factory=list)
    yields: list[cst.Yield] = field(default_factory=list)
    has_yield: bool = False

    def look(self, node: cst.CSTNode, place: Place = OUTSIDE) -> None:
        """Look into an expression or a simple statement."""
        special = _SPECIAL.get(type(node))
        if special is not None:
            special(self, node, place)
        else:
            self.inside(node, place)

    def inside(self, node: cst.CSTNode, place: Place) -> None:
        """Look into what a node consists of."""
        for name in _parts(type(node)):
            part = getattr(node, name)
            if isinstance(part, cst.CSTNode):
                self.look(part, place)
            elif isinstance(part, list | tuple):
                for one in part:
                    self.look(one, place)

    def _note(self, node: cst.Await | cst.NamedExpr, place: Place) -> None:
        if not place.left_alone:
            self.found.append(Found(node, place))
        self.inside(node, place)

    def _nested(self, node: cst.Call | cst.IfExp, place: Place) -> None:
        if not place.left_alone and place.depth < DEEPEST:
            self.found.append(Found(node, place))
            place = place._replace(depth=place.depth + 1)
        self.inside(node, place)

    def _yield(self, node: cst.Yield, place: Place) -> None:
        self.has_yield = True
        if not place.shown:
            self.yields.append(node)
        self.inside(node, place)

    def _lambda(self, node: cst.Lambda, place: Place) -> None:
        """A lambda's defaults belong to the function around; a yield in its body makes it a generator, nobody else."""
        self.look(node.params, place)
        body = Expressions(self.found)
        body.look(node.body, place._replace(deferred=True))

    def _generator(self, node: cst.GeneratorExp, place: Place) -> None:
        """The first iterable is evaluated at once, everything else when the generator runs."""
        later = place._replace(deferred=True)
        self.look(node.for_in.iter, place)
        self.look(node.elt, later)
        self.look(node.for_in.target, later)
        self._rest_of_loop(node.for_in, later)

    def _loop(self, node: cst.CompFor, place: Place) -> None:
        if node.asynchronous is not None and not place.left_alone:
            self.found.append(Found(node, place))
        self.look(node.target, place)
        self.look(node.iter, place)
        self._rest_of_loop(node, place)

    def _rest_of_loop(self, node: cst.CompFor, place: Place) -> None:
        for condition in node.ifs:
            self.look(condition, place)
        if node.inner_for_in is not None:
            self.look(node.inner_for_in, place)

    def _string(self, node: cst.FormattedString, place: Place) -> None:
        for part in node.parts:
            self.look(part, place._replace(in_string=True))

    def _field(self, node: cst.FormattedStringExpression, place: Place) -> None:
        shown = node.equal is not None
        self.look(node.expression, place._replace(left_alone=True, shown=True) if shown else place)
        for part in node.format_spec or ():
            self.look(part, place)

    def _alone(self, node: cst.CSTNode, place: Place) -> None:
        self.inside(node, place._replace(left_alone=True))

    def _nothing(self, node: cst.CSTNode, place: Place) -> None:
        """Pass by."""


_SPECIAL: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Call: Expressions._nested,
    cst.Await: Expressions._note,
    cst.NamedExpr: Expressions._note,
    cst.IfExp: Expressions._nested,
    cst.Yield: Expressions._yield,
    cst.Lambda: Expressions._lambda,
    cst.GeneratorExp: Expressions._generator,
    cst.CompFor: Expressions._loop,
    cst.FormattedString: Expressions._string,
    cst.FormattedStringExpression: Expressions._field,
    cst.Annotation: Expressions._alone,
    **dict.fromkeys(
        (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.FormattedStringText), Expressions._nothing
    ),
    # A template string keeps the text of its fields, which a probe would change.
    **{kind: Expressions._nothing for name in ("TemplatedString", "TypeAlias") if (kind := getattr(cst, name, None))},
}


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """Give the fields of a class of nodes in which there may be expressions."""
    return tuple(f.name for f in fields(kind) if f.name not in _NO_EXPRESSIONS and not f.name.startswith("whitespace"))
