"""Which runs have to go, under a clock of our own; none that may still record does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from storage_helpers import DAY, NOW, names, recorded

from instrumenter.cli.instrument import main as instrument
from instrumenter.cli.spans import main as spans
from instrumenter.storage import upkeep as module
from instrumenter.storage.retain import Limits, leaving
from instrumenter.storage.upkeep import tidy, upkeep
from instrumenter.trace.runs import Traces


def going(folder: Path, limits: Limits) -> list[tuple[str, str]]:
    """The days of the runs that have to go, and why."""
    return [(one.run.id[6:8], one.why) for one in leaving(Traces.load(folder).runs, limits, NOW)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs of 9, 5 and 1 days ago."""
    for day, age in ((1, 9), (5, 5), (9, 1)):
        recorded(tmp_path, day, age=age * DAY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.time", lambda: NOW)
    return tmp_path


def test_runs_that_are_too_old_go(project: Path) -> None:
    assert going(project, Limits(age=4 * DAY)) == [("01", "age"), ("05", "age")]
    assert going(project, Limits(age=9 * DAY)) == []


def test_the_oldest_go_until_the_rest_fits(project: Path) -> None:
    each = next((project / ".spanwright/traces").iterdir()).stat().st_size
    assert going(project, Limits(size=3 * each)) == []
    assert going(project, Limits(size=3 * each - 1)) == [("01", "size")]
    assert going(project, Limits(size=each)) == [("01", "size"), ("05", "size")]
    assert going(project, Limits(age=8 * DAY, size=2 * each)) == [("01", "age")]


def test_a_run_that_records_stays(project: Path) -> None:
    recorded(project, 2, age=20 * DAY, pid=os.getpid(), clean=False, started=0)
    assert going(project, Limits(age=0, size=0)) == [("01", "age"), ("05", "age"), ("09", "age")]


def test_a_run_whose_child_records_stays_whole(project: Path) -> None:
    parent = recorded(project, 2, age=20 * DAY, pid=77)
    recorded(project, 3, age=20 * DAY, pid=os.getpid(), clean=False, forked_from=parent.name, started=0)
    assert ("02", "age") not in going(project, Limits(age=0))


def test_a_run_that_may_live_elsewhere_stays_while_it_changes(project: Path) -> None:
    recorded(project, 2, age=599, clean=False)
    recorded(project, 3, age=601, clean=False)
    assert going(project, Limits(age=0))[1:] == [("03", "age"), ("05", "age"), ("09", "age")]


def test_a_run_goes_with_all_its_processes(project: Path) -> None:
    parent = recorded(project, 2, age=20 * DAY, pid=77)
    recorded(project, 3, age=20 * DAY, pid=78, forked_from=parent.name)
    assert len(tidy(project, Limits(age=15 * DAY), packs=False, now=NOW).removed) == 1
    assert names(project) == ["01", "05", "09"]


def prune(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        spans.main(["prune", "--json", *words])
    assert ended.value.code == 0
    value = json.loads(capsys.readouterr().out)
    assert isinstance(value, dict)
    return value


def test_prune_takes_limits_in_plain_words(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    would = prune(capsys, "--older-than", "4d", "--dry-run")
    assert [row["run"][6:8] for row in would["removed"]] == ["01", "05"] and names(project) == ["01", "05", "09"]
    assert prune(capsys, "--older-than", "4d")["removed"] == would["removed"]
    assert names(project) == ["09"]
    assert [row["why"] for row in prune(capsys, "--keep-size", "1kB")["removed"]] == ["size"]
    assert names(project) == []


def test_prune_without_limits_has_those_of_the_settings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prune(capsys)["removed"] == []
    (project / "tracing.env").write_text("TRACING_RETENTION_DAYS=7\n")
    assert [row["run"][6:8] for row in prune(capsys)["removed"]] == ["01"]
    (project / "tracing.env").write_text("TRACING_RETENTION_DAYS=0\nTRACING_MAX_STORAGE_GB=0\n")
    assert prune(capsys)["removed"] == []


def test_max_storage_gb_is_a_limit_in_gigabytes(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    each = next((project / ".spanwright/traces").iterdir()).stat().st_size
    monkeypatch.setattr(module, "GIGABYTE", each)
    (project / "tracing.env").write_text("TRACING_MAX_STORAGE_GB=2\n")
    assert [row["run"][6:8] for row in prune(capsys)["removed"]] == ["01"]


def test_prune_says_what_it_removed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        spans.main(["prune", "--older-than", "4d"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and lines[0].startswith("20261101T") and lines[-1].startswith("removed 2 runs (")


@pytest.mark.parametrize("words", [["--older-than", "soon"], ["--keep-size", "-1"]])
def test_prune_refuses_what_is_no_limit(project: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        spans.main(["prune", *words])
    assert ended.value.code == 2 and "allowed: a " in capsys.readouterr().err


def test_auto_cleanup_removes_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_AUTO_CLEANUP=on\nTRACING_RETENTION_DAYS=7\n")
    with pytest.raises(SystemExit) as ended:
        spans.main(["runs"])
    said = capsys.readouterr()
    assert ended.value.code == 0 and "20261101T" in said.out
    assert said.err.startswith("removed 1 run (") and said.err.endswith(" (TRACING_AUTO_CLEANUP)\n")
    assert names(project) == ["05", "09"]


def test_auto_cleanup_comes_with_instrument_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_AUTO_CLEANUP=on\nTRACING_RETENTION_DAYS=7\n")
    (project / "app.py").write_text("def f(): return 1\n")
    for words in (["app.py", "--dry-run"], ["app.py"]):
        assert names(project) == ["01", "05", "09"]
        with pytest.raises(SystemExit):
            instrument.main(words)
    assert "removed 1 run (" in capsys.readouterr().err and names(project) == ["05", "09"]


def test_auto_cleanup_off_removes_nothing(project: Path) -> None:
    (project / "tracing.env").write_text("TRACING_RETENTION_DAYS=1\n")
    with pytest.raises(SystemExit):
        spans.main(["runs"])
    assert names(project) == ["01", "05", "09"]


def test_compress_traces_compresses_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_COMPRESS_TRACES=on\n")
    with pytest.raises(SystemExit):
        spans.main(["tree"])
    assert capsys.readouterr().err.startswith("compressed 3 segments (") and names(project) == ["01z", "05z", "09z"]
    with pytest.raises(SystemExit):
        spans.main(["tree"])
    assert "main" in capsys.readouterr().out


def test_trouble_with_tidying_up_fails_no_command(project: Path) -> None:
    lines: list[str] = []
    (project / "tracing.env").write_text("TRACING_AUTO_CLEANUP=perhaps\n")
    upkeep(project, lines.append, NOW)
    assert len(lines) == 1 and lines[0].startswith("nothing tidied up: ") and lines[0].endswith(" [bad-setting]")
