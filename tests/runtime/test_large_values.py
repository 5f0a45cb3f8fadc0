"""Values without end are captured up to their limits, with the mark of what was cut; capture never raises."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import events

LARGE = [
    ("dict.fromkeys(range(10**6))", "~1000000"),
    ("bytes(1 << 26)", f"~{1 << 26}"),
    ("'ä' * 10**6", "~1000000"),
    ("cyclic", "[CYCLE, 1]"),
    ("nest", "[[[[DEEP list]]]]"),
    ("set(range(10**5))", "~100000"),
    ("collections.deque(range(10**6))", "~1000000"),
]
MAKE = """
import collections
cyclic = []; cyclic += [cyclic, 1]
nest = []
for _ in range(500): nest = [nest]
"""


@pytest.mark.parametrize(("expression", "mark"), LARGE)
def test_large_value_is_cut_and_marked(core: CoreUnderTest, expression: str, mark: str) -> None:
    run = core.run(
        f"{MAKE}\n_sw_enter(10, {expression}); _sw_ret()\nfrom spanwright._select import core\nprint(core.trouble())"
    )
    captured = next(line for line in events(run.segment) if line.startswith("ARGS"))
    assert captured.endswith(mark)
    assert run.out == "{}\n"


def test_deque_that_another_thread_changes_is_captured_each_time(core: CoreUnderTest) -> None:
    run = core.run(
        """
        import collections, sys, threading
        sys.setswitchinterval(1e-6)
        shared, stop = collections.deque(range(40)), []
        def change():
            while not stop:
                shared.append(1); shared.popleft(); shared.rotate(3)
        thread = threading.Thread(target=change); thread.start()
        for _ in range(500):
            _sw_enter(10, shared); _sw_ret()
        stop.append(1); thread.join()
        """,
        clock="monotonic",
    )
    captured = [line for line in events(run.segment) if line.startswith("ARGS")]
    assert len(captured) == 500
    assert all(line.startswith("ARGS collections.deque:[") for line in captured)
