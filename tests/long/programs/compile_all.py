"""Compile pairs of files with this interpreter; print the twins it does not take, as JSON.

Usage: compile_all.py LIST. LIST is JSON: [original, twin] for each, as paths. The answer is {"compiled": how many,
"not_python": how many originals this interpreter does not take either, "failed": {twin: reason}}.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path


def reason(path: str) -> str:
    try:
        compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as failure:
        return f"{type(failure).__name__}: {failure}"
    return ""


def main(pairs: list[tuple[str, str]]) -> None:
    warnings.simplefilter("ignore")
    failed = {twin: (why, original) for original, twin in pairs if (why := reason(twin))}
    own = {twin: why for twin, (why, original) in failed.items() if not reason(original)}
    print(json.dumps({"compiled": len(pairs) - len(failed), "not_python": len(failed) - len(own), "failed": own}))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_bytes()))
