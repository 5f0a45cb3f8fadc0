"""Programs that fail, run as originals and as twins, and what they print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from display_projects import Outcome, Project

HERE = Path(__file__).parent
PROGRAMS = {path.stem: path.read_bytes() for path in sorted((HERE / "programs").glob("*.py"))}
IMPORTED = {"broken_module", "failing_module", "failing_package"}  # by the others
GOLDEN = HERE / "golden"
ACTUAL = HERE.parent / "actual" / "tracebacks"

# Imports a program again and again, and shows in different ways what it raises.
SHOW = b"""\
import logging
import sys
import threading
import traceback


def run():
    for name in [name for name, module in sys.modules.items() if name in sys.argv[1:]]:
        del sys.modules[name]
    __import__(sys.argv[1])


logging.basicConfig(format="%(levelname)s %(message)s", level=0)
try:
    run()
except BaseException:
    traceback.print_exc()
try:
    run()
except BaseException:
    logging.getLogger("app").exception("failed")
try:
    run()
except BaseException as error:
    traceback.print_exception(error, limit=2, chain=False)
    for frame, line in traceback.walk_tb(error.__traceback__):
        print(frame.f_code.co_name, line, frame.f_code.co_firstlineno)
thread = threading.Thread(target=run, name="worker")
thread.start()
thread.join()
"""


@dataclass(frozen=True)
class Shown:
    """What a program prints when nobody catches what it raises, and what when somebody does."""

    uncaught: Outcome
    caught: Outcome


class Failing:
    """All programs in one folder, as originals or as twins of one level."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.project.write("show.py", SHOW)

    def write(self, level: int) -> None:
        """Have the originals in the folder, and from level 1 on their twins in their places."""
        for name, source in PROGRAMS.items():
            self.project.write(f"{name}.py", source)
            if level and name != "broken_module":
                self.project.instrument(f"{name}.py", level)

    def show(self, name: str) -> Shown:
        """Run one of the programs in both ways."""
        uncaught = self.project.run(f"{name}.py")
        return Shown(uncaught, self.project.run("show.py", name, *sorted(IMPORTED)))


_FRAME = re.compile(r'(?P<margin>[ |]*)File "(?P<path>[^"]*)", line (?P<line>\d+)(?:, in (?P<function>.*))?')
_MARKS = re.compile(r"[ |]*[ ~^]+")
_REPEATED = re.compile(r"repeated \d+ more times")
_NOT_EVERYWHERE = {"<listcomp>", "<dictcomp>", "<setcomp>"}  # frames of their own up to 3.11


def essence(text: str, folder: Path) -> Iterator[str]:
    """Give what all versions print alike: the program's own frames with the first line of their text, and types."""
    margin, is_wanted, texts = "", False, 0
    for line in text.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame is not None:
            margin, texts, path = frame["margin"], 0, Path(frame["path"])
            is_own = path.parent == folder or frame["path"] in ("<string>", "made.py")
            is_wanted = is_own and frame["function"] not in _NOT_EVERYWHERE
            if is_wanted:
                yield f"{margin}{path.name}:{frame['line']} {frame['function'] or ''}".rstrip()
        elif margin and line.startswith(f"{margin}  "):
            texts += 1
            if is_wanted and texts == 1 and not _MARKS.fullmatch(line):
                yield line.rstrip()
        else:
            yield _REPEATED.sub("repeated so many times", line.partition(": ")[0]).rstrip()
