"""Check what stays of a load when one trace in a hundred is kept, and those that fail or are slow.

Of 100,000 requests 50 fail and 50 are slow. All of these have to be in the JSON export, whole, and about one in a
hundred of the rest; and the counters have to have all of them exactly. Once one after the other, once in four threads.
"""

from __future__ import annotations

import json
from math import sqrt
from typing import Any

from long_harness import Findings, Project, finish, parser, project, succeeded

REQUESTS, RATE = 100_000, 0.01
EVERY, FAILS, SLOW = 2000, 7, 11  # as in programs/serving.py
SLOW_SECONDS, LIMIT_MS = 0.05, 20


def is_whole(root: dict[str, Any]) -> bool:
    """Whether a request has all spans that its number says it has."""
    number = root["params"].get("number")
    names = [child["function"] for child in root["children"]]
    if number % EVERY == FAILS:
        return root["status"] == "error" and names == ["parse"]
    return root["returnValue"] == 4 * number + 2 and names == ["parse", "store", "store"]


def check_traces(roots: list[dict[str, Any]], requests: int, findings: Findings) -> None:
    """Look for the requests that have to be there, and count the others."""
    numbers = [root["params"].get("number") for root in roots]
    findings.equal(len(set(numbers)), len(numbers), "no request is there twice")
    findings.expect(all(map(is_whole, roots)), f"all {len(roots)} that are there are whole")
    for what, place in (("failed", FAILS), ("was slow", SLOW)):
        wanted = range(place, requests, EVERY)
        findings.equal(sorted(set(wanted) - set(numbers)), [], f"all {len(wanted)} of which each {what} are there")
    late = {root["params"]["number"] for root in roots if root["durationNs"] > LIMIT_MS * 1_000_000}
    rest = [number for number in numbers if number % EVERY not in (FAILS, SLOW) and number not in late]
    spread = 5 * sqrt(requests * RATE * (1 - RATE))
    findings.expect(
        abs(len(rest) - requests * RATE) < spread, f"{len(rest)} of the others, {len(rest) / requests:.2%}", spread
    )


def check_counts(place: Project, requests: int, findings: Findings) -> None:
    """Compare the counters with what the program did."""
    failed = len(range(FAILS, requests, EVERY))
    answer = json.loads(place.command("spans", "export", "--counts").stdout)
    found = {row["function"]: (row["calls"], row["failures"]) for row in answer["functions"]}
    wanted = {"handle": (requests, failed), "parse": (requests, 0), "store": (2 * (requests - failed), 0)}
    findings.equal(found, wanted, "the counters have every call and failure")
    spread = {row["function"]: sum(calls for _, calls in row["histogram"]) for row in answer["functions"]}
    findings.equal(spread, {name: calls for name, (calls, _) in wanted.items()}, "and so have the histograms")


def check(requests: int = REQUESTS, core: str | None = None) -> Findings:
    """Check the load in one thread and in four."""
    findings = Findings()
    settings = {"SAMPLE_RATE": str(RATE), "KEEP_SLOWER_THAN": f"{LIMIT_MS}ms", "KEEP_ERRORS": "on"}
    with project(core) as place:
        for program in ("serve.py", "serving.py"):
            place.add(program)
        place.command("instrument", "serving.py", "--level", "2")
        for threads in (1, 4):
            print(f" {requests} requests, threads: {threads}")
            environment = {f"TRACING_{name}": value for name, value in settings.items()}
            done = place.run("serve.py", str(requests), str(threads), str(SLOW_SECONDS), environment=environment)
            succeeded(done, findings, "the program ends well")
            check_traces(place.export()["traces"], requests, findings)
            check_counts(place, requests, findings)
            place.readable(findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--requests", type=int, default=REQUESTS, help=f"in each load (default: {REQUESTS})")
    chosen = options.parse_args()
    finish(lambda: check(chosen.requests, chosen.core))
