"""Runs the program of a golden folder with one core, its environment's traces kept out of the segment.

Arguments: the core's module, the folder, a folder for the segments. The folder may have settings for the core.
"""

from __future__ import annotations

import json
import sys
import threading  # the main thread has its name in the segment where this is loaded
from importlib import import_module
from pathlib import Path

from core_under_test import WORDS

FACTS = [
    (1, "0.1.0"),
    (2, "CPython 3.11.7"),
    (3, "/usr/bin/python3"),
    (5, "/program"),
    (6, "/program"),
    (8, "4000:77"),
    (4, "python3"),
    (4, "program.py"),
]


def main(core_name: str, golden: Path, traces: Path) -> None:
    """Run the program of a golden folder."""
    assert threading.current_thread().name == "MainThread"
    core = import_module(f"spanwright.{core_name}")
    facts = b"".join(bytes((key, len(text), 0)) + text.encode() for key, text in FACTS)
    settings = golden / "settings.json"
    core.configure(str(traces), facts, json.loads(settings.read_bytes()) if settings.exists() else {})
    probes = core.register("00112233aabbccdd", "program.py", "/program/program.py", "__main__", 50, 0, WORDS)
    names = {f"_sw_{word}": probe for word, probe in zip(WORDS.split(), probes, strict=True)}
    source = (golden / "program.txt").read_bytes()
    exec(compile(source, "/program/program.py", "exec"), {"__name__": "__main__", **names})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
