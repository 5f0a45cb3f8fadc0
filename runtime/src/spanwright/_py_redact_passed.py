"""Secrets that are passed on under other names, in the Python core.

What was hidden as a function's parameter is hidden as its result and in its variables, too, as long as it is the same
object. Only identities are kept, the last ones of the process.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact import hides
from ._py_redact_names import NOTHING
from ._py_redact_sites import Kinds, params_known, returned_kind, values_of
from ._py_reflect import mro
from ._py_streams import HANDLE, SITE, SPAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_handles import Handle
    from ._py_streams import Stream

MOST_HIDDEN = 64
SHORTEST_SECRET = 4

# Span (minus the number of a handle), identity and kind.
_hidden = [(0, 0, NOTHING)] * MOST_HIDDEN
_next = 0


def remember(span: int, params: "tuple[Any, ...]", kinds: Kinds) -> None:
    """Remember what is hidden among the parameters of a span that begins; the oldest are forgotten."""
    global _next
    for index, value in enumerate(params):
        kind = kinds.at(index)
        if kind != NOTHING and hides(kind, value) and _is_telling(value):
            _hidden[_next % MOST_HIDDEN] = (span, id(value), kind)
            _next += 1


def _is_telling(value: object) -> bool:
    """Tell whether it is hardly ever by chance that a function has this very object twice."""
    for cls in mro(type(value)):
        if cls is str:
            return str.__len__(value) >= SHORTEST_SECRET  # type: ignore[arg-type]
        if cls is bytes:
            return bytes.__len__(value) >= SHORTEST_SECRET  # type: ignore[arg-type]
    return True


def return_kind(site: int, span: int, value: object) -> int:
    """Tell as what a result is hidden: by its function's name, else as the parameter that it is."""
    kind = returned_kind(site)
    return kind if kind != NOTHING or not params_known(site) else _passed(span, value)


def kinds_of_values(site: int, stream: "Stream", handle: "Handle | None", values: "tuple[Any, ...]") -> "Kinds | None":
    """Tell as what values of names are hidden: by their names, else as the parameters that they are."""
    kinds = values_of(site)
    span = _secret_span(stream, handle)
    if not span:
        return kinds
    named = [NOTHING if kinds is None else kinds.at(index) for index in range(len(values))]
    every = [kind or _passed(span, value) for kind, value in zip(named, values)]  # noqa: B905, of one length
    return Kinds(every) if any(every) else None


def _passed(span: int, value: object) -> int:
    key = id(value)
    return next((kind for own, known, kind in _hidden if known == key and own == span), NOTHING)


def _secret_span(stream: "Stream", handle: "Handle | None") -> int:
    """Give the span of a function whose parameters are secrets, the handle's or the one on top; else 0."""
    if handle is None:
        stack = stream.stack
        index = len(stack) - 1
        while index >= 0 and type(stack[index][HANDLE]) is int:
            index -= 1
        if index < 0:
            return 0
        handle = stack[index][HANDLE]
        if handle is None:
            return stack[index][SPAN] if params_known(stack[index][SITE]) else 0
    return -handle.number if params_known(handle.site) else 0
