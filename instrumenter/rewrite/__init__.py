"""Rewriting: an original to its twin, and back."""

from instrumenter.rewrite.header import Header
from instrumenter.rewrite.left_alone import LEFT_ALONE_DECORATORS
from instrumenter.rewrite.remnants import check_readable, has_probes, read_header, take_out
from instrumenter.rewrite.strip import strip
from instrumenter.rewrite.twin import LEVELS, Twin, instrument

__all__ = ["LEFT_ALONE_DECORATORS", "LEVELS", "Header", "Twin", "check_readable", "has_probes", "instrument", "read_header", "strip", "take_out"]
