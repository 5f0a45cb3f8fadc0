"""Takes so many turns (argv) and says by how many KiB the process has grown since the first tenth of them.

It is not instrumented itself, so that every turn is a trace.
"""

import gc
import sys
from pathlib import Path

from churning import turn


def resident() -> int:
    """What the process has in memory, mapped files included."""
    gc.collect()
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])


turns = int(sys.argv[1])
for number in range(turns // 10):
    turn(number)
before = resident()
for number in range(turns // 10, turns):
    turn(number)
print(resident() - before)
