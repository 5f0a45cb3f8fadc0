"""Check every span's parent in programs of many interleaved tasks, of threads, executors and process pools.

The programs (programs/interleaved.py, programs/starters.py) are told at every call who makes it and keep a record of
their own. They run instrumented at levels 1, 2 and 3; the JSON export has to agree with that record: span by span, and
at level 1, which keeps no parameters, tree by tree. Calls and awaits (level 3) between functions are passed over.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from long_harness import Findings, Project, Span, finish, parser, project, spans, succeeded

# Every scenario is a task and makes at least three more.
SCENARIOS = 1000
ROUNDS = 20
LEVELS = (1, 2, 3)
FUNCTIONS = {"function", "generator", "coroutine", "async_generator"}
Record = dict[int, tuple[int, str]]


def functions(traces: Sequence[Span]) -> list[Span]:
    """Return the spans of functions, parents first; as parent and children they have functions only."""
    found = []
    nearest: dict[str, Span | None] = {}
    for span in spans(traces):
        above = nearest.get(span["parentSpanId"] or "")
        if span["kind"] in FUNCTIONS:
            own = {**span, "parentSpanId": above["spanId"] if above else None, "children": []}
            if above:
                above["children"].append(own)
            found.append(own)
        nearest[span["spanId"]] = own if span["kind"] in FUNCTIONS else above
    return found


def identity(span: Span) -> int | None:
    """Return the number a call was given, or the one that all its children were told."""
    if "me" in span["params"]:
        return int(span["params"]["me"])
    told = {child["params"].get("parent") for child in span["children"]}
    return told.pop() if len(told) == 1 else None


def observed(traces: Sequence[Span], findings: Findings) -> Record:
    """Return each call's parent and function as the spans have them; a root's parent is 0."""
    calls: Record = {}
    numbers: dict[str, int | None] = {}
    repeated = 0
    unknown = []
    for span in functions(traces):
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


def trees(nodes: Iterable[tuple[object, object, str]], root: object) -> Counter[str]:
    """Return all trees and how often each is there, as text without numbers; nodes are (own, parent's, name)."""
    children: dict[object, list[tuple[object, str]]] = defaultdict(list)
    for own, parent, name in nodes:
        children[parent].append((own, name))

    def text(own: object, name: str) -> str:
        below = Counter(text(*child) for child in children[own])
        return f"{name}({', '.join(f'{number} {tree}' for tree, number in sorted(below.items()))})"

    return Counter(text(*child) for child in children[root])


def compare_calls(wanted: Record, traces: Sequence[Span], findings: Findings) -> None:
    """Expect every call to have its span, below the span of who made it."""
    found = observed(traces, findings)
    missing = [(me, *wanted[me]) for me in sorted(wanted.keys() - found.keys())]
    findings.expect(not missing, "every call has its span", f"{len(missing)} have none: {missing[:5]}")
    findings.equal(sorted(found.keys() - wanted.keys())[:5], [], "there is no span without a call")
    wrong = [(me, wanted[me], found[me]) for me in sorted(wanted.keys() & found.keys()) if wanted[me] != found[me]]
    findings.expect(not wrong, "every span has the right parent", f"{len(wrong)} have not: {wrong[:5]}")


def compare_trees(wanted: Record, traces: Sequence[Span], findings: Findings) -> None:
    """Expect the same trees, each as often."""
    record = trees(((me, parent, name) for me, (parent, name) in wanted.items()), 0)
    recorded = trees(((s["spanId"], s["parentSpanId"], s["function"]) for s in functions(traces)), None)
    parts = {name: Counter(tree.partition("(")[0] for tree in counted) for name, counted in
             (("record", record), ("spans", recorded))}  # fmt: skip
    findings.expect(record == recorded, "the trees are those of the record", f"roots: {parts}")


def check_program(place: Project, words: Sequence[str], level: int, findings: Findings) -> None:
    """Run a program at a level and compare."""
    succeeded(place.run(*words, "record.json"), findings, f"level {level}, {words[0]}: the program ends well")
    record = json.loads((place.root / "record.json").read_bytes())
    wanted = {me: (parent, name) for me, parent, name in record}
    print(f"  {len(record)} calls")
    findings.equal(len(wanted), len(record), "the record has every call once")
    place.whole(findings)
    (compare_trees if level == 1 else compare_calls)(wanted, place.export()["traces"], findings)


def check(
    scenarios: int = SCENARIOS, rounds: int = ROUNDS, levels: Iterable[int] = LEVELS, core: str | None = None
) -> Findings:
    """Check both programs at each level; `scenarios` is the number of tasks at the top, `rounds` how often."""
    findings = Findings()
    with project(core) as place:
        place.add("interleaved.py")
        place.add("starters.py")
        for level in levels:
            place.command("instrument", ".", "--level", str(level))
            check_program(place, ["interleaved.py", str(scenarios)], level, findings)
            check_program(place, ["starters.py", str(rounds)], level, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--scenarios", type=int, default=SCENARIOS, help=f"default: {SCENARIOS}")
    options.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    options.add_argument("--level", type=int, action="append", choices=LEVELS, help="repeatable (default: all)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.scenarios, chosen.rounds, chosen.level or LEVELS, chosen.core))
