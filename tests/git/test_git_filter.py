"""`instrument --git-filter` and `--no-git-filter`: git sees originals while the work tree holds twins."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_helpers import ONE, THREE, TWO, Tree

ATTRIBUTES = ".git/info/attributes"


def test_status_and_diff_are_clean_with_twins_in_place(filtered: Tree) -> None:
    assert filtered.is_twin("src/one.py") and filtered.is_twin("src/two.py")
    assert filtered.status() == ""
    assert filtered.git("diff") == ""
    assert filtered.git("diff-files") == ""


def test_status_stays_clean_through_levels_and_restore(filtered: Tree) -> None:
    for words in (("src", "--level", "5"), ("src/one.py::double", "--level", "0"), ("src", "--level", "0")):
        assert filtered.instrument(*words).code == 0
        assert filtered.status() == ""
    assert filtered.read("src/one.py") == ONE and filtered.read("src/two.py") == TWO


def test_status_is_clean_after_instrument_strip_and_restore_at(filtered: Tree) -> None:
    assert filtered.uninstrument("--restore").code == 0
    assert filtered.status() == ""
    assert filtered.instrument("src").code == 0
    assert filtered.status() == ""
    assert filtered.uninstrument("src", "--strip").code == 0
    assert filtered.status() == ""
    assert filtered.instrument("src").code == 0
    assert filtered.uninstrument("src/one.py", "--restore", "--at", "1").code == 0
    assert filtered.status() == "" and filtered.read("src/one.py") == ONE


def test_an_edit_is_all_that_git_sees(filtered: Tree) -> None:
    twin = filtered.read("src/one.py")
    filtered.write("src/one.py", twin.replace(b"2 * x", b"x + x"))
    changes = [
        line for line in filtered.git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changes == ["-    return 2 * x", "+    return x + x"]
    filtered.git("commit", "-qam", "edit")
    assert filtered.committed("src/one.py") == ONE.replace(b"2 * x", b"x + x")
    assert filtered.read("src/one.py") == twin.replace(b"2 * x", b"x + x")
    assert filtered.status() == ""


def test_add_of_a_new_twin_takes_its_original(filtered: Tree) -> None:
    filtered.write("src/three.py", THREE)
    assert filtered.instrument("src").code == 0
    assert filtered.is_twin("src/three.py")
    filtered.git("add", "src/three.py")
    assert filtered.staged("src/three.py") == THREE


def test_without_the_vault_the_probes_are_taken_out_of_the_twins(filtered: Tree) -> None:
    filtered.git("clean", "-qfdx")
    assert not (filtered.top / ".spanwright").exists()
    (filtered.top / "src/one.py").touch()
    assert filtered.status() == ""
    filtered.write("src/one.py", filtered.read("src/one.py").replace(b"triple", b"thrice"))
    filtered.git("add", "src/one.py")
    assert filtered.staged("src/one.py") == ONE.replace(b"triple", b"thrice")


def test_what_cannot_be_cleaned_is_not_staged(filtered: Tree) -> None:
    broken = filtered.read("src/one.py").replace(b"_sw_enter(", b"_sw_enter((", 1)
    filtered.write("src/one.py", broken)
    done = filtered.run("git", "add", "src/one.py")
    assert done.code != 0
    assert (
        "src/one.py" in done.err
        and "uninstrument --restore" in done.err
        and "clean filter 'spanwright' failed" in done.err
    )
    assert filtered.staged("src/one.py") == ONE
    assert filtered.read("src/one.py") == broken


def test_other_files_pass_as_they_are(filtered: Tree) -> None:
    odd = {
        "src/a.py": b"",
        "src/b.py": b"\xff\xfe\0_sw_\0",
        "src/c.py": b"x = '_sw_enter(1'\r\n",
        "d.py": b"def broken(_sw:\n",
    }
    for name, data in odd.items():
        filtered.write(name, data)
    large = b"x = 1\n" * 100_000
    filtered.write("large.py", large)
    filtered.git("add", ".")
    assert {name: filtered.staged(name) for name in odd} == odd
    assert filtered.staged("large.py") == large


def test_checkout_gives_what_was_committed(filtered: Tree) -> None:
    (filtered.top / "src/one.py").unlink()
    filtered.git("checkout", "-q", "--", "src/one.py")
    assert filtered.read("src/one.py") == ONE


def test_the_index_keeps_flags_and_announced_files(tree: Tree) -> None:
    tree.write("src/new.py", THREE)
    tree.git("add", "-N", "src/new.py")
    tree.git("update-index", "--assume-unchanged", "src/two.py")
    assert tree.instrument("src").code == 0
    assert tree.instrument("--git-filter").code == 0
    assert tree.git("ls-files", "-v", "src").splitlines() == ["H src/new.py", "H src/one.py", "h src/two.py"]
    assert tree.status() == " A src/new.py\n"


def test_staged_changes_survive_the_refresh(filtered: Tree) -> None:
    newer = ONE.replace(b"2 * x", b"x + x")
    filtered.write("src/one.py", newer)
    filtered.git("add", "src/one.py")
    assert filtered.instrument("src").code == 0
    assert filtered.is_twin("src/one.py")
    assert filtered.staged("src/one.py") == newer
    assert filtered.status() == "M  src/one.py\n"


def test_a_busy_index_is_left_alone_and_named(filtered: Tree) -> None:
    lock = filtered.write(".git/index.lock", b"")
    done = filtered.uninstrument("--restore")
    assert done.code == 0 and filtered.read("src/one.py") == ONE
    assert "index.lock" in done.err and "instrument --git-filter" in done.err
    assert lock.exists()
    lock.unlink()
    assert filtered.instrument("--git-filter").code == 0
    assert filtered.status() == ""


@pytest.mark.parametrize(
    "own", [None, b"", b"*.py diff=python\n", b"\xef\xbb\xbf*.txt text", b"a.py -filter\r\n# mine"]
)
def test_removal_takes_out_exactly_what_was_put_in(tree: Tree, own: bytes | None) -> None:
    tree.git("config", "alias.st", "status")
    config = tree.read(".git/config")
    if own is not None:
        tree.write(ATTRIBUTES, own)
    for _ in range(2):
        assert tree.instrument("--git-filter").code == 0
    assert tree.git("check-attr", "filter", "src/one.py") == "src/one.py: filter: spanwright\n"
    assert tree.instrument("--no-git-filter").code == 0
    assert tree.read(".git/config") == config
    assert ((tree.top / ATTRIBUTES).read_bytes() if own else None) == (own or None)


def test_lines_written_below_ours_meanwhile_are_kept(filtered: Tree) -> None:
    with (filtered.top / ATTRIBUTES).open("ab") as file:
        file.write(b"src/two.py -filter\n")
    assert filtered.git("check-attr", "filter", "src/two.py") == "src/two.py: filter: unset\n"
    assert filtered.instrument("--git-filter").code == 0
    assert filtered.instrument("--no-git-filter").code == 0
    assert filtered.read(ATTRIBUTES) == b"src/two.py -filter\n"


def test_lines_of_ours_without_their_end_are_named(filtered: Tree) -> None:
    mangled = filtered.read(ATTRIBUTES).replace(b"# end spanwright\n", b"")
    filtered.write(ATTRIBUTES, mangled)
    done = filtered.instrument("--no-git-filter")
    assert done.code == 2 and "[attributes-changed]" in done.err
    assert filtered.read(ATTRIBUTES) == mangled


def test_removal_shows_twins_as_modified(filtered: Tree) -> None:
    done = filtered.instrument("--no-git-filter")
    assert done.code == 0 and "as they are" in done.out
    assert filtered.status() == " M src/one.py\n M src/two.py\n"
    assert "no filter" in filtered.instrument("--no-git-filter").out


@pytest.mark.parametrize("place", [".gitattributes", ATTRIBUTES])
def test_another_filter_is_refused_and_named(tree: Tree, place: str) -> None:
    tree.write(place, b"*.py filter=lfs\n")
    before = tree.read(".git/config")
    done = tree.instrument("--git-filter")
    assert done.code == 2 and "'lfs'" in done.err and "src/one.py" in done.err and "[other-filter]" in done.err
    assert tree.read(".git/config") == before
    assert tree.read(place) == b"*.py filter=lfs\n"


def test_files_without_a_filter_by_attribute_stay_without(tree: Tree) -> None:
    odd = 'src/o"d [x]*é\\ y.py'
    tree.write(odd, THREE)
    tree.write(".gitattributes", b"src/o* -filter\n")
    tree.git("add", ".")
    tree.git("commit", "-qm", "more")
    for _ in range(2):
        assert tree.instrument("--git-filter").code == 0
    answers = tree.git("check-attr", "-z", "filter", odd, "src/one.py").split("\0")
    # `src/one.py` begins with o, too
    assert answers[2::3] == ["unset", "unset"]
    assert tree.git("check-attr", "filter", "src/two.py") == "src/two.py: filter: spanwright\n"


def test_files_that_were_committed_as_twins_are_named(tree: Tree) -> None:
    assert tree.instrument("src").code == 0
    tree.git("commit", "-qam", "twins")
    done = tree.instrument("--git-filter", "--json")
    assert done.json["repositories"][0]["committedInstrumented"] == ["src/one.py", "src/two.py"]
    assert "committed while instrumented" in done.err
    assert tree.status() == " M src/one.py\n M src/two.py\n"
    tree.git("commit", "-qam", "originals")
    assert tree.committed("src/one.py") == ONE
    assert tree.status() == ""


def test_a_script_without_suffix_is_filtered_when_the_vault_knows_it(tree: Tree) -> None:
    tree.write("bin/the tool", THREE)
    tree.git("add", ".")
    tree.git("commit", "-qm", "tool")
    assert tree.instrument("bin/the tool").code == 0
    assert tree.instrument("--git-filter").code == 0
    assert tree.is_twin("bin/the tool")
    assert tree.status() == ""
    assert tree.uninstrument("--restore").code == 0
    assert tree.status() == ""


def test_json_says_what_was_done(tree: Tree) -> None:
    rows = [{"path": ".", "filter": True, "committedInstrumented": []}]
    assert tree.instrument("--git-filter", "--json").json == {
        "command": "instrument --git-filter", "exitCode": 0, "repositories": rows
    }  # fmt: skip
    rows = [{"path": ".", "filter": False, "wasThere": True}]
    assert tree.instrument("--no-git-filter", "--json").json["repositories"] == rows


def test_no_repository_is_a_clear_error(tmp_path: Path, tree: Tree) -> None:
    outside = tree.other(tmp_path / "outside")
    outside.top.mkdir()
    for words in (("--git-filter",), ("--no-git-filter",), ("--check", "--staged")):
        done = outside.instrument(*words, GIT_CEILING_DIRECTORIES=str(tmp_path))
        assert done.code == 2 and "[no-repository]" in done.err


def test_no_git_is_a_clear_error_and_no_hindrance(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    path = str(tmp_path / "empty")
    for words in (("--git-filter",), ("--check", "--staged")):
        done = tree.instrument(*words, PATH=path)
        assert done.code == 2 and "[no-git]" in done.err
    done = tree.instrument("src", PATH=path)
    assert done.code == 0 and "git" not in done.err


def test_the_vault_ignores_itself(tree: Tree) -> None:
    assert tree.instrument("src").code == 0
    assert tree.git("status", "--porcelain", "--untracked-files=all") == " M src/one.py\n M src/two.py\n"
