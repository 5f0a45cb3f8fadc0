"""Check that a program which forgets its traces does not grow: 10 million activations at level 3, with forgetting on.

Every turn of the program is a trace with calls, generators (one is left half way) and exceptions. One in a thousand is
kept. Of the others, in the first load, nothing is written; in the second they are recorded until they end and then
taken out again. From the first tenth to the end the process may grow by 5 MB.
"""

from __future__ import annotations

import json

from long_harness import Findings, Project, finish, parser, project, succeeded

CALLS, A_TURN = 10_000_000, 10  # activations: a turn has so many (programs/churning.py)
LIMIT_KIB = 5_000_000 // 1024
FORGETTING = {"TRACING_SAMPLE_RATE": "0.1%", "TRACING_KEEP_ERRORS": "off"}
LOADS = {"not written": FORGETTING, "taken out again": {**FORGETTING, "TRACING_KEEP_SLOWER_THAN": "10s"}}


def check_load(place: Project, turns: int, environment: dict[str, str], findings: Findings) -> None:
    """Run one load; its counters have to have every activation, so that it is known to have been recorded."""
    done = place.run("churn.py", str(turns), environment=environment)
    succeeded(done, findings, "the program ends well")
    grown = int(done.stdout or b"0")
    findings.expect(grown < LIMIT_KIB, f"it has grown by {grown} KiB, of at most {LIMIT_KIB}")
    answer = json.loads(place.command("spans", "export", "--counts").stdout)
    found = sum(row["calls"] for row in answer["functions"])
    findings.equal(found, turns * A_TURN, "the counters have every activation")
    findings.expect(0 < len(place.export()["traces"]) < turns / 100, "few traces are kept")
    place.readable(findings)


def check(calls: int = CALLS, core: str | None = None) -> Findings:
    """Check both ways to forget."""
    findings = Findings()
    with project(core) as place:
        for program in ("churn.py", "churning.py"):
            place.add(program)
        place.command("instrument", "churning.py", "--level", "3")
        for what, environment in LOADS.items():
            print(f" {calls} activations, forgotten traces are {what}", flush=True)
            check_load(place, calls // A_TURN, environment, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=CALLS, help=f"activations in each load (default: {CALLS})")
    chosen = options.parse_args()
    finish(lambda: check(chosen.calls, chosen.core))
