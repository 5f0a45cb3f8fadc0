"""Tables that were computed once are kept beside the site table, and used where they are still right."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from types import CodeType

import pytest
from c_core import needs_c_core
from code_positions import positions, tables
from display_projects import Project
from hypothesis import given, settings
from hypothesis import strategies as st
from position_maps import Insert, apply

pytestmark = needs_c_core

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FAILING = b"""\
def divide(a):
    b = a - a
    return [
        n / b
        for n in range(a)
    ]


divide(3)
"""
TAG = sys.implementation.cache_tag


def twin_of(name: str) -> tuple[bytes, CodeType]:
    """Give the map and the code object of a file of the library that has been pushed down a few lines."""
    source = (STDLIB / name).read_bytes()
    twin, positions_map = apply(source, [Insert(0, b"# header\n" * 3)])
    return positions_map, compiled(twin)


def compiled(source: bytes) -> CodeType:
    code = compile(source, "sample.py", "exec", dont_inherit=True)
    assert isinstance(code, CodeType)
    return code


def kept_tables(code: CodeType, positions_map: bytes) -> bytes:
    from spanwright import _core

    kept = _core.restore_positions(code, positions_map, False)
    assert kept
    return kept


def restore_tables(code: CodeType, kept: bytes) -> bool:
    from spanwright import _core

    return _core.restore_tables(code, kept, False)


@pytest.mark.parametrize("name", ["bisect.py", "dataclasses.py", "enum.py", "asyncio/tasks.py"])
def test_kept_tables_are_those_that_were_computed(name: str) -> None:
    positions_map, code = twin_of(name)
    _, again = twin_of(name)
    assert restore_tables(again, kept_tables(code, positions_map))
    assert positions(again) == positions(code)
    assert tables(again) == tables(code)


def test_kept_tables_put_in_twice_change_nothing() -> None:
    positions_map, code = twin_of("bisect.py")
    _, again = twin_of("bisect.py")
    kept = kept_tables(code, positions_map)
    assert restore_tables(again, kept) and restore_tables(again, kept)
    assert tables(again) == tables(code)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="from 3.13 on classes know their first line")
def test_kept_tables_bring_the_first_lines_of_classes() -> None:
    source, header = b"class C:\n    pass\n", Insert(0, b"# a\n# b\n")
    twin, positions_map = apply(source, [header])
    again, space = compiled(twin), dict[str, object]()
    assert restore_tables(again, kept_tables(compiled(twin), positions_map))
    exec(again, space)
    assert vars(space["C"])["__firstlineno__"] == 1


def test_tables_of_other_code_are_refused() -> None:
    positions_map, code = twin_of("bisect.py")
    kept = kept_tables(code, positions_map)
    for other in (twin_of("enum.py")[1], compiled((STDLIB / "bisect.py").read_bytes()), compiled(b"x = 1\n")):
        before = tables(other)
        assert not restore_tables(other, kept)
        assert tables(other) == before


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damaged_tables_are_refused(data: st.DataObject) -> None:
    source = b"def f(a):\n    return [x for x in a]\n"
    twin, positions_map = apply(source, [Insert(0, b"# header\n")])
    kept = kept_tables(compiled(twin), positions_map)
    place = data.draw(st.integers(0, len(kept) - 1))
    byte = bytes([data.draw(st.integers(0, 255).filter(lambda value: value != kept[place]))])
    for damaged in (kept[:place], kept + byte, kept[:place] + byte + kept[place + 1 :]):
        code = compiled(twin)
        before = tables(code)
        assert not restore_tables(code, damaged)
        assert tables(code) == before


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("start.py", b"import app\n")
    project.write("app.py", FAILING)
    return project


def kept_files(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project.folder / ".spanwright/sites").glob("*.*.*")}


def said(project: Project, *words: str) -> bytes:
    return project.run(*words, "start.py").err


def test_tables_are_kept_from_the_first_import_on(project: Project) -> None:
    expected = said(project)
    made = project.instrument("app.py")
    assert said(project) == expected
    first = kept_files(project)
    assert list(first) == [f"{made.id}.{TAG}.lines"]
    assert said(project) == expected
    assert kept_files(project) == first


def test_kept_tables_are_what_the_next_import_uses(project: Project) -> None:
    expected = said(project)
    made = project.instrument("app.py")
    said(project)
    path = project.folder / f".spanwright/sites/{made.id}.map"
    info = path.stat()
    path.write_bytes(bytes(info.st_size))  # no map any more, but by its size and time the one that it was
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert said(project) == expected


def test_tables_of_an_older_map_are_computed_anew(project: Project) -> None:
    expected = said(project)
    made = project.instrument("app.py")
    said(project)
    before = kept_files(project)
    os.utime(project.folder / f".spanwright/sites/{made.id}.map", ns=(1, 1))
    assert said(project) == expected
    assert kept_files(project).keys() == before.keys() and kept_files(project) != before


@pytest.mark.parametrize("damage", [b"", b"SWLIN1\n", b"{}" * 40])
def test_damaged_tables_are_computed_anew(project: Project, damage: bytes) -> None:
    expected = said(project)
    made = project.instrument("app.py")
    said(project)
    whole = kept_files(project)
    (project.folder / f".spanwright/sites/{made.id}.{TAG}.lines").write_bytes(damage)
    assert said(project) == expected
    assert kept_files(project) == whole


def test_optimized_code_has_tables_of_its_own(project: Project) -> None:
    expected = said(project, "-O")
    made = project.instrument("app.py")
    for _ in range(2):
        assert said(project) == expected
        assert said(project, "-O") == expected
    assert set(kept_files(project)) == {f"{made.id}.{TAG}.lines", f"{made.id}.{TAG}.opt-1.lines"}


def test_positions_are_the_originals_where_nothing_can_be_kept(project: Project) -> None:
    expected = said(project)
    made = project.instrument("app.py")
    place = project.folder / f".spanwright/sites/{made.id}.{TAG}.lines"
    place.mkdir()
    assert said(project) == expected
    assert [path.name for path in place.parent.glob("*.new")] == []


def test_original_positions_are_kept_out_of_a_deployed_twin(project: Project) -> None:
    project.instrument("app.py")
    (project.folder / ".spanwright").rename(project.folder / "elsewhere")
    err = said(project)
    assert b"no folder above it has .spanwright/" in err
    lines = (project.folder / "app.py").read_bytes().splitlines()
    number = next(row for row, line in enumerate(lines, 1) if b"n / b" in line)
    assert f'app.py", line {number}, in '.encode() in err and lines[number - 1].strip() in err
