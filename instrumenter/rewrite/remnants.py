"""Twins that people and their tools have been at: how they are known, and how their originals are got out of them."""

from __future__ import annotations

import ast
import re
import tokenize
import warnings
from bisect import bisect_left
from collections.abc import Collection

from instrumenter.errors import RewriteError
from instrumenter.rewrite import header
from instrumenter.rewrite.arguments import Piece
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.header import Header
from instrumenter.rewrite.reformatted import strip_reformatted
from instrumenter.rewrite.source import Source, terminator
from instrumenter.rewrite.strip import pieces_of, strip

_NAME = r"(?<![A-Za-z0-9_])(?P<prefix>_sw[0-9a-f]*_)"
_PROBE = re.compile(_NAME + r"(?:(?:(?:enter|gen|co|agen)(?:_m)?|fail|error|flag)\s*\(\s*(?:\d|_sw)|\(\s*__name__\s*,)")
_HEADER = re.compile(
    _NAME + r"\(\s*__name__\s*,\s*[\"'](?P<name>[\w.+-]*)@(?P<id>[0-9a-f]{16})[\"']\s*,"
    r"\s*(?P<abi>\d+)\s*,\s*(?P<sites>\d+)\s*,[^)]*\)(?:[^\n\r]*# instrumented, level (?P<level>\d))?",
    re.ASCII,
)
_CONFLICT = re.compile(rb"^(?:<{7}|>{7}) ", re.MULTILINE)
_MOST = 5  # prefixes in one file


def read_header(source: bytes) -> Header | None:
    """Find the header in a file's bytes, also where a formatter has spread it over lines; None if there is none."""
    found = header.read_header(source)
    if found is not None or b"__name__" not in source or b"_sw" not in source:
        return found
    for match in _HEADER.finditer(source.decode("latin-1")):
        if _is_name(source, match["prefix"]):
            level = int(match["level"] or 0)
            return Header(match["name"], match["id"], int(match["abi"]), int(match["sites"]), level, match["prefix"])
    return None


def has_probes(source: bytes) -> bool:
    """Say whether a file is a twin or has pieces of one in it."""
    return header.read_header(source) is not None or _prefix(source) is not None


def check_readable(source: bytes) -> None:
    """Raise `RewriteError` where a file's bytes are no text in its encoding, or hold a merge conflict."""
    Source.read(source)
    _check_no_conflict(source)


def take_out(twin: bytes, known: Collection[Piece] = ()) -> bytes:
    """Give the original of a twin that was edited or reformatted, or of a file that has pieces of twins in it.

    Raises `RewriteError` where it cannot be told what is the author's; `known` pieces are not.
    """
    _check_no_conflict(twin)
    result = twin
    for _ in range(_MOST):
        result = _without_one_prefix(result, known)
        if not has_probes(result):
            _guard(result, twin)
            return result
    raise RewriteError("cannot-strip", "has probes of several twins in it")


def take_out_edit(twin: bytes, before: bytes, dial: Dial, name: str) -> bytes:
    """The same for a twin of which the original `before` the edit is known, and with it what was put in."""
    try:
        return take_out(twin)
    except RewriteError as error:
        if error.slug != "cannot-strip":
            raise
        from instrumenter.rewrite.twin import instrument  # LibCST takes long to load, and this is rare

        made = instrument(before, dial, name)
        if made is None:
            raise
        return take_out(twin, pieces_of(made.source))


def _check_no_conflict(source: bytes) -> None:
    conflict = _CONFLICT.search(source)
    if conflict is not None and not _compiles(source):
        row = source.count(b"\n", 0, conflict.start()) + 1
        reason = "has a merge conflict in it: settle it, on whatever side, then run this again"
        raise RewriteError("merge-conflict", reason, row)


def _without_one_prefix(twin: bytes, known: Collection[Piece]) -> bytes:
    """Take out the probes of one prefix, to the byte if the pieces are as they were put in."""
    errors = []
    exact = loose = None
    prefix = _prefix(twin)
    try:
        exact = strip(twin, known)
    except RewriteError as error:
        errors.append(error)
    try:
        gathered, ending = _gathered(twin)
        loose = strip_reformatted(gathered, known).removesuffix(ending)
        if exact is None:
            exact = strip(gathered, known).removesuffix(ending)
    except RewriteError as error:
        errors.append(error)
    best = exact if exact is not None and (loose is None or _same_meaning(exact, loose)) else loose
    if best is None:
        raise next((error for error in errors if error.slug != "not-a-twin"), errors[0])
    _check_nothing_left(best, prefix)
    return best


def _check_nothing_left(result: bytes, prefix: str | None) -> None:
    """A probe whose name somebody has written on is none any more, nor the author's: no name in the original had it."""
    if prefix is None or prefix.encode() not in result or not _compiles(result):
        return
    for token in Source.read(result).tokens:
        if token.type == tokenize.NAME and token.string.find(prefix) > 0:
            raise RewriteError("cannot-strip", f"what was put in here was changed: {token.line.strip()!r}")


def _gathered(twin: bytes) -> tuple[bytes, bytes]:
    """Give the twin with one header, its last line, and the newline that was put before it."""
    source = Source.read(twin)
    prefix = _prefix(twin)
    if prefix is None:
        raise RewriteError("not-a-twin", "has no header of Spanwright's, so there is nothing to take out")
    text = _without_headers(source, prefix)
    newline = next((end for line in source.lines if (end := terminator(line))), "\n")
    ending = newline if text and not text.endswith(("\n", "\r")) else ""
    line = header.render("gathered.py", "0" * 16, 1, 1, prefix, ["enter"])
    return source.write(text + ending + line + newline), ending.encode()


def _without_headers(source: Source, prefix: str) -> str:
    """Cut the statements that bind the probes, with their lines."""
    tokens = [token for token in source.tokens if token.type not in (tokenize.NL, tokenize.COMMENT)]
    starts = [token.start for token in tokens]
    rows: set[int] = set()
    for i, token in enumerate(tokens):
        if token.type != tokenize.NAME or token.string != prefix:
            continue
        first = i
        while first and tokens[first - 1].type not in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            first -= 1
        last = i
        while tokens[last].type not in (tokenize.NEWLINE, tokenize.ENDMARKER):
            last += 1
        span = tokens[first].start[0], tokens[bisect_left(starts, tokens[last].start)].end[0]
        comments = [c.string for c in source.tokens if c.type == tokenize.COMMENT and span[0] <= c.start[0] <= span[1]]
        if not header.are_as_made(_compact(tokens[first:last]), prefix, comments):
            raise RewriteError(
                "cannot-strip", f"what was put in here was changed: {token.line.strip()!r}", *token.start
            )
        rows |= set(range(span[0], span[1] + 1))
    return "".join(line for row, line in enumerate(source.lines, 1) if row not in rows)


def _compact(tokens: list[tokenize.TokenInfo]) -> str:
    """Give tokens without space, and without the commas that a formatter puts at the ends of lines."""
    text = "".join(
        token.string + "\n" * (token.end[0] != after.start[0])
        for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True)
    )
    return text.replace(",\n)", ")").replace("\n", "")


def _prefix(source: bytes) -> str | None:
    """Give the prefix of the first probe or header in the code, strings and comments aside."""
    if b"_sw" not in source:
        return None
    prefixes = dict.fromkeys(match["prefix"] for match in _PROBE.finditer(source.decode("latin-1")))
    return next((prefix for prefix in prefixes if _is_name(source, prefix)), None)


def _is_name(source: bytes, prefix: str) -> bool:
    """Say whether the code has a probe with this prefix; what cannot be tokenized counts as code."""
    try:
        tokens = Source.read(source).tokens
    except RewriteError:
        return True
    return any(token.type == tokenize.NAME and token.string.startswith(prefix) for token in tokens)


def _same_meaning(one: bytes, other: bytes) -> bool:
    if one == other:
        return True
    trees = [_parsed(text) for text in (one, other)]
    return trees[0] == trees[1]


def _parsed(source: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _compiles(source: bytes) -> bool:
    return _parsed(source) is not None


def _guard(result: bytes, twin: bytes) -> None:
    """A twin that Python takes gives an original that Python takes."""
    if not _compiles(result) and _compiles(twin):
        raise RewriteError("cannot-strip", "what is left without the probes would not compile")
