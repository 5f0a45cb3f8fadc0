"""The first pass: find every function that gets probes and, inside it, every place where a probe goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import libcst as cst

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.expressions import INTERESTING, LEFT_ALONE, OUTSIDE, Expressions, Found, Place
from instrumenter.rewrite.left_alone import is_compiled_elsewhere, is_docstring, is_trivial
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.names import Names, names_of


class Kind(Enum):
    """What calling a function gives; the values are those of the site table."""

    FUNCTION = "function"
    GENERATOR = "generator"
    COROUTINE = "coroutine"
    ASYNC_GENERATOR = "async_generator"


@dataclass(frozen=True)
class Function:
    """One function that gets probes; a *guarded* return has cleanup between its value and the function's end."""

    node: cst.FunctionDef
    number: int
    level: int
    name: str
    class_name: str  # of the class whose body it stands in, however deep; private names are mangled with it
    enclosing: tuple[int, ...]  # the numbers of the functions around it that get probes, outermost first
    kind: Kind
    params: tuple[str, ...]
    is_method: bool
    returns: tuple[cst.Return, ...]
    has_guarded_return: bool
    falls_through: bool
    expressions: tuple[Found, ...]
    asynchronous: tuple[cst.With | cst.For, ...]
    yields: tuple[cst.Yield, ...]
    handlers: tuple[cst.BaseSuite, ...]  # its `except` and `finally` blocks
    resumed_blocks: tuple[cst.BaseSuite, ...]
    resumed_withs: tuple[cst.With, ...]

    @cached_property
    def names(self) -> Names:
        """What its code does with its names."""
        return names_of(self.node)


@dataclass
class _Scope:
    """What is being walked through: a module, a class or a function, and what was found in it so far."""

    prefix: str = ""
    level: int = 0  # 0: no function, or one without probes
    class_name: str = ""
    enclosing: tuple[int, ...] = ()
    is_class: bool = False
    global_names: set[str] = field(default_factory=set)
    returns: list[cst.Return] = field(default_factory=list)
    has_guarded_return: bool = False
    expressions: Expressions = field(default_factory=Expressions)
    asynchronous: list[cst.With | cst.For] = field(default_factory=list)
    handlers: list[cst.BaseSuite] = field(default_factory=list)
    resumed_blocks: list[cst.BaseSuite] = field(default_factory=list)
    resumed_withs: list[cst.With] = field(default_factory=list)

    @property
    def yields(self) -> int:
        return len(self.expressions.yields)


def gather(tree: Tree, dial: Dial, left_alone: frozenset[str]) -> list[Function]:
    """Find the functions of a module that get probes, in the order of their `def`; each has its place as its number.

    `left_alone` holds the decorators whose functions get no probes.
    """
    gatherer = _Gatherer(tree, dial, left_alone)
    gatherer.statements(tree.module.body, _Scope(), guarded=False)
    return [function for function in gatherer.found if function is not None]


class _Gatherer:
    """Walks statements; expressions are looked into where a cheap look at their text says that it may be worth it."""

    def __init__(self, tree: Tree, dial: Dial, left_alone: frozenset[str]) -> None:
        self.tree = tree
        self.dial = dial
        self.left_alone = left_alone
        self.found: list[Function | None] = []

    def statements(
        self,
        body: Sequence[cst.BaseStatement | cst.BaseSmallStatement],
        scope: _Scope,
        *,
        guarded: bool,
    ) -> None:
        for node in body:
            self.statement(node, scope, guarded=guarded)

    def statement(self, node: cst.CSTNode, scope: _Scope, *, guarded: bool) -> None:
        """Walk one statement. `guarded`: a `finally` or a `with` of this function runs after a return in it."""
        match node:
            case cst.BaseSmallStatement():  # first: it is most of them, and each look at a class of LibCST takes time
                self.small(node, scope, guarded)
            case cst.SimpleStatementLine() | cst.IndentedBlock() | cst.SimpleStatementSuite() | cst.Else():
                body = node.body.body if isinstance(node, cst.Else) else node.body
                self.statements(body, scope, guarded=guarded)
            case cst.FunctionDef():
                self.function(node, scope)
            case cst.ClassDef():
                self.class_(node, scope)
            case cst.If():
                self.expressions(scope, node.test)
                self.parts(scope, guarded, node.body, node.orelse)
            case cst.While():
                self.expressions(scope, node.test)
                self.parts(scope, guarded, node.body, node.orelse)
            case cst.For():
                self.async_(node, scope)
                self.expressions(scope, node.target, node.iter)
                self.parts(scope, guarded, node.body, node.orelse)
            case cst.With():
                self.with_(node, scope)
            case cst.Try() | cst.TryStar():
                self.try_(node, scope, guarded)
            case cst.Match():
                self.expressions(scope, node.subject, *(case.guard for case in node.cases))
                self.parts(scope, guarded, *(case.body for case in node.cases))
            case _:
                self.small(node, scope, guarded)

    def parts(self, scope: _Scope, guarded: bool, *nodes: cst.CSTNode | None) -> None:
        for node in nodes:
            if node is not None:
                self.statement(node, scope, guarded=guarded)

    def small(self, node: cst.CSTNode, scope: _Scope, guarded: bool) -> None:
        if isinstance(node, cst.Return):
            scope.returns.append(node)
            scope.has_guarded_return |= guarded and node.value is not None
        elif isinstance(node, cst.Global):
            scope.global_names |= {item.name.value for item in node.names}
        self.expressions(scope, node)

    def async_(self, node: cst.With | cst.For, scope: _Scope) -> None:
        if node.asynchronous is not None:
            scope.asynchronous.append(node)

    def with_(self, node: cst.With, scope: _Scope) -> None:
        self.async_(node, scope)
        self.expressions(scope, *node.items)
        before = scope.yields
        self.statement(node.body, scope, guarded=True)
        if scope.yields > before:
            scope.resumed_withs.append(node)

    def try_(self, node: cst.Try | cst.TryStar, scope: _Scope, guarded: bool) -> None:
        """Note the blocks that an exception thrown in at a yield can lead to."""
        inside = guarded or node.finalbody is not None
        before = scope.yields
        self.statement(node.body, scope, guarded=inside)
        can_be_thrown_into = scope.yields > before
        for handler in node.handlers:
            self.expressions(scope, handler.type)
            self.handler(handler.body, scope, resumed=can_be_thrown_into)
            self.statement(handler.body, scope, guarded=inside)
        self.parts(scope, inside, node.orelse)
        if node.finalbody is not None:
            self.handler(node.finalbody.body, scope, resumed=scope.yields > before)
            self.statement(node.finalbody.body, scope, guarded=guarded)

    def handler(self, block: cst.BaseSuite, scope: _Scope, *, resumed: bool) -> None:
        scope.handlers.append(block)
        if resumed:
            scope.resumed_blocks.append(block)

    def class_(self, node: cst.ClassDef, scope: _Scope) -> None:
        self.expressions(scope, *node.decorators, place=LEFT_ALONE)
        # With type parameters the bases are evaluated in a scope of their own.
        bases = OUTSIDE if node.type_parameters is None else LEFT_ALONE
        self.expressions(scope, *node.bases, *node.keywords, place=bases)
        name = _qualified(scope, node.name.value)
        body = _Scope(f"{name}.", class_name=node.name.value, enclosing=scope.enclosing, is_class=True)
        self.statement(node.body, body, guarded=False)

    def function(self, node: cst.FunctionDef, scope: _Scope) -> None:
        self.expressions(scope, *node.decorators, node.returns, place=LEFT_ALONE)
        self.expressions(scope, node.params)
        if is_compiled_elsewhere(node.decorators, self.left_alone):
            return
        name = _qualified(scope, node.name.value)
        if is_trivial(node.body.body) or _is_docstring_in_line(node.body):
            return
        level = self.dial.level_of(name)
        number = len(self.found)
        enclosing = (*scope.enclosing, number) if level else scope.enclosing
        inner = _Scope(f"{name}.<locals>.", level, scope.class_name, enclosing)
        self.found += [None] if level else []
        self.statement(node.body, inner, guarded=False)
        if level:
            self.found[number] = _function(node, number, name, scope, inner)

    def expressions(self, scope: _Scope, *nodes: cst.CSTNode | None, place: Place = OUTSIDE) -> None:
        """Find what may get a probe of this function in expressions."""
        for node in nodes if scope.level else ():
            if node is None:
                continue
            if self.tree.has_word(node, "yield") if scope.level < 3 else self.tree.matches(node, INTERESTING):
                scope.expressions.look(node, place)


def _function(node: cst.FunctionDef, number: int, name: str, around: _Scope, scope: _Scope) -> Function:
    return Function(
        node=node,
        number=number,
        level=scope.level,
        name=name,
        class_name=scope.class_name,
        enclosing=around.enclosing,
        kind=_kind(node, scope.expressions),
        params=_params(node.params),
        is_method=_is_method(node, around),
        returns=tuple(scope.returns),
        has_guarded_return=scope.has_guarded_return,
        falls_through=_falls_through(node.body),
        expressions=tuple(scope.expressions.found),
        asynchronous=tuple(scope.asynchronous),
        yields=tuple(scope.expressions.yields),
        handlers=tuple(scope.handlers),
        resumed_blocks=tuple(scope.resumed_blocks),
        resumed_withs=tuple(scope.resumed_withs),
    )


def _kind(node: cst.FunctionDef, expressions: Expressions) -> Kind:
    if node.asynchronous is None:
        return Kind.GENERATOR if expressions.has_yield else Kind.FUNCTION
    return Kind.ASYNC_GENERATOR if expressions.has_yield else Kind.COROUTINE


def _qualified(scope: _Scope, name: str) -> str:
    """Give the qualified name as the compiler forms it: a name declared global starts anew."""
    return name if name in scope.global_names else scope.prefix + name


def _is_method(node: cst.FunctionDef, scope: _Scope) -> bool:
    """Tell whether the first parameter is a receiver."""
    decorators = {d.decorator.value for d in node.decorators if isinstance(d.decorator, cst.Name)}
    return (
        scope.is_class and "staticmethod" not in decorators and bool(node.params.posonly_params or node.params.params)
    )


def _params(params: cst.Parameters) -> tuple[str, ...]:
    """Give the parameters' names in the order of the signature, with their stars."""
    names = [param.name.value for param in (*params.posonly_params, *params.params)]
    if isinstance(params.star_arg, cst.Param):
        names.append(f"*{params.star_arg.name.value}")
    names += [param.name.value for param in params.kwonly_params]
    if params.star_kwarg is not None:
        names.append(f"**{params.star_kwarg.name.value}")
    return tuple(names)


def _is_docstring_in_line(body: cst.BaseSuite) -> bool:
    """Tell whether a body on the `def` line begins with a docstring: no block can follow it there."""
    return isinstance(body, cst.SimpleStatementSuite) and is_docstring(body.body[0])


def _falls_through(node: cst.CSTNode | None) -> bool:
    """Tell whether control can reach the end of a block; yes where it is not plain to see."""
    match node:
        case None:
            return True
        case cst.IndentedBlock() | cst.SimpleStatementSuite() | cst.SimpleStatementLine():
            return not node.body or _falls_through(node.body[-1])
        case cst.Return() | cst.Raise():
            return False
        case cst.Else() | cst.Finally():
            return _falls_through(node.body)
        case cst.If():
            return _falls_through(node.body) or _falls_through(node.orelse)
        case cst.Try():
            ends = [_falls_through(node.orelse) if node.orelse else _falls_through(node.body)]
            ends += [_falls_through(handler.body) for handler in node.handlers]
            return any(ends) and _falls_through(node.finalbody)
        case _:
            return True
