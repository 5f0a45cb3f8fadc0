"""Reading the names of values from a site table, when a header runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spanwright import _site_names

rewrite = pytest.importorskip("instrumenter.rewrite", reason="the tool needs 3.11")
SOURCE = b"def f(a):\n    b = g(a)\n    return h(b)\n"


def table(root: Path, level: int) -> str:
    """Write the table of a twin; gives its id."""
    twin = rewrite.instrument(SOURCE, level, "names.py")
    assert twin is not None
    sites = root / ".spanwright" / "sites"
    sites.mkdir(parents=True)
    (sites / f"{twin.id}.json").write_bytes(twin.table)
    ident: str = twin.id
    return ident


def test_names_are_those_of_the_values_at_each_site(tmp_path: Path) -> None:
    names = _site_names.site_names(str(tmp_path), table(tmp_path, 4))
    assert names is not None
    assert names[0] == ["a"]
    assert ["b"] in names


@pytest.mark.parametrize("level", [1, 2, 3])
def test_table_without_names_is_not_taken_apart(level: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = table(tmp_path, level)
    monkeypatch.setattr("_json.make_scanner", None)
    assert _site_names.site_names(str(tmp_path), ident) is None


def test_name_that_looks_like_a_key_of_the_table_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".spanwright" / "sites").mkdir(parents=True)
    sites = [{"kind": "call", "name": 'd["names":]'}]
    (tmp_path / ".spanwright/sites/0.json").write_text(json.dumps({"sites": sites}, separators=(",", ":")))
    assert _site_names.site_names(str(tmp_path), "0") is None


def test_large_table_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / ".spanwright" / "sites").mkdir(parents=True)
    sites = [{"kind": "var", "names": [f"name{number}"]} for number in range(20_000)]
    (tmp_path / ".spanwright/sites/0.json").write_text(json.dumps({"sites": sites}))
    names = _site_names.site_names(str(tmp_path), "0")
    assert names is not None
    assert names[-1] == ["name19999"]
