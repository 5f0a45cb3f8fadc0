"""What becomes of a twin that was worked on: the table in docs/vault.md, row by row."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from instrumenter import api, rewrite
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Changed, Failed, Outcome, Skipped, Unchanged
from instrumenter.engine.targets import Target
from instrumenter.vault import Vault, digest

SOURCE = b'''"""Shop."""
import os


def price(item, count=1):
    total = item * count
    if total > 100:
        total = total - 5
    return total


class Cart:
    def __init__(self, items):
        self.items = list(items)

    def total(self):
        return sum(price(item) for item in self.items)
'''
PLAIN = b"def other():\n    return 0\n"


class Shop:
    """A project with one file, `shop.py`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "pyproject.toml").touch()
        self.path = root / "shop.py"
        self.path.write_bytes(SOURCE)

    def instrument(self, level: int = 5, path: Path | None = None, *, force: bool = False) -> Outcome:
        plan = api.plan_instrument(Choice((Target(path or self.root),)))
        return only(list(api.run(plan, api.Options(level=level, force=force), print)))

    def restore(self, path: Path | None = None) -> Outcome:
        plan = api.plan_restore(Choice((Target(path or self.root),)))
        return only(list(api.run(plan, api.Options(level=0), print)))

    def history(self, path: Path | None = None) -> list[str]:
        vault = Vault.seen(self.root)
        found = vault.history(path or self.path)
        assert all(vault.backups.get(original.original) is not None for original in found)
        return [original.original for original in found]


def only(outcomes: list[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


@pytest.fixture(params=[2, 5])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    """The shop, instrumented at level 2 or 5."""
    shop = Shop(tmp_path)
    assert isinstance(shop.instrument(request.param), Changed)
    return shop


def middle(text: bytes) -> bytes:
    return text.replace(b"total > 100", b"total > 200")


def added_function(text: bytes) -> bytes:
    return text + b"\n\ndef late(x):\n    return x\n"


def deleted_function(text: bytes) -> bytes:
    return text[: text.index(b"def price")] + text[text.index(b"class Cart") :]


def duplicated_function(text: bytes) -> bytes:
    start, end = text.index(b"def price"), text.index(b"class Cart")
    return text[:end] + text[start:end] + text[end:]


def changed_newlines(text: bytes) -> bytes:
    return text.replace(b"\n", b"\r\n")


def marked_order(text: bytes) -> bytes:
    return b"\xef\xbb\xbf" + text


def cut_between_functions(text: bytes) -> bytes:
    return text[: text.index(b"class Cart")]


def renamed_parameter(text: bytes) -> bytes:
    return text.replace(b"count", b"number")


def commented(text: bytes) -> bytes:
    return text.replace(b"        total = total - 5", b"        # cheaper\n        total = total - 5")


EDITS: list[Callable[[bytes], bytes]] = [
    middle,
    added_function,
    deleted_function,
    duplicated_function,
    changed_newlines,
    marked_order,
    cut_between_functions,
    renamed_parameter,
]


@pytest.mark.parametrize("edit", EDITS)
def test_edited_twin_restores_to_the_edited_original(shop: Shop, edit: Callable[[bytes], bytes]) -> None:
    shop.path.write_bytes(edit(shop.path.read_bytes()))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == edit(SOURCE)
    assert shop.history() == [digest(SOURCE), digest(edit(SOURCE))]


@pytest.mark.parametrize("edit", EDITS)
def test_edited_twin_becomes_the_twin_of_the_edited_original(shop: Shop, edit: Callable[[bytes], bytes]) -> None:
    shop.path.write_bytes(edit(shop.path.read_bytes()))
    assert isinstance(shop.instrument(3), Changed)
    twin = rewrite.instrument(edit(SOURCE), 3, "shop.py")
    assert twin is not None and shop.path.read_bytes() == twin.source
    assert shop.history() == [digest(SOURCE), digest(edit(SOURCE))]


def test_indentation_of_the_whole_file_changed(shop: Shop) -> None:
    """As an editor does it: every four spaces become a tab."""
    lines = shop.path.read_bytes().split(b"\n")
    shop.path.write_bytes(b"\n".join(retabbed(line) for line in lines))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == b"\n".join(retabbed(line) for line in SOURCE.split(b"\n"))


def retabbed(line: bytes) -> bytes:
    spaces = len(line) - len(line.lstrip(b" "))
    return b"\t" * (spaces // 4) + line[spaces:]


def test_number_in_a_probe_edited_is_as_if_it_were_not(shop: Shop) -> None:
    shop.path.write_bytes(shop.path.read_bytes().replace(b"_sw_enter(0,", b"_sw_enter(99,"))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == SOURCE and shop.history() == [digest(SOURCE)]


@pytest.mark.parametrize(("old", "new"), [(b"item, count=1)", b"item, number=1)"), (b"item, count=1)", b"item)")])
def test_parameter_changed_by_hand_and_not_in_the_probes_is_taken_out(shop: Shop, old: bytes, new: bytes) -> None:
    shop.path.write_bytes(shop.path.read_bytes().replace(old, new))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == SOURCE.replace(old, new)


def test_variable_renamed_by_hand_and_not_in_the_probes_is_taken_out(shop: Shop) -> None:
    shop.path.write_bytes(shop.path.read_bytes().replace(b"total = item", b"result = item"))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == SOURCE.replace(b"total = item", b"result = item")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"_sw_enter(0, item", b"_sw_enter(0, more, item"),
        (b"raise\n", b"raise  # mine\n"),
        (b"--restore\n", b"--restore!\n"),
    ],
)
def test_text_written_into_ours_leaves_the_file_alone_and_names_the_line(shop: Shop, old: bytes, new: bytes) -> None:
    edited = shop.path.read_bytes().replace(old, new, 1)
    shop.path.write_bytes(edited)
    for outcome in (shop.restore(), shop.instrument(4)):
        assert isinstance(outcome, Failed) and outcome.slug == "cannot-strip"
        assert outcome.line == edited[: edited.index(new)].count(b"\n") + 1
    assert shop.path.read_bytes() == edited


def test_name_behind_a_value_that_no_probe_of_the_call_has_is_not_thrown_away(shop: Shop) -> None:
    """At level 5 the call keeps names there, too: `_sw_out(_sw_call(7, f, d)(d), d)`."""
    shop.path.write_bytes(b"def f(d):\n    g(d)\n")
    shop.instrument(5)
    edited = shop.path.read_bytes().replace(b"(d), d)", b"(d), d, more)")
    assert edited != shop.path.read_bytes()
    shop.path.write_bytes(edited)
    assert isinstance(shop.restore(), Failed)
    assert shop.path.read_bytes() == edited


def without_header(twin: bytes) -> bytes:
    return b"".join(line for line in twin.splitlines(keepends=True) if b"import probes" not in line)


def test_header_deleted_gives_the_original_all_the_same(shop: Shop) -> None:
    shop.path.write_bytes(without_header(shop.path.read_bytes()))
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == SOURCE


def test_header_deleted_and_edited_gives_the_edit(shop: Shop) -> None:
    shop.path.write_bytes(middle(without_header(shop.path.read_bytes())))
    assert isinstance(shop.instrument(4), Changed)
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == middle(SOURCE)


@pytest.mark.parametrize("lost", [b"except: _sw_", b"_sw_enter(", b"try:"])
def test_line_of_ours_deleted_leaves_the_file_alone_and_names_it(shop: Shop, lost: bytes) -> None:
    lines = shop.path.read_bytes().splitlines(keepends=True)
    broken = b"".join(line for line in lines if lost not in line or b"import probes" in line)
    shop.path.write_bytes(broken)
    for outcome in (shop.restore(), shop.instrument(1)):
        assert isinstance(outcome, Failed) and outcome.slug in ("cannot-strip", "does-not-parse") and outcome.line
        assert str(Vault.seen(shop.root).backups.place(digest(SOURCE))) in outcome.reason
        assert shop.path.read_bytes() == broken


def test_cut_within_a_function_leaves_the_file_alone(shop: Shop) -> None:
    twin = shop.path.read_bytes()
    shop.path.write_bytes(twin[: twin.index(b"total > 100")])
    cut = shop.path.read_bytes()
    outcome = shop.restore()
    assert isinstance(outcome, Failed) and outcome.slug in ("cannot-strip", "does-not-parse")
    assert shop.path.read_bytes() == cut


def test_emptied_file_is_the_new_original(shop: Shop) -> None:
    shop.path.write_bytes(b"")
    shop.restore()
    assert shop.path.read_bytes() == b"" and shop.history() == [digest(SOURCE), digest(b"")]


def test_old_original_saved_over_the_twin_is_instrumented_again(shop: Shop) -> None:
    shop.path.write_bytes(SOURCE)
    assert isinstance(shop.instrument(2), Changed) and shop.history() == [digest(SOURCE)]
    assert isinstance(shop.restore(), Changed) and shop.path.read_bytes() == SOURCE


def test_other_plain_source_is_the_new_original(shop: Shop) -> None:
    shop.path.write_bytes(PLAIN)
    assert isinstance(shop.instrument(2), Changed)
    assert isinstance(shop.restore(), Changed)
    assert shop.path.read_bytes() == PLAIN and shop.history() == [digest(SOURCE), digest(PLAIN)]


def test_plain_source_that_is_only_restored_is_in_the_history_too(shop: Shop) -> None:
    shop.path.write_bytes(PLAIN)
    shop.restore()
    shop.path.unlink()
    assert shop.history() == [digest(SOURCE), digest(PLAIN)]


def test_code_moved_from_another_twin_is_taken_out_of_its_probes(shop: Shop) -> None:
    other = shop.root / "other.py"
    other.write_bytes(PLAIN)
    assert isinstance(shop.instrument(2, other), Changed)
    function = other.read_bytes()[other.read_bytes().index(b"def other") :]
    shop.path.write_bytes(shop.path.read_bytes() + b"\n\n" + function)
    assert isinstance(shop.restore(shop.path), Changed)
    assert shop.path.read_bytes() == SOURCE + b"\n\n" + PLAIN


def test_code_moved_from_a_twin_with_another_prefix_is_taken_out_of_its_probes(shop: Shop) -> None:
    other = shop.root / "other.py"
    other.write_bytes(b"_sw_ = 0\n" + PLAIN)
    assert isinstance(shop.instrument(2, other), Changed)
    function = other.read_bytes()[other.read_bytes().index(b"def other") :]
    shop.path.write_bytes(shop.path.read_bytes() + b"\n\n" + function)
    assert isinstance(shop.restore(shop.path), Changed)
    assert shop.path.read_bytes() == SOURCE + b"\n\n" + PLAIN


def test_code_of_a_twin_pasted_into_plain_source_is_taken_out_of_its_probes(shop: Shop) -> None:
    other = shop.root / "other.py"
    twin = shop.path.read_bytes()
    other.write_bytes(b"x = 1\n" + twin[twin.index(b"def price") : twin.index(b"class Cart")])
    outcome = shop.instrument(2, other, force=True)
    assert isinstance(outcome, Changed)
    shop.restore(other)
    assert other.read_bytes() == b"x = 1\n" + SOURCE[SOURCE.index(b"def price") : SOURCE.index(b"class Cart")]


def formatted(text: bytes, *command: str) -> bytes:
    done = subprocess.run([sys.executable, "-m", *command], input=text, capture_output=True, check=True)
    return done.stdout


FORMATTERS = [("black", "-q", "-"), ("ruff", "format", "-q", "-"), ("autopep8", "-aa", "-"), ("isort", "-q", "-")]


@pytest.mark.parametrize("command", FORMATTERS, ids=lambda command: str(command[0]))
def test_reformatted_twin_gives_the_reformatted_original(shop: Shop, command: tuple[str, ...]) -> None:
    shop.path.write_bytes(formatted(shop.path.read_bytes(), *command))
    assert isinstance(shop.restore(), Changed)
    assert ast.dump(ast.parse(shop.path.read_bytes())) == ast.dump(ast.parse(SOURCE))
    assert not rewrite.has_probes(shop.path.read_bytes())


def test_other_encoding_leaves_the_file_alone(shop: Shop) -> None:
    text = shop.path.read_bytes().decode().encode("utf-16")
    shop.path.write_bytes(text)
    outcome = shop.restore()
    assert isinstance(outcome, Failed) and outcome.slug == "not-decodable"
    assert shop.path.read_bytes() == text and Vault.seen(shop.root).entry(shop.path) is not None


def test_deleted_file_is_named_and_not_made_anew(shop: Shop) -> None:
    shop.path.unlink()
    outcome = shop.restore(shop.path)
    assert isinstance(outcome, Skipped) and outcome.slug == "file-missing" and not shop.path.exists()
    assert shop.history() == [digest(SOURCE)]


@pytest.mark.parametrize("edit", [bytes, middle])
@pytest.mark.parametrize("name", ["renamed.py", "folder/shop.py"])
def test_moved_twin_goes_on_as_the_same_file(shop: Shop, name: str, edit: Callable[[bytes], bytes]) -> None:
    moved = shop.root / name
    moved.parent.mkdir(exist_ok=True)
    shop.path.rename(moved)
    moved.write_bytes(edit(moved.read_bytes()))
    assert isinstance(shop.restore(), Changed)
    assert moved.read_bytes() == edit(SOURCE)
    assert shop.history(moved)[0] == digest(SOURCE)


def test_moved_twin_is_known_at_its_place_though_nothing_changed(shop: Shop) -> None:
    shop.instrument()
    moved = shop.path.rename(shop.path.with_name("renamed.py"))
    assert isinstance(shop.instrument(path=moved), Unchanged)
    assert set(Vault.seen(shop.root).entries) == {"renamed.py"}
    shop.path.write_bytes(PLAIN)
    shop.instrument(path=shop.path)
    assert shop.history(moved) == [digest(SOURCE)]
    assert isinstance(shop.restore(moved), Changed) and moved.read_bytes() == SOURCE


@pytest.mark.parametrize("edit", [bytes, middle])
def test_copied_twin_gives_its_original(shop: Shop, edit: Callable[[bytes], bytes]) -> None:
    copy = shop.root / "copy.py"
    copy.write_bytes(edit(shop.path.read_bytes()))
    assert isinstance(shop.restore(copy), Changed)
    assert copy.read_bytes() == edit(SOURCE) and isinstance(shop.restore(shop.path), Changed)
    assert shop.path.read_bytes() == SOURCE


def test_link_in_the_place_of_a_twin_is_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = shop.root / "elsewhere.txt"
    shop.path.rename(elsewhere)
    twin = elsewhere.read_bytes()
    shop.path.symlink_to(elsewhere)
    monkeypatch.chdir(shop.root)
    outcome = only(list(api.run(api.plan_restore(Choice(())), api.Options(level=0), print)))
    assert isinstance(outcome, Skipped) and "a link leads to" in outcome.reason
    assert shop.path.is_symlink() and elsewhere.read_bytes() == twin


def test_link_to_a_twin_that_was_moved_is_followed(shop: Shop) -> None:
    moved = shop.path.rename(shop.root / "moved.py")
    shop.path.symlink_to(moved)
    assert isinstance(shop.restore(), Changed)
    assert shop.path.is_symlink() and moved.read_bytes() == SOURCE


def test_folder_in_the_place_of_a_twin_is_named(shop: Shop) -> None:
    shop.path.unlink()
    shop.path.mkdir()
    outcome = shop.restore(shop.path)
    assert isinstance(outcome, Skipped) and outcome.slug == "file-missing"
    assert shop.history() == [digest(SOURCE)]


def test_conflict_in_a_twin_is_named_with_its_line(shop: Shop) -> None:
    mine, theirs = shop.path.read_bytes(), middle(shop.path.read_bytes())
    conflict = b"<<<<<<< HEAD\n" + mine + b"=======\n" + theirs + b">>>>>>> branch\n"
    shop.path.write_bytes(conflict)
    for outcome in (shop.restore(), shop.instrument(1)):
        assert isinstance(outcome, Failed) and (outcome.slug, outcome.line) == ("merge-conflict", 1)
        assert shop.path.read_bytes() == conflict
    shop.path.write_bytes(theirs)
    assert isinstance(shop.restore(), Changed) and shop.path.read_bytes() == middle(SOURCE)


def test_conflict_between_twin_and_plain_source_is_named(shop: Shop) -> None:
    twin = shop.path.read_bytes()
    row = twin.index(b"def price")
    shop.path.write_bytes(twin[:row] + b"<<<<<<< HEAD\n" + twin[row:] + b"=======\n" + PLAIN + b">>>>>>> x\n")
    outcome = shop.restore()
    assert isinstance(outcome, Failed) and outcome.slug == "merge-conflict"


def test_touched_twin_gets_the_time_of_its_original(shop: Shop) -> None:
    expected = Vault.seen(shop.root).history(shop.path)[0].mtime_ns
    os.utime(shop.path)
    shop.restore()
    assert shop.path.read_bytes() == SOURCE and shop.path.stat().st_mtime_ns == expected


def test_mode_that_was_changed_stays(shop: Shop) -> None:
    shop.path.chmod(0o755)
    shop.instrument(4)
    shop.restore()
    assert shop.path.read_bytes() == SOURCE and shop.path.stat().st_mode & 0o777 == 0o755


def git(root: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *words]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_other_branch_and_back_keeps_both_originals(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "shop.py")
    git(tmp_path, "commit", "-q", "-m", "one")
    git(tmp_path, "checkout", "-q", "-b", "other")
    shop.path.write_bytes(PLAIN)
    git(tmp_path, "commit", "-q", "-a", "-m", "two")
    shop.instrument()
    git(tmp_path, "checkout", "-q", "-f", "main")
    assert isinstance(shop.instrument(), Changed)
    git(tmp_path, "checkout", "-q", "-f", "other")
    assert isinstance(shop.instrument(), Changed)
    assert isinstance(shop.restore(), Changed) and shop.path.read_bytes() == PLAIN
    assert shop.history() == [digest(PLAIN), digest(SOURCE), digest(PLAIN)]
