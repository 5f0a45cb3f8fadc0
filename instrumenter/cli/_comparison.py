"""The findings of `spans compare` as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from instrumenter.analysis.alignment import Branch, Pair
from instrumenter.analysis.changes import Change
from instrumenter.analysis.comparison import Comparison, Raised, Shift
from instrumenter.analysis.limits import Breach
from instrumenter.analysis.sides import Key, Side
from instrumenter.trace.jsonable import Json, failure_json, value_json
from instrumenter.trace.outline import shown_params
from instrumenter.trace.span import Span
from instrumenter.trace.text import clean, cut, duration, failure_text, more, plural, value_text

_VALUE = 60
_SECTION = tuple[str, list[str]]


def comparison_lines(found: Comparison, limit: int) -> Iterator[_SECTION]:
    """Each finding with its heading; those that there are none of are left out."""
    sure = [one for one in found.shifts if one.is_sure]
    perhaps = [one for one in found.shifts if one.is_sure is None]
    sections: list[_SECTION] = [
        ("slower", [_shift(one) for one in sure if one.ratio > 1]),
        ("faster", [_shift(one) for one in sure if one.ratio < 1]),
        ("slower or faster, with too few calls to be sure", [_shift(one) for one in perhaps]),
        ("functions added", [_spelled(key) for key in found.added]),
        ("functions gone", [_spelled(key) for key in found.gone]),
        ("call trees", [_branch(one) for one in found.branches]),
        ("changed results", [_result(found, one) for one in found.changes.results] + _following(found)),
        ("changed arguments", _inputs(found) + [_passed(found, one) for one in found.changes.arguments]),
        ("new errors", [_raised(found.second, one, one.after) for one in found.errors if not one.before]),
        ("vanished errors", [_raised(found.first, one, one.before) for one in found.errors if not one.after]),
    ]
    for heading, lines in sections:
        if lines:
            yield heading, [*lines[:limit], *([f"… {len(lines) - limit:,} more"] if len(lines) > limit else [])]
    if not found.alignment.complete:
        yield (
            "not all calls were held against each other one by one",
            [f"{plural(len(found.alignment.pairs), 'pair')} were"],
        )


def _spelled(key: Key) -> str:
    return clean(f"{key[0]}::{key[1]}" if key[0] else key[1])


def _shift(one: Shift) -> str:
    before, after = duration(round(one.before_ns)), duration(round(one.after_ns))
    calls = f"{len(one.first.own):,} and {plural(len(one.second.own), 'call')}"
    often = f"{100 * one.difference.superiority:.0f} % of calls slower"
    chance = f", by chance {_chance(one.difference.chance)}" if one.is_sure else ""
    in_all = duration(round(abs(one.in_all_ns)))
    sign = "+" if one.in_all_ns > 0 else "-"
    return (
        f"{_spelled(one.key)}  {before} → {after} (×{one.ratio:.3g}), {sign}{in_all} in all; {often}{chance}; {calls}"
    )


def _chance(part: float) -> str:
    return f"{100 * part:.2g} %" if part >= 1e-6 else "<0.0001 %"


def _branch(one: Branch) -> str:
    path = clean(" › ".join(one.path)) or "at the top"
    if one.moved:
        direction = f"now by way of {clean(one.moved)}" if one.second else f"no longer by way of {clean(one.moved)}"
        return f"{path}: {clean(one.key[1])} {direction}"
    sign = "+" if one.second > one.first else "-"
    return f"{path}: {sign}{plural(abs(one.second - one.first), 'call')} of {clean(one.key[1])}"


def _result(found: Comparison, one: Change) -> str:
    return f"{_spelled(one.key)}  {_example(found, one.example)}; {one.count:,} of {plural(one.compared, 'call')}"


def _example(found: Comparison, pair: Pair | None) -> str:
    if pair is None:
        return ""
    first, second = _spans(found, pair)
    params = cut(", ".join(shown_params(first)), _VALUE)
    return f"({params}) → {_came(first)}, now {_came(second)}"


def _spans(found: Comparison, pair: Pair) -> tuple[Span, Span]:
    return found.first.columns.span(pair.first), found.second.columns.span(pair.second)


def _came(span: Span) -> str:
    failure, result = span.brief_failure(), span.result()
    said = (
        f"✗ {failure_text(failure)}"
        if failure
        else "✗"
        if span.failed
        else "…"
        if not result
        else value_text(result[0])
    )
    return cut(clean(said), _VALUE)


def _following(found: Comparison) -> list[str]:
    names = [clean(key[1]) for key in found.changes.following]
    rest = more(len(names), 8, "function")
    return [f"following from these: {', '.join(names[:8])}{f', {rest}' if rest else ''}"] if names else []


def _inputs(found: Comparison) -> list[str]:
    lines = []
    for pair in found.changes.inputs:
        first, second = _spans(found, pair)
        lines.append(f"{_spelled(found.first.key(pair.first))}  {_given(first)}, now {_given(second)}")
    return lines


def _given(span: Span) -> str:
    return f"({cut(', '.join(shown_params(span)), _VALUE)})"


def _passed(found: Comparison, one: Change) -> str:
    if one.passed is None:
        return _spelled(one.key)
    first, second = _spans(found, one.passed)
    called = f"calls {clean(first.name)}{_given(first)}, now {_given(second)}"
    return f"{_spelled(one.key)}  {called}; {one.count:,} of {plural(one.compared, 'call')}"


def _raised(side: Side, one: Raised, places: list[int]) -> str:
    failure = side.columns.span(places[0]).brief_failure()
    said = clean(failure_text(failure)) if failure else "failed"
    return f"{_spelled(one.key)}  ×{len(places):,}  {said}"


def breach_line(breach: Breach) -> str:
    """`failed on p95>+20%: app.py::parse  4.98 µs → 12.3 µs`."""
    figures = [_figure(breach, value) for value in (breach.before, breach.after) if value is not None]
    return f"failed on {breach.limit.text}: {_spelled(breach.key)}  {' → '.join(figures)}"


def _figure(breach: Breach, value: float) -> str:
    if breach.limit.is_time:
        return duration(round(value))
    return f"{value:.3g} %" if breach.limit.metric == "errorRate" else f"{value:,.0f}"


def comparison_json(found: Comparison) -> dict[str, Json]:
    """The same as JSON."""
    return {
        "shifts": [_shift_json(one) for one in found.shifts],
        "added": [_key_json(key) for key in found.added],
        "gone": [_key_json(key) for key in found.gone],
        "callTree": [_branch_json(one) for one in found.branches],
        "results": [{**_change_json(one), **_pair_json(found, one.example)} for one in found.changes.results],
        "resultsFollowing": [_key_json(key) for key in found.changes.following],
        "arguments": [
            {**_change_json(one), "called": _pair_json(found, one.passed)} for one in found.changes.arguments
        ],
        "inputs": [_pair_json(found, pair) for pair in found.changes.inputs],
        "newErrors": [_raised_json(found.second, one, one.after) for one in found.errors if not one.before],
        "vanishedErrors": [_raised_json(found.first, one, one.before) for one in found.errors if not one.after],
        "pairs": len(found.alignment.pairs),
        "complete": found.alignment.complete,
    }


def _key_json(key: Key) -> dict[str, Json]:
    return {"function": key[1], "file": key[0]}


def _shift_json(one: Shift) -> dict[str, Json]:
    return {
        **_key_json(one.key), "beforeNs": one.before_ns, "afterNs": one.after_ns, "ratio": one.ratio,
        "inAllNs": one.in_all_ns, "callsBefore": len(one.first.own), "callsAfter": len(one.second.own),
        "slowerShare": one.difference.superiority, "chance": one.difference.chance, "sure": one.is_sure,
    }  # fmt: skip


def _branch_json(one: Branch) -> dict[str, Json]:
    return {**_key_json(one.key), "path": list[Json](one.path), "before": one.first, "after": one.second,
            "by": one.moved or None}  # fmt: skip


def _change_json(one: Change) -> dict[str, Json]:
    return {**_key_json(one.key), "changed": one.count, "compared": one.compared}


def _pair_json(found: Comparison, pair: Pair | None) -> dict[str, Json]:
    if pair is None:
        return {}
    return {"a": _span_json(found.first, pair.first), "b": _span_json(found.second, pair.second)}


def _span_json(side: Side, place: int) -> dict[str, Json]:
    span = side.columns.span(place)
    result = span.result()
    return {
        "spanId": span.span_id, "function": span.name,
        "params": {name.lstrip("*"): value_json(value) for name, value in span.params()},
        "returnValue": value_json(result[0]) if result else None,
        "error": failure_json(span.brief_failure(), span.segment.facts.root),
    }  # fmt: skip


def _raised_json(side: Side, one: Raised, places: list[int]) -> dict[str, Json]:
    return {**_key_json(one.key), "type": one.type, "count": len(places), "example": _span_json(side, places[0])}


def breach_json(breach: Breach) -> dict[str, Json]:
    """A limit that is met."""
    return {**_key_json(breach.key), "limit": breach.limit.text, "before": breach.before, "after": breach.after}
