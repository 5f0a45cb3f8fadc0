"""Handles requests plain and then recorded: prints the CPU seconds of both. Run in the folder that has the modules."""

from __future__ import annotations

import importlib
import json
import sys
import time
from itertools import repeat
from pathlib import Path

WARM_UP = 2000


def loop(module: str, requests: int) -> float:
    """Return the CPU seconds that so many requests take."""
    request = importlib.import_module(module).request
    start = time.process_time()
    for _ in repeat(None, requests):
        request(1)
    return time.process_time() - start


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    for module in ("plain", "recorded"):
        loop(module, WARM_UP)
    print(json.dumps([loop(module, int(sys.argv[1])) for module in ("plain", "recorded")]))
