"""`spans export` as a command: what it needs and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from exporting_helpers import SPANS, Spans, prepared

from instrumenter.exporting.formats import FORMATS
from instrumenter.exporting.spool import Spool


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def test_help_describes_every_format(spans: Spans) -> None:
    text = spans("export", "--help").text
    for one in FORMATS.values():
        assert f"{one.name:<11} {one.about}" in text


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


def test_spool_gives_each_stream_back_in_its_order() -> None:
    with Spool() as spool:
        for count in range(30_000):
            spool.add(count % 3, b"%d," % count)
        for stream in range(3):
            assert b"".join(spool.read(stream)) == b"".join(b"%d," % count for count in range(stream, 30_000, 3))
