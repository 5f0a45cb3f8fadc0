"""A page with a flame graph, to zoom and search in, that needs nothing else."""

from __future__ import annotations

from typing import BinaryIO

from instrumenter.analysis.pictures import flame_page
from instrumenter.exporting.encoding import encoded
from instrumenter.exporting.source import Source


def write(source: Source, out: BinaryIO) -> None:
    """Write the page of the chosen spans and all below them."""
    for piece in flame_page(source.run, source.selection.of(source.roots)):
        out.write(encoded(piece))
