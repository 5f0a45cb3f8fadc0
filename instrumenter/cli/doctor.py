"""`spans doctor`: is the recorder well, is everything readable, and is the vault whole?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import columns, json_option, open_traces, paint, root_option, say
from instrumenter.engine.repair import Health, look
from instrumenter.engine.repair import repair as repair_vault
from instrumenter.errors import SpanwrightError, TraceError
from instrumenter.settings import VAULT_FOLDER
from instrumenter.trace.find import find_run, project_root
from instrumenter.trace.jsonable import FORMAT, Json
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.segment import Segment
from instrumenter.trace.text import clean, duration, more, plural
from instrumenter.trace.turned_down import Period, TurnedDown, turned_down

FOUND = 1
_PERIODS = 4
"""So many times of a function are said; the JSON has them all."""
_CORE = "import spanwright, spanwright._select as s; print(spanwright.__version__, s.core_name, s.import_error or '')"


@click.command(cls=Command, context_settings=HELP)
@click.argument("run", required=False)
@root_option
@click.option("--repair", is_flag=True, help="Finish what commands left undone, put right what can be in the vault.")
@json_option
def main(run: str | None, root: Path | None, repair: bool, as_json: bool) -> int:
    """Tell which core records here, what could not be recorded or read in RUN, by default the last, which of its
    functions were turned down for TRACING_OVERHEAD_BUDGET, and what is wrong with the vault.

    Ends with exit code 1 if there is something to tell that was not put right.

    \b
    spans doctor
    spans doctor --repair
    """
    recorder = _recorder()
    health = _vault(root, repair)
    traces, found = _traces(root, run)
    segments = found.segments if found else []
    down = turned_down(found) if found else []
    findings = [recorder["recorder"]] if "core" not in recorder else []
    findings += [*health.findings, *_findings(traces, found)]
    if as_json:
        print_json({"format": FORMAT, "recorder": dict[str, Json](recorder), "run": found.id if found else None,
                    "processes": [_process(one) for one in segments], "turnedDown": [_down(one) for one in down],
                    "repaired": list[Json](health.mended), "findings": list[Json](findings)})  # fmt: skip
        return FOUND if findings else 0
    for label, content in recorder.items():
        say(f"{paint(label.ljust(12), 'dim')}{content}")
    say(f"{paint('run'.ljust(12), 'dim')}{found.id if found else 'none yet'}")
    for segment in segments:
        say(f"  {'  '.join(str(entry) for entry in _process(segment).values())}")
    for line in _down_lines(down, len(segments) > 1):
        say(line)
    for mended in health.mended:
        say(f"repaired: {clean(mended)}")
    for finding in findings:
        say(f"{paint('!', 'error')} {clean(finding)}")
    say(f"{plural(len(findings), 'finding')}" if findings else "all is well")
    return FOUND if findings else 0


def _vault(root: Path | None, is_repair: bool) -> Health:
    """Look at the vault, where there is one: `SPANWRIGHT_TRACES` may be all that there is."""
    place = project_root(root or Path.cwd())
    if not (place / VAULT_FOLDER).is_dir():
        return Health()
    if is_repair:
        return repair_vault(place)
    try:
        return look(place)
    except SpanwrightError as error:
        return Health(findings=[f"{error} [{error.slug}]"])


def _recorder() -> dict[str, str]:
    """The runtime beside this tool, asked in a process of its own; a program's environment may have another."""
    done = subprocess.run([sys.executable, "-P", "-c", _CORE], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        return {"recorder": f"spanwright cannot be imported here: {said}"}
    version, core, *reason = done.stdout.split(maxsplit=2)
    said = f"; {reason[0].strip()}" if reason else ""
    return {"recorder": f"spanwright-runtime {version}", "core": f"{core}{said}", "python": sys.version.split()[0]}


def _traces(root: Path | None, run: str | None) -> tuple[Traces | None, Run | None]:
    try:
        traces = open_traces(root)
    except TraceError as error:
        if run is None and error.slug == "no-runs":
            return None, None
        raise
    return traces, find_run(traces, run)


def _process(segment: Segment) -> dict[str, Json]:
    header, facts = segment.header, segment.facts
    return {
        "process": header.pid, "state": segment.state, "core": header.core, "clock": header.clock_kind,
        "python": facts.python, "runtime": facts.runtime, "segment": segment.path.name,
    }  # fmt: skip


def _down(one: TurnedDown) -> dict[str, Json]:
    periods: list[Json] = [
        {"process": period.process, "how": period.how, "startNs": period.start_ns, "endNs": period.end_ns}
        for period in one.periods
    ]
    return {"function": one.function, "file": one.file, "line": one.line, "periods": periods}


def _down_lines(down: list[TurnedDown], has_processes: bool) -> Iterator[str]:
    """What was turned down for the overhead budget: that is as it should be, and no finding."""
    if not down:
        return
    yield f"{paint('turned down'.ljust(12), 'dim')}{plural(len(down), 'function')}, for TRACING_OVERHEAD_BUDGET"
    rows = [[f"  {clean(_place(one))}", clean(one.function), _times(one.periods, has_processes)] for one in down]
    yield from columns(rows)
    if any(one.was_taken_out for one in down):
        yield "  the counts of what was taken out are a part: nothing of it is known while its probes were out"


def _place(one: TurnedDown) -> str:
    return f"{one.file}:{one.line}" if one.line else one.file


def _times(periods: list[Period], has_processes: bool) -> str:
    said = [_time(one) + (f" in process {one.process}" if has_processes else "") for one in periods[:_PERIODS]]
    rest = more(len(periods), _PERIODS, "time")
    return ", ".join([*said, rest] if rest else said)


def _time(period: Period) -> str:
    how, start = period.how.replace("_", " "), duration(period.start_ns)
    return f"{how} from {start} on" if period.end_ns is None else f"{how} from {start} to {duration(period.end_ns)}"


def _findings(traces: Traces | None, run: Run | None) -> Iterator[str]:
    """One line each: the recorder's own notes, then what cannot be read."""
    if traces is None or run is None:
        return
    yield from map(str, traces.problems)
    yield from map(str, run.problems())
    yield from map(str, traces.tables.problems)
    for segment in run.segments:
        if segment.facts.degraded:
            yield f"{segment.path.name}: file descriptors, time or threads could not be read"
        for code, note in segment.definitions.notes:
            yield f"{segment.path.name}: the recorder notes ({code}): {note}"
