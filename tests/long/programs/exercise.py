"""Do something with modules of the standard library that lie in a folder; observe it, if asked to.

Usage: exercise.py FOLDER OBSERVER RESULT MODULE...   OBSERVER is `nothing`, `lines` (sys.settrace), `calls`
(sys.setprofile) or `every_call` (sys.monitoring, from 3.12 on). The modules are imported and used while it looks on.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import exercises

# Loaded before anything is taken away: the recorder lives on the interpreter's own modules.
import spanwright
from observers import OBSERVERS, Observer


def take_from(folder: str, modules: list[str]) -> None:
    """Let the modules be found in `folder` when they are imported next."""
    assert spanwright
    for name in [name for name in sys.modules if name.partition(".")[0] in modules]:
        del sys.modules[name]
    sys.path.insert(0, folder)


def exercise(modules: list[str]) -> None:
    for name in modules:
        module = importlib.import_module(name)
        getattr(exercises, name)(module)


def main(folder: str, kind: str, result: str, *modules: str) -> None:
    take_from(folder, list(modules))
    observer: Observer = OBSERVERS[kind](folder)
    observer.start()
    try:
        exercise(list(modules))
    finally:
        observer.stop()
    Path(result).write_text(json.dumps(observer.found()))


if __name__ == "__main__":
    main(*sys.argv[1:])
