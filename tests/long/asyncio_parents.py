"""Check every span's parent in a program of many interleaved tasks.

The program (programs/interleaved.py) is told at every call who makes it and keeps a record of its own. It runs
instrumented at level 2; the JSON export has to agree with that record, span by span.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from long_harness import Findings, Span, finish, parser, project, spans, succeeded

# Every scenario is a task and makes at least three more.
SCENARIOS = 1000


def identity(span: Span) -> int | None:
    """Return the number a call was given, or the one that all its children were told."""
    if "me" in span["params"]:
        return int(span["params"]["me"])
    told = {child["params"].get("parent") for child in span["children"]}
    return told.pop() if len(told) == 1 else None


def observed(traces: Sequence[Span], findings: Findings) -> dict[int, tuple[int, str]]:
    """Return each call's parent and function as the spans have them; a root's parent is 0."""
    calls: dict[int, tuple[int, str]] = {}
    numbers: dict[str, int | None] = {}
    repeated = 0
    unknown = []
    for span in spans(traces):
        me = numbers[span["spanId"]] = identity(span)
        parent = numbers[span["parentSpanId"]] if span["parentSpanId"] else 0
        if me is None or parent is None:
            unknown.append((span["function"], span["status"], len(span["children"])))
            continue
        repeated += me in calls
        calls[me] = (parent, span["function"])
    findings.equal(unknown, [], "every span can be told apart")
    findings.equal(repeated, 0, "no call has two spans")
    return calls


def check(scenarios: int = SCENARIOS, core: str | None = None) -> Findings:
    """Run the program and compare; `scenarios` is the number of tasks at the top."""
    findings = Findings()
    with project(core) as place:
        place.add("interleaved.py")
        place.command("instrument", ".", "--level", "2")
        succeeded(place.run("interleaved.py", str(scenarios), "record.json"), findings, "the program ends well")
        record = json.loads((place.root / "record.json").read_bytes())
        wanted = {me: (parent, name) for me, parent, name in record}
        found = observed(place.export()["traces"], findings)
    print(f"  {len(record)} calls in {scenarios} scenarios")
    findings.equal(len(wanted), len(record), "the record has every call once")
    missing = [(me, *wanted[me]) for me in sorted(wanted.keys() - found.keys())]
    findings.expect(not missing, "every call has its span", f"{len(missing)} have none: {missing[:5]}")
    findings.equal(sorted(found.keys() - wanted.keys())[:5], [], "there is no span without a call")
    wrong = [(me, wanted[me], found[me]) for me in sorted(wanted.keys() & found.keys()) if wanted[me] != found[me]]
    findings.expect(not wrong, "every span has the right parent", f"{len(wrong)} have not: {wrong[:5]}")
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--scenarios", type=int, default=SCENARIOS, help=f"default: {SCENARIOS}")
    chosen = options.parse_args()
    finish(lambda: check(chosen.scenarios, chosen.core))
