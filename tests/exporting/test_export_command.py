"""`spans export` as a command: what it refuses, what it needs, and that it holds no run in memory."""

from __future__ import annotations

import io
import sys
import tracemalloc
from pathlib import Path

import pytest
from exporting_helpers import SPANS, Spans, prepared
from segment_encoder import SegmentBytes, Stream, save

from instrumenter.exporting.formats import FORMATS
from instrumenter.exporting.source import Source
from instrumenter.exporting.spool import Spool
from instrumenter.trace.runs import Traces
from instrumenter.trace.selection import Selection, Wanted


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def test_help_describes_every_format(spans: Spans) -> None:
    text = spans("export", "--help").text
    for one in FORMATS.values():
        assert f"{one.name:<11} {one.about}" in text


def test_every_format_writes_the_same_to_a_file_and_to_the_output(spans: Spans) -> None:
    for form in FORMATS:
        assert spans.export(form, "-o", "made") == b""
        assert Path("made").read_bytes() == spans.export(form)


def test_html_is_one_page_that_needs_nothing_else(spans: Spans) -> None:
    page = spans.export("html").decode()
    assert "Store.put" in page and "</html>" in page
    assert "src=" not in page and "<link" not in page


@pytest.mark.parametrize(
    ("form", "module", "package", "extra"),
    [
        ("perfetto", "perfetto", "perfetto", "perfetto"),
        ("otlp", "opentelemetry", "opentelemetry-proto", "otlp"),
        ("otlp-json", "opentelemetry", "opentelemetry-proto", "otlp"),
        ("parquet", "pyarrow", "pyarrow", "parquet"),
    ],
)
def test_missing_package_is_named_with_what_installs_it(
    form: str, module: str, package: str, extra: str, spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.startswith("instrumenter.exporting.")]:
        if name.rpartition(".")[2] in ("perfetto", "otlp", "otlp_json", "sending", "parquet"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    result = spans("export", "--format", form)
    assert (result.code, result.out) == (2, b"")
    assert result.err == (
        f"error: --format {form} needs the package {package}: pip install 'spanwright[{extra}]' [missing-package]\n"
    )


@pytest.mark.parametrize("form", [one.name for one in FORMATS.values() if one.binary])
def test_binary_format_is_not_written_to_a_terminal(form: str, spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = spans("export", "--format", form)
    assert (result.code, result.out) == (2, b"") and "[binary-terminal]" in result.err
    assert spans.export(form, "-o", "made") == b""


@pytest.mark.parametrize(
    "words",
    [
        ("--endpoint", "http://x"), ("--format", "csv", "--endpoint", "http://x"), ("--json",),
        ("--format", "otlp", "--endpoint", "http://x", "-o", "f"), ("--counts", "--format", "csv"),
        ("--max-tokens", "900", "--format", "csv"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...], spans: Spans) -> None:
    result = spans("export", *words)
    assert (result.code, result.out) == (2, b"") and "[options-together]" in result.err


def test_file_that_cannot_be_written_is_one_line(spans: Spans) -> None:
    result = spans("export", "--format", "csv", "-o", "no/such/folder")
    assert (result.code, result.err) == (5, "error: no/such/folder: No such file or directory [cannot-write]\n")


def test_filters_are_those_of_the_tree(spans: Spans) -> None:
    for words in (["--errors"], ["--function", "fetch"], ["--min-duration", "1us"], ["--kind", "generator"]):
        shown = spans("tree", "--json", *words).json
        assert spans("export", *words).json == shown
    assert len(spans.export("csv", "--no-calls").splitlines()) >= SPANS


STREAMED = ("json", "csv", "chrome", "perfetto", "speedscope", "collapsed", "otlp")


class _Counting(io.RawIOBase):
    """A file that keeps nothing."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        assert isinstance(content, (bytes, bytearray))
        self.size += len(content)
        return len(content)


@pytest.mark.parametrize("form", STREAMED)
def test_export_takes_less_memory_than_it_writes(form: str, spans: Spans, tmp_path: Path) -> None:
    data = SegmentBytes(clean=True, version=3, pid=9, started=9)
    data.file(5)
    stream = Stream(data, 1)
    for count in range(60):
        stream.enter(0)
        for place in range(40):
            stream.enter(1, place, f"{count} " * 60)
            stream.leave()
        stream.leave()
    save(spans.folder, data, "20261122T091450.000000Z-9.seg")
    run = Traces.load(spans.folder).runs[-1]
    source, out = Source(run, run.forest.roots(), Selection(run.forest, Wanted())), _Counting()
    writer = FORMATS[form].writer()
    tracemalloc.start()
    try:
        writer.write(source, out)  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if form not in ("collapsed", "speedscope"):  # of which there is less than one short line for each span
        assert out.size > 700_000
    assert peak < 500_000


def test_spool_gives_each_stream_back_in_its_order() -> None:
    with Spool() as spool:
        for count in range(30_000):
            spool.add(count % 3, b"%d," % count)
        for stream in range(3):
            assert b"".join(spool.read(stream)) == b"".join(b"%d," % count for count in range(stream, 30_000, 3))
