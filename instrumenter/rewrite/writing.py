"""What all that is put into a function has in common: names of probes, places, and what comes first at one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import libcst as cst

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.edits import Insert, Layer
from instrumenter.rewrite.gather import Function, Kind
from instrumenter.rewrite.layout import Layout, after_colon, first
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.source import Source, leading_space, rows_within

# All words, in the order in which a header lists those it needs.
WORDS = (
    *("enter", "enter_m", "ret", "fail", "val", "error", "flag", "exit"),
    *("gen", "gen_m", "co", "co_m", "agen", "agen_m", "pause", "resume", "from"),
    *("call", "call_m", "will", "will_m", "in", "out", "caught", "await", "awith", "aiter"),
    *("line", "var", "let", "keep", "state"),
)


class Depth(IntEnum):
    """What is outside where several probes are put around the same text."""

    STATEMENT = 0  # `line` in a header
    PART = 1  # for what the text is a part of: `ret`, `pause`, `let`, `call`, `in`, `await`
    WHOLE = 2  # for the text itself: `out` around a call, `resume` around a yield


@dataclass(frozen=True)
class FileWriter:
    """What the writers of one file's functions share; `inserts` and `words` are what they fill."""

    source: Source
    tree: Tree
    dial: Dial
    prefix: str
    layouts: list[Layout]
    inserts: list[Insert] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    @cached_property
    def string_rows(self) -> frozenset[int]:
        """Give the rows that begin inside a string, as `Source.string_rows` does, but without tokens."""
        row = self.source.row
        return rows_within((row(start), row(end - 1)) for start, end in self.tree.strings)


class FunctionWriter:
    """Makes insertions in one function."""

    def __init__(self, file: FileWriter, function: Function) -> None:
        self.file = file
        self.fn = function
        self.layout = file.layouts[function.number]
        self.handle = "" if function.kind is Kind.FUNCTION else f"{file.prefix}s"
        self.subject = self.handle or str(function.number)

    def probe(self, word: str) -> str:
        """Give the name of a probe, which the header then binds."""
        self.file.words.add(word)
        return self.file.prefix + word

    def touching(self, word: str, offset: int) -> str:
        """Give the name of a probe for `offset`, in parentheses where it would run into the word before.

        A space put in could not be told from one of the author's.
        """
        name = self.probe(word)
        before = self.file.tree.text[offset - 1]
        return f"({name})" if before.isalnum() or before == "_" else name

    def insert(
        self, offset: int, layer: Layer, text: str, rank: tuple[int, ...] = (), shown: int | None = None
    ) -> None:
        """Put in `text` before the character at `offset`."""
        self.file.inserts.append(Insert(offset, layer, rank, text, shown))

    def bracket(
        self,
        start: int,
        end: int,
        opening: str,
        closing: str = ")",
        depth: Depth = Depth.PART,
        shown: tuple[int, int] | tuple[None, None] = (None, None),
    ) -> None:
        """Put something around the text from `start` to `end`, rightly nested with all else put around texts."""
        self.file.inserts.append(Insert(start, Layer.OPEN, (-end, depth), opening, shown[0]))
        self.file.inserts.append(Insert(end, Layer.CLOSE, (-start, -depth), closing, shown[1]))

    def wrap(
        self,
        word: str,
        value: cst.CSTNode,
        arguments: Iterable[object] = (),
        kept: Iterable[str] = (),
    ) -> None:
        """Put a probe's call around an expression: `word(*arguments, value, *kept)`.

        A tuple without parentheses gets some: `word((a, b),)`, where the comma tells it from one that has its own.
        """
        start, end = self.file.tree.whole(value)
        bare = isinstance(value, cst.Tuple) and not value.lpar
        opening = f"{self.touching(word, start)}({''.join(f'{one}, ' for one in arguments)}{'(' if bare else ''}"
        closing = f"{')' if bare else ''}{''.join(f', {name}' for name in kept)}{',)' if bare else ')'}"
        self.bracket(start, end, opening, closing)

    def begin_block(self, block: cst.BaseSuite, call: str, rank: int) -> None:
        """Put a call first in a block, on a line of its own where the block has lines; lower ranks come first."""
        source, tree = self.file.source, self.file.tree
        start = first(tree, block.body[0])
        if isinstance(block, cst.SimpleStatementSuite):
            self.insert(start, Layer.OPEN_BLOCK, f"{call}; ", (rank,))
            return
        line = source.lines[source.row(start) - 1]
        indent = self.indentation(leading_space(line), (*self.fn.enclosing, self.fn.number))
        text = f"{self.layout.newline}{indent}{call}"
        self.insert(after_colon(source, tree, block), Layer.OPEN_BLOCK, text, (rank,))

    def indentation(self, original: str, functions: tuple[int, ...]) -> str:
        """Give what indentation becomes inside `functions` (outermost first), each of which adds a level."""
        for number in reversed(functions):
            layout = self.file.layouts[number]
            original = layout.indent + layout.unit + original[len(layout.indent) :]
        return original
