"""Compare the lines of level 5 with those that `sys.settrace` reports for the same run of many real modules.

A program does something with each of about thirty modules of the standard library: once as they are, under
`sys.settrace`, and once instrumented at level 5. The lines of functions have to be the same. What differs by design is
counted under its reason, each checked by itself; whatever has none of them is a failure:

- a further line of a statement of several: its first line has the event;
- the line of a `case`: the outcome of a `match` follows from its own line and from those of the blocks;
- a line in a function that is left alone (docs/twins.md, Limits);
- a line of which the compiler leaves nothing: the interpreter has no instruction there to report.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from exercised import MODULES, copy_modules, exercise, parsed
from long_harness import Findings, Project, finish, parser, project

from instrumenter.trace.events import LINE_EVENTS
from instrumenter.trace.runs import Traces

Line = tuple[str, int]
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
          ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.match_case)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What stands on a line: the first line of its statement, and whether that is a `case`."""

    first: int
    case: bool


def header(node: ast.AST) -> tuple[int, int]:
    """Return the first and the last line of a statement, of one with blocks those of its header."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, max(node.pattern.lineno, node.body[0].lineno - 1)
    assert isinstance(node, ast.stmt | ast.ExceptHandler)
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    if not isinstance(node, BLOCKS):
        return first, node.end_lineno or first
    inner = node.cases[0].pattern if isinstance(node, ast.Match) else node.body[0]
    return first, max(first, inner.lineno - 1)


def places(path: Path) -> dict[int, Place]:
    """Return what stands on each line of the functions' bodies; of what nests, the innermost."""
    found: dict[int, Place] = {}
    for function in ast.walk(parsed(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in _statements(function.body):
                first, last = header(node)
                found |= {line: Place(first, isinstance(node, ast.match_case)) for line in range(first, last + 1)}
    return found


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements of a function, those around others before them; nested functions come by themselves."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for name in ("body", "handlers", "cases", "orelse", "finalbody"):
                yield from _statements(getattr(node, name, []))


def lines_with_code(path: Path) -> set[int]:
    """Return the lines that have an instruction in the file as the interpreter compiles it."""
    waiting = [compile(path.read_bytes(), str(path), "exec", dont_inherit=True)]
    lines = set()
    while waiting:
        code = waiting.pop()
        lines |= {line for _, _, line in code.co_lines() if line is not None}
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return lines


def recorded_lines(place: Project) -> set[Line]:
    """Return the lines of the last run's events; what begins an arm of a conditional expression is no line."""
    run = Traces.load(place.root).runs[-1]
    found: Counter[tuple[int, int]] = Counter()
    for number, segment in enumerate(run.segments):
        for span in (span for root in run.forest.roots() for span in run.forest.below(root)):
            if span.segment is segment:
                found.update((number, one.site) for one in span.happenings() if one.opcode in LINE_EVENTS)
    lines = set()
    for number, site_number in found:
        definitions = run.segments[number].definitions
        site, file = definitions.site(site_number), definitions.file(site_number)
        assert site and file
        if site.what != "arm":
            lines.add((Path(file.filename).relative_to(place.root).as_posix(), site.line))
    print(f"  {found.total():,} line events")
    return lines


def left_alone(place: Project) -> set[Line]:
    """Return all lines of functions that are in no site table."""
    known: set[Line] = set()
    for path in (place.root / ".spanwright" / "sites").glob("*.json"):
        table = json.loads(path.read_bytes())
        known |= {(table["name"], site["line"]) for site in table["sites"] if "params" in site}
    lines = set()
    for path in (place.root / "lib").rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (path.name, node.lineno) not in known:
                name = path.relative_to(place.root).as_posix()
                lines |= {(name, line) for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return lines


def compare(place: Project, traced: set[Line], recorded: set[Line], alone: set[Line], findings: Findings) -> None:
    """Classify every line that only one of the two has."""
    reasons: Counter[str] = Counter()
    unexplained: list[str] = []
    files = sorted({file for file, _ in traced | recorded})
    for file in files:
        known, code = places(place.root / file), lines_with_code(place.root / file)
        mine = {line for name, line in recorded if name == file}
        theirs = {line for name, line in traced if name == file and line in known}
        starts = {known[line].first for line in theirs}
        for line in sorted(theirs - mine):
            if known[line].first in mine:
                reasons["a further line of a statement whose first line has its event"] += 1
            elif known[line].case:
                reasons["the line of a `case`"] += 1
            elif (file, line) in alone:
                reasons["in a function that is left alone"] += 1
            else:
                unexplained.append(f"{file}:{line} was traced, but has no event")
        for line in sorted(mine - starts):
            if line not in code:
                reasons["a line of which the compiler leaves nothing"] += 1
            else:
                unexplained.append(f"{file}:{line} has an event, but was not traced")
    print(f"  {len(traced & recorded):,} lines of {len(files)} files in both; different by design:")
    for reason, number in sorted(reasons.items()):
        print(f"    {number:6,} {reason}")
    findings.expect(
        not unexplained, "every other line is in both", "\n    ".join([str(len(unexplained)), *unexplained])
    )


def check(modules: Sequence[str] = tuple(MODULES), core: str | None = None) -> Findings:
    """Compare the lines of the modules."""
    findings = Findings()
    with project(core) as place:
        copy_modules(place, modules)
        traced = {(file, line) for file, line in exercise(place, "lines", modules)}
        originals = {path: path.read_bytes() for path in (place.root / "lib").rglob("*.py")}
        place.command("instrument", *(str(path.relative_to(place.root)) for path in originals), "--level", "5")
        exercise(place, "nothing", modules)
        place.whole(findings)
        recorded = recorded_lines(place)
        place.command("uninstrument", "--restore")
        compare(place, traced, recorded, left_alone(place), findings)
        seen = {file.split("/")[1].removesuffix(".py") for file, _ in recorded}
        findings.expect(set(modules) <= seen, f"all {len(modules)} modules took part", set(modules) - seen)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)} (default: all)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.modules or tuple(MODULES), chosen.core))
