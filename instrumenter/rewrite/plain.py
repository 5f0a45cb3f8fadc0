"""What can be told of a source without LibCST, whose import takes longer than that of everything else together."""

from __future__ import annotations

import warnings

from instrumenter.errors import RewriteError
from instrumenter.rewrite.source import Source


def may_have_functions(source: Source) -> bool:
    """Tell whether there is a `def`; large tables of data, which LibCST takes long for or cannot take, have none."""
    if "def" not in source.text:
        return False
    try:
        return any(token.string == "def" for token in source.read_tokens())
    except RewriteError:
        return True  # the parser says better what is wrong


def check_compiles(source: bytes, name: str) -> None:
    """Raise `RewriteError`, with what CPython says, where it does not compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise RewriteError("does-not-parse", f"does not parse: {error.msg}", error.lineno, error.offset) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise RewriteError("does-not-compile", f"does not compile: {error}") from None


def is_without_functions(data: bytes, name: str) -> bool:
    """Tell whether this is source that compiles and has no function: there is nothing in it to instrument."""
    try:
        if may_have_functions(Source.read(data)):
            return False
        check_compiles(data, name)
    except RewriteError:
        return False  # whoever rewrites it says so
    return True
