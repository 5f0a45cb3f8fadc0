"""The reader still says of the frozen segments what it said when they were frozen."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported

from instrumenter.trace.counts import function_counts
from instrumenter.trace.export import write_counts
from instrumenter.trace.runs import Run, Traces

GOLDEN = Path(__file__).parents[1] / "golden" / "segments"
FROZEN = sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))


def _as_frozen(found: Any, frozen: Any) -> Any:
    """What is exported now without the keys that came later."""
    if isinstance(frozen, dict) and isinstance(found, dict):
        return {key: _as_frozen(entry, frozen[key]) for key, entry in found.items() if key in frozen}
    if isinstance(frozen, list) and isinstance(found, list) and len(found) == len(frozen):
        return [_as_frozen(*pair) for pair in zip(found, frozen, strict=True)]
    return found


def test_frozen_segments_are_all_there() -> None:
    assert len(FROZEN) == 25


@pytest.mark.parametrize(
    "names",
    [
        ("awaited", "awaited-3", "awaited-4"), ("bracketed", "bracketed-3", "bracketed-4"),
        ("inherited", "inherited-3", "inherited-4"), ("descended", "descended-4"), ("described", "described-4"),
    ],
    ids=lambda names: str(names[0]),
)  # fmt: skip
def test_versions_of_a_program_say_the_same(names: tuple[str, ...]) -> None:
    first, *others = (_said(json.loads((GOLDEN / name / "expected.json").read_bytes())) for name in names)
    assert others == [first] * len(others) and others


def _said(found: Any) -> Any:
    """What is exported without the numbers of the spans, which are their places, and the core's name."""
    if isinstance(found, dict):
        return {
            key: _said(entry)
            for key, entry in found.items()
            if key not in ("spanId", "parentSpanId", "traceId", "core")
        }
    return [_said(entry) for entry in found] if isinstance(found, list) else found


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_segments_are_read_as_ever(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    run, *others = _thawed(GOLDEN / name, tmp_path)
    frozen = json.loads((GOLDEN / name / "expected.json").read_bytes())
    assert _as_frozen(exported(run), frozen) == frozen
    assert run.problems() == [] and [other.status for other in others] == ["dumped"] * (name == "ring")


def test_frozen_dump_is_read_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    _, dump = _thawed(GOLDEN / "ring", tmp_path)
    frozen = json.loads((GOLDEN / "ring" / "dump.json").read_bytes())
    assert _as_frozen(exported(dump), frozen) == frozen
    assert dump.problems() == []


@pytest.mark.parametrize("name", ["left-out", "ring", "turned-down"])
def test_frozen_counters_are_read_as_ever(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    out = io.StringIO()
    run, *_ = _thawed(GOLDEN / name, tmp_path)
    write_counts(run, function_counts(run), out.write)
    frozen = json.loads((GOLDEN / name / "counts.json").read_bytes())
    assert _as_frozen(json.loads(out.getvalue())["functions"], frozen) == frozen


def _thawed(golden: Path, folder: Path) -> list[Run]:
    """The run of a frozen folder, and those of dumps, in a project of its own."""
    vault = folder / ".spanwright"
    (vault / "sites").mkdir(parents=True)
    (vault / "traces").mkdir()
    shutil.copy(golden / "sites.json", vault / "sites" / "00112233aabbccdd.json")
    for segment in golden.glob("*.seg"):
        shutil.copy(segment, vault / "traces")
    return Traces.load(folder).runs
