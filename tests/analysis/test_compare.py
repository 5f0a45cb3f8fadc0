"""`spans compare`: what has changed, and nothing else."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from analysis_helpers import NAME, Spans, in_project
from segment_encoder import Stream, exception
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, PUT

from instrumenter.analysis.limits import parse_limit
from instrumenter.analysis.statistics import mann_whitney, median, surest
from instrumenter.errors import UsageError

LATER = "20261121T091450.000000Z-7"


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


def _compared(spans: Spans, first: Callable[[Stream], object], second: Callable[[Stream], object], *words: str) -> Any:
    spans.record(first)
    spans.record(second, LATER, pid=7, started=1)
    return spans("compare", "--json", *words).json


def _work(
    took: int = 100, calls: int = 50, jitter: int = 7, result: int = 1, argument: int = 0
) -> Callable[[Stream], None]:
    """`main` calls `add`, which calls `Store.put`; `add` takes so long in itself."""

    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(calls):
            stream.enter(ADD, count, 1)
            stream.enter(PUT, None, count + argument, (), {})
            stream.ret(result, dt=40 + count * 3 % 11)
            stream.ret(count, dt=took + count * 5 % jitter)
        stream.leave()

    return draw


def _names(found: list[dict[str, Any]]) -> list[str]:
    return [one["function"] for one in found]


def test_the_same_twice_is_no_difference(spans: Spans) -> None:
    found = _compared(spans, _work(), _work())
    keys = ("shifts", "added", "gone", "callTree", "results", "arguments", "inputs", "newErrors", "vanishedErrors")
    assert [found[key] for key in keys] == [[]] * len(keys)
    assert (found["complete"], found["pairs"]) == (True, 101)
    assert spans("compare").lines[-1] == "no difference"


def test_slower_is_what_takes_longer_in_itself(spans: Spans) -> None:
    found = _compared(spans, _work(), _work(took=200))
    (shift,) = found["shifts"]
    assert (shift["function"], shift["sure"], shift["callsBefore"]) == ("add", True, 50)
    assert shift["ratio"] == pytest.approx(213 / 113, abs=0.02) and shift["slowerShare"] == 1.0
    lines = spans("compare").lines
    assert lines[lines.index("slower") + 1].startswith("  app.py::add  113 ns → 213 ns (×1.88), +5.00 µs in all; 100 %")


def test_faster_is_told_apart(spans: Spans) -> None:
    _compared(spans, _work(took=300), _work())
    assert "faster" in spans("compare").lines and "slower" not in spans("compare").lines


def test_a_change_below_the_least_is_none(spans: Spans) -> None:
    assert _compared(spans, _work(), _work(took=115))["shifts"] == []
    assert _names(spans("compare", "--json", "--min-change", "10%").json["shifts"]) == ["add"]
    assert spans("compare", "--min-change", "much").code == 2


def test_a_few_calls_are_not_sure(spans: Spans) -> None:
    found = _compared(spans, _work(calls=2), _work(calls=2, took=400))
    assert [(one["function"], one["sure"]) for one in found["shifts"]] == [("add", None)]
    assert "slower or faster, with too few calls to be sure" in spans("compare").lines


def test_functions_and_branches_that_came_and_went(spans: Spans) -> None:
    def first(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(3):
            stream.enter(ADD, count, 1)
            stream.ret(1)
        stream.enter(FETCH, "u")
        stream.leave()
        stream.leave()

    def second(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(5):
            stream.enter(ADD, count, 1)
            stream.ret(1)
        stream.enter(NUMBERS, 1)
        stream.leave()
        stream.leave()

    found = _compared(spans, first, second)
    assert (_names(found["added"]), _names(found["gone"])) == (["numbers"], ["fetch"])
    branches = {one["function"]: (one["path"], one["before"], one["after"]) for one in found["callTree"]}
    assert branches == {"add": (["main"], 0, 2), "fetch": (["main"], 1, 0), "numbers": (["main"], 0, 1)}
    assert "  main: +2 calls of add" in spans("compare").lines


def test_a_function_in_between_is_told_and_looked_through(spans: Spans) -> None:
    def second(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(3):
            stream.enter(PUT, None, "k", (), {})
            stream.enter(ADD, count, 1)
            stream.ret(7 if count == 1 else 1)
            stream.leave()
        stream.leave()

    def first(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(3):
            stream.enter(ADD, count, 1)
            stream.ret(1)
        stream.leave()

    found = _compared(spans, first, second)
    moved = next(one for one in found["callTree"] if one["function"] == "add")
    assert (moved["path"], moved["by"]) == (["main"], "Store.put")
    assert "  main: add now by way of Store.put" in spans("compare").lines
    assert _names(found["results"]) == ["add"]


def test_changed_results_name_where_they_began(spans: Spans) -> None:
    def draw(result: int) -> Callable[[Stream], None]:
        def run(stream: Stream) -> None:
            stream.enter(MAIN)
            for count in range(4):
                stream.enter(ADD, count, 1)
                stream.enter(PUT, None, "k", (), {})
                stream.ret(result if count == 2 else 1)
                stream.ret(count + (result if count == 2 else 1))
            stream.ret(result)

        return run

    found = _compared(spans, draw(1), draw(9))
    (change,) = found["results"]
    assert (change["function"], change["changed"], change["compared"]) == ("Store.put", 1, 4)
    assert (change["a"]["returnValue"], change["b"]["returnValue"], change["b"]["params"]["key"]) == (1, 9, "k")
    assert _names(found["resultsFollowing"]) == ["main", "add"] and found["arguments"] == []
    lines = spans("compare").lines
    assert lines[-2:] == [
        "  app.py::Store.put  (key='k') → 1, now 9; 1 of 4 calls",
        "  following from these: main, add",
    ]


def test_changed_arguments_name_who_passes_them(spans: Spans) -> None:
    found = _compared(spans, _work(), _work(argument=1))
    (change,) = found["arguments"]
    assert (change["function"], change["changed"], change["compared"]) == ("add", 50, 50)
    assert (change["called"]["a"]["params"]["key"], change["called"]["b"]["params"]["key"]) == (0, 1)
    assert found["results"] == [] and found["inputs"] == []


def test_other_input_at_the_top_is_told(spans: Spans) -> None:
    def draw(argument: int) -> Callable[[Stream], None]:
        def run(stream: Stream) -> None:
            stream.enter(ADD, argument, 1)
            stream.ret(argument + 1)

        return run

    found = _compared(spans, draw(1), draw(2))
    assert found["inputs"][0]["a"]["params"]["a"] == 1 and found["results"] == []
    assert "  app.py::add  (a=1, b=1), now (a=2, b=1)" in spans("compare").lines


def test_a_new_error_is_named_where_it_was_raised(spans: Spans) -> None:
    def draw(kind: str) -> Callable[[Stream], None]:
        def run(stream: Stream) -> None:
            stream.enter(MAIN)
            for _ in range(2):
                stream.enter(ADD, 1, 2)
                stream.enter(PUT, None, "k", (), {})
                stream.fail(exception(kind, "bad"))
                stream.fail(exception(kind, "bad"))
            stream.leave()

        return run

    found = _compared(spans, draw("KeyError"), draw("app.Missing"))
    assert [(one["function"], one["type"], one["count"]) for one in found["newErrors"]] == [
        ("Store.put", "app.Missing", 2)
    ]  # fmt: skip
    assert [(one["function"], one["type"]) for one in found["vanishedErrors"]] == [("Store.put", "KeyError")]
    assert "  app.py::Store.put  ×2  Missing: bad" in spans("compare").lines


@pytest.mark.parametrize(
    ("limit", "code"),
    [("p95>+20%", 1), ("p95>+95%", 0), ("p95>150ns", 1), ("max>1ms", 0), ("total>+1us", 1), ("self>+20%", 1),
     ("errors>0", 0), ("calls>+0", 0), ("calls>=50", 1), ("mean<+0%", 0)],
)  # fmt: skip
def test_limits_set_the_exit_code(spans: Spans, limit: str, code: int) -> None:
    spans.record(_work())
    spans.record(_work(took=200), LATER, pid=7, started=1)
    result = spans("compare", "--function", "add", "--fail-on", limit)
    assert result.code == code
    assert result.out.count(f"failed on {limit}: app.py::add") == code


def test_a_limit_on_errors_counts_new_ones(spans: Spans) -> None:
    def failing(stream: Stream) -> None:
        stream.enter(ADD, 1, 2)
        stream.fail(exception("ValueError", "bad"))

    found = _compared(spans, _work(), failing)
    assert found["failed"] == []
    result = spans("compare", "--json", "--fail-on", "errors>+0", "--fail-on", "errorRate>50%")
    assert result.code == 1
    assert [(one["limit"], one["function"], one["after"]) for one in result.json["failed"]] == [
        ("errors>+0", "add", 1), ("errorRate>50%", "add", 100.0)
    ]  # fmt: skip


def test_a_change_that_may_be_chance_meets_no_limit(spans: Spans) -> None:
    rolled = random.Random(1)

    def noisy(slow: int) -> Callable[[Stream], None]:
        def draw(stream: Stream) -> None:
            for count in range(100):
                stream.enter(ADD, count, 1)
                stream.ret(1, dt=rolled.randrange(100, 200) if count < 94 else slow)

        return draw

    spans.record(noisy(250))
    spans.record(noisy(500), LATER, pid=7, started=1)
    assert spans("compare", "--fail-on", "p99>+20%").code == 0
    assert spans("compare", "--fail-on", "p99>400ns").code == 1


@pytest.mark.parametrize("text", ["", "p95", "p95>20%", "p97>+20%", "errors>5ms", "calls>+1s", "p95>+x%", "mean>5"])
def test_what_is_no_limit_is_refused(spans: Spans, text: str) -> None:
    spans.record(_work())
    with pytest.raises(UsageError):
        parse_limit(text)
    result = spans("compare", NAME, "--fail-on", text)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1) and "[no-limit]" in result.err


def test_traces_and_functions_are_compared_too(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for function, took in ((ADD, 100), (PUT, 300)):
            for count in range(10):
                stream.enter(function, *((count, 1) if function == ADD else (None, count, (), {})))
                stream.ret(1, dt=took)

    spans.record(draw)
    found = spans("compare", "app.py::add", "app.py::put", "--json").json
    (shift,) = found["shifts"]
    assert (shift["function"], shift["ratio"], shift["sure"]) == ("add", 3.0, True)
    assert found["added"] == found["gone"] == found["callTree"] == []
    ids = [one["spanId"] for one in spans("list", "--json").json["traces"]]
    assert spans("compare", ids[0], ids[1], "--json").json["inputs"][0]["b"]["params"] == {"a": 1, "b": 1}


def test_a_filter_leaves_the_rest_out(spans: Spans) -> None:
    _compared(spans, _work(), _work(took=200, argument=1))
    assert _names(spans("compare", "--json", "--function", "add").json["shifts"]) == ["add"]
    found = spans("compare", "--json", "--function", "Store.*").json
    assert found["shifts"] == found["arguments"] == []


def test_compare_needs_something_to_compare_with(spans: Spans) -> None:
    spans.record(_work())
    result = spans("compare")
    assert (result.code, result.err.count("\n")) == (6, 1) and "none before it" in result.err
    assert spans("compare", "zzz").code == spans("compare", "app.py::none", "app.py::add").code == 6


def test_mann_whitney_is_exact_for_a_few_values() -> None:
    first, second = [1, 2, 4], [3, 5, 6, 7]
    found = mann_whitney(first, second)
    orders = list(itertools.combinations(range(1, 8), 3))
    at_most = sum(sum(b > a for a in picked for b in set(range(1, 8)) - set(picked)) >= 11 for picked in orders)
    assert found.superiority == 11 / 12 and found.chance == pytest.approx(2 * at_most / len(orders))
    assert surest(3, 4) == 2 / 35


def test_mann_whitney_of_many_values_knows_chance_from_difference() -> None:
    rolled = random.Random(7)
    same = [[rolled.randrange(1000) for _ in range(300)] for _ in range(40)]
    chances = [mann_whitney(one, other).chance for one, other in itertools.pairwise(same)]
    assert 0.2 < median([round(1000 * chance) for chance in chances]) / 1000 < 0.8
    moved = [value + 150 for value in same[0]]
    assert mann_whitney(same[0], moved).chance < 1e-6 and mann_whitney(same[0], moved).superiority > 0.6
    assert mann_whitney([5] * 30, [5] * 30).chance == 1.0
    assert mann_whitney([5] * 30, [6] * 30).chance < 1e-9
