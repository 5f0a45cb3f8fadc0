"""The text for an assistant: complete where it fits, within its tokens where it does not, and then it says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from exporting_helpers import NAME, SPANS, Spans, prepared
from segment_encoder import SegmentBytes, Stream, exception, save

from instrumenter.exporting.tokens import fitting, tokens


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def _text(spans: Spans, *words: str) -> str:
    return spans.export("markdown", *words).decode()


def test_markdown_tells_run_errors_times_and_tree(spans: Spans) -> None:
    text = _text(spans)
    assert text.startswith("# What `python3 -W error app.py --fast` did\n")
    assert f"run `{NAME}`" in text and f"{SPANS} spans, 1 failed span, CPython 3.12.1, 2 processes" in text
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# What `python3 -W error app.py --fast` did",
        "## Errors: 1 kind",
        "### Missing: no k at all",
        "## Where the time went",
        "## Call tree",
    ]
    assert "Left out" not in text


def test_markdown_tells_an_error_with_its_way_cause_and_suggestion(spans: Spans) -> None:
    text = _text(spans)
    for piece in (
        "  main()  app.py:1\n→ Store.put(key='k'",
        "KeyError: 'k'\n\nThe above exception was the direct cause",
        "app.Missing: no k\nat all\nlook\nsuggestion: 'add k'\nmain went on: it handled this",
    ):
        assert piece in text


def test_markdown_has_the_tree_that_the_command_draws(spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    drawn = spans("tree").text.split("\n", 1)[1]
    assert drawn in _text(spans)


def test_markdown_sums_up_functions(spans: Spans) -> None:
    (row,) = [line for line in _text(spans).splitlines() if line.startswith("| add ")]
    assert row.startswith("| add app.py:5 | 6 | 2.05 µs | 2.05 µs (")


@pytest.fixture
def large(spans: Spans) -> Spans:
    """Many functions' worth of tree, and more kinds of errors than fit."""
    data = SegmentBytes(clean=True, version=3, pid=9, started=9)
    data.file(5)
    stream = Stream(data, 1)
    for count in range(400):
        stream.enter(0)
        stream.enter(1, count, "word " * 30)
        stream.enter(2, None, f"key {count}", (), {})
        if count % 10:
            stream.leave()
        else:
            stream.fail(
                exception(f"app.Error{count}", "it went wrong " * 20, [("/project/app.py", count, "Store.put")])
            )
        stream.leave()
        stream.leave()
    save(spans.folder, data, "20261122T091450.000000Z-9.seg")
    return spans


@pytest.mark.parametrize("most", [500, 900, 2000, 5000])
def test_markdown_stays_within_its_tokens_and_says_what_is_cut(most: int, large: Spans) -> None:
    text = _text(large, "--max-tokens", str(most))
    assert tokens(text) <= most
    closing = text.splitlines()[-1]
    assert closing.startswith(f"Left out, to stay within {most:,} tokens (`--max-tokens`): ")
    told = len(re.findall("^### ", text, re.MULTILINE))
    assert told == 40 or f"{40 - told} further kinds of errors" in closing


def test_markdown_counts_the_spans_that_the_tree_does_not_show(large: Spans, tmp_path: Path) -> None:
    text = _text(large, "--max-tokens", "5000", "--errors")
    shown = sum(int(count) for count in re.findall(r"×(\d+)", text.split("## Call tree")[1]))
    shown += len(re.findall(r"^ *\d.* (main|add|Store\.put)\(", text.split("## Call tree")[1], re.MULTILINE))
    found = re.search(r"([\d,]+) spans? of the tree", text)
    assert (int(found[1].replace(",", "")) if found else 0) == 120 - shown


def test_fence_is_longer_than_any_in_the_text(spans: Spans) -> None:
    data = SegmentBytes(clean=True, version=3, pid=9, started=9)
    data.file(5)
    stream = Stream(data, 1)
    stream.enter(1, "```", "````")
    stream.leave()
    save(spans.folder, data, "20261122T091450.000000Z-9.seg")
    assert "\n`````\n" in _text(spans)


def test_max_tokens_belongs_to_markdown(spans: Spans) -> None:
    result = spans("export", "--max-tokens", "1000")
    assert (result.code, result.err) == (2, "error: --max-tokens goes with --format markdown [options-together]\n")


@pytest.mark.parametrize(("text", "count"), [("", 0), ("call", 2), ("1234", 2), ("a b", 3), ("├─", 4), ("x=1;", 4)])
def test_tokens_are_reckoned_generously(text: str, count: int) -> None:
    assert tokens(text) == count


def test_fitting_takes_whole_lines() -> None:
    assert fitting(["aaa", "bbb", "ccc"], 4) == (["aaa", "bbb"], False)
    assert fitting(["aaa"], 2) == (["aaa"], True)
