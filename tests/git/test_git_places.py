"""Where a work tree can be: worktrees, submodules, sparse checkouts, odd names; and the environment that is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from git_helpers import ONE, THREE, Tree


def test_worktrees_share_the_filter(tree: Tree, tmp_path: Path) -> None:
    side = tree.other(tmp_path / "side tree")
    tree.git("worktree", "add", "-q", "-b", "side", str(side.top))
    assert side.instrument("src").code == 0
    assert side.instrument("--git-filter").code == 0
    assert (tree.top / ".git/info/attributes").exists()
    assert side.is_twin("src/one.py") and side.status() == ""
    assert tree.instrument("src").code == 0
    assert tree.is_twin("src/one.py") and tree.status() == ""
    assert side.instrument("--check", "--staged", "src").code == 0
    assert side.instrument("--no-git-filter").code == 0
    assert side.status() == " M src/one.py\n M src/two.py\n"


def test_a_submodule_has_a_filter_of_its_own(tree: Tree, tmp_path: Path) -> None:
    outer = tree.other(tmp_path / "outer")
    outer.top.mkdir()
    outer.git("init", "-q")
    outer.git("submodule", "--quiet", "add", str(tree.top), "in ner")
    outer.write("app.py", THREE)
    outer.git("add", ".")
    outer.git("commit", "-qm", "outer")
    inner = tree.other(outer.top / "in ner")
    assert outer.instrument("app.py", "in ner/src").code == 0
    assert outer.instrument("--git-filter", "in ner", ".").code == 0
    assert inner.is_twin("src/one.py") and outer.is_twin("app.py")
    assert inner.status() == "" and outer.status() == ""
    assert outer.uninstrument("in ner", "app.py", "--restore").code == 0
    assert inner.status() == "" and outer.status() == ""


def test_a_hook_of_the_outer_repository_can_check_a_submodule(tree: Tree, tmp_path: Path) -> None:
    outer = tree.other(tmp_path / "outer")
    outer.top.mkdir()
    outer.git("init", "-q")
    outer.git("submodule", "--quiet", "add", str(tree.top), "inner")
    inner = tree.other(outer.top / "inner")
    assert inner.instrument("src").code == 0
    inner.git("add", ".")
    done = outer.instrument("--check", "--staged", "inner/src", GIT_INDEX_FILE=".git/index", GIT_DIR=".git")
    assert done.code == 1 and "inner/src/one.py" in done.out


def test_sparse_checkouts_stay_sparse(tree: Tree) -> None:
    tree.write("far/away.py", THREE)
    tree.git("add", ".")
    tree.git("commit", "-qm", "far")
    tree.git("sparse-checkout", "set", "src")
    assert not (tree.top / "far").exists()
    assert tree.instrument("src").code == 0
    assert tree.instrument("--git-filter").code == 0
    assert tree.is_twin("src/one.py") and tree.status() == ""
    assert "S far/away.py" in tree.git("ls-files", "-t")
    tree.git("sparse-checkout", "disable")
    assert tree.read("far/away.py") == THREE and tree.status() == ""


def test_odd_names(tree: Tree) -> None:
    names = ["a b.py", "line\nbreak.py", "ünï.py", "src/[x].py", "--option.py", 'q"u.py']
    for name in names:
        tree.write(name, THREE)
    tree.git("add", "--", *names)
    tree.git("commit", "-qm", "odd")
    assert tree.instrument("--git-filter").code == 0
    assert tree.instrument(".").code == 0
    assert all(map(tree.is_twin, names))
    assert tree.status() == ""
    for name in names:
        tree.write(name, tree.read(name).replace(b"three", b"four"))
    tree.git("commit", "-qam", "edits")
    assert {tree.committed(name) for name in names} == {THREE.replace(b"three", b"four")}


def test_modules_of_the_work_tree_are_not_imported_by_the_filter(filtered: Tree) -> None:
    for name in ("re.py", "json.py", "instrumenter.py", "tokenize.py"):
        filtered.write(name, b"raise SystemExit('imported')\n")
    filtered.git("add", ".")
    filtered.write("src/one.py", filtered.read("src/one.py").replace(b"triple", b"thrice"))
    filtered.git("add", ".")
    assert filtered.staged("src/one.py") == ONE.replace(b"triple", b"thrice")


def make_environment(folder: Path) -> Path:
    """Make an environment that sees the tool; gives its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--symlinks", str(folder)], check=True)
    site = next((folder / "lib").glob("python*/site-packages"))
    paths = [path for path in sys.path if path.endswith("site-packages")]
    root = str(Path(__file__).parents[2])
    (site / "tool.pth").write_text("\n".join([root, f"{root}/runtime/src", *paths]) + "\n")
    return folder / "bin" / "python"


def test_without_its_environment_git_refuses_and_says_what_to_do(tree: Tree, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "environ'ment of $HOME")
    assert tree.instrument("src").code == 0
    command = "import sys; from instrumenter.cli.instrument import main; main()"
    done = tree.run(str(python), "-c", command, "--git-filter")
    assert done.code == 0, done.err
    assert tree.status() == ""
    shutil.rmtree(python.parents[1])
    edited = tree.read("src/one.py").replace(b"triple", b"thrice")
    tree.write("src/one.py", edited)
    done = tree.run("git", "add", "src/one.py")
    assert done.code != 0
    assert "instrument --git-filter" in done.err and "git config --remove-section filter.spanwright" in done.err
    assert tree.staged("src/one.py") == ONE and tree.read("src/one.py") == edited
    assert tree.instrument("--git-filter").code == 0
    tree.git("add", "src/one.py")
    assert tree.staged("src/one.py") == ONE.replace(b"triple", b"thrice")


def test_the_section_can_be_removed_by_hand(filtered: Tree) -> None:
    filtered.git("config", "--remove-section", "filter.spanwright")
    twin = filtered.read("src/one.py")
    (filtered.top / "src/one.py").touch()
    filtered.git("add", "src/one.py")
    assert filtered.staged("src/one.py") == twin
