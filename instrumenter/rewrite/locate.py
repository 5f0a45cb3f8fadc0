"""Where each node of a LibCST tree stands in the source, exactly.

LibCST's own position providers compute line and column for every node from the code that the tree generates, which
is slow and, where the tree does not generate the source byte for byte (`except A :` loses its space), off. Here the
tree generates its code once, with notes of where nodes begin and end among the tokens; then one loop holds each token
against the source and keeps plain offsets.

It rests on LibCST's code generator calling back a `CodegenState`, the way its own position providers do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from instrumenter.errors import RewriteError

_Span = tuple[int, int]
_STRINGS = frozenset({cst.SimpleString, cst.FormattedString})


def _codegen(node: cst.CSTNode, state: CodegenState, **named: Any) -> None:  # noqa: ANN401, as in LibCST
    """Do what LibCST does, but call without `**` where nothing is named.

    CPython counts such a call of a method as recursion in C, whose limit is fixed: 3.12.1 gave up at 400 chained calls.
    """
    state.before_codegen(node)
    if named:
        node._codegen_impl(state, **named)
    else:
        node._codegen_impl(state)
    state.after_codegen(node)


cst.CSTNode._codegen = _codegen  # type: ignore[assignment, method-assign]


class _Notes(CodegenState):
    """Writes down what the generator says: tokens, and twice, before and after its tokens, each node and its own text.

    The generator calls it some hundred times a line, so all of these are one method of a list, without a frame.
    """

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.notes: list[str | cst.CSTNode | _OwnText] = []
        for name in ("add_token", "before_codegen", "after_codegen"):
            setattr(self, name, self.notes.append)

    def add_indent_tokens(self) -> None:
        self.notes.extend(self.indent_tokens)

    def pop_trailing_newline(self) -> None:
        """Keep the newline that is made up: the source's end is passed over."""

    def record_syntactic_position(  # type: ignore[override]  # LibCST only enters and leaves it
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _OwnText:
        return _OwnText(self.notes, node, start_node, end_node)


@dataclass(slots=True)
class _OwnText:
    """What LibCST enters around a node's own text; a generator function in its place would take three times as long."""

    notes: list[str | cst.CSTNode | _OwnText]
    node: cst.CSTNode
    start_node: cst.CSTNode | None
    end_node: cst.CSTNode | None

    def __enter__(self) -> None:
        self.notes.append(self)

    def __exit__(self, *_: object) -> None:
        self.notes.append(self)


@dataclass
class _Places:
    """The places of nodes, by their identity: a node's own hash is a call of Python code."""

    whole: dict[int, _Span] = field(default_factory=dict)
    own: dict[int, _Span] = field(default_factory=dict)
    strings: list[_Span] = field(default_factory=list)

    def fill(self, source: str, notes: Sequence[str | cst.CSTNode | _OwnText]) -> None:
        """Go through the notes and the source side by side."""
        whole, starts = self.whole, source.startswith
        open_ones: list[object] = [None]
        begun: list[int] = []
        offset = 0
        for note in notes:
            if type(note) is str:
                if not starts(note, offset):
                    offset = _caught_up(source, offset, note)
                offset += len(note)
            elif open_ones[-1] is not note:
                open_ones.append(note)
                begun.append(offset)
            else:
                open_ones.pop()
                if type(note) is _OwnText:
                    self._note_own(note, begun.pop(), offset)
                else:
                    whole[id(note)] = (begun.pop(), offset)

    def _note_own(self, note: _OwnText, begin: int, end: int) -> None:
        if note.start_node is not None:
            begin = self.whole[id(note.start_node)][0]
        if note.end_node is not None:
            end = self.whole[id(note.end_node)][1]
        self.own[id(note.node)] = (begin, end)
        if type(note.node) in _STRINGS:
            self.strings.append((begin, end))


def _caught_up(source: str, offset: int, token: str) -> int:
    """Pass over white space that the tree does not hold; a newline made up at the end of the file is none."""
    if offset == len(source) and not token.strip():
        return offset - len(token)
    place = offset
    while source[place : place + 1] in (" ", "\t", "\f"):
        place += 1
    if not source.startswith(token, place):
        line = source.count("\n", 0, offset) + 1
        raise RewriteError("not-locatable", f"LibCST reads this differently from how it is written: {token!r}", line)
    return place


@dataclass(frozen=True)
class Tree:
    """A parsed file and the places of its nodes, as offsets in characters."""

    text: str
    module: cst.Module
    strings: Sequence[_Span]  # of all of them, f-strings with what is in their braces
    _whole: dict[int, _Span]
    _own: dict[int, _Span]

    @classmethod
    def parse(cls, text: str) -> Tree:
        """Parse `text`; raises `RewriteError` with line and column where it is not Python."""
        try:
            module = cst.parse_module(text)
        except cst.ParserSyntaxError as error:
            message = f"does not parse: {error.message.splitlines()[0]}"
            raise RewriteError("does-not-parse", message, error.raw_line, error.raw_column + 1) from None
        notes, places = _Notes(module), _Places()
        module._codegen(notes)
        places.fill(text, notes.notes)
        return cls(text, module, places.strings, places.whole, places.own)

    def whole(self, node: cst.CSTNode) -> _Span:
        """Give start and end of everything the node owns: parentheses, and for statements comments and newline."""
        return self._whole[id(node)]

    def bare(self, node: cst.CSTNode) -> _Span:
        """Give start and end of the node itself, without its own parentheses and the white space around it."""
        return self._own[id(node)]

    def has_word(self, node: cst.CSTNode, word: str) -> bool:
        """Tell whether the node's text has `word` in it, be it in a string or a comment: a cheap first look."""
        start, end = self._whole[id(node)]
        return self.text.find(word, start, end) >= 0

    def matches(self, node: cst.CSTNode, pattern: re.Pattern[str]) -> bool:
        """Tell whether `pattern` is somewhere in the node's text."""
        return pattern.search(self.text, *self._whole[id(node)]) is not None
