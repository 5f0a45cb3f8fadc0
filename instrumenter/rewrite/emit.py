"""The second pass: from the functions found to the text that is put in. `docs/twins.md` shows the result.

Only insertions are made. Where a return or a yield touches its value without a space (`return(x)`), the probe's name
goes into parentheses, `return(_sw_ret)((x))`: a space put in could not be told from one of the author's.
A bare tuple, `return a, b`, becomes `return _sw_ret((a, b),)`: the comma tells it from `return (a, b)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from instrumenter.rewrite.edits import Insert, Layer
from instrumenter.rewrite.gather import Function, Kind
from instrumenter.rewrite.layout import Layout, after_colon, first, lay_out, leading_space
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.source import Source

# All words, in the order in which a header lists those it needs.
WORDS = (
    *("enter", "enter_m", "ret", "fail", "val", "error", "flag", "exit"),
    *("gen", "gen_m", "co", "co_m", "agen", "agen_m", "pause", "resume", "from"),
)
_OPENERS = {Kind.FUNCTION: "enter", Kind.GENERATOR: "gen", Kind.COROUTINE: "co", Kind.ASYNC_GENERATOR: "agen"}


@dataclass(frozen=True)
class _File:
    """What the emitters of one file share; `inserts` and `words` are what they fill."""

    source: Source
    tree: Tree
    level: int
    prefix: str
    layouts: list[Layout]
    inserts: list[Insert] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def emit(
    source: Source, tree: Tree, functions: list[Function], level: int, prefix: str
) -> tuple[list[Insert], list[str]]:
    """Give the insertions for `functions` (sorted) and the words of the probes that they use."""
    layouts = [lay_out(source, tree, function) for function in functions]
    file = _File(source, tree, level, prefix, layouts)
    for site, function in enumerate(functions):
        _Emitter(file, function, site).run()
    return sorted(file.inserts), [word for word in WORDS if word in file.words]


class _Emitter:
    """Makes the insertions of one function."""

    def __init__(self, file: _File, function: Function, site: int) -> None:
        self.file = file
        self.fn = function
        self.site = site
        self.layout = file.layouts[site]
        self.handle = "" if function.kind is Kind.FUNCTION else f"{file.prefix}s"
        self.subject = self.handle or str(site)
        self.values = file.level > 1
        # Where nothing can happen between the return value and the end, the return itself ends the span.
        self.simple = self.values and not self.handle and not function.has_guarded_return

    def run(self) -> None:
        """Make all of them."""
        self._open()
        self._indent()
        self._close()
        if self.values:
            for node in self.fn.returns:
                self._return(node)
        for number, yield_ in enumerate(self.fn.yields):
            self._yield(yield_, number)
        for block in self.fn.resumed_blocks:
            self._resume_in(block)
        for with_ in self.fn.resumed_withs:
            self._resume_after(with_)

    def _probe(self, word: str) -> str:
        self.file.words.add(word)
        return self.file.prefix + word

    def _insert(self, offset: int, layer: Layer, text: str, rank: int = 0, shown: int | None = None) -> None:
        self.file.inserts.append(Insert(offset, layer, rank, text, shown))

    # --- the lines around the body

    def _open(self) -> None:
        body = self.layout
        outer = self._indentation(body.indent, self.fn.enclosing)
        inner = outer + body.unit
        word = _OPENERS[self.fn.kind] + ("_m" if self.fn.is_method and self.values else "")
        call = f"{self._probe(word)}({self._arguments()})"
        lines = [f"{outer}{self.handle} = {call}"] if self.handle else []
        lines.append(f"{outer}try:")
        tail = ""
        if body.inline:
            tail = " " if self.handle else f" {call}; "
        elif body.midline:
            first_call = f"{self._probe('resume')}({self.handle})" if self.handle else call
            lines.append(f"{inner}{first_call}; ")
        elif not self.handle:
            lines.append(f"{inner}{call}")
        text = "".join(body.newline + line for line in lines) + tail
        # A breakpoint on the function, and a step into it, stop where they did: at its first statement.
        self._insert(body.start, Layer.OPEN_BLOCK, text, shown=body.first)

    def _arguments(self) -> str:
        params = [name.lstrip("*") for name in self.fn.params] if self.values else []
        return ", ".join([str(self.site), *params])

    def _indent(self) -> None:
        """Indent the body's lines, but for white space, strings' insides and continuation lines further left."""
        body, source = self.layout, self.file.source
        if body.inline:
            return
        for row in range(source.row(body.start) + 1, source.row(body.end) + 1):
            line = source.lines[row - 1]
            if row not in source.string_rows and line.startswith(body.indent) and line.strip():
                self._insert(source.starts[row - 1] + len(body.indent), Layer.INDENT, body.unit)

    def _close(self) -> None:
        if self.simple:
            lines = [f"except: {self._probe('fail')}({self.subject}); raise"]
            lines += [f"else: {self._probe('ret')}()"] if self.fn.falls_through else []
        else:
            lines = [f"except: {self._probe('error' if self.values else 'flag')}({self.subject}); raise"]
            # A return that its cleanup cut short must not be taken for the result at the end.
            lines += [f"else: {self._value()}"] if self._has_stale_values() and self.fn.falls_through else []
            lines += [f"finally: {self._probe('exit')}({self.subject})"]
        start = self.layout.newline + self._indentation(self.layout.indent, self.fn.enclosing)
        # Of functions that end together the inner one, whose number is higher, ends first.
        self._insert(self.layout.end, Layer.TAIL, "".join(start + line for line in lines), -self.site)

    def _has_stale_values(self) -> bool:
        return self.values and self.fn.has_guarded_return

    def _value(self) -> str:
        return f"{self._probe('val')}({self.handle})"

    def _indentation(self, original: str, functions: tuple[int, ...]) -> str:
        """Give what indentation becomes inside `functions` (sites, outermost first), each of which adds a level."""
        for site in reversed(functions):
            layout = self.file.layouts[site]
            original = layout.indent + layout.unit + original[len(layout.indent) :]
        return original

    # --- inside the body

    def _return(self, node: cst.Return) -> None:
        if node.value is not None:
            self._wrap("ret" if self.simple else "val", node.value, self.handle)
        elif self.simple:
            self._insert(self.file.tree.bare(node)[1], Layer.CLOSE, f" {self._probe('ret')}()")
        elif self._has_stale_values():
            self._insert(self.file.tree.bare(node)[1], Layer.CLOSE, f" {self._value()}")

    def _yield(self, node: cst.Yield, number: int) -> None:
        """Bracket a yield; `number` counts outer ones first, so closing goes by falling numbers."""
        start, end = self.file.tree.bare(node)
        self._insert(start, Layer.OPEN, f"{self._probe('resume')}({self.handle}, (", number)
        if node.value is None:
            self._insert(end, Layer.CLOSE, f" {self._probe('pause')}({self.handle})", -2 * number)
        elif isinstance(node.value, cst.From):
            self._wrap("from", node.value.item, self.handle, number)
        else:
            self._wrap("pause", node.value, self.handle, number)
        self._insert(end, Layer.CLOSE, "))", 1 - 2 * number)

    def _wrap(self, word: str, value: cst.BaseExpression, handle: str, number: int = 0) -> None:
        """Put a probe's call around an expression."""
        start, end = self.file.tree.whole(value)
        is_bare_tuple = isinstance(value, cst.Tuple) and not value.lpar
        name = self._probe(word)
        if not self.file.tree.text[start - 1].isspace():
            name = f"({name})"
        opening = f"{name}({f'{handle}, ' if handle else ''}{'(' if is_bare_tuple else ''}"
        self._insert(start, Layer.OPEN, opening, number)
        self._insert(end, Layer.CLOSE, "),)" if is_bare_tuple else ")", -2 * number)

    def _resume_in(self, block: cst.BaseSuite) -> None:
        """Let the span go on first thing in a block that an exception thrown in at a yield can lead to."""
        source, tree = self.file.source, self.file.tree
        call = f"{self._probe('resume')}({self.handle})"
        start = first(tree, block.body[0])
        if isinstance(block, cst.SimpleStatementSuite):
            self._insert(start, Layer.OPEN_BLOCK, f"{call}; ")
            return
        line = source.lines[source.row(start) - 1]
        indent = self._indentation(leading_space(line), (*self.fn.enclosing, self.site))
        self._insert(after_colon(source, tree, block), Layer.OPEN_BLOCK, f"{self.layout.newline}{indent}{call}")

    def _resume_after(self, node: cst.With) -> None:
        """Make the handle the innermost context manager: its exit comes before the author's."""
        item = node.items[-1]
        last = item.asname.name if item.asname is not None else item.item
        self._insert(self.file.tree.whole(last)[1], Layer.CLOSE, f", {self.handle}", 1)
