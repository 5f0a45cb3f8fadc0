"""How benchmarks measure: ways in turn, ratios, the same result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmark_suite import ENVIRONMENTS, FULL, QUICK, FakeChild, without_processes

from benchmarks import calls, goals, instructions, programs
from benchmarks.__main__ import ALL
from benchmarks.processes import ChildError
from benchmarks.shape import Samples


def test_calls_has_every_way_of_every_interpreter_in_each_round(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = without_processes(monkeypatch)
    calls.measure(QUICK)
    one_round = [(one.minor, way.name) for one in ENVIRONMENTS for way in calls.WAYS]
    assert [(minor, way) for minor, _, way, *_ in asked] == one_round * 2


def test_monitoring_is_measured_where_the_interpreter_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = without_processes(monkeypatch)
    monkeypatch.setattr(calls, "WAYS", (calls.Way("sys.monitoring", since="3.13"),))
    calls.measure(QUICK)
    assert {minor for minor, *_ in asked} == {"3.13"}


def test_programs_do_the_plain_work_right_before_each_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = without_processes(monkeypatch)
    monkeypatch.setattr(programs, "PROGRAMS", (programs.Program("richards"),))
    programs.measure(QUICK)
    done = [name for name in asked if not name.startswith("close")]
    assert done[::2] == ["application only: plain"] * (len(done) // 2)
    assert "whole program: level 5" in done[1::2]


def test_program_that_comes_to_another_result_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(environment: Any, program: Any, group: str, name: str, folder: Path, *_: Any) -> programs.Run:
        child: Any = FakeChild(folder, [], name, result=2 if name == "level 3" else 1)
        return programs.Run(child)

    monkeypatch.setattr(programs, "start", start)
    with pytest.raises(ChildError, match="richards does not come to the same result: whole program level 3"):
        programs.measure_one(QUICK, programs.Program("richards"))


def test_quick_mode_takes_few_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    without_processes(monkeypatch)
    quick, full = ({row.case for row in programs.measure(bench)} for bench in (QUICK, FULL))
    assert quick < full == {program.name for program in programs.PROGRAMS}


def test_every_goal_finds_its_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    without_processes(monkeypatch)
    found = {name: benchmark.measure(FULL) for name, benchmark in ALL.items()}
    assert [goal["name"] for goal in goals.judged(found)] == [goal.name for goal in goals.GOALS]


def test_goals_of_what_was_not_measured_are_left_out() -> None:
    assert goals.judged({}) == []


def test_goals_have_names_of_their_own() -> None:
    names = [goal.name for goal in goals.GOALS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("figure", "met"), [(1.4, True), (1.41, False)])
def test_goal_is_met_up_to_its_limit(figure: float, met: bool) -> None:
    goal = goals.Goal("a call", lambda found: figure, "×", most=1.4)
    assert goal.judge({}) == {"name": "a call", "goal": "at most 1.4 ×", "figure": figure, "unit": "×", "met": met}


def test_goal_that_is_a_least_is_met_from_there_on() -> None:
    goal = goals.Goal("left", lambda found: 100.0, "%", least=100)
    assert (goal.says, goal.is_met(100), goal.is_met(99.9)) == ("at least 100 %", True, False)


def test_ratio_is_of_the_medians_and_best_is_the_least() -> None:
    samples = Samples("calls")
    for ours, theirs in ((30.0, 90.0), (20.0, 100.0), (40.0, 400.0)):
        samples.add("f", "ours", "ns", ours)
        samples.add("f", "theirs", "ns", theirs)
    row, other = samples.rows("theirs")
    assert (row.ratio, row.median, row.best) == (0.3, 30.0, 20.0)
    assert other.ratio == 1.0


def test_ratio_to_what_was_not_measured_is_none() -> None:
    samples = Samples("calls")
    samples.add("f", "ours", "ns", 1.0)
    assert samples.rows({"f": "theirs"})[0].ratio is None


PROFILE = """# callgrind format
events: Ir

ob=/venv/site-packages/spanwright/_core.cpython-312-x86_64-linux-gnu.so
fl=probes.c
fn=probe_enter
10 5
11 7
cfi=ceval.c
cob=/usr/bin/python
cfn=tuple_alloc
calls=1 20
12 1000
13 1

ob=/usr/bin/python
fl=ceval.c
fn=eval
5 300
"""


def test_self_cost_leaves_out_what_is_called() -> None:
    assert instructions.self_cost(PROFILE, "/spanwright/_core.") == 13
    assert instructions.self_cost(PROFILE, "") == 313


def test_instructions_leave_out_what_one_call_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    without_processes(monkeypatch)
    rows = [row for row in instructions.measure(QUICK) if row.case == instructions.CORE]
    assert {row.median for row in rows} == {70.0}


def test_budget_names_what_takes_more_and_what_has_none() -> None:
    counted = {"enter": 100.5, "leave": 102.0, "new": 5.0}
    assert instructions.over(counted, {"enter": 100.0, "leave": 100.0}) == [
        "leave: 102.0 instructions, the budget is 100.0",
        "new: has no budget; record one: python -m benchmarks.instructions --record",
    ]
