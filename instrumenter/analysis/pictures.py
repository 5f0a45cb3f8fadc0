"""What ran as a picture for a page: a flame graph, a time line or a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from instrumenter.analysis.flames import Extent, Flame, Merging, placed
from instrumenter.analysis.lanes import lanes
from instrumenter.analysis.longest import Longest, longest
from instrumenter.analysis.page import Box, Picture, page
from instrumenter.trace import text
from instrumenter.trace.runs import Run
from instrumenter.trace.span import Span
from instrumenter.trace.summary import headline

VIEWS = ("tree", "flamegraph", "timeline")
_FINEST = 20_000
"""A flame that takes less than this part of the whole is not in the page."""
_MOST = {"timeline": 10_000, "tree": 4_000}
"""So many spans are in a page, the longest."""
_VALUES = 300


def flame_page(
    run: Run, roots: Sequence[Span], *, view: str = "flamegraph", form: str = "html", extent: Extent | None = None
) -> Iterator[str]:
    """The pieces of a self-contained page, `html` or `svg`, that shows some spans of a run and all below them."""
    return page(picture(run, roots, view, extent or Extent()), form)


def picture(run: Run, roots: Sequence[Span], view: str, extent: Extent) -> Picture:
    """What the page shows; `view` is one of `VIEWS`."""
    return _PICTURES[view](run, roots, extent)


def _title(run: Run, roots: Sequence[Span]) -> str:
    program = text.clean(run.program)
    return f"{text.clean(roots[0].name)} · {program}" if len(roots) == 1 else program


def _flamegraph(run: Run, roots: Sequence[Span], extent: Extent) -> Picture:
    finest = sum(root.duration_ns for root in roots) // _FINEST
    flames = Merging(run.forest, replace(extent, least_ns=max(extent.least_ns, finest))).below(roots)
    length = sum(flame.width_ns for flame in flames)
    boxes = [
        Box(flame.function.name, start, flame.width_ns, flame.depth, _flame_detail(flame, length), _flame_role(flame))
        for flame, start in placed(flames)
    ]
    return Picture("flamegraph", _title(run, roots), headline(run), length, boxes)


def _flame_role(flame: Flame) -> str:
    return "error" if flame.errors else "" if flame.is_function else "call"


def _flame_detail(flame: Flame, length: int) -> str:
    place = f"{flame.function.file}:{flame.function.line}" if flame.function.line else flame.function.file
    took = f"{text.duration(flame.total_ns)}, {text.share(flame.total_ns, length)} of the whole"
    lines = [flame.function.name, place, took, f"in itself {text.duration(flame.self_ns)}"]
    lines += [text.plural(flame.calls, "call") + (f", {text.plural(flame.errors, 'error')}" if flame.errors else "")]
    return "\n".join(line for line in lines if line)


def _timeline(run: Run, roots: Sequence[Span], extent: Extent) -> Picture:
    found, start, length = _spans(run, roots, extent, "timeline")
    places, headings = lanes(found.spans)
    boxes = [_box(one.span, start, level) for one, level in zip(found.spans, places, strict=True)]
    return Picture("timeline", _title(run, roots), _note(run, found), length, boxes, headings)


def _tree(run: Run, roots: Sequence[Span], extent: Extent) -> Picture:
    found, start, length = _spans(run, roots, extent, "tree")
    boxes = [_box(one.span, start, one.depth) for one in found.spans]
    return Picture("tree", _title(run, roots), _note(run, found), length, boxes)


def _spans(run: Run, roots: Sequence[Span], extent: Extent, view: str) -> tuple[Longest, int, int]:
    """The spans that are shown, when the first began, and what they took together."""
    found = longest(run.forest, roots, _MOST[view], extent.least_ns, extent.depth)
    start = min((one.span.start_ns for one in found.spans), default=0)
    return found, start, max((one.span.end_ns for one in found.spans), default=0) - start


def _note(run: Run, found: Longest) -> str:
    if not found.beyond_ns:
        return headline(run)
    return f"{headline(run)} · the {len(found.spans):,} longest: no others above {text.duration(found.beyond_ns)}"


def _box(span: Span, start: int, level: int) -> Box:
    role = {"error": "error", "unfinished": "open"}.get(span.status, "" if span.is_function else "call")
    return Box(span.name, span.start_ns - start, span.duration_ns, level, _span_detail(span, start), role)


def _span_detail(span: Span, start: int) -> str:
    lines = [span.name, f"{span.file}:{span.line}" if span.line else span.file]
    lines += [f"{text.duration(span.duration_ns)}, from {text.duration(span.start_ns - start)} on", span.span_id]
    lines += [f"{name} = {_short(text.value_text(value))}" for name, value in span.params()]
    lines += [f"→ {_short(text.value_text(value))}" for value in span.result()]
    failure = span.brief_failure()
    lines += [f"✗ {_short(text.failure_text(failure))}"] if failure else []
    return "\n".join(line for line in lines if line)


def _short(said: str) -> str:
    return text.cut(said, _VALUES)


_PICTURES: dict[str, Callable[[Run, Sequence[Span], Extent], Picture]] = {
    "flamegraph": _flamegraph, "timeline": _timeline, "tree": _tree,
}  # fmt: skip
