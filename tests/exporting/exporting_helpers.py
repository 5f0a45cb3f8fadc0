"""A run with everything that exports must cope with, and the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from segment_encoder import SegmentBytes, Stream, exception, project, save, table, v, value

from instrumenter.cli.spans import main

SITES = table(
    ("main", 1, "function", []),
    ("add", 5, "function", ["a", "b"]),
    ("Store.put", 9, "function", ["self", "key", "*rest", "**options"]),
    ("numbers", 20, "generator", ["n"]),
    ("fetch", 30, "coroutine", ["url"]),
)
MAIN, ADD, PUT, NUMBERS, FETCH = range(5)
NAME = "20261120T091450.000000Z-4242"
CHILD = "20261120T091451.000000Z-77"
SPANS = 15
ODD = "half \ud800; `|` ü\n```"


def _parent() -> tuple[SegmentBytes, int]:
    """The first process, and the number of the span that was open when it forked."""
    data = SegmentBytes(clean=True, version=3, argv=["/usr/bin/python3", "-W", "error", "app.py", "--fast"])
    data.file(len(SITES["sites"]))
    data.thread(2, "worker", native=11)
    stream = Stream(data, 1)
    opened = stream.enter(MAIN)
    for count in range(2):
        stream.enter(ADD, count, 1.5)
        stream.ret(count + 1.5, dt=1005)
    stream.enter(PUT, None, "k", (), {})
    cause = exception("KeyError", "'k'", [("/project/app.py", 10, "Store.put")])
    stream.fail(exception("app.Missing", "no k\nat all", [("/project/app.py", 12, "Store.put")], notes=["look"],
                          cause=cause, suggestion=value("add k")))  # fmt: skip
    stream.event(0x10, NUMBERS, 1)  # a generator, and a call while it is suspended
    stream.args(3)
    stream.event(0x14, 1)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.event(0x15, 1)
    stream.event(0x16, 1)
    for handle, url in ((2, "http://a"), (3, ODD)):  # two coroutines side by side
        stream.event(0x12, FETCH, handle)
        stream.args(url)
    for handle in (2, 3):
        stream.event(0x18, handle, value([1, "x", {"deep": b"\x00", "big": 1 << 70}]))
        stream.event(0x16, handle)
    stream.enter(PUT, None, ODD, (1,), {"x": float("nan")})
    stream.enter(ADD, 5, 6)
    stream.ret(11)
    stream.leave()
    stream.leave()
    stream.enter(MAIN)  # never ends
    other = Stream(data, 2, ticks=1500)
    other.raw(b"\x3d" + v(0) + v(1) + v(0) + v(opened))  # ADOPT: what follows hangs below a span of another thread
    other.enter(MAIN)
    other.enter(ADD, 7, 8)
    other.ret(15)
    other.leave()
    return data, opened


def _child(opened: int) -> SegmentBytes:
    data = SegmentBytes(clean=True, version=3, pid=77, started=78, forked_from=f"{NAME}.seg")
    data.file(len(SITES["sites"]))
    stream = Stream(data, 1, ticks=3000)
    stream.raw(b"\x0c" + v(1) + v(1) + v(opened))  # INHERIT
    stream.enter(MAIN)
    stream.enter(ADD, 1, 1)
    stream.ret(2)
    stream.leave()
    return data


def make_run(folder: Path) -> Path:
    """A project with that run: two processes, three threads, what runs side by side, an error, odd texts."""
    root, (parent, opened) = project(folder, SITES), _parent()
    save(root, parent, f"{NAME}.seg")
    save(root, _child(opened), f"{CHILD}.seg")
    return root


@dataclass(frozen=True)
class Result:
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Spans:
    """The command `spans` in a project of its own."""

    folder: Path
    capture: pytest.CaptureFixture[bytes]

    def __call__(self, *words: str) -> Result:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main(list(words))
        captured = self.capture.readouterr()
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, captured.out, captured.err.decode())

    def export(self, form: str, *words: str) -> bytes:
        """What an export writes, which says nothing else."""
        result = self("export", "--format", form, *words)
        assert (result.code, result.err) == (0, "")
        return result.out


def prepared(folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> Spans:
    """The command line in a project that has the run."""
    monkeypatch.chdir(make_run(folder))
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    return Spans(folder, capture)


def walk(span: dict[str, Any]) -> list[dict[str, Any]]:
    """The spans of a tree of the JSON export, parents first."""
    return [span, *(below for child in span["children"] for below in walk(child))]


def all_spans(exported: Any) -> list[dict[str, Any]]:
    """All spans of a JSON export."""
    return [span for root in exported["traces"] for span in walk(root)]
