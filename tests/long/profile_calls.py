"""Compare the calls of level 3 with those that `sys.setprofile` and `sys.monitoring` see in the same run.

Two programs run uninstrumented under the interpreter's own observers, and then instrumented at level 3: docutils
renders a document, and something is done with each of about thirty modules of the standard library. For every line on
which calls are written in the bodies of functions, the call spans (and the function spans that have taken a call's
place) have to be as many as the calls that were seen. `sys.setprofile` does not see a call of a type, of a callable
object, of a generator or a coroutine function, but only what that runs in turn; lines with such calls are left aside
there, and `sys.monitoring` (from 3.12 on), which sees every call, has to agree alone. On 3.11 nobody can tell which
lines those are: there a line may have more calls recorded than seen, never fewer (but where `list` and the like are
called, which may call functions themselves). All numbers are printed.
"""

from __future__ import annotations

import ast
import builtins
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docutils_counts import SAMPLE, copy_docutils
from exercised import MODULES, copy_modules, exercise, parsed
from long_harness import PROGRAMS, CheckFailedError, Findings, Project, finish, parser, project

from instrumenter.trace.runs import Traces

Line = tuple[str, int]
End = tuple[int, int]
Recorded = tuple[Counter[Line], Counter[Line]]
MOST_SHOWN = 20


def written_calls(path: Path) -> dict[End, int]:
    """Return the calls that stand in the bodies of functions: where each ends, and the line where it begins."""
    found = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and _in_a_body(node):
            found[node.end_lineno or 0, node.end_col_offset or 0] = node.lineno
            outer = getattr(node, "parent", None)
            if isinstance(node.func, ast.Name) and node.func.id == "super" and isinstance(outer, ast.Attribute):
                # One instruction calls `super` and looks up the attribute.
                found[outer.end_lineno or 0, outer.end_col_offset or 0] = node.lineno
    return found


def spread_calls(path: Path, name: str) -> Iterator[Line]:
    """Yield the lines of calls whose arguments the compiler puts into a tuple or a dict."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and (
            any(isinstance(argument, ast.Starred) for argument in node.args)
            or any(keyword.arg is None for keyword in node.keywords)
        ):
            yield name, node.lineno


def _in_a_body(node: ast.AST) -> bool:
    """Tell whether a function's activation makes the call: not a class body, a decorator or an annotation."""
    while parent := getattr(node, "parent", None):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and node in parent.body:
            return True
        if isinstance(parent, ast.ClassDef) and node in parent.body:
            return False
        if node in getattr(parent, "decorator_list", ()) or node in (_annotations(parent)):
            return False
        node = parent
    return False


def _annotations(parent: ast.AST) -> Sequence[ast.AST | None]:
    return [getattr(parent, "annotation", None), getattr(parent, "returns", None)]


class Observed:
    """What an observer saw, by line: how many calls, and on which lines some were of what it cannot see."""

    def __init__(self, place: Project, rows: Sequence[Sequence[Any]]) -> None:
        self.counts: Counter[Line] = Counter()
        self.unseen: set[Line] = set()
        self.elsewhere = 0
        calls: dict[str, dict[End, int]] = {}
        for file, line, column, number, *unseen in rows:
            if file not in calls:
                calls[file] = written_calls(place.root / file)
            if (line, column) not in calls[file]:
                self.elsewhere += number
                continue
            at = file, calls[file][line, column]
            self.counts[at] += number
            if unseen and unseen[0]:
                self.unseen.add(at)


def recorded_calls(place: Project) -> tuple[Counter[Line], Counter[Line]]:
    """Return the last run's calls by the lines where they are written, and those of them that failed."""
    run = Traces.load(place.root).runs[-1]
    every = (span for root in run.forest.roots() for span in run.forest.below(root))
    calls = [span for span in every if span.call_site and span.kind != "await"]
    failed = Counter(span.call_site for span in calls if span.call_site and span.failed)
    return Counter(span.call_site for span in calls if span.call_site), failed


def builtin_types_called(place: Project) -> set[Line]:
    """Return the lines where, as recorded, builtin types are called: what they call looks like a call of the line."""
    run = Traces.load(place.root).runs[-1]
    every = (span for root in run.forest.roots() for span in run.forest.below(root))
    names = {name for name, thing in vars(builtins).items() if isinstance(thing, type)}
    return {span.call_site for span in every if span.call_site and span.name in names}


def compare(
    what: str, wanted: Counter[Line], recorded: Recorded, lines: set[Line], spread: set[Line], findings: Findings
) -> None:
    """Expect the same number of calls on each of the lines.

    Where `a.b()` finds no `b` there is no call to see, but a span, a failed one: it begins before the method is found.
    A generator function called as `f(*a)` is reported by neither of the observers.
    """
    found, failed = recorded
    more = {line: found[line] - wanted[line] for line in lines if found[line] > wanted[line]}
    missing = {line: number for line, number in more.items() if number <= failed[line] or line in spread}
    explained = wanted + Counter(missing)
    wrong = [f"{file}:{line}: {wanted[file, line]} seen, {found[file, line]} recorded"
             for file, line in sorted(lines) if explained[file, line] != found[file, line]]  # fmt: skip
    total = sum(wanted[line] for line in lines)
    listed = "\n    ".join([f"{len(wrong)} lines are not", *wrong[:MOST_SHOWN]])
    print(f"  {sum(missing.values())} that no observer reports: of no such method, or of a generator function as f(*a)")
    findings.expect(not wrong, f"{what}: {total:,} calls on {len(lines):,} lines, all recorded, no others", listed)


def compare_all(place: Project, seen: dict[str, Observed], findings: Findings) -> None:
    """Compare what was recorded with what each observer saw; the files are their originals again."""
    recorded = found, _ = recorded_calls(place)
    profile, every = seen["calls"], seen.get("every_call")
    spread = {line for file in {file for file, _ in found} for line in spread_calls(place.root / file, file)}
    print(f"  {found.total():,} calls recorded; seen, but not written as calls: {profile.elsewhere:,}")
    if every:
        compare("sys.monitoring", every.counts, recorded, every.counts.keys() | found.keys(), spread, findings)
        unseen = every.unseen
    else:
        unseen = {line for line in found if profile.counts[line] < found[line]} | builtin_types_called(place)
    lines = (profile.counts.keys() | found.keys()) - unseen
    apart = sum(found[line] for line in unseen)
    print(f"  {apart:,} calls on {len(unseen):,} lines where types or callable objects are called")
    compare("sys.setprofile", profile.counts, recorded, lines, spread, findings)


def observers() -> Iterator[str]:
    """Yield the observers that this interpreter has."""
    yield "calls"
    if sys.version_info >= (3, 12):
        yield "every_call"


def check_modules(modules: Sequence[str], core: str | None, findings: Findings) -> None:
    """Compare the calls of the standard library's modules."""
    print(f" {len(modules)} modules of the standard library")
    with project(core) as place:
        copy_modules(place, modules)
        seen = {name: Observed(place, exercise(place, name, modules)) for name in observers()}
        files = [str(path.relative_to(place.root)) for path in (place.root / "lib").rglob("*.py")]
        place.command("instrument", *files, "--level", "3")
        exercise(place, "nothing", modules)
        place.whole(findings)
        place.command("uninstrument", "--restore")
        compare_all(place, seen, findings)


def check_docutils(document: str, core: str | None, findings: Findings) -> None:
    """Compare the calls of docutils rendering a document."""
    print(" docutils")
    with project(core) as place:
        copy_docutils(place.root / "app")
        (place.root / "sample.rst").write_text(document, encoding="utf-8")
        seen = {name: Observed(place, render(place, name)) for name in observers()}
        place.command("instrument", "app/docutils", "--level", "3")
        render(place, "nothing")
        place.whole(findings)
        place.command("uninstrument", "--restore")
        compare_all(place, seen, findings)


def render(place: Project, observer: str) -> Any:
    """Render the document, observed."""
    words = [str(PROGRAMS / "render_observed.py"), str(place.root / "app"), observer, "sample.rst", "observed.json"]
    done = place.run(*words, environment={"PYTHONHASHSEED": "0"})
    if done.returncode:
        raise CheckFailedError(f"docutils failed: {done.stderr[-2000:].decode()}")
    rows = json.loads((place.root / "observed.json").read_bytes())
    return [[Path(file).relative_to(place.root).as_posix(), *rest] for file, *rest in rows]


def check(modules: Sequence[str] = tuple(MODULES), document: str = SAMPLE, core: str | None = None) -> Findings:
    """Compare both programs."""
    findings = Findings()
    check_docutils(document, core, findings)
    check_modules(modules, core, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)} (default: all)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.modules or tuple(MODULES), core=chosen.core))
