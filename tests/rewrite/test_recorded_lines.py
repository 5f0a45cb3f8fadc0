"""Lines, branches and values of programs that run: at level 5 the lines are those that the interpreter reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from recording import Recording, rows_by_settrace

from instrumenter.rewrite.dial import Capture, Dial

PROGRAM = b"""
class Box:
    pass


def everything(x, box):
    "doc"
    count: int
    "constant"
    ...
    if x:
        count = 1
    elif box:
        count = 2
    else:
        count = 3
    if (
        x
    ): pass
    while x:
        x -= 1
        if x == 1:
            continue
        count += 1
    else:
        pass
    for i in [1, 2]:
        for j in (): pass
        else: count += i
        if i == 2:
            break
    else:
        count = 0
    try:
        try:
            count.missing
        except (KeyError):
            pass
        except ValueError if x else AttributeError as error:
            box.error = error
        except:
            pass
        else:
            pass
        finally:
            del count
        raise KeyError
    except KeyError:
        box.n = 1
    try:
        box.n += 1
    except:
        raise
    else:
        assert box.n == 2, "message"
    with open("/dev/null") as a, \\
            open("/dev/null") as b:
        nothing = a
    match x, box:
        case 1, _:
            pass
        case (0, y) if y is box:
            import os
        case _:
            pass
    @staticmethod
    def inner(): return 1
    class Inner: z = 1
    global somewhere
    somewhere = 1 if x else 2
    lambda: 1
    return [k for k in "ab"]


everything(3, Box())
"""


def test_lines_are_those_of_settrace() -> None:
    recording = Recording(PROGRAM)
    recording.run()
    by_interpreter = rows_by_settrace(PROGRAM, "everything")
    assert set(recording.rows()) == {recording.statement_at("everything", row) for row in by_interpreter}


def test_first_lines_of_blocks_tell_the_branches() -> None:
    recording = Recording(PROGRAM)
    recording.run()
    assert recording.paths() == [
        (11, "then"),
        (17, "then"),
        (20, "body"),
        (20, "body"),
        (22, "then"),
        (20, "body"),
        (20, "else"),
        (27, "body"),
        (28, "else"),
        (27, "body"),
        (28, "else"),
        (30, "then"),
        (34, "body"),
        (35, "body"),
        (39, "else"),
        (39, "except"),
        (35, "finally"),
        (48, "except"),
        (50, "body"),
        (50, "else"),
        (56, "body"),
        (59, 1),
        (70, "else"),
    ]


SEQUENCE = b"""
def f(xs):
    total = 0
    for x in xs:
        if x % 2:
            continue
        total += x
    while total:
        total -= 2
    return total


f([1, 2])
"""


def test_lines_come_in_the_order_of_execution() -> None:
    recording = Recording(SEQUENCE)
    recording.run()
    # Headers of loops: that of `for` has its event where the loop begins, that of `while` at each test.
    assert recording.rows() == [3, 4, 5, 6, 5, 7, 8, 9, 8, 10]


def test_values_come_after_their_statements() -> None:
    recording = Recording(SEQUENCE)
    recording.run()
    assert recording.values == [
        (["total"], (0,)),
        (["x"], (1,)),
        (["x"], (2,)),
        (["total"], (2,)),
        (["total"], (0,)),
    ]


def values_of(program: str, dial: Dial | int = 5) -> list[tuple[list[str], tuple[object, ...]]]:
    recording = Recording(program.encode(), dial)
    recording.run()
    return recording.values


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a, (b, *c) = 1, (2, 3)", [(["a", "b", "c"], (1, 2, [3]))]),
        ("a = b = 1", [(["a", "b"], (1, 1))]),
        ("o.x = a = o.y[0] = 5", [(["o.x", "o.y[0]"], (5,)), (["a"], (5,))]),
        ("o.n += 2", [(["o.n"], (2,))]),
        ("o.x = 1, 2", [(["o.x"], ((1, 2),))]),
        ("o.x: int = 1", [(["o.x"], (1,))]),
        ("print(end='') if (a := 0) else (b := 2)", [(["a"], (0,)), (["b"], (2,))]),
        ("for a, b in [(1, 2)]: pass", [(["a", "b"], (1, 2))]),
        ("[a := i for i in 'xy']", [(["a"], ("x",)), (["a"], ("y",))]),
        ("f'{(a := 1)}'", [(["a"], (1,))]),
        ("match {'k': 1, 'l': 2}:\n        case {'k': a, **b}: pass", [(["a", "b"], (1, {"l": 2}))]),
        ("match [1, 2, 3]:\n        case [1, *a] | [*a, 1]: pass", [(["a"], ([2, 3],))]),
        ("import os.path as a, sys", [(["a", "sys"], (__import__("os").path, __import__("sys")))]),
        ("global g\n    g = 1", [(["g"], (1,))]),
        ("_ = lambda: (a := 1)\n    _()", None),
    ],
)
def test_values_are_those_that_were_bound(statement: str, expected: list[object] | None) -> None:
    program = f"class O: n = 1; y = [0]\ndef f(o):\n    {statement}\nf(O())\n"
    values = values_of(program)
    assert values == expected if expected is not None else values[1:] == [(["a"], (1,))]


CAPTURE = "class O: pass\ndef f(o):\n    name = other = 1\n    o.name = o.other = (name := 2)\nf(O())\n"


def test_only_wanted_names_are_captured() -> None:
    dial = Dial(5, vars=("na*", "o.o*"))
    assert values_of(CAPTURE, dial) == [(["name"], (1,)), (["name"], (2,)), (["o.other"], (2,))]


def test_no_values_are_captured_where_they_are_off() -> None:
    recording = Recording(CAPTURE.encode(), Dial(5, capture=Capture(vars=False)))
    recording.run()
    assert recording.values == []
    assert recording.rows() == [3, 4]


def test_value_that_a_binding_undoes_is_not_read() -> None:
    program = """
class Box(dict):
    def __setitem__(self, key, value): forget()


def f():
    def later():
        nonlocal x
        del x
    global forget
    forget = later
    x, Box()[1], y = 1, 2, 3


f()
"""
    assert values_of(program)[-1] == (["y"], (3,))


def test_global_value_that_a_binding_undoes_is_not_read() -> None:
    program = """
class Box(dict):
    def __setitem__(self, key, value):
        global x
        del x


def f():
    global x, y
    x, Box()[1], y = 1, 2, 3


f()
"""
    assert values_of(program)[-1] == (["y"], (3,))


def test_lines_of_coroutines_come_with_their_handle() -> None:
    program = b"""
async def f(x):
    async with x as y:
        z = 1
    async for i in x:
        i = [j async for j in x if (k := j)]
    try:
        await x.fail()
    except ValueError as e:
        return (yield_ := 1) if e else 2
"""
    recording = Recording(program)
    f = recording.run()["f"]
    assert asyncio.run(f(Asynchronous())) == 1
    assert recording.rows() == [3, 4, 5, 6, 7, 8, 9, 10]
    assert [names for names, _ in recording.values] == [["y"], ["z"], ["i"], ["k"], ["i"], ["e"], ["yield_"]]


class Asynchronous:
    async def __aenter__(self) -> int:
        return 0

    async def __aexit__(self, *details: object) -> None:
        pass

    async def fail(self) -> None:
        raise ValueError

    async def __aiter__(self) -> AsyncIterator[int]:
        yield 1
