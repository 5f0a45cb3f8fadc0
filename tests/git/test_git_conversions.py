"""git's own conversions, newlines and encodings, come after the filter on the way in and before it on the way out."""

from __future__ import annotations

import pytest
from git_helpers import ONE, Tree

CRLF = ONE.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("attributes", "settings"),
    [("", "core.autocrlf=true"), ("*.py text eol=crlf\n", ""), ("*.py text=auto eol=crlf\n", "")],
)
def test_newlines_are_converted_as_those_of_the_original(tree: Tree, attributes: str, settings: str) -> None:
    if settings:
        tree.git("config", *settings.split("="))
    tree.write(".gitattributes", attributes.encode())
    tree.write("src/dos.py", CRLF)
    tree.git("add", ".")
    tree.git("commit", "-qm", "dos")
    assert tree.committed("src/dos.py") == ONE
    assert tree.instrument("src/dos.py").code == 0
    assert tree.instrument("--git-filter").code == 0
    assert tree.is_twin("src/dos.py") and tree.status() == ""
    tree.write("src/dos.py", tree.read("src/dos.py").replace(b"triple", b"thrice"))
    tree.git("commit", "-qam", "edit")
    assert tree.committed("src/dos.py") == ONE.replace(b"triple", b"thrice")
    (tree.top / "src/dos.py").unlink()
    tree.git("checkout", "-q", "--", "src/dos.py")
    assert tree.read("src/dos.py") == CRLF.replace(b"triple", b"thrice")


def test_mixed_newlines_without_conversion_are_kept(tree: Tree) -> None:
    mixed = CRLF + b"def more():\n    return 1\n"
    tree.write("src/mixed.py", mixed)
    tree.git("add", ".")
    tree.git("commit", "-qm", "mixed")
    assert tree.instrument("src").code == 0
    assert tree.instrument("--git-filter").code == 0
    (tree.top / "src/mixed.py").touch()
    assert tree.status() == ""
    tree.git("add", ".")
    assert tree.staged("src/mixed.py") == mixed


def test_working_tree_encoding_is_that_of_the_original(tree: Tree) -> None:
    latin = "# -*- coding: latin-1 -*-\ndef café():\n    return 'é'\n"
    tree.write(".gitattributes", b"*.py working-tree-encoding=ISO-8859-1\n")
    tree.write("src/latin.py", latin.encode("latin-1"))
    tree.git("add", ".")
    tree.git("commit", "-qm", "latin")
    assert tree.committed("src/latin.py") == latin.encode()
    assert tree.instrument("src").code == 0
    assert tree.instrument("--git-filter").code == 0
    assert tree.is_twin("src/latin.py") and tree.status() == ""
    (tree.top / "src/latin.py").touch()
    tree.git("add", ".")
    assert tree.staged("src/latin.py") == latin.encode()
    (tree.top / "src/latin.py").unlink()
    tree.git("checkout", "-q", "--", "src/latin.py")
    assert tree.read("src/latin.py") == latin.encode("latin-1")
