"""An exception as Python prints it, in the original's lines, with its notes, its cause and its context."""

from __future__ import annotations

from collections.abc import Iterator

from instrumenter.trace.definitions import relative
from instrumenter.trace.failures import Failure, Frame
from instrumenter.trace.text import message, plural

_BECAUSE = "The above exception was the direct cause of the following exception:"
_DURING = "During handling of the above exception, another exception occurred:"


def traceback_text(failure: Failure, root: str) -> str:
    """The whole of it; files are relative to `root`."""
    return "\n".join(_lines(failure, root))


def _lines(failure: Failure, root: str) -> Iterator[str]:
    chained = failure.cause or (None if failure.context_suppressed else failure.context)
    if chained:
        yield from _lines(chained, root)
        yield from ("", _BECAUSE if failure.cause else _DURING, "")
    if failure.stack:
        yield "Traceback (most recent call last):"
    for frame in failure.stack:
        yield _frame(frame, root)
    said = message(failure)
    yield f"{failure.type}: {said}" if said else failure.type
    yield from failure.notes


def _frame(frame: Frame, root: str) -> str:
    if frame.left_out:
        return f"  … {plural(frame.left_out, 'more frame')} …"
    return f'  File "{relative(frame.file, root)}", line {frame.line}, in {frame.function}'
