"""Which functions a file has, and which of them have probes; found without LibCST, which takes twenty times as long."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import CodeType

from instrumenter import rewrite


def functions_of(source: bytes) -> dict[str, bool] | None:
    """Give the qualified names of a file's functions, and whether they have probes; None where it does not compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = compile(source, "<source>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    header = rewrite.read_header(source)
    found: dict[str, bool] = {}
    for code in _below(module):
        if code.co_flags & CO_OPTIMIZED and not code.co_name.startswith("<"):
            has_probes = header is not None and any(name.startswith(header.prefix) for name in code.co_names)
            found[code.co_qualname] = found.get(code.co_qualname, False) or has_probes
    return found


def _below(code: CodeType) -> Iterator[CodeType]:
    """Yield the code objects in this one in the order of the source; classes, lambdas and comprehensions among them."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _below(constant)
