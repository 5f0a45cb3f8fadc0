"""Whatever threads and processes did: without the forgotten traces the rest is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from segment_encoder import UNIX0, Stream, project, save, v
from trace_helpers import ADD, FETCH, MAIN, SITES, only_run, started

from instrumenter.trace.forest import Forest
from instrumenter.trace.span import Span

FIRST = "20261120T091450.000000Z-10.seg"
SECOND = "20261120T091451.000000Z-20.seg"
THIRD = "20261120T091452.000000Z-30.seg"
_KINDS = ("enter", "leave", "adopt", "adopt handle", "task", "under", "end", "start")
_STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(_KINDS), st.integers(0, 30)), max_size=60)


def _by_chance(steps: list[tuple[int, str, int]], forgets: Callable[[int], bool], folder: Path) -> None:
    """Write two threads of a process, one of its fork and one of a process that it started; then forget roots."""
    data = started(version=4, pid=10, started=1)
    streams = [Stream(data, 1), Stream(data, 2)]
    inherited = [streams[0].enter(MAIN), streams[0].enter(ADD, 0, 0)]
    streams[0].event(0x3E, 30, 0)
    fork = started(version=4, pid=20, started=2, forked_from=FIRST)
    streams.append(Stream(fork, 1))
    streams[2].raw(b"\x0c\x02" + b"".join(b"\x01" + v(number) for number in inherited))
    begun = started(version=4, pid=30, started=3, ancestors=["10:1"], unix0=UNIX0 + 60)
    streams.append(Stream(begun, 1))
    opened: dict[int, list[int]] = {id(data): inherited, id(fork): [], id(begun): []}
    handles = {id(data): 0, id(fork): 100, id(begun): 0}
    for which, step, number in steps:
        stream, key = streams[which], id(streams[which].segment)
        known, handle = opened[key], number % (handles[key] % 100 + 1) + handles[key] // 100 * 100
        if step == "enter":
            known.append(stream.enter(MAIN))
        elif step == "leave":
            stream.leave()
        elif step == "adopt" and known:
            stream.event(0x3D, 1, 0, known[number % len(known)])
        elif step == "adopt handle":
            stream.event(0x3D, 2, handle)
        elif step == "task":
            handles[key] += 1
            known.append(stream.event(0x12, FETCH, handles[key]))
        elif step == "under":
            known.append(stream.event(0x03, MAIN, handle))
        elif step == "end":
            stream.event(0x16, handle)
        elif step == "start":
            stream.event(0x3E, 30, 0)
    for stream in streams:
        for number in opened[id(stream.segment)]:
            if forgets(stream.segment.pid << 40 | number):
                stream.forget(number)
    for name, segment in ((FIRST, data), (SECOND, fork), (THIRD, begun)):
        save(project(folder, SITES), segment, name)


@settings(max_examples=150, deadline=None)
@given(_STEPS, st.randoms(use_true_random=False))
def test_what_is_left_is_what_was_there_without_the_forgotten_traces(
    steps: list[tuple[int, str, int]], chance: random.Random
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        _by_chance(steps, lambda span: False, folder)
        forest = only_run(folder).forest
        whole = {span.span_id: _parent(forest, span) for span in forest.walk()}
        roots = [span for span, parent in whole.items() if parent is None]
        forgotten = set(chance.sample(roots, chance.randint(0, len(roots))))
        _by_chance(steps, lambda span: f"{span:016x}" in forgotten, folder)
        own = {one: None if _is_begun(one) and not _is_begun(parent) else parent for one, parent in whole.items()}
        gone = {span for span in whole if _top(span, own) in forgotten}
        run = only_run(folder)
        left = {span.span_id: _parent(run.forest, span) for span in run.forest.walk()}
        assert left == {one: None if parent in gone else parent for one, parent in whole.items() if one not in gone}
        assert run.spans == len(left)


def _parent(forest: Forest, span: Span) -> str | None:
    parent = forest.parent(span)
    return parent.span_id if parent else None


def _is_begun(span: str | None) -> bool:
    return span is not None and int(span, 16) >> 40 == 30


def _top(span: str, parents: dict[str, str | None]) -> str:
    parent = parents[span]
    while parent is not None:
        span, parent = parent, parents[parent]
    return span
