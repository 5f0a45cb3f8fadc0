"""A user, the tool and git at work on one small project, in any order: each text that was saved last can be had again.

`EditSession` is a Hypothesis state machine; `tests/long/edit_sessions.py` runs it many times.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from instrumenter import api, rewrite
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Failed, Outcome
from instrumenter.engine.targets import Target
from instrumenter.errors import RewriteError, UsageError
from instrumenter.vault import Vault, digest
from instrumenter.watch.session import Session
from instrumenter.watch.status import Said

NAMES = ("a.py", "b.py", "folder/c.py")
TEXTS = (
    b"def f(x):\n    y = x + 1\n    return y\n",
    b'"""Doc."""\n\ndef g(a, b=2):\n    if a:\n        return b\n    return g(b)\n\n'
    b"class K:\n    def m(self):\n        yield 1",
    b"def h():\r\n    return 0\r\n",
    b"x = 1\n",
    b"",
)
EDITS: dict[str, Callable[[bytes, int], bytes]] = {
    "append a line": lambda text, number: text + b"\nz%d = %d\n" % (number, number),
    "append a function": lambda text, number: text + b"\ndef new%d(q):\n    return q\n" % number,
    "change numbers": lambda text, number: text.replace(b"= x + 1", b"= x + 1 + %d" % number),
    "change a statement": lambda text, number: text.replace(b"y = x", b"y = %d * x" % number),
    "convert newlines": lambda text, _: text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "mark the byte order": lambda text, _: text if text.startswith(b"\xef\xbb\xbf") else b"\xef\xbb\xbf" + text,
    "nothing": lambda text, _: text,
}
names = st.sampled_from(NAMES)
numbers = st.integers(2, 9)


class EditSession(RuleBasedStateMachine):
    """What the user means each file to be is in `texts`; what a command has met is in `met`, by path."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="session"))
        (self.root / "pyproject.toml").touch()
        (self.root / "folder").mkdir()
        self.texts: dict[str, bytes] = {}
        self.met: set[bytes] = set()
        self.branches: dict[str, dict[str, bytes]] = {"main": {}, "other": {}}
        self.branch = "main"
        self.watcher: Session | None = None
        self.said = io.StringIO()
        for name, text in zip(NAMES, TEXTS, strict=False):
            self.save(name, text)

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    # --- the user

    @rule(name=names, text=st.sampled_from(TEXTS))
    def save(self, name: str, text: bytes) -> None:
        """Save plain source, over whatever is there: also an original from an editor's buffer."""
        self.texts[name] = text
        (self.root / name).write_bytes(text)

    @rule(name=names, edit=st.sampled_from(sorted(EDITS)), number=numbers)
    def edit(self, name: str, edit: str, number: int) -> None:
        """Edit what is on the disk, twin or not; the user means the same edit of the original."""
        if name in self.texts:
            path, change = self.root / name, EDITS[edit]
            path.write_bytes(change(path.read_bytes(), number))
            self.texts[name] = change(self.texts[name], number)

    @rule(name=names)
    def delete(self, name: str) -> None:
        if self.texts.pop(name, None) is not None:
            (self.root / name).unlink()

    @rule(name=names, other=names)
    def move(self, name: str, other: str) -> None:
        if name in self.texts:
            (self.root / name).replace(self.root / other)
            self.texts[other] = self.texts.pop(name)

    @rule(name=names, other=names)
    def copy(self, name: str, other: str) -> None:
        if name in self.texts and name != other:
            (self.root / other).write_bytes((self.root / name).read_bytes())
            self.texts[other] = self.texts[name]

    @rule(name=names, mode=st.sampled_from([0o644, 0o755, 0o444]))
    def change_mode(self, name: str, mode: int) -> None:
        if name in self.texts:
            (self.root / name).chmod(mode | 0o200)

    # --- git, as it writes files: away with the old one, and a new one made

    @rule()
    def switch_branch(self) -> None:
        """Commit what is on the disk, twins too, and check the other branch out."""
        self.branches[self.branch] = {name: (self.root / name).read_bytes() for name in self.texts}
        meant = {name: self.texts[name] for name in self.texts}
        self.branches[f"{self.branch} as meant"] = meant
        self.branch = "other" if self.branch == "main" else "main"
        for name in self.texts:
            (self.root / name).unlink()
        for name, data in self.branches[self.branch].items():
            (self.root / name).write_bytes(data)
        self.texts = dict(self.branches.get(f"{self.branch} as meant", {}))

    # --- the tool

    @rule(level=st.integers(1, 5), force=st.booleans())
    def instrument(self, level: int, force: bool) -> None:
        self.instrument_target(Target(self.root), api.Options(level=level, force=force))

    @rule(name=names, level=st.sampled_from([1, 2, 5]))
    def instrument_one(self, name: str, level: int) -> None:
        if name in self.texts:
            self.instrument_target(Target(self.root / name), api.Options(level=level))

    @rule(name=names, function=st.sampled_from(["f", "*", "K.m"]), level=st.integers(0, 5))
    def instrument_function(self, name: str, function: str, level: int) -> None:
        if name in self.texts:
            self.instrument_target(Target(self.root / name, function), api.Options(level=level))

    def instrument_target(self, target: Target, options: api.Options) -> None:
        self.run(api.run, api.plan_instrument(Choice((target,))), options)

    @rule()
    def restore(self) -> None:
        self.run(api.run, api.plan_restore(Choice((Target(self.root),))), api.Options(level=0))

    @rule()
    def strip(self) -> None:
        self.run(api.strip, api.plan_restore(Choice((Target(self.root),))), api.Options(level=0, force=True))

    @rule(name=names, number=st.integers(1, 3))
    def restore_earlier(self, name: str, number: int) -> None:
        if name not in self.texts:
            return
        path = self.root / name
        known = api.history(path)[1]
        text = self.texts[name]
        try:
            outcomes = list(api.restore_at(Target(path), number, api.Options(), ignore))
        except UsageError:
            assert number > len(known)
            return
        if not any(isinstance(outcome, Failed) for outcome in outcomes):
            self.met.add(text)
            self.texts[name] = path.read_bytes()
            assert digest(self.texts[name]) == known[number - 1].original

    def run(self, action: Callable[..., Iterable[Outcome]], plan: api.Plan, options: api.Options) -> None:
        with self.meeting():
            outcomes = list(action(plan, options, ignore))
        assert not [outcome for outcome in outcomes if getattr(outcome, "slug", "") == "internal-error"], outcomes

    @contextmanager
    def meeting(self) -> Iterator[None]:
        before = {name: self.on_disk(name) for name in self.texts}
        yield
        self.meet(name for name, data in before.items() if self.on_disk(name) != data)

    def meet(self, changed: Iterable[str]) -> None:
        """From now on the texts of these files must not get lost, whatever becomes of the files."""
        self.met |= {self.texts[name] for name in changed if rewrite.has_probes(self.on_disk(name))}

    def on_disk(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    # --- the watcher: what it does for a batch of events, which come late, together, or for no reason

    @precondition(lambda self: self.watcher is None)
    @rule(level=st.integers(1, 5), takes_new=st.booleans())
    def begin_to_watch(self, level: int, takes_new: bool) -> None:
        choice = Choice((Target(self.root),))
        self.watcher = Session(choice, api.Options(level=level), Said(self.said, str), takes_new)
        with self.meeting():
            self.watcher.start(api.plan_instrument(choice))

    @precondition(lambda self: self.watcher is not None)
    @rule(some=st.sets(names, min_size=1))
    def events_arrive(self, some: set[str]) -> None:
        assert self.watcher is not None
        with self.meeting():
            again = self.watcher.handle({self.root / name for name in some})
        assert again == set()
        for name in some & self.texts.keys():
            self.follows(name)

    def follows(self, name: str) -> None:
        """What the watcher has looked at is a recorded twin, or plain source for a reason."""
        data = self.on_disk(name)
        if rewrite.has_probes(data):
            entry = Vault.seen(self.root).entry(self.root / name)
            is_told = any(str(self.root / name) in line for line in self.said.getvalue().splitlines())
            assert is_told if entry is None else entry.twin == digest(data), name

    @precondition(lambda self: self.watcher is not None)
    @rule(restores=st.booleans())
    def end_watching(self, restores: bool) -> None:
        assert self.watcher is not None
        if restores:
            with self.meeting():
                list(self.watcher.finish())
        self.watcher = None

    @invariant()
    def watcher_has_no_fault_of_its_own(self) -> None:
        assert "[internal-error]" not in self.said.getvalue(), self.said.getvalue()

    # --- what holds at every moment

    @invariant()
    def every_text_can_be_had_again(self) -> None:
        backups = Vault.seen(self.root).backups
        for name, text in self.texts.items():
            data = self.on_disk(name)
            assert data == text or original_of(data) == text, (name, text, data)
        for text in self.met:
            assert backups.get(digest(text)) == text, text

    @invariant()
    def every_history_leads_to_bytes(self) -> None:
        vault = Vault.seen(self.root)
        for name in self.texts:
            for original in vault.history(self.root / name):
                assert vault.backups.get(original.original) is not None, (name, original)

    @invariant()
    def nothing_is_left_beside_the_files(self) -> None:
        there = {path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()}
        assert {name for name in there if not name.startswith(".spanwright/")} == {*self.texts, "pyproject.toml"}


def original_of(data: bytes) -> bytes | None:
    try:
        return rewrite.take_out(data)
    except RewriteError:
        return None


def ignore(_: str) -> None:
    """Lines that a command would print."""
