"""Random sessions of a user, the tool and git on one project: no text that was saved last is ever out of reach.

`python tests/long/edit_sessions.py --runs 5000 --steps 20`
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parents[1] / "vault"))

from edit_session import EditSession

from instrumenter.vault import _disk


def without_flush(paths: Iterable[Path]) -> None:
    """These sessions are about what is written, not about a power cut."""


def main() -> int:
    """Run the sessions; Hypothesis prints the steps that lead to a loss."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    _disk.make_durable = without_flush
    began = time.monotonic()
    run_state_machine_as_test(
        EditSession,
        settings=settings(
            max_examples=options.runs,
            stateful_step_count=options.steps,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    seconds = time.monotonic() - began
    print(f"{options.runs} sessions of up to {options.steps} steps: no text lost, all of it holds ({seconds:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
