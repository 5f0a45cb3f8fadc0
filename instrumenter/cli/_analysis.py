"""The findings of `spans analyze` as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest

from instrumenter.analysis.big_values import RESULT, value_of
from instrumenter.analysis.columns import Columns, Subject
from instrumenter.analysis.history import Anomaly
from instrumenter.analysis.n_plus_one import Pattern
from instrumenter.analysis.repeats import Repeat
from instrumenter.analysis.report import BOTTLENECK, Figures, Report
from instrumenter.trace.jsonable import Json, value_json
from instrumenter.trace.text import clean, cut, duration, plural, share, value_text

_STRETCHES = 1000
"""So many stretches of the critical path are in the JSON, the longest."""
_VALUE = 60
_Section = tuple[str, list[str]]


def report_lines(told: Report, limit: int) -> Iterator[_Section]:
    """Each finding with its heading; what there is nothing to say about is left out."""
    sections = (_bottlenecks, _path, _waiting, _repeats, _patterns, _big, _anomalies)
    return ((heading, lines) for heading, lines in (section(told, limit) for section in sections) if lines)


def _bottlenecks(told: Report, limit: int) -> _Section:
    heading = f"bottlenecks: over {BOTTLENECK:.0%} of {duration(told.total_ns)} in itself".replace("%", " %")
    return heading, [
        _spent(one, one.self_ns, told.total_ns) + ("  (waiting)" if 2 * one.waiting_ns > one.self_ns else "")
        for one in told.bottlenecks[:limit]
    ]


def _path(told: Report, limit: int) -> _Section:
    took = told.columns.duration(told.root)
    heading = f"critical path: what the end of {clean(told.columns.subject(told.root).name)} waited for"
    longest = nlargest(limit, (one for one in told.figures if one.path_ns), key=lambda one: one.path_ns)
    return heading, [_spent(one, one.path_ns, took) for one in longest]


def _waiting(told: Report, limit: int) -> _Section:
    ran, waited = told.running_ns, told.waiting_ns
    heading = f"waited {duration(waited)} ({share(waited, ran + waited)}), ran {duration(ran)}"
    longest = nlargest(limit, (one for one in told.figures if one.waiting_ns), key=lambda one: one.waiting_ns)
    return heading, [_spent(one, one.waiting_ns, ran + waited) for one in longest]


def _spent(one: Figures, ns: int, whole: int) -> str:
    many = f" ×{one.calls:,}" if one.calls > 1 else ""
    return f"{duration(ns):>8} {share(ns, whole):>7}  {clean(one.subject.name)}{many}  {_place(one.subject)}"


def _place(subject: Subject) -> str:
    return clean(f"{subject.file}:{subject.line}" if subject.line else subject.file)


def _repeats(told: Report, limit: int) -> _Section:
    part = share(told.saved_ns, told.total_ns)
    heading = f"repeated calls with equal arguments: a cache would have saved {duration(told.saved_ns)} ({part})"
    return heading, [_repeat(told.columns, one) for one in told.repeats[:limit]]


def _repeat(columns: Columns, one: Repeat) -> str:
    span = columns.span(one.places[0])
    params = ", ".join(f"{name}={_short(value_text(value))}" for name, value in span.params() if name != "self")
    result = "".join(f" → {_short(value_text(value))}" for value in span.result())
    return f"{duration(one.saved_ns):>8}  ×{len(one.places):,} {clean(f'{span.name}({params}){result}')}"


def _short(said: str) -> str:
    return cut(said, _VALUE)


def _patterns(told: Report, limit: int) -> _Section:
    heading = "many calls where one might do (N+1)"
    return heading, [_pattern(told.columns, one) for one in told.patterns[:limit]]


def _pattern(columns: Columns, one: Pattern) -> str:
    span, caller = columns.span(one.places[0]), columns.subject(one.parent)
    at = f", {span.call_site[0]}:{span.call_site[1]}" if span.call_site else ""
    differing = f"; each with its own {', '.join(one.varies)}" if one.varies else ""
    through = f"; by way of {one.outside}" if one.outside and one.outside != span.name else ""
    called = f"{span.name} from {caller.name}{at}, one after another{differing}{through}"
    return f"{duration(one.total_ns):>8}  ×{len(one.places):,} {clean(called)}"


def _big(told: Report, limit: int) -> _Section:
    lines = []
    for one in told.big[:limit]:
        span = told.columns.span(one.place)
        what = "result" if one.name == RESULT else one.name
        value = _short(clean(value_text(value_of(told.columns, one))))
        lines.append(f"{one.weight:>12,}  {clean(f'{span.name}: {what}')} = {value}  #{span.span_id.lstrip('0')}")
    return "biggest values, in characters, bytes and items", lines


def _anomalies(told: Report, limit: int) -> _Section:
    lines = [_anomaly(told.columns, one) for one in told.anomalies[:limit]]
    return f"unusual, held against {plural(told.past.runs, 'run')} before", lines


def _anomaly(columns: Columns, one: Anomaly) -> str:
    span = columns.span(one.place)
    lead, tail = f"{clean(span.name)}: {one.count:,} of {plural(one.calls, 'call')}", f"#{span.span_id.lstrip('0')}"
    if one.kind == "errors":
        return f"{lead} failed, usually {_percent(one.usual)}; by chance {_percent(one.chance)}  {tail}"
    worst = duration(columns.duration(one.place))
    usual = duration(round(one.usual))
    return f"{lead} beyond its p99 of {usual}, the longest {worst}; by chance {_percent(one.chance)}  {tail}"


def _percent(part: float) -> str:
    return f"{100 * part:.2g} %" if part >= 0.0001 else "<0.01 %"


def report_json(told: Report, limit: int) -> dict[str, Json]:
    """The same as JSON."""
    columns = told.columns
    return {
        "totalNs": told.total_ns,
        "spans": len(columns),
        "bottlenecks": [_figures_json(one) for one in told.bottlenecks],
        "criticalPath": {
            "root": columns.span(told.root).span_id if len(columns) else None,
            "functions": [_figures_json(one) for one in _ordered(told.figures)],
            "stretches": _stretches(told),
        },
        "waiting": {"runningNs": told.running_ns, "waitingNs": told.waiting_ns},
        "repeats": [_repeat_json(columns, one) for one in told.repeats[:limit]],
        "savedNs": told.saved_ns,
        "nPlusOne": [_pattern_json(columns, one) for one in told.patterns[:limit]],
        "biggestValues": [
            {**_named(columns, one.place), "name": one.name, "size": one.weight,
             "value": value_json(value_of(columns, one))}
            for one in told.big[:limit]
        ],
        "anomalies": [_anomaly_json(columns, one) for one in told.anomalies],
        "historyRuns": told.past.runs,
    }  # fmt: skip


def _ordered(figures: Sequence[Figures]) -> list[Figures]:
    """Those on the critical path, the longest there first."""
    return sorted((one for one in figures if one.path_ns), key=lambda one: -one.path_ns)


def _figures_json(one: Figures) -> dict[str, Json]:
    return {
        "function": one.subject.name, "file": one.subject.file, "line": one.subject.line, "kind": one.subject.kind,
        "calls": one.calls, "selfNs": one.self_ns, "waitingNs": one.waiting_ns, "onPathNs": one.path_ns,
    }  # fmt: skip


def _named(columns: Columns, place: int) -> dict[str, Json]:
    subject = columns.subject(place)
    return {"function": subject.name, "file": subject.file, "line": subject.line,
            "spanId": columns.span(place).span_id}  # fmt: skip


def _stretches(told: Report) -> list[Json]:
    origin = told.columns.starts[told.root] if len(told.columns) else 0
    longest = sorted(nlargest(_STRETCHES, told.path, key=lambda one: one.ns), key=lambda one: one.start)
    return [
        {**_named(told.columns, one.place), "fromNs": one.start - origin, "toNs": one.end - origin} for one in longest
    ]


def _repeat_json(columns: Columns, one: Repeat) -> dict[str, Json]:
    span = columns.span(one.places[0])
    params: dict[str, Json] = {name: value_json(value) for name, value in span.params()}
    result = [value_json(value) for value in span.result()]
    return {**_named(columns, one.places[0]), "calls": len(one.places), "savedNs": one.saved_ns, "params": params,
            "returnValue": result[0] if result else None}  # fmt: skip


def _pattern_json(columns: Columns, one: Pattern) -> dict[str, Json]:
    site = columns.span(one.places[0]).call_site
    return {
        **_named(columns, one.places[0]),
        "calls": len(one.places),
        "totalNs": one.total_ns,
        "caller": columns.subject(one.parent).name,
        "callSite": {"file": site[0], "line": site[1]} if site else None,
        "varies": list[Json](one.varies),
        "outside": one.outside or None,
    }


def _anomaly_json(columns: Columns, one: Anomaly) -> dict[str, Json]:
    usual = "usualP99Ns" if one.kind == "slow" else "usualErrorRate"
    return {
        **_named(columns, one.place), "kind": one.kind, "count": one.count, "calls": one.calls, usual: one.usual,
        "durationNs": columns.duration(one.place), "chance": one.chance,
    }  # fmt: skip
