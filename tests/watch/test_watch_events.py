"""What happens to files while they are watched: made, deleted, renamed, in number, with and without events."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor
from watching import ONE, TWO, Watched, in_place, is_twin_of, jetbrains, make_project, until, vim, write_and_rename

from instrumenter.vault import Vault, digest

NEW = b"def new():\n    return 0\n"
BOTH = pytest.mark.parametrize("poll", [None, 0.05], ids=["events", "polling"])


def recorded(root: Path) -> set[str]:
    return set(Vault.seen(root).entries)


@BOTH
def test_new_file_is_instrumented(poll: float | None, tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, poll=poll) as watched:
        in_place(src / "new.py", NEW)
        watched.makes(src / "new.py", NEW)
        (src / "inner/deep").mkdir(parents=True)
        in_place(src / "inner/deep/newer.py", NEW)
        watched.makes(src / "inner/deep/newer.py", NEW)
        in_place(src / "inner/deep/newest.py", NEW)
        watched.makes(src / "inner/deep/newest.py", NEW)
        in_place(src / "tests_no.txt", NEW)
        in_place(src / "test_new.py", NEW)
        watched.settles()
    assert (src / "new.py").read_bytes() == NEW
    assert (src / "test_new.py").read_bytes() == NEW
    assert not watched.has_said("test_new")


def test_new_file_is_left_alone_where_that_is_wanted(tmp_path: Path) -> None:
    """Files that were there are followed all the same, under new names too."""
    src = make_project(tmp_path)
    with Watched(tmp_path, takes_new=False) as watched:
        in_place(src / "new.py", NEW)
        (src / "two.py").rename(src / "three.py")
        watched.says("src/two.py: is src/three.py now")
        in_place(src / "three.py", TWO + b"# more\n")
        watched.makes(src / "three.py", TWO + b"# more\n")
        assert (src / "new.py").read_bytes() == NEW


@BOTH
def test_deleted_file_is_told_and_its_original_is_kept(poll: float | None, tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, poll=poll) as watched:
        (src / "one.py").unlink()
        watched.says("src/one.py: deleted; its original is kept as .spanwright/backups/")
        assert Vault(tmp_path).backups.get(digest(ONE)) == ONE
        in_place(src / "one.py", ONE)
        watched.makes(src / "one.py", ONE)
    assert (src / "one.py").read_bytes() == ONE
    assert sum("deleted" in line for line in watched.lines) == 1


@BOTH
def test_renamed_twin_goes_on_as_the_same_file(poll: float | None, tmp_path: Path) -> None:
    src = make_project(tmp_path)
    (src / "inner").mkdir()
    with Watched(tmp_path, poll=poll) as watched:
        twin = (src / "one.py").read_bytes()
        (src / "one.py").rename(src / "inner/uno.py")
        watched.says("src/one.py: is src/inner/uno.py now")
        watched.settles()
        assert recorded(tmp_path) == {"src/inner/uno.py", "src/two.py", "src/last_of_all.py"}
        assert (src / "inner/uno.py").read_bytes() == twin
        in_place(src / "inner/uno.py", twin.replace(b"2 * x", b"3 * x"))
        watched.makes(src / "inner/uno.py", ONE.replace(b"2 * x", b"3 * x"))
    assert not watched.has_said("deleted")


def test_renamed_folder_takes_its_twins_along(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    (src / "old/deep").mkdir(parents=True)
    for number in range(5):
        (src / f"old/deep/{number}.py").write_bytes(NEW + b"# %d\n" % number)
    with Watched(tmp_path) as watched:
        (src / "old").rename(src / "young")
        watched.says("src/old/deep/4.py: is src/young/deep/4.py now")
        in_place(src / "young/deep/2.py", ONE)
        watched.makes(src / "young/deep/2.py", ONE)
        in_place(src / "young/deep/new.py", NEW)
        watched.makes(src / "young/deep/new.py", NEW)
        assert {name for name in recorded(tmp_path) if "old" in name} == set()
    assert not watched.has_said("deleted")


def test_folder_that_goes_and_comes_back_is_met_again(tmp_path: Path) -> None:
    """As a change of branches does, of which one does not have the target."""
    src = make_project(tmp_path)
    with Watched(tmp_path) as watched:
        shutil.rmtree(src)
        watched.says("src/two.py: deleted")
        watched.says("src/one.py: deleted")
        src.mkdir()
        in_place(src / "one.py", NEW)
        watched.makes(src / "one.py", NEW)
        in_place(src / "two.py", NEW)
        watched.makes(src / "two.py", NEW)
    assert (src / "one.py").read_bytes() == NEW


def test_target_that_is_a_file_is_followed_and_nothing_else(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, targets=("src/one.py",)) as watched:
        for number, saver in enumerate((in_place, vim, jetbrains, write_and_rename)):
            in_place(src / "two.py", NEW)
            source = ONE + b"# %d\n" % number
            saver(src / "one.py", source)
            watched.makes(src / "one.py", source)
        assert (src / "two.py").read_bytes() == NEW


def test_functions_that_are_named_keep_their_level_and_others_have_none(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, targets=("src::double",), level=3) as watched:
        assert (src / "two.py").read_bytes() == TWO
        source = ONE + b"\n\ndef other():\n    return 1\n"
        in_place(src / "one.py", source)
        watched.makes(src / "one.py", source)
        assert b"def other():\n    return 1\n" in (src / "one.py").read_bytes()


def test_levels_that_change_in_tracing_yaml_count_at_once(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    yaml = tmp_path / "tracing.yaml"
    with Watched(tmp_path, level=None) as watched:
        write_and_rename(yaml, b"defaults:\n  level: 1\nfiles:\n  src/two.py: 0\n")
        until(lambda: (src / "two.py").read_bytes() == TWO, lambda: watched.lines)
        until(lambda: {entry.level for entry in Vault.seen(tmp_path).entries.values()} == {1})
        in_place(yaml, b"defaults:\n  levels: 1\n")
        watched.says("what it said before stays in force [tracing-yaml]")
        in_place(src / "one.py", ONE + b"# more\n")
        watched.makes(src / "one.py", ONE + b"# more\n")
        assert {entry.level for entry in Vault.seen(tmp_path).entries.values()} == {1}
        yaml.unlink()
        until(lambda: {entry.level for entry in Vault.seen(tmp_path).entries.values()} == {2})
        watched.makes(src / "two.py", TWO)


def git(root: Path, *words: str) -> None:
    settings = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", *settings, *words], cwd=root, check=True, capture_output=True)


def test_burst_of_a_change_of_branches_ends_in_twins(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    paths = [src / f"part{number % 7}/module{number}.py" for number in range(300)]
    git(tmp_path, "init", "-q")
    for branch in ("first", "second"):
        git(tmp_path, "checkout", "-q", "-b", branch)
        for number, path in enumerate(paths):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"def of_%s_%d(x):\n    return x\n" % (branch.encode(), number))
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", branch)
    with Watched(tmp_path, level=1) as watched:
        git(tmp_path, "checkout", "-q", "-f", "first")
        for number, path in enumerate(paths):
            watched.makes(path, b"def of_first_%d(x):\n    return x\n" % number)
        watched.settles()
        assert sum("files instrumented" in line for line in watched.lines) <= 6
    assert paths[-1].read_bytes() == b"def of_first_299(x):\n    return x\n"


def test_lost_events_make_it_look_everywhere(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path) as watched:
        inotify = watched.watcher.source
        inotify._inotify.remove_callbacks([(wd, inotify._id) for wd in inotify._watches.values()])  # type: ignore[attr-defined]
        inotify._watches.clear()  # type: ignore[attr-defined]
        in_place(src / "one.py", NEW)
        overflow = InotifyEvent(WatchDescriptor(-1), Mask(InotifyConstants.IN_Q_OVERFLOW), 0, b"")
        inotify.on_queue_overflow() if overflow.is_queue_overflow else None  # type: ignore[attr-defined]
        watched.makes(src / "one.py", NEW)
        in_place(src / "one.py", ONE)
        watched.makes(src / "one.py", ONE)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_watches_that_are_exhausted_make_it_poll(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    src = make_project(tmp_path)

    def refuse(*_: object) -> Any:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(InotifyFD, "add_callback" if number == errno.ENOSPC else "_create_inotify_fd", refuse)
    with Watched(tmp_path) as watched:
        assert watched.has_said("sysctl fs.inotify.max_user_")
        in_place(src / "one.py", NEW)
        watched.makes(src / "one.py", NEW)


def test_watches_that_get_exhausted_later_make_it_poll_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path) as watched:

        def refuse(*_: object) -> Any:
            raise OSError(errno.ENOSPC, "no space")

        monkeypatch.setattr(InotifyFD, "add_callback", refuse)
        (src / "inner").mkdir()
        in_place(src / "inner/new.py", NEW)
        watched.says("looking at every file once a second instead")
        watched.makes(src / "inner/new.py", NEW)
        in_place(src / "inner/new.py", ONE)
        watched.makes(src / "inner/new.py", ONE)


def test_links_are_left_links(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/real.py").write_bytes(NEW)
    (src / "link.py").symlink_to(tmp_path / "elsewhere/real.py")
    with Watched(tmp_path) as watched:
        watched.makes(tmp_path / "elsewhere/real.py", NEW)
        in_place(src / "link.py", ONE)
        watched.makes(tmp_path / "elsewhere/real.py", ONE)
    assert (src / "link.py").is_symlink()
    assert not is_twin_of(src / "link.py", ONE)
