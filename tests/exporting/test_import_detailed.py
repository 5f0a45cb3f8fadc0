"""A real program with everything recorded: lines, values, branches, changes, calls, awaits. All of it comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exporting_helpers import Spans, all_spans

from instrumenter.cli.instrument import main as instrument

PROGRAM = """\
import asyncio


class Shelf:
    def __init__(self):
        self.books, self.tags = {}, set()

    def add(self, title, *rest, **more):
        self.books[title] = len(rest)
        self.tags |= {title[0]}
        return self


def numbers(n):
    for i in range(n):
        yield i * i


def fill(rows, seen, names):
    count = 0
    for number in numbers(3):
        if number % 2:
            rows.append(number)
        else:
            seen[str(number)] = number
        count += 1
    names.add("new")
    rows[0] = None
    return count


async def fetch(x):
    await asyncio.sleep(0)
    return x + 1


async def serve():
    return await asyncio.gather(fetch(1), fetch(2))


def main():
    shelf = Shelf().add("a", 1, colour="red").add("b")
    print(fill([5], {"k": 1}, {"old"}), asyncio.run(serve()), len(shelf.books))
    try:
        int("x")
    except ValueError as error:
        raise LookupError("no number") from error


main()
"""
IDS = ("traceId", "spanId", "parentSpanId", "children")


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    (tmp_path / "app.py").write_text(PROGRAM)
    with pytest.raises(SystemExit):
        instrument.main(["--level", "5", "app.py"])
    env = os.environ | {"SPANWRIGHT_CORE": "python"}
    done = subprocess.run([sys.executable, "app.py"], capture_output=True, text=True, timeout=120, env=env)
    assert done.stdout == "3 [2, 3] 2\n"
    return Spans(tmp_path, capfdbinary)


def _without_ids(exported: Any) -> list[dict[str, Any]]:
    return [{key: found for key, found in span.items() if key not in IDS} for span in all_spans(exported)]


def test_detailed_run_comes_back_with_its_events(spans: Spans) -> None:
    assert spans("export", "-o", "run.json").code == 0
    before = json.loads(Path("run.json").read_bytes())
    types = {event["type"] for span in all_spans(before) for event in span["events"]}
    assert types == {"line", "checkpoint", "branch", "loop", "state"}
    assert {span["kind"] for span in all_spans(before)} == {"function", "generator", "coroutine", "call"}
    assert spans("import", "run.json").code == 0
    assert _without_ids(spans("export").json) == _without_ids(before)


def test_detailed_run_is_sent_with_its_events(spans: Spans) -> None:
    (line,) = spans.export("otlp-json", "--kind", "function", "--function", "fill").splitlines()
    found = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    (fill,) = [span for span in found if span["name"] == "fill"]
    assert {event["name"] for event in fill["events"]} == {"line", "checkpoint", "branch", "loop", "state"}
    assert "code.line.number" in [one["key"] for one in fill["events"][0]["attributes"]]
