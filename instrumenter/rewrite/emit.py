"""The second pass: from what was found to the text that is put in. `docs/twins.md` shows the result.

Only insertions are made. Where a return or a yield touches its value without a space (`return(x)`), the probe's name
goes into parentheses, `return(_sw_ret)((x))`: a space put in could not be told from one of the author's.
A bare tuple, `return a, b`, becomes `return _sw_ret((a, b),)`: the comma tells it from `return (a, b)`.
"""

from __future__ import annotations

import libcst as cst

from instrumenter.rewrite.awaits import emit_awaits
from instrumenter.rewrite.calls import emit_calls
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.edits import Insert, Layer
from instrumenter.rewrite.gather import Function, Kind
from instrumenter.rewrite.keeps import kept_params
from instrumenter.rewrite.layout import lay_out
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.marks import write_marks
from instrumenter.rewrite.sites import Site
from instrumenter.rewrite.source import Source
from instrumenter.rewrite.writing import WORDS, Depth, FileWriter, FunctionWriter

_OPENERS = {Kind.FUNCTION: "enter", Kind.GENERATOR: "gen", Kind.COROUTINE: "co", Kind.ASYNC_GENERATOR: "agen"}


def emit(
    source: Source, tree: Tree, functions: list[Function], sites: list[list[Site]], dial: Dial, prefix: str
) -> tuple[list[Insert], list[str]]:
    """Give the insertions for `functions` and the `sites` of each, and the words of the probes that they use."""
    layouts = [lay_out(source, tree, function) for function in functions]
    file = FileWriter(source, tree, dial, prefix, layouts)
    for function, inside in zip(functions, sites, strict=True):
        emitter = _Emitter(file, function)
        emitter.run()
        _emit_sites(emitter, inside)
    return file.inserts, [word for word in WORDS if word in file.words]


def _emit_sites(writer: FunctionWriter, sites: list[Site]) -> None:
    """Make the insertions for what stands in a function."""
    emit_calls(writer, sites)
    emit_awaits(writer, sites)
    write_marks(writer, sites)


class _Emitter(FunctionWriter):
    """Makes the insertions for a function's span."""

    def __init__(self, file: FileWriter, function: Function) -> None:
        super().__init__(file, function)
        capture = file.dial.capture
        self.params = function.level > 1 and capture.params
        self.values = function.level > 1 and capture.returns
        self.kept = kept_params(function, file.dial)
        # Where nothing can happen between the return value and the end, the return itself ends the span.
        self.simple = self.values and function.level < 4 and not self.handle and not function.has_guarded_return

    def run(self) -> None:
        """Make all of them."""
        self._open()
        self._indent()
        self._close()
        if self.values:
            for node in self.fn.returns:
                self._return(node)
        for yield_ in self.fn.yields:
            self._yield(yield_)
        for block in self.fn.resumed_blocks:
            self.begin_block(block, f"{self.probe('resume')}({self.handle})", 0)
        for with_ in self.fn.resumed_withs:
            self._resume_after(with_)

    # --- the lines around the body

    def _open(self) -> None:
        body = self.layout
        outer = self.indentation(body.indent, self.fn.enclosing)
        inner = outer + body.unit
        word = _OPENERS[self.fn.kind] + ("_m" if self.fn.is_method and self.params else "")
        call = f"{self.probe(word)}({self._arguments()})"
        call += f"; {self._kept('keep')}" if self.kept else ""
        lines = [f"{outer}{self.handle} = {call}"] if self.handle else []
        lines.append(f"{outer}try:")
        tail = ""
        if body.inline:
            tail = " " if self.handle else f" {call}; "
        elif body.midline:
            first_call = f"{self.probe('resume')}({self.handle})" if self.handle else call
            lines.append(f"{inner}{first_call}; ")
        elif not self.handle:
            lines.append(f"{inner}{call}")
        text = "".join(body.newline + line for line in lines) + tail
        # A breakpoint on the function, and a step into it, stop where they did: at its first statement.
        self.insert(body.start, Layer.OPEN_BLOCK, text, shown=body.first)

    def _arguments(self) -> str:
        params = [name.lstrip("*") for name in self.fn.params] if self.params else []
        return ", ".join([str(self.fn.number), *params])

    def _indent(self) -> None:
        """Indent the body's lines, but for white space, strings' insides and continuation lines further left."""
        body, source = self.layout, self.file.source
        if body.inline:
            return
        for row in range(source.row(body.start) + 1, source.row(body.end) + 1):
            line = source.lines[row - 1]
            if row not in self.file.string_rows and line.startswith(body.indent) and line.strip():
                self.insert(source.starts[row - 1] + len(body.indent), Layer.INDENT, body.unit)

    def _close(self) -> None:
        if self.simple:
            lines = [f"except: {self.probe('fail')}({self.subject}); raise"]
            lines += [f"else: {self.probe('ret')}()"] if self.fn.falls_through else []
        else:
            lines = [f"except: {self.probe('error' if self.fn.level > 1 else 'flag')}({self.subject}); raise"]
            # A return that its cleanup cut short must not be taken for the result at the end.
            lines += [f"else: {self._value()}"] if self._has_stale_values() and self.fn.falls_through else []
            state = f"{self._kept('state')}; " if self.kept else ""
            lines += [f"finally: {state}{self.probe('exit')}({self.subject})"]
        start = self.layout.newline + self.indentation(self.layout.indent, self.fn.enclosing)
        # Of functions that end together the inner one, whose number is higher, ends first.
        text = "".join(start + line for line in lines)
        self.insert(self.layout.end, Layer.TAIL, text, (-self.fn.number,), shown=self.layout.last)

    def _kept(self, word: str) -> str:
        return f"{self.probe(word)}({', '.join([self.subject, *self.kept])})"

    def _has_stale_values(self) -> bool:
        return self.values and self.fn.has_guarded_return

    def _value(self) -> str:
        return f"{self.probe('val')}({self.handle})"

    # --- inside the body

    def _return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.wrap("ret" if self.simple else "val", node.value, [self.handle] if self.handle else [])
        elif self.simple or self._has_stale_values():
            value = f"{self.probe('ret')}()" if self.simple else self._value()
            self._after_keyword(node, value)

    def _after_keyword(self, node: cst.CSTNode, call: str) -> None:
        """Make a call the value of a return or yield that has none."""
        end = self.file.tree.bare(node)[1]
        self.insert(end, Layer.CLOSE, f" {call}", (-end,))

    def _yield(self, node: cst.Yield) -> None:
        start, end = self.file.tree.bare(node)
        self.bracket(start, end, f"{self.probe('resume')}({self.handle}, (", "))", Depth.WHOLE)
        if node.value is None:
            self._after_keyword(node, f"{self.probe('pause')}({self.handle})")
        elif isinstance(node.value, cst.From):
            self.wrap("from", node.value.item, [self.handle])
        else:
            self.wrap("pause", node.value, [self.handle])

    def _resume_after(self, node: cst.With) -> None:
        """Make the handle the innermost context manager: its exit comes before the author's."""
        item = node.items[-1]
        last = item.asname.name if item.asname is not None else item.item
        self.insert(self.file.tree.whole(last)[1], Layer.CLOSE, f", {self.handle}", (1,))
