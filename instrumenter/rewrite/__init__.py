"""Rewriting: an original to its twin, and back."""

from instrumenter.rewrite.header import Header, read_header
from instrumenter.rewrite.left_alone import LEFT_ALONE_DECORATORS
from instrumenter.rewrite.strip import strip
from instrumenter.rewrite.twin import LEVELS, Twin, instrument

__all__ = ["LEFT_ALONE_DECORATORS", "LEVELS", "Header", "Twin", "instrument", "read_header", "strip"]
