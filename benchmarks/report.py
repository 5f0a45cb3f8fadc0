"""The page with the figures, from what a run has found: machine, goals, and a table for each group of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from benchmarks.shape import Row

_HEAD = """# What recording and rewriting cost

Written by `python -m benchmarks --{mode} --out docs`; figures of another machine: run it there. It installs all that is
measured into environments of its own, runs ours and the others interleaved, and writes this page, `{stem}.json` with
every figure, and the picture. Cells are **ratio**, median (best); what the ratio is to is the line without one or with
1.00. Where a goal is missed, {misses} says why.

![The main figures]({stem}.svg)
"""


def page(results: dict[str, Any], stem: str, misses: str) -> str:
    """Give the whole page, in Markdown; `stem` is the name of picture and JSON beside it."""
    parts = [_HEAD.format(mode=results["mode"], stem=stem, misses=misses), *_machine(results), *_goals(results)]
    for name, found in results["benchmarks"].items():
        parts += [f"## {name}", " ".join(found["what"].split())]
        parts += tables([Row(**row) for row in found["rows"]])
        parts.append(f"{found['seconds']:.0f} seconds.")
    if results["failed"]:
        parts += ["## Not measured", *(f"- {name}: {why}" for name, why in results["failed"].items())]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _machine(results: dict[str, Any]) -> Iterator[str]:
    facts = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    yield (
        f"{results['date']}, {results['mode']} mode, {results['seconds'] / 60:.0f} minutes. {facts['cpu']}, "
        f"{facts['cores']} cores, load {facts['load']} at the start; {facts['system']}, clock `{facts['clock']}`, "
        f"{facts['compiler']}; CPython {', '.join(facts['pythons'])}; core: {facts['core']}. {versions}."
    )


def _goals(results: dict[str, Any]) -> Iterator[str]:
    goals = results["goals"]
    if not goals:
        return
    yield f"## Goals: {sum(goal['met'] for goal in goals)} of {len(goals)} met"
    lines = ["| goal | | figure | |", "|---|---|---:|---|"]
    for goal in goals:
        unit = f" {goal['unit']}" if goal["unit"] else ""
        lines.append(f"| {goal['name']} | {goal['goal']} | {number(goal['figure'])}{unit} | {verdict(goal['met'])} |")
    yield "\n".join(lines)


def verdict(is_met: bool) -> str:
    """Say whether a goal is met."""
    return "met" if is_met else "**missed**"


def tables(rows: Sequence[Row]) -> Iterator[str]:
    """Give a table for each group: its columns are the cases, its lines the ways."""
    for group in dict.fromkeys(row.group for row in rows):
        yield _table(group, [row for row in rows if row.group == group])


def _table(group: str, rows: Sequence[Row]) -> str:
    units = dict.fromkeys((row.case, row.unit) for row in rows)
    shared = {unit for _, unit in units}
    heads = [case if len(shared) == 1 else f"{case}, {unit}" for case, unit in units]
    title = f"{group}, {shared.pop()}" if len(shared) == 1 else group
    lines = [f"| {' | '.join([title, *heads])} |", f"|---|{'---:|' * len(heads)}"]
    cells = {(row.way, row.case): cell(row) for row in rows}
    for way in dict.fromkeys(row.way for row in rows):
        lines.append(f"| {way} | {' | '.join(cells.get((way, case), '') for case, _ in units)} |")
    return "\n".join(lines)


def cell(row: Row) -> str:
    """Give a row as the text of a cell: ratio first."""
    before = f"**{number(row.ratio)}** " if row.ratio is not None else ""
    after = f" ({number(row.best)})" if row.best != row.median else ""
    return f"{before}{number(row.median)}{after}"


def number(figure: float) -> str:
    """Give a number with as many digits as it is worth: three, and no fewer than its whole part has."""
    digits = 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2 if abs(figure) >= 0.1 or not figure else 4
    return f"{figure:,.{digits}f}"


def missed(goals: Iterable[dict[str, Any]]) -> list[str]:
    """Name the goals that are missed."""
    return [goal["name"] for goal in goals if not goal["met"]]
