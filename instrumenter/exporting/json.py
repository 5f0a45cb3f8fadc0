"""The span trees as JSON; `docs/reading.md` describes the form."""

from __future__ import annotations

from typing import BinaryIO

from instrumenter.exporting.encoding import text_to
from instrumenter.exporting.source import Source
from instrumenter.trace.export import write_json


def write(source: Source, out: BinaryIO) -> None:
    """Write one object, a span a line."""
    write_json(source.run, source.roots, source.selection, text_to(out))
