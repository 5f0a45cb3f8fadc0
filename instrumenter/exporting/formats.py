"""The formats of `spans export`, each with the module that writes it, which is imported when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol

from instrumenter.errors import UsageError
from instrumenter.exporting.source import Source


class Writer(Protocol):
    """What a module of this package is that writes a format."""

    def write(self, source: Source, out: BinaryIO) -> None:
        """Write the spans of a source."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format; its module is called as it is, with `_` for `-`."""

    name: str
    about: str
    binary: bool = False
    needs: str = ""
    """The package that it is written with; it comes with the extra of the same name as `extra`."""
    extra: str = ""

    def writer(self) -> Writer:
        """The module that writes it; UsageError where a package is missing."""
        try:
            found: Writer = import_module(f"instrumenter.exporting.{self.name.replace('-', '_')}")
        except ImportError as error:
            if not self.needs:
                raise
            raise UsageError("missing-package", missing(f"--format {self.name}", self.needs, self.extra)) from error
        return found


def missing(what: str, package: str, extra: str) -> str:
    """What to do where a package is missing that something needs."""
    return f"{what} needs the package {package}: pip install 'spanwright[{extra}]'"


FORMATS = {
    one.name: one
    for one in (
        Format("json", "the span trees; `spans import` reads it"),
        Format("markdown", "a summary to paste into a chat with an assistant; see --max-tokens"),
        Format("chrome", "trace events: ui.perfetto.dev, chrome://tracing, vizviewer"),
        Format("perfetto", "ui.perfetto.dev's own format", binary=True, needs="perfetto", extra="perfetto"),
        Format("speedscope", "speedscope.app"),
        Format("collapsed", "stacks and their self time in ns: flamegraph.pl, inferno, speedscope.app"),
        Format("otlp", "OpenTelemetry, protobuf; see --endpoint", binary=True, needs="opentelemetry-proto",
               extra="otlp"),
        Format("otlp-json", "OpenTelemetry, a JSON object a line", needs="opentelemetry-proto", extra="otlp"),
        Format("csv", "a span a row"),
        Format("html", "a page with a flame graph to zoom and search in; spans flow -o has others"),
        Format("parquet", "a span a row, by column", binary=True, needs="pyarrow", extra="parquet"),
    )
}  # fmt: skip
"""By name, in the order in which the help lists them."""
