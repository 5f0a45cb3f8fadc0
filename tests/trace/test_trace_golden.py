"""The reader still says of the frozen segments what it said when they were frozen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported, only_run

GOLDEN = Path(__file__).parents[1] / "golden" / "segments"


def _as_frozen(found: Any, frozen: Any) -> Any:
    """What is exported now without the keys that came later."""
    if isinstance(frozen, dict) and isinstance(found, dict):
        return {key: _as_frozen(entry, frozen[key]) for key, entry in found.items() if key in frozen}
    if isinstance(frozen, list) and isinstance(found, list) and len(found) == len(frozen):
        return [_as_frozen(*pair) for pair in zip(found, frozen, strict=True)]
    return found


@pytest.mark.parametrize("name", ["calls", "suspended", "forked", "bracketed", "awaited", "inherited"])
def test_frozen_segments_are_read_as_ever(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    golden, vault = GOLDEN / name, tmp_path / ".spanwright"
    (vault / "sites").mkdir(parents=True)
    (vault / "traces").mkdir()
    shutil.copy(golden / "sites.json", vault / "sites" / "00112233aabbccdd.json")
    for segment in golden.glob("*.seg"):
        shutil.copy(segment, vault / "traces")
    run = only_run(tmp_path)
    assert _as_frozen(exported(run), frozen := json.loads((golden / "expected.json").read_bytes())) == frozen
    assert run.problems() == []
