"""Where each node of a LibCST tree stands in the source, exactly.

LibCST's own position providers compute line and column for every node from the code that the tree generates, which
is slow and, where the tree does not generate the source byte for byte (`except A :` loses its space), off. This walk
generates the code once, holds each token against the source as it goes, and keeps plain offsets.

It rests on LibCST's code generator calling back a `CodegenState`, the way its own position providers do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import libcst as cst
from libcst._nodes.internal import CodegenState

from instrumenter.errors import RewriteError


@dataclass
class _Locator(CodegenState):
    """Walks through `source` beside the generated code and notes where nodes begin and end."""

    source: str = ""
    offset: int = 0
    spans: dict[cst.CSTNode, tuple[int, int]] = field(default_factory=dict)
    inner: dict[cst.CSTNode, tuple[int, int]] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        if not self.source.startswith(value, self.offset):
            self._catch_up(value)
        self.offset += len(value)

    def _catch_up(self, value: str) -> None:
        """Pass over white space that the tree does not hold; a newline made up at the end of the file is none."""
        if self.offset == len(self.source) and not value.strip():
            self.offset -= len(value)
            return
        place = self.offset
        while self.source[place : place + 1] in (" ", "\t", "\f"):
            place += 1
        if not self.source.startswith(value, place):
            line = self.source.count("\n", 0, self.offset) + 1
            raise RewriteError(
                "not-locatable", f"LibCST reads this differently from how it is written: {value!r}", line
            )
        self.offset = place

    def pop_trailing_newline(self) -> None:
        """Keep no tokens, so there is none to take back."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.begun.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.spans[node] = (self.begun.pop(), self.offset)

    def record_syntactic_position(  # type: ignore[override]  # LibCST only enters and leaves it
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Inner:
        return _Inner(self, node, self.offset, start_node, end_node)


@dataclass(slots=True)
class _Inner:
    """What LibCST enters around a node's own text; a generator function in its place would take three times as long."""

    locator: _Locator
    node: cst.CSTNode
    begin: int
    start_node: cst.CSTNode | None
    end_node: cst.CSTNode | None

    def __enter__(self) -> None:
        """Nothing is to be done before the text."""

    def __exit__(self, *_: object) -> None:
        spans = self.locator.spans
        start = spans[self.start_node][0] if self.start_node is not None else self.begin
        end = spans[self.end_node][1] if self.end_node is not None else self.locator.offset
        self.locator.inner[self.node] = (start, end)


@dataclass(frozen=True)
class Tree:
    """A parsed file and the places of its nodes, as offsets in characters."""

    text: str
    module: cst.Module
    _spans: dict[cst.CSTNode, tuple[int, int]]
    _inner: dict[cst.CSTNode, tuple[int, int]]

    @classmethod
    def parse(cls, text: str) -> Tree:
        """Parse `text`; raises `RewriteError` with line and column where it is not Python."""
        try:
            module = cst.parse_module(text)
        except cst.ParserSyntaxError as error:
            message = f"does not parse: {error.message.splitlines()[0]}"
            raise RewriteError("does-not-parse", message, error.raw_line, error.raw_column + 1) from None
        locator = _Locator(module.default_indent, module.default_newline, source=text)
        module._codegen(locator)
        return cls(text, module, locator.spans, locator.inner)

    def whole(self, node: cst.CSTNode) -> tuple[int, int]:
        """Give start and end of everything the node owns: parentheses, and for statements comments and newline."""
        return self._spans[node]

    def bare(self, node: cst.CSTNode) -> tuple[int, int]:
        """Give start and end of the node itself, without its own parentheses and the white space around it."""
        return self._inner[node]

    def has_word(self, node: cst.CSTNode, word: str) -> bool:
        """Tell whether the node's text has `word` in it, be it in a string or a comment: a cheap first look."""
        start, end = self._spans[node]
        return self.text.find(word, start, end) >= 0

    def matches(self, node: cst.CSTNode, pattern: re.Pattern[str]) -> bool:
        """Tell whether `pattern` is somewhere in the node's text."""
        return pattern.search(self.text, *self._spans[node]) is not None
