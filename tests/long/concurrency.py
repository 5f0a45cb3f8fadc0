"""Check that calls made by many threads and processes at once are all there, each once, where they ran.

8 threads make 100,000 calls each; then a forking pool of 4 and a spawning pool of 4 do the same. The program writes
down the process and the thread of every batch of calls; the JSON export has to agree for every single call.
"""

from __future__ import annotations

import json
from collections import Counter

from long_harness import Findings, Project, Span, finish, parser, project, spans, succeeded

CALLS = 100_000
CROWDS = {"threads": 8, "fork": 4, "spawn": 4}
Where = tuple[int, int]


def where(span: Span) -> Where:
    """Return the ids of the process and the thread that the span names."""
    return span["process"], span["threadId"]


def check_one(place: Project, method: str, workers: int, calls: int, findings: Findings) -> None:
    """Let one crowd work and compare each call's span with what the program wrote down."""
    print(f" {method}: {workers} x {calls} calls")
    done = place.run("crowd.py", method, str(workers), str(calls), "record.json")
    succeeded(done, findings, "the program ends well")
    batches: dict[int, Where] = {b: (p, t) for b, p, t in json.loads((place.root / "record.json").read_bytes())}
    every = {span["spanId"]: span for span in spans(place.export()["traces"])}
    work = [span for span in every.values() if span["function"] == "work"]
    seen = Counter((span["params"]["owner"], span["params"]["number"]) for span in work)
    wanted = {(owner, number) for owner in batches for number in range(calls)}
    findings.equal(len(work), workers * calls, "as many spans as calls")
    findings.expect(seen.keys() == wanted and set(seen.values()) == {1}, "every call is there once")
    findings.expect(all(span["returnValue"] == span["params"]["number"] + 1 for span in work), "with its result")
    strays = sum(where(span) != batches[span["params"]["owner"]] for span in work)
    findings.equal(strays, 0, "under the right process and thread")
    orphans = sum(every[span["parentSpanId"]]["params"]["owner"] != span["params"]["owner"] for span in work)
    findings.equal(orphans, 0, "below its own batch")
    findings.expect({span["status"] for span in work} == {"ok"}, "all of them finished")
    findings.equal(len(set(batches.values())), workers, "each worker did its part")


def check(calls: int = CALLS, core: str | None = None) -> Findings:
    """Check the three crowds; `calls` is the number for each worker."""
    findings = Findings()
    with project(core) as place:
        place.add("crowd.py")
        place.command("instrument", ".", "--level", "2")
        for method, workers in CROWDS.items():
            check_one(place, method, workers, calls, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=CALLS, help=f"calls by each worker (default: {CALLS})")
    chosen = options.parse_args()
    finish(lambda: check(chosen.calls, chosen.core))
