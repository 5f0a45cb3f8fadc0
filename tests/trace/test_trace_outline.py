from __future__ import annotations

from pathlib import Path

import pytest
from segment_encoder import Stream, exception
from trace_helpers import ADD, FETCH, MAIN, PUT, only_run, opened, started

from instrumenter.trace import text
from instrumenter.trace.folding import Folding
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.runs import Run
from instrumenter.trace.selection import Selection, Wanted


def _draw(
    run: Run, *, wanted: Wanted | None = None, expand: bool = False, width: int = 100, depth: int | None = None,
    limit: int = 0,
) -> list[str]:  # fmt: skip
    """A run's tree as lines, without colour."""
    folding = Folding(run.forest, Selection(run.forest, wanted or Wanted()), expand)
    return list(Outline(folding, Shape(width, depth, limit), lambda line, role: line).draw(run.forest.roots()))


def _sample(folder: Path) -> Run:
    data = started(clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(PUT, None, "key", (), {"ttl": 5})
    stream.ret(None, dt=400_000)
    for count in range(5):
        stream.enter(ADD, count, 1, dt=0)
        stream.enter(PUT, None, count, (), {}, dt=0)
        stream.leave(dt=1000)
        stream.ret(count + 1, dt=19_000)
    stream.enter(ADD, 1, "x")
    stream.fail(exception("app.TypeMismatch", "cannot add\nint and str"), dt=99_980)
    stream.leave(dt=400_000)
    stream.enter(MAIN, dt=0)
    opened(folder, data)
    return only_run(folder)


def _names(lines: list[str]) -> list[str]:
    """The calls with their guides, without the columns in front and the parameters."""
    return [line[18:].split("(")[0] for line in lines]


def test_tree_shows_calls_folds_and_errors(tmp_path: Path) -> None:
    assert _draw(_sample(tmp_path)) == [
        " 1.00 ms          main()",
        "  400 µs    40 %  ├─ Store.put(key='key', **options={'ttl': 5})",
        "  200 µs    20 %  └─ add ×6  min 20.0 µs  mean 33.3 µs  max 100 µs  ✗ 1 TypeMismatch: cannot add in…",
        " 5.00 µs   2.5 %     └─ Store.put ×5  min 1.00 µs  mean 1.00 µs  max 1.00 µs",
        "    0 ns          main() … unfinished",
    ]


def test_open_calls_in_a_fold_count_in_its_total_alone(tmp_path: Path) -> None:
    data = started()
    for thread in (1, 2, 3):
        stream = Stream(data, thread)
        stream.enter(MAIN)
        if thread > 1:
            stream.leave(dt=100)
    opened(tmp_path, data)
    assert _draw(only_run(tmp_path)) == [
        "  200 ns          main ×3  min 100 ns  mean 100 ns  max 100 ns  … 1 unfinished"
    ]


def test_expand_shows_every_call(tmp_path: Path) -> None:
    lines = _draw(_sample(tmp_path), expand=True)
    assert len(lines) == 14
    assert lines[2:4] == [
        " 20.0 µs   2.0 %  ├─ add(a=0, b=1) → 1",
        " 1.00 µs   5.0 %  │  └─ Store.put(key=0)",
    ]
    assert lines[12] == "  100 µs    10 %  └─ add(a=1, b='x') ✗ TypeMismatch: cannot add int and str"


def test_errors_shows_what_failed_and_the_way_to_it(tmp_path: Path) -> None:
    assert _names(_draw(_sample(tmp_path), wanted=Wanted(errors=True))) == ["main", "└─ add"]


def test_error_is_cut_last(tmp_path: Path) -> None:
    (_, line) = _draw(_sample(tmp_path), wanted=Wanted(errors=True), width=70)
    assert line.endswith("└─ add(…) ✗ TypeMismatch: cannot add int and str")


def test_function_shows_matches_and_the_way_to_them(tmp_path: Path) -> None:
    assert len(_draw(_sample(tmp_path), wanted=Wanted(function="put"))) == 4
    assert len(_draw(_sample(tmp_path), wanted=Wanted(function="Store.*"), expand=True)) == 12
    assert _draw(_sample(tmp_path), wanted=Wanted(function="nothing")) == []


def test_min_duration_leaves_short_calls_out(tmp_path: Path) -> None:
    assert _names(_draw(_sample(tmp_path), wanted=Wanted(min_ns=50_000))) == ["main", "├─ Store.put", "└─ add"]


def test_depth_and_limit_cut_the_tree(tmp_path: Path) -> None:
    run = _sample(tmp_path)
    assert len(_draw(run, depth=1)) == 2
    assert len(_draw(run, depth=2)) == 4
    assert len(_draw(run, limit=3)) == 3


def test_parameters_and_result_give_way_to_the_width(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(ADD, "x" * 300, "short")
    stream.ret("y" * 300)
    opened(tmp_path, data)
    (line,) = _draw(only_run(tmp_path), width=80)
    assert 78 <= text.cells(line) <= 80
    assert line[18:].startswith("add(a='xxx") and "…, b='short') → 'yyy" in line and line.endswith("y…")


def test_wide_characters_count_twice(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(ADD, "漢字" * 100, "b")
    opened(tmp_path, data)
    (line,) = _draw(only_run(tmp_path), width=60)
    assert 58 <= text.cells(line) <= 60


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(exception("Bad", "\x1b[31mred\x07 \ud800"))
    opened(tmp_path, data)
    (line,) = _draw(only_run(tmp_path))
    assert line.isprintable()
    assert "\\x1b[31mred\\x07 \\ud800" in line


def test_deep_recursion_is_drawn_without_recursion(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    for count in range(5000):
        stream.enter(ADD, count, 0)
    for _ in range(5000):
        stream.ret(0)
    opened(tmp_path, data)
    lines = _draw(only_run(tmp_path), width=100)
    assert len(lines) == 5000
    assert max(map(text.cells, lines)) <= 100
    assert lines[-1][18:].startswith("⋯4987⋯ ") and "add(a=4999, b=0)" in lines[-1]


def test_other_threads_are_named(tmp_path: Path) -> None:
    data = started()
    data.thread(2, "worker")
    one, two = Stream(data, 1), Stream(data, 2)
    one.event(0x12, FETCH, 1)
    two.event(0x03, ADD, 1)
    two.args(1, 2)
    two.ret(3)
    opened(tmp_path, data)
    assert [line.endswith("[worker]") for line in _draw(only_run(tmp_path))] == [False, True]


@pytest.mark.parametrize(
    ("ns", "shown"),
    [
        (0, "0 ns"), (999, "999 ns"), (1000, "1.00 µs"), (19_960, "20.0 µs"), (123_456, "123 µs"),
        (999_499, "999 µs"), (999_999, "1.00 ms"), (1_500_000_000, "1.50 s"), (59_990_000_000, "60.0 s"),
        (61 * 10**9, "1 min 1 s"), (3600 * 10**9, "1 h 0 min"), (-5, "0 ns"),
    ],
)  # fmt: skip
def test_duration_has_three_digits(ns: int, shown: str) -> None:
    assert text.duration(ns) == shown


def test_share_of_the_parent() -> None:
    assert (text.share(1, 3), text.share(1, 100), text.share(2, 1), text.share(1, 0)) == ("33 %", "1.0 %", "200 %", "")
