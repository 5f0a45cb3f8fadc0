"""Small hand-made twins that catch exceptions which have left calls open in frames below theirs, and their events.

Such frames are those of comprehensions (before 3.12), generator expressions and lambdas: they have no probes in an
`except`, and the function that catches the exception runs in another frame.
"""

from __future__ import annotations

from small_program import Program, program


def _caught(what: str, failing: str, events: str) -> Program:
    """A function that catches what an expression raises, and goes on to call another function."""
    source = f"""
        def bad(a): raise KeyError(a)
        def good(): pass
        def f(xs):
            try:
                _sw_enter(4)
                try: {failing}
                except KeyError: pass
                _sw_out(_sw_call(9, good)())
                return _sw_ret()
            except: _sw_fail(4); raise
        f([1])
        """
    return program(f"call left open in {what}", source, f"ENTER 4\n{events}\nOUT\nRETURN None")


_ONE = "CALL 1 1\nCALL_FAIL\nCALL 9 2"
_TWO = "CALL 2 1\nCALL 1 2\nCALL_FAIL\nCALL_FAIL\nCALL 9 3"
_BAD_X = "_sw_out(_sw_call(1, bad)(x))"

EXPRESSIONS = [
    _caught("a list comprehension", f"[{_BAD_X} for x in xs]", _ONE),
    _caught("a set comprehension", "{" + _BAD_X + " for x in xs}", _ONE),
    _caught("a dict comprehension", "{x: " + _BAD_X + " for x in xs}", _ONE),
    _caught("a comprehension of comprehensions", f"[[{_BAD_X} for x in xs] for _ in xs]", _ONE),
    _caught("a generator expression that is unpacked", f"first, *rest = ({_BAD_X} for x in xs)", _ONE),
    _caught("what sum adds up", f"_sw_out(_sw_will(2, sum)(_sw_in(2, ({_BAD_X} for x in xs),)))", _TWO),
    _caught("what any asks", f"_sw_out(_sw_will(2, any)(_sw_in(2, ({_BAD_X} for x in xs),)))", _TWO),
    _caught("the key of sorted", f"_sw_out(_sw_call(2, sorted)(xs, key=lambda x: {_BAD_X}))", _TWO),
    _caught("what map calls", f"[*map(lambda x: {_BAD_X}, xs)]", _ONE),
]

PLACES = [
    program(
        "calls left open, seen by each probe that looks",
        """
        from contextlib import suppress
        def bad(a): raise KeyError(a)
        def f(look):
            _sw_enter(4)
            with suppress(KeyError):
                [*map(lambda x: _sw_out(_sw_call(1, bad)(x)), [1])]
            if look == 0: _sw_caught()
            if look == 1: _sw_in(2, 5); _sw_out(5)
            if look == 2: _sw_line(3)
            if look == 3: _sw_var(3, 5)
            if look == 4: _sw_let(3, 5)
            if look == 5: _sw_val(5)
            _sw_exit(4)
        for look in range(7): f(look)
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        CALL 2 0
        OUT
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LINE 3
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        VAR 3 5
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        VAR 3 5
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        VALUE 5
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LEAVE
        """,
    ),
    program(
        "calls left open below a generator",
        """
        from contextlib import suppress
        def bad(a): raise KeyError(a)
        def numbers():
            _sw_s = _sw_gen(4)
            try:
                for n in (1, 2):
                    with suppress(KeyError):
                        [*map(lambda x: _sw_out(_sw_call(1, bad)(x)), [n])]
                    _sw_out(_sw_call(2, len)(""))
                    with suppress(KeyError):
                        sum(_sw_out(_sw_call(1, bad)(x)) for x in [n])
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        assert [*numbers()] == [1, 2]
        """,
        """
        START 4 1
        CALL 1 1
        CALL_FAIL
        CALL 2 2
        OUT
        CALL 1 1
        CALL_FAIL
        PAUSE 1
        RESUME 1
        CALL 1 1
        CALL_FAIL
        CALL 2 2
        OUT
        CALL 1 1
        CALL_FAIL
        PAUSE 1
        RESUME 1
        END 1
        """,
    ),
    program(
        "calls left open below a coroutine",
        """
        import asyncio
        from contextlib import suppress
        def bad(a): raise KeyError(a)
        async def child(n):
            _sw_s = _sw_co(4)
            try:
                with suppress(KeyError):
                    [*map(lambda x: _sw_out(_sw_call(1, bad)(x)), [n])]
                await _sw_await(_sw_s, 5, asyncio.sleep(0))
                with suppress(KeyError):
                    sum(_sw_out(_sw_call(1, bad)(x)) for x in [n])
                _sw_out(_sw_call(2, len)(""))
                with suppress(KeyError):
                    {_sw_out(_sw_call(1, bad)(x)) for x in [n]}
                return _sw_val(_sw_s)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        def run():
            _sw_enter(7)
            _sw_out(_sw_call(8, asyncio.run)(child(1)))
            _sw_exit(7)
        run()
        """,
        """
        ENTER 7
        CALL 8 1
        ASTART 4 1
        CALL_UNDER 1 2 1
        CALL_FAIL
        AWAIT 5 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        CALL_UNDER 1 2 1
        CALL_FAIL
        CALL_UNDER 2 3 1
        OUT
        CALL_UNDER 1 2 1
        HVALUE 1 None
        CALL_FAIL
        END 1
        OUT
        LEAVE
        """,
    ),
    program(
        "calls left open below an async generator",
        """
        from contextlib import suppress
        def bad(a): raise KeyError(a)
        async def numbers():
            _sw_s = _sw_agen(4)
            try:
                for n in (1, 2):
                    with suppress(KeyError):
                        [*map(lambda x: _sw_out(_sw_call(1, bad)(x)), [n])]
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
                with suppress(KeyError):
                    any(_sw_out(_sw_call(1, bad)(x)) for x in [n])
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(5)
            async for n in _sw_aiter(_sw_s, 6, numbers()): _sw_out(_sw_call(2, len)(""))
            _sw_exit(_sw_s)
        try: main().send(None)
        except StopIteration: pass
        """,
        """
        ASTART 5 1
        AWAIT 6 1
        ASTART_UNDER 4 2 1
        CALL_UNDER 1 1 2
        CALL_FAIL
        PAUSE 2
        AWAITED 1
        CALL_UNDER 2 2 1
        OUT
        AWAIT 6 1
        RESUME 2
        CALL_UNDER 1 1 2
        CALL_FAIL
        PAUSE 2
        AWAITED 1
        CALL_UNDER 2 2 1
        OUT
        AWAIT 6 1
        RESUME 2
        CALL_UNDER 1 1 2
        CALL_FAIL
        END 2
        AWAITED 1
        END 1
        """,
    ),
    program(
        "calls that go on while a lambda below them runs",
        """
        def retry(f):
            _sw_enter(6)
            try: f()
            except KeyError: pass
            return _sw_ret(f)
        def bad(): raise KeyError
        def f():
            _sw_enter(4)
            inner = lambda: _sw_out(_sw_will(2, max)(1, _sw_in(2, _sw_out(_sw_call(3, bad)()))))
            _sw_out(_sw_call(1, retry)(lambda: [_sw_out(_sw_call(5, inner)()), _sw_line(9)]))
            _sw_line(8)
            _sw_exit(4)
        f()
        """,
        """
        ENTER 4
        CALL 1 1
        ENTER 6
        CALL 5 2
        CALL 3 4
        CALL_FAIL
        CALL_FAIL
        RETURN function __main__.f.<locals>.<lambda>
        OUT
        LINE 8
        LEAVE
        """,
    ),
    program(
        "calls of code that sends to a coroutine in its own context",
        """
        class Now:
            def __await__(self): yield 1
        def f(): pass
        async def child():
            _sw_s = _sw_co(4)
            try:
                await _sw_await(_sw_s, 5, Now())
                _sw_out(_sw_call(2, f)())
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        def drive():
            _sw_enter(7)
            it = child()
            _sw_out(_sw_call_m(8, it, "send").send(None))
            try: _sw_out(_sw_call_m(9, it, "send").send(None))
            except StopIteration: _sw_caught()
            _sw_exit(7)
        drive()
        """,
        """
        ENTER 7
        CALL 8 1
        ASTART 4 1
        AWAIT 5 1
        PAUSE 1
        OUT
        CALL_UNDER 9 1 1
        RESUME 1
        AWAITED 1
        CALL 2 2
        OUT
        END 1
        CALL_FAIL
        LEAVE
        """,
    ),
]

LEFT_OPEN = [*EXPRESSIONS, *PLACES]
