"""Render a document with the docutils in a folder. Usage: render_observed.py FOLDER OBSERVER SOURCE RESULT."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from observers import OBSERVERS


def main(folder: str, kind: str, source: str, result: str) -> None:
    sys.path.insert(0, folder)
    observer = OBSERVERS[kind](folder)
    observer.start()
    publish_string = import_module("docutils.core").publish_string
    settings = {"_disable_config": True, "report_level": 5, "halt_level": 5, "traceback": True}
    publish_string(Path(source).read_text(encoding="utf-8"), writer="html5", settings_overrides=settings)
    observer.stop()
    Path(result).write_text(json.dumps(observer.found()))


if __name__ == "__main__":
    main(*sys.argv[1:])
