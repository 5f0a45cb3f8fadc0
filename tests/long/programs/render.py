"""Render a document with the docutils in `app`; with a third word, also count what its functions do.

Usage: render.py SOURCE TARGET [COUNTS]. COUNTS is a list of [file, first line, qualified name, activations]: how often
the body of each code object of docutils began to run, as `sys.setprofile` has it.
"""

from __future__ import annotations

import dis
import json
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType

APP = Path(__file__).parent / "app"
RESUME = dis.opmap["RESUME"]


def profiler(starts: Counter[CodeType]) -> object:
    """Return a profile function that counts the activations of functions.

    A generator's resumption is a `call` event too, and so is the end of one that never ran: an activation is the one
    that stands at `RESUME 0` (1 is after a yield, 2 after `yield from`, 3 after `await`).
    """

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code, at = frame.f_code, frame.f_lasti
            if code.co_code[at] == RESUME and code.co_code[at + 1] & 3 == 0:
                starts[code] += 1

    return count


def rows(starts: Counter[CodeType]) -> list[tuple[str, int, str, int]]:
    """Return the counts of the code that came from docutils, its files relative to the project."""
    inside = f"{APP / 'docutils'}/"
    return [
        (Path(code.co_filename).relative_to(APP.parent).as_posix(), code.co_firstlineno, code.co_qualname, number)
        for code, number in starts.items()
        if code.co_filename.startswith(inside)
    ]


def render(source: str, target: str) -> None:
    publish_file = import_module("docutils.core").publish_file
    overrides = {"_disable_config": True, "report_level": 5, "halt_level": 5, "traceback": True}
    publish_file(source_path=source, destination_path=target, writer="html5", settings_overrides=overrides)


def main(source: str, target: str, counts: str = "") -> None:
    sys.path.insert(0, str(APP))
    starts: Counter[CodeType] = Counter()
    if counts:
        sys.setprofile(profiler(starts))  # type: ignore[arg-type]
    render(source, target)
    sys.setprofile(None)
    if counts:
        Path(counts).write_text(json.dumps(rows(starts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
