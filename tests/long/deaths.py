"""Check what is left of a process that dies without warning.

A program makes many calls and then dies by SIGKILL, by `os._exit` or by a segmentation fault. Every finished span has
to be in the JSON export with its parameter and its result; those that were open have to be there as `unfinished`.
"""

from __future__ import annotations

import signal

from long_harness import Findings, Project, finish, parser, project, spans

CALLS = 100_000
ENDS = {"kill": -signal.SIGKILL, "exit": 3, "segfault": -signal.SIGSEGV}


def check_one(place: Project, way: str, calls: int, findings: Findings) -> None:
    """Let the program die in one way and look for all it did."""
    print(f" {way}")
    findings.equal(place.run("dying.py", way, str(calls)).returncode, ENDS[way], "the process died as it was meant to")
    every = list(spans(place.export()["traces"]))
    steps = [span for span in every if span["function"] == "step"]
    findings.equal(len(steps), calls, "every finished call has its span")
    numbers = [(span["params"].get("number"), span["returnValue"]) for span in steps]
    findings.expect(numbers == [(n, n + 1) for n in range(calls)], "with its parameter and its result, in order")
    findings.expect({span["status"] for span in steps} == {"ok"}, "all of them finished")
    rest = [(span["function"], span["status"]) for span in every if span["function"] != "step"]
    findings.equal(rest, [("work", "unfinished"), ("die", "unfinished")], "what was open is unfinished")


def check(calls: int = CALLS, core: str | None = None) -> Findings:
    """Check the three ways to die, each after `calls` calls."""
    findings = Findings()
    with project(core) as place:
        place.add("dying.py")
        place.command("instrument", ".", "--level", "2")
        for way in ENDS:
            check_one(place, way, calls, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=CALLS, help=f"calls before each death (default: {CALLS})")
    chosen = options.parse_args()
    finish(lambda: check(chosen.calls, chosen.core))
