"""`instrument --history`, `uninstrument --restore --at N`, `uninstrument --strip`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_helpers import ONE, TWO, Project, is_twin, make_project

EDITED = ONE.replace(b"2 * x", b"3 * x")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


@pytest.fixture
def path(project: Project) -> Path:
    """`src/one.py`, instrumented, edited and instrumented again."""
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    path.write_bytes(path.read_bytes().replace(b"2 * x", b"3 * x"))
    project.instrument("src/one.py")
    return path


def clone(project: Project) -> dict[str, tuple[bytes, int, int]]:
    """Make the project one of twins that somebody committed; returns what it was."""
    before = project.snapshot()
    project.instrument("src")
    shutil.rmtree(project.root / ".spanwright")
    return before


def test_history_lists_what_happened(project: Project, path: Path) -> None:
    lines = project.instrument("--history", "src/one.py").out.splitlines()
    assert lines[0].split() == ["number", "taken", "size", "digest", "what", "happened"]
    assert [line.split()[0] for line in lines[1:3]] == ["1", "2"]
    assert lines[1].endswith("first instrumented") and lines[2].endswith("edited while instrumented")
    assert lines[3] == "restore one of them with: uninstrument --restore --at N src/one.py"


def test_history_as_json_names_the_places(project: Project, path: Path) -> None:
    first, second = project.instrument("--history", "src/one.py", "--json").json["originals"]
    assert (first["number"], first["why"], first["size"]) == (1, "first", len(ONE))
    assert Path(second["original"]).read_bytes() == EDITED


def test_history_of_a_file_without_one_says_so(project: Project) -> None:
    assert project.instrument("--history", "src/data.py").out == "the vault has no original of src/data.py\n"
    assert not (project.root / ".spanwright").exists()


@pytest.mark.parametrize("words", [(), ("src/one.py", "src/two.py"), ("src/one.py::double",)])
def test_history_of_anything_but_one_file_is_a_usage_error(project: Project, words: tuple[str, ...]) -> None:
    assert "[one-path]" in project.instrument("--history", *words).err


def test_earlier_original_comes_back_and_the_later_stays(project: Project, path: Path) -> None:
    result = project.uninstrument("--restore", "--at", "1", "src/one.py")
    assert (result.code, result.err) == (0, "src/one.py: is original 1 again\n")
    assert path.read_bytes() == ONE
    assert project.uninstrument("--restore", "--at", "2", "src/one.py").code == 0
    assert path.read_bytes() == EDITED


def test_text_that_an_earlier_original_replaces_is_kept(project: Project, path: Path) -> None:
    project.uninstrument("--restore")
    path.write_bytes(b"x = 'never instrumented'\n")
    project.uninstrument("--restore", "--at", "1", "src/one.py")
    assert path.read_bytes() == ONE
    project.uninstrument("--restore", "--at", "3", "src/one.py")
    assert path.read_bytes() == b"x = 'never instrumented'\n"


def test_edit_of_the_twin_that_an_earlier_original_replaces_is_kept(project: Project, path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"y = 1\n")
    project.uninstrument("--restore", "--at", "1", "src/one.py")
    project.uninstrument("--restore", "--at", "3", "src/one.py")
    assert path.read_bytes() == EDITED + b"y = 1\n"


@pytest.mark.parametrize("is_twin_still", [True, False])
def test_file_that_was_deleted_comes_back(project: Project, path: Path, is_twin_still: bool) -> None:
    if not is_twin_still:
        project.uninstrument("--restore")
    path.unlink()
    result = project.uninstrument("--restore", "--at", "2", "src/one.py")
    assert (result.code, result.err) == (0, "src/one.py: is original 2 again\n")
    assert path.read_bytes() == EDITED
    assert project.instrument("--status", "--json").json["files"] == []
    assert len(project.instrument("--history", "src/one.py", "--json").json["originals"]) == 2
    assert project.instrument("src/one.py").code == 0 and is_twin(path)


def test_file_comes_back_with_the_folder_that_is_gone(project: Project, path: Path) -> None:
    shutil.rmtree(path.parent)
    assert project.uninstrument("--restore", "--at", "1", "src/one.py", "--dry-run").code == 0
    assert not path.parent.exists()
    assert project.uninstrument("--restore", "--at", "1", "src/one.py").code == 0
    assert path.read_bytes() == ONE


def test_file_whose_folder_is_a_file_now_does_not_come_back(project: Project, path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"not a folder")
    result = project.uninstrument("--restore", "--at", "1", "src/one.py")
    assert result.code == 3 and "[unwritable]" in result.err
    assert path.parent.read_bytes() == b"not a folder"


@pytest.mark.parametrize("number", ["0", "-1", "3"])
def test_number_that_is_not_there_names_those_that_are(project: Project, path: Path, number: str) -> None:
    before = path.read_bytes()
    result = project.uninstrument("--restore", "--at", number, "src/one.py")
    assert result.code == 2 and "the vault has originals 1 to 2 of it: instrument --history src/one.py" in result.err
    assert path.read_bytes() == before


def test_number_for_several_paths_is_a_usage_error(project: Project, path: Path) -> None:
    result = project.uninstrument("--restore", "--at", "1", "src/one.py", "src/two.py")
    assert result.code == 2 and "[at-one-path]" in result.err


def test_dry_run_of_an_earlier_original_changes_nothing(project: Project, path: Path) -> None:
    before = project.snapshot()
    assert project.uninstrument("--restore", "--at", "1", "src/one.py", "--dry-run").code == 0
    assert project.snapshot() == before


def test_strip_needs_and_makes_no_vault(project: Project) -> None:
    before = clone(project)
    assert project.uninstrument("--strip", "src").out == "restored 2 files\n"
    after = project.snapshot()
    assert {name: row[:2] for name, row in after.items()} == {name: row[:2] for name, row in before.items()}
    assert not (project.root / ".spanwright").exists()


def test_strip_beside_recorded_traces_makes_no_vault(project: Project) -> None:
    clone(project)
    (project.root / ".spanwright/traces").mkdir(parents=True)
    assert project.uninstrument("--strip", "src").out == "restored 2 files\n"
    assert [path.name for path in (project.root / ".spanwright").iterdir()] == ["traces"]


def test_strip_as_dry_run_writes_nothing(project: Project) -> None:
    clone(project)
    before = project.snapshot()
    value = project.uninstrument("--strip", "src", "--dry-run", "--json").json
    assert [row["result"] for row in value["results"]] == ["changed", "changed"]
    assert project.snapshot() == before


def test_strip_of_a_file_without_probes_leaves_it(project: Project) -> None:
    before = project.snapshot()
    assert project.uninstrument("--strip", "src/one.py").out == "restored 0 files; 1 not instrumented\n"
    assert project.snapshot() == before


def test_strip_of_what_cannot_be_stripped_names_line_and_remedy(project: Project) -> None:
    clone(project)
    path = project.root / "src/one.py"
    broken = path.read_bytes().replace(b"_sw_enter(", b"_sw_inter(")
    path.write_bytes(broken)
    result = project.uninstrument("--strip", "src")
    assert result.code == 3 and "src/one.py:" in result.err and "[cannot-strip]" in result.err
    assert "mend this place" in result.err and path.read_bytes() == broken
    assert (project.root / "src/two.py").read_bytes() == TWO


def test_strip_of_a_twin_that_the_vault_knows_is_a_restore(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src")
    assert project.uninstrument("--strip", "src").out == "restored 2 files\n"
    assert project.snapshot() == before
    assert "nothing is instrumented" in project.instrument("--status").out


@pytest.mark.parametrize("words", [(), ("src/one.py::double",)])
def test_strip_of_no_whole_file_is_a_usage_error(project: Project, words: tuple[str, ...]) -> None:
    project.instrument("src")
    assert project.uninstrument("--strip", *words).code == 2
    assert is_twin(project.root / "src/one.py")
