"""Rewriting: an original to its twin, and back."""

from importlib import import_module
from typing import TYPE_CHECKING

from instrumenter.rewrite.header import Header
from instrumenter.rewrite.plain import is_without_functions
from instrumenter.rewrite.remnants import check_readable, has_probes, read_header, take_out, take_out_edit
from instrumenter.rewrite.strip import strip

if TYPE_CHECKING:
    from instrumenter.rewrite.left_alone import LEFT_ALONE_DECORATORS
    from instrumenter.rewrite.twin import LEVELS, Twin, instrument

__all__ = [
    "LEFT_ALONE_DECORATORS", "LEVELS", "Header", "Twin",
    "check_readable", "has_probes", "instrument", "is_without_functions", "read_header", "strip", "take_out",
    "take_out_edit",
]  # fmt: skip

_MAKES_TWINS = {"LEFT_ALONE_DECORATORS": "left_alone", "LEVELS": "twin", "Twin": "twin", "instrument": "twin"}


def __getattr__(name: str) -> object:
    """Import what makes twins when it is asked for: LibCST takes half a second, and the way back does not need it."""
    if name not in _MAKES_TWINS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MAKES_TWINS[name]}"), name)
