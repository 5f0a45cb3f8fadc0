"""The file of the index: one command at a time, private, made anew where that is safe."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from segment_encoder import Stream, project, save
from store_helpers import count, index_of
from trace_helpers import MAIN, SITES, started

from instrumenter.errors import StoreError
from instrumenter.store.index import NAME, opened

HOLDER = """
import sys
from pathlib import Path
from instrumenter.store.index import opened
with opened(Path(sys.argv[1]), print):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one span."""
    data = started(version=5, clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.leave()
    save(project(tmp_path, SITES), data)
    return tmp_path


def index_file(folder: Path) -> Path:
    return folder / ".spanwright" / "traces" / NAME


def spans_in(folder: Path) -> int:
    with index_of(folder) as connection:
        return count(connection)


def test_index_is_made_where_there_is_none(folder: Path) -> None:
    assert spans_in(folder) == 1
    assert stat.S_IMODE(index_file(folder).stat().st_mode) == 0o600
    index_file(folder).unlink()
    assert spans_in(folder) == 1


def test_umask_is_as_it_was(folder: Path) -> None:
    before = os.umask(0o022)
    try:
        spans_in(folder)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_second_command_names_the_holder(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index_file(folder).parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(StoreError, match=f"process {holder.pid}") as refused,
            opened(index_file(folder).parent, print, patience=0.1),
        ):
            pass
        assert (refused.value.slug, refused.value.exit_code) == ("index-busy", 4)


def test_second_command_answers_when_the_first_has_ended(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index_file(folder).parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        holder.stdout.readline()
        holder.stdin.close()
        with opened(index_file(folder).parent, print, patience=60.0) as connection:
            assert count(connection) == 0


def test_empty_file_becomes_an_index(folder: Path) -> None:
    index_file(folder).touch()
    assert spans_in(folder) == 1


def test_file_that_is_no_database_is_left_alone(folder: Path) -> None:
    index_file(folder).write_text("my notes, which are long enough to be read as a header")
    with pytest.raises(StoreError, match="--rebuild") as refused:
        spans_in(folder)
    assert refused.value.slug == "index-foreign"
    assert index_file(folder).read_text().startswith("my notes")
    with opened(index_file(folder).parent, print, rebuild=True) as connection:
        assert count(connection) == 0


def test_database_of_somebody_elses_is_left_alone(folder: Path) -> None:
    with duckdb.connect(str(index_file(folder))) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 42 AS answer")
    with pytest.raises(StoreError) as refused:
        spans_in(folder)
    assert refused.value.slug == "index-foreign"
    with duckdb.connect(str(index_file(folder))) as connection:
        assert connection.execute("SELECT answer FROM mine").fetchall() == [(42,)]


def test_index_of_another_version_is_made_anew(folder: Path) -> None:
    spans_in(folder)
    with duckdb.connect(str(index_file(folder))) as connection:
        connection.execute("UPDATE spanwright_index SET version = 999")
        connection.execute("DROP TABLE spans")
    said: list[str] = []
    with opened(index_file(folder).parent, said.append) as connection:
        assert count(connection) == 0
    assert "another version" in said[0]
    assert spans_in(folder) == 1


@pytest.mark.parametrize("place", [4096, 8192, 12288])
def test_damaged_index_is_made_anew_or_reported(folder: Path, place: int) -> None:
    spans_in(folder)
    with index_file(folder).open("r+b") as file:
        file.seek(place)
        file.write(b"\xa5" * 4096)
    try:
        found = spans_in(folder)
    except StoreError as error:
        assert error.slug == "index-damaged"
        assert "spans index --rebuild" in str(error)
        with opened(index_file(folder).parent, print, rebuild=True):
            pass
        found = spans_in(folder)
    assert found == 1


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere") as refused, opened(tmp_path / "nowhere", print):
        pass
    assert refused.value.slug == "index-storage"


def test_cut_index_is_made_anew_or_reported(folder: Path) -> None:
    spans_in(folder)
    os.truncate(index_file(folder), 12_000)
    said: list[str] = []
    with opened(index_file(folder).parent, said.append) as connection:
        assert count(connection) == 0
    assert "made anew" in said[0]
    assert spans_in(folder) == 1
