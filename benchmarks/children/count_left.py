"""Prints how many calls of `f` that ended, and of `work` that are open, are left in a folder, whoever recorded them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path


def of_ours(folder: Path) -> Counter[str]:
    """Count spans in segments, with the tool's own reader."""
    from instrumenter.trace.runs import Traces

    left: Counter[str] = Counter()
    for run in Traces.load(folder).runs:
        for span in run.forest.walk():
            left[f"{span.name} {'ended' if span.ended else 'open'}"] += 1
    return left


def of_viztracer(path: Path) -> Counter[str]:
    """Count events in a trace; its names are `f (/path/of/the/file.py:3)`."""
    events = json.loads(path.read_bytes())["traceEvents"]
    return Counter(f"{event['name'].partition(' ')[0]} ended" for event in events if event["ph"] == "X")


def main() -> None:
    """Count and print."""
    folder = Path(sys.argv[1])
    left = of_ours(folder)
    if (folder / "result.json").exists():
        left += of_viztracer(folder / "result.json")
    if (folder / "spans.txt").exists():
        left += Counter(f"{line} ended" for line in (folder / "spans.txt").read_text().splitlines())
    print(json.dumps([left["f ended"], left["work open"]]))


if __name__ == "__main__":
    main()
