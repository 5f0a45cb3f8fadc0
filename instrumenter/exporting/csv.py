"""A span a row, with a heading, as comma-separated values."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from instrumenter.exporting.encoding import encoded
from instrumenter.exporting.rows import COLUMNS, rows
from instrumenter.exporting.source import Source


def write(source: Source, out: BinaryIO) -> None:
    """Write the rows; values that are no texts or numbers are JSON."""
    line = io.StringIO()
    table = csv.writer(line, lineterminator="\n")
    table.writerow([column.name for column in COLUMNS])
    for row in rows(source):
        table.writerow(row)
        out.write(encoded(line.getvalue()))
        line.seek(0)
        line.truncate()
    out.write(encoded(line.getvalue()))
