"""Lines and values as they stand in the twin.

A *mark* is one piece to put in; it holds the sites whose probes stand in it, in the order in which they run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import libcst as cst

from instrumenter.rewrite.edits import Layer
from instrumenter.rewrite.gather import Kind
from instrumenter.rewrite.sites import Site
from instrumenter.rewrite.source import leading_space, terminator
from instrumenter.rewrite.writing import Depth, FunctionWriter


class Form(Enum):
    """How a mark stands in the twin."""

    BEFORE = "probe; statement"
    LINE = "a line of its own"
    HEADER = "probe or (expression)"
    AFTER = "statement; probe"
    ARM = "(probe or (expression))"
    VALUE = "probe(value)"


@dataclass(eq=False)
class MarkedSite(Site):
    """A site whose probe stands in a mark."""

    names: tuple[str, ...] = ()
    mark: Mark | None = field(default=None, repr=False)


@dataclass(eq=False)
class Mark:
    """A piece to put in around the text from `start` to `end`."""

    form: Form
    start: int
    end: int
    sites: list[MarkedSite]
    value: cst.BaseExpression | None = None  # what a VALUE mark hands through
    deferred: bool = False  # in a lambda or generator expression, where there is no handle
    apart: bool = False  # in parentheses of a `with`, which must not be taken for those of an ARM


def write_marks(writer: FunctionWriter, sites: Iterable[Site]) -> None:
    """Make the insertions for those of a function's sites that stand in marks."""
    for mark in dict.fromkeys(site.mark for site in sites if isinstance(site, MarkedSite)):
        if mark is not None:
            _write(writer, mark)


def _write(writer: FunctionWriter, mark: Mark) -> None:
    calls = [f"{writer.probe(site.kind)}({', '.join(_arguments(writer, mark, site))})" for site in mark.sites]
    match mark.form:
        case Form.BEFORE:
            writer.insert(mark.start, Layer.BEFORE, "".join(f"{call}; " for call in calls))
        case Form.LINE:
            writer.insert(mark.start, Layer.BEFORE, "; ".join(calls) + _new_line(writer, mark.start))
        case Form.AFTER:
            writer.insert(mark.end, Layer.AFTER, "".join(f"; {call}" for call in calls))
        case Form.HEADER:
            name, touching = writer.probe(mark.sites[0].kind), writer.touching(mark.sites[0].kind, mark.start)
            calls[0] = calls[0].replace(name, f"({name})" if mark.apart else touching, 1)
            opening = " or ".join([*calls, "("])
            writer.bracket(mark.start, mark.end, opening, ")", Depth.STATEMENT)
        case Form.ARM:
            writer.bracket(mark.start, mark.end, f"({calls[0]} or (", "))")
        case Form.VALUE:
            assert mark.value is not None
            writer.wrap(mark.sites[0].kind, mark.value, _arguments(writer, mark, mark.sites[0]))


def _arguments(writer: FunctionWriter, mark: Mark, site: MarkedSite) -> list[str]:
    """Give what a probe is called with: the handle where the span is not on its thread's stack, the site, the names."""
    has_handle = writer.fn.kind in (Kind.COROUTINE, Kind.ASYNC_GENERATOR) and not mark.deferred
    names = site.names if site.kind == "var" else ()
    return [*([writer.handle] if has_handle else []), str(site.number), *names]


def _new_line(writer: FunctionWriter, start: int) -> str:
    """Give what ends a line put in before the statement at `start`: a newline such as the one before, indentation."""
    source = writer.file.source
    row = source.row(start)
    functions = (*writer.fn.enclosing, writer.fn.number)
    return terminator(source.lines[row - 2]) + writer.indentation(leading_space(source.lines[row - 1]), functions)
