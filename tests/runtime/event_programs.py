"""Small hand-made twins of levels 1 and 2, and the events that each must leave in its main thread; then all others."""

from __future__ import annotations

from await_programs import AWAITS
from call_programs import CALLS
from left_open_programs import LEFT_OPEN
from small_program import program
from value_programs import VALUES

SYNCHRONOUS = [
    program(
        "parameters and result",
        """
        def add(a, b):
            try:
                _sw_enter(20, a, b)
                return _sw_ret(a + b)
            except: _sw_fail(20); raise
        assert add(1, 2) == 3
        """,
        """
        ENTER 20
        ARGS 1, 2
        RETURN 3
        """,
    ),
    program(
        "level 1",
        """
        def f(fails):
            try:
                _sw_enter(1)
                if fails: raise KeyError(1)
            except: _sw_flag(1); raise
            finally: _sw_exit(1)
        f(False)
        try: f(True)
        except KeyError: pass
        """,
        """
        ENTER 1
        LEAVE
        ENTER 1
        FLAG
        LEAVE
        """,
    ),
    program(
        "end of the body",
        """
        def f():
            try:
                _sw_enter(1)
            except: _sw_fail(1); raise
            else: _sw_ret()
        assert f() is None
        """,
        """
        ENTER 1
        RETURN None
        """,
    ),
    program(
        "result that is replaced in finally",
        """
        def f():
            try:
                _sw_enter(1)
                try:
                    return _sw_val("first")
                finally:
                    return _sw_val("second")
            except: _sw_error(1); raise
            finally: _sw_exit(1)
        assert f() == "second"
        """,
        """
        ENTER 1
        VALUE 'first'
        VALUE 'second'
        LEAVE
        """,
    ),
    program(
        "bare return where cleanup follows",
        """
        def f():
            try:
                _sw_enter(1)
                return _sw_val()
            except: _sw_error(1); raise
            finally: _sw_exit(1)
        assert f() is None
        """,
        """
        ENTER 1
        VALUE None
        LEAVE
        """,
    ),
    program(
        "cleanup that fails",
        """
        def f():
            try:
                _sw_enter(1)
                try:
                    return _sw_val(1)
                finally:
                    raise ValueError("late")
            except: _sw_error(1); raise
            finally: _sw_exit(1)
        try: f()
        except ValueError: pass
        """,
        """
        ENTER 1
        VALUE 1
        ERROR ValueError: late [twin.py:8:f]
        LEAVE
        """,
    ),
    program(
        "recursion",
        """
        def fact(n):
            try:
                _sw_enter(10, n)
                return _sw_ret(n * fact(n - 1) if n else 1)
            except: _sw_fail(10); raise
        assert fact(2) == 2
        """,
        """
        ENTER 10
        ARGS 2
        ENTER 10
        ARGS 1
        ENTER 10
        ARGS 0
        RETURN 1
        RETURN 1
        RETURN 2
        """,
    ),
    program(
        "failure through several frames",
        """
        def f(n):
            try:
                _sw_enter(10, n)
                if n == 0: raise LookupError("none")
                return _sw_ret(between(n))
            except: _sw_fail(10); raise
        def between(n):
            return f(n - 1)
        try: f(2)
        except LookupError: pass
        """,
        """
        ENTER 10
        ARGS 2
        ENTER 10
        ARGS 1
        ENTER 10
        ARGS 0
        RAISE LookupError: none [twin.py:5:f]
        RAISE AGAIN [twin.py:6:f twin.py:9:between]
        RAISE AGAIN [twin.py:6:f twin.py:9:between]
        """,
    ),
    program(
        "failure through frames with cleanup",
        """
        def f(n):
            try:
                _sw_enter(10, n)
                try:
                    if n == 0: raise LookupError("none")
                    return _sw_val(f(n - 1))
                finally: pass
            except: _sw_error(10); raise
            finally: _sw_exit(10)
        try: f(1)
        except LookupError: pass
        """,
        """
        ENTER 10
        ARGS 1
        ENTER 10
        ARGS 0
        ERROR LookupError: none [twin.py:6:f]
        LEAVE
        ERROR AGAIN [twin.py:7:f]
        LEAVE
        """,
    ),
    program(
        "failure handled and raised again later",
        """
        def f():
            try:
                _sw_enter(1)
                raise LookupError("none")
            except: _sw_fail(1); raise
        def g():
            try:
                _sw_enter(2)
                try: f()
                except LookupError as error: kept = error
                _sw_enter(3); _sw_ret()
                raise kept
            except: _sw_fail(2); raise
        try: g()
        except LookupError: pass
        """,
        """
        ENTER 2
        ENTER 1
        RAISE LookupError: none [twin.py:5:f]
        ENTER 3
        RETURN None
        RAISE LookupError: none [twin.py:13:g twin.py:10:g twin.py:5:f]
        """,
    ),
    program(
        "retries whose exceptions have one address",
        """
        def f():
            try:
                _sw_enter(1)
                for attempt in range(3):
                    try: int("x")
                    except ValueError: pass
                raise ValueError("gave up")
            except: _sw_fail(1); raise
        try: f()
        except ValueError: pass
        """,
        """
        ENTER 1
        RAISE ValueError: gave up [twin.py:8:f]
        """,
    ),
    program(
        "span whose end was not seen",
        """
        _sw_enter(1)
        _sw_enter(2)
        _sw_enter(3)
        _sw_exit(1)
        _sw_ret()
        """,
        """
        ENTER 1
        ENTER 2
        ENTER 3
        LOST
        LOST
        LEAVE
        """,
    ),
    program(
        "nearest span of a site ends",
        """
        _sw_enter(1); _sw_enter(2); _sw_enter(1); _sw_enter(3)
        try: 1 / 0
        except ZeroDivisionError: _sw_error(1)
        _sw_exit(1)
        _sw_exit(2)
        _sw_flag(1); _sw_exit(1)
        """,
        """
        ENTER 1
        ENTER 2
        ENTER 1
        ENTER 3
        LOST
        ERROR ZeroDivisionError: division by zero [twin.py:3:<module>]
        LEAVE
        LEAVE
        FLAG
        LEAVE
        """,
    ),
    program(
        "ends without a beginning",
        """
        assert _sw_ret(5) == 5 and _sw_val(6) == 6 and _sw_val() is None
        _sw_fail(1); _sw_error(1); _sw_flag(1); _sw_exit(1)
        _sw_enter(2)
        _sw_fail(1); _sw_error(1); _sw_flag(1); _sw_exit(1)
        _sw_exit(2)
        _sw_exit(2)
        """,
        """
        ENTER 2
        LEAVE
        """,
    ),
    program(
        "methods",
        """
        class Account:
            def __init__(self, owner): self.owner = owner
            def pay(self, amount):
                try:
                    _sw_enter_m(20, self, amount)
                    return _sw_ret(amount)
                except: _sw_fail(20); raise
            @classmethod
            def make(cls, owner):
                try:
                    _sw_enter_m(21, cls, owner)
                    return _sw_ret(cls(owner))
                except: _sw_fail(21); raise
        Account.make("me").pay(3)
        def loose():
            _sw_enter_m(1); _sw_ret()
        loose()
        """,
        """
        ENTER 21
        ARGS class __main__.Account, 'me'
        RETURN <__main__.Account owner='me'>
        ENTER 20
        ARGS self __main__.Account, 3
        RETURN 3
        ENTER 1
        RETURN None
        """,
    ),
]

GENERATORS = [
    program(
        "generator used up",
        """
        def numbers(n):
            _sw_s = _sw_gen(10, n)
            try:
                for i in range(n):
                    got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
                return _sw_val(_sw_s, "all")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        assert list(numbers(2)) == [0, 1]
        """,
        """
        START 10 1
        ARGS 2
        PAUSE 1
        RESUME 1
        PAUSE 1
        RESUME 1
        HVALUE 1 'all'
        END 1
        """,
    ),
    program(
        "spans below a generator and its user",
        """
        def f(n):
            _sw_enter(10, n); return _sw_ret(n)
        def numbers():
            _sw_s = _sw_gen(1)
            try:
                f(1)
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
                f(2)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        _sw_enter(3)
        for _ in numbers(): f(9)
        _sw_exit(3)
        """,
        """
        ENTER 3
        START 1 1
        ENTER 10
        ARGS 1
        RETURN 1
        PAUSE 1
        ENTER 10
        ARGS 9
        RETURN 9
        RESUME 1
        ENTER 10
        ARGS 2
        RETURN 2
        END 1
        LEAVE
        """,
    ),
    program(
        "generator closed, dropped and never started",
        """
        import gc
        def numbers():
            _sw_s = _sw_gen(1)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        g = numbers(); next(g); g.close()
        g = numbers(); next(g); del g; gc.collect()
        g = numbers(); del g
        """,
        """
        START 1 1
        PAUSE 1
        CLOSED 1
        END 1
        START 1 2
        PAUSE 2
        CLOSED 2
        END 2
        """,
    ),
    program(
        "exceptions thrown into a generator",
        """
        def numbers():
            _sw_s = _sw_gen(1)
            try:
                try:
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
                except ValueError:
                    _sw_resume(_sw_s)
                    got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        g = numbers()
        assert next(g) == 1
        assert g.throw(ValueError("in")) == 2
        try: g.throw(KeyError("out"))
        except KeyError: pass
        """,
        """
        START 1 1
        PAUSE 1
        RESUME 1
        PAUSE 1
        HERROR 1 KeyError: 'out' [twin.py:9:numbers] context={ValueError: in [twin.py:6:numbers]}
        END 1
        """,
    ),
    program(
        "generators interleaved",
        """
        def numbers(n):
            _sw_s = _sw_gen(10, n)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        assert list(zip(numbers(1), numbers(2))) == [(1, 2), (1, 2)]
        """,
        """
        START 10 1
        ARGS 1
        PAUSE 1
        START 10 2
        ARGS 2
        PAUSE 2
        RESUME 1
        PAUSE 1
        RESUME 2
        PAUSE 2
        RESUME 1
        END 1
        CLOSED 2
        END 2
        """,
    ),
    program(
        "delegation",
        """
        def inner():
            _sw_s = _sw_gen(1)
            try:
                got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, "a")))
                return _sw_val(_sw_s, got)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        def outer():
            _sw_s = _sw_gen(2)
            try:
                got = _sw_resume(_sw_s, (yield from _sw_from(_sw_s, inner())))
                rest = _sw_resume(_sw_s, (yield from _sw_from(_sw_s, [7])))
                return _sw_val(_sw_s, got)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        g = outer()
        assert next(g) == "a" and g.send("b") == 7
        try: next(g)
        except StopIteration as stop: assert stop.value == "b"
        """,
        """
        START 2 1
        START 1 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        HVALUE 2 'b'
        END 2
        PAUSE 1
        RESUME 1
        HVALUE 1 'b'
        END 1
        """,
    ),
    program(
        "a failure delegated and one thrown through",
        """
        def inner():
            _sw_s = _sw_gen(1)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
                raise LookupError("inner")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        def outer():
            _sw_s = _sw_gen(2)
            try:
                _sw_resume(_sw_s, (yield from _sw_from(_sw_s, inner())))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        g = outer(); next(g)
        try: next(g)
        except LookupError: pass
        g = outer(); next(g)
        try: g.throw(ValueError("thrown"))
        except ValueError: pass
        g = outer(); next(g); g.close()
        """,
        """
        START 2 1
        START 1 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        HERROR 2 LookupError: inner [twin.py:6:inner]
        END 2
        HERROR 1 AGAIN [twin.py:12:outer]
        END 1
        START 2 3
        START 1 4
        PAUSE 4
        PAUSE 3
        RESUME 3
        HERROR 4 ValueError: thrown [twin.py:5:inner]
        END 4
        HERROR 3 AGAIN [twin.py:12:outer]
        END 3
        START 2 5
        START 1 6
        PAUSE 6
        PAUSE 5
        RESUME 5
        CLOSED 6
        END 6
        CLOSED 5
        END 5
        """,
    ),
    program(
        "a yield inside with",
        """
        from contextlib import suppress
        def f():
            _sw_enter(3); _sw_ret()
        def numbers():
            _sw_s = _sw_gen(1)
            try:
                with suppress(ValueError), _sw_s:
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
                f()
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        g = numbers(); next(g)
        try: g.throw(ValueError)
        except StopIteration: pass
        """,
        """
        START 1 1
        PAUSE 1
        RESUME 1
        ENTER 3
        RETURN None
        END 1
        """,
    ),
    program(
        "what lies above a generator's end",
        """
        def numbers():
            _sw_s = _sw_gen(1)
            _sw_enter(2)
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
            _sw_enter(2)
            _sw_exit(_sw_s)
        list(numbers())
        """,
        """
        START 1 1
        ENTER 2
        LOST
        PAUSE 1
        RESUME 1
        ENTER 2
        LOST
        END 1
        """,
    ),
    program(
        "a handle that has ended, and probes on a generator's span",
        """
        def numbers():
            _sw_s = _sw_gen(1)
            assert _sw_ret(4) == 4 and _sw_val(5) == 5
            _sw_exit(_sw_s); _sw_exit(_sw_s)
            assert _sw_val(_sw_s, 6) == 6 and _sw_val(_sw_s) is None
            _sw_error(_sw_s); _sw_flag(_sw_s)
            assert _sw_pause(_sw_s, 7) == 7 and _sw_resume(_sw_s, 8) == 8 and _sw_resume(_sw_s) is None
            assert _sw_from(_sw_s, [1]) == [1]
            yield
        list(numbers())
        """,
        """
        START 1 1
        END 1
        """,
    ),
]

COROUTINES = [
    program(
        "tasks interleaved",
        """
        import asyncio
        def f(n):
            _sw_enter(10, n); return _sw_ret(n)
        async def child(n):
            _sw_s = _sw_co(11, n)
            try:
                f(n)
                await asyncio.sleep(0)
                f(n)
                return _sw_val(_sw_s, n)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                await asyncio.gather(child(1), child(2))
                f(9)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        f(0)
        """,
        """
        ASTART 2 1
        ASTART_UNDER 11 2 1
        ARGS 1
        ENTER_UNDER 10 2
        ARGS 1
        RETURN 1
        ASTART_UNDER 11 3 1
        ARGS 2
        ENTER_UNDER 10 3
        ARGS 2
        RETURN 2
        ENTER_UNDER 10 2
        ARGS 1
        RETURN 1
        HVALUE 2 1
        END 2
        ENTER_UNDER 10 3
        ARGS 2
        RETURN 2
        HVALUE 3 2
        END 3
        ENTER_UNDER 10 1
        ARGS 9
        RETURN 9
        END 1
        ENTER 10
        ARGS 0
        RETURN 0
        """,
    ),
    program(
        "await of a coroutine, and a failure in it",
        """
        import asyncio
        async def inner():
            _sw_s = _sw_co(1)
            try:
                raise LookupError("inner")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def outer():
            _sw_s = _sw_co(2)
            try:
                await inner()
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        _sw_enter(3)
        try: asyncio.run(outer())
        except LookupError: pass
        _sw_exit(3)
        """,
        """
        ENTER 3
        ASTART 2 1
        ASTART_UNDER 1 2 1
        HERROR 2 LookupError: inner [twin.py:6:inner]
        END 2
        HERROR 1 AGAIN [twin.py:12:outer]
        END 1
        LEAVE
        """,
    ),
    program(
        "coroutines driven by hand",
        """
        import types
        @types.coroutine
        def pause(): yield
        def f():
            _sw_enter(1); _sw_ret()
        async def co():
            _sw_s = _sw_co(2)
            try:
                await pause()
                f()
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        a, b = co(), co()
        a.send(None); b.send(None)
        for one in (a, b):
            try: one.send(None)
            except StopIteration: pass
        c = co(); c.send(None); c.close()
        """,
        """
        ASTART 2 1
        ASTART_UNDER 2 2 1
        ENTER_UNDER 1 2
        RETURN None
        END 1
        ENTER_UNDER 1 2
        RETURN None
        END 2
        ASTART 2 3
        CLOSED 3
        END 3
        """,
    ),
    program(
        "async generator",
        """
        import asyncio
        def f(n):
            _sw_enter(10, n); _sw_ret()
        async def numbers():
            _sw_s = _sw_agen(1)
            try:
                f(1)
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
                f(2)
                async with asyncio.Lock(), _sw_s:
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                async for n in numbers(): f(n + 10)
                unfinished = numbers()
                await unfinished.__anext__()
                await unfinished.aclose()
                failing = numbers()
                await failing.__anext__()
                try: await failing.athrow(ValueError("thrown"))
                except ValueError: pass
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        ASTART_UNDER 1 2 1
        ENTER_UNDER 10 2
        ARGS 1
        RETURN None
        PAUSE 2
        ENTER_UNDER 10 1
        ARGS 11
        RETURN None
        RESUME 2
        ENTER_UNDER 10 2
        ARGS 2
        RETURN None
        PAUSE 2
        ENTER_UNDER 10 1
        ARGS 12
        RETURN None
        RESUME 2
        END 2
        ASTART_UNDER 1 3 1
        ENTER_UNDER 10 3
        ARGS 1
        RETURN None
        PAUSE 3
        CLOSED 3
        END 3
        ASTART_UNDER 1 4 1
        ENTER_UNDER 10 4
        ARGS 1
        RETURN None
        PAUSE 4
        HERROR 4 ValueError: thrown [twin.py:9:numbers]
        END 4
        END 1
        """,
    ),
    program(
        "a synchronous span between coroutines",
        """
        import asyncio
        def f():
            _sw_enter(1)
            g = numbers(); next(g); list(g)
            _sw_ret()
        def numbers():
            _sw_s = _sw_gen(3)
            try:
                _sw_enter(4); _sw_ret()
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                g = numbers(); next(g)
                f()
                list(g)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        START_UNDER 3 2 1
        ENTER 4
        RETURN None
        PAUSE 2
        ENTER_UNDER 1 1
        START 3 3
        ENTER 4
        RETURN None
        PAUSE 3
        RESUME 3
        END 3
        RETURN None
        RESUME 2
        END 2
        END 1
        """,
    ),
    program(
        "failed level 1 coroutine and generator",
        """
        import asyncio
        async def co():
            _sw_s = _sw_co(1)
            try: raise KeyError
            except: _sw_flag(_sw_s); raise
            finally: _sw_exit(_sw_s)
        def numbers():
            _sw_s = _sw_gen(2)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
            except: _sw_flag(_sw_s); raise
            finally: _sw_exit(_sw_s)
        try: asyncio.run(co())
        except KeyError: pass
        g = numbers(); next(g); g.close()
        g = numbers(); next(g)
        try: g.throw(ValueError)
        except ValueError: pass
        """,
        """
        ASTART 1 1
        HFLAG 1
        END 1
        START 2 2
        PAUSE 2
        CLOSED 2
        END 2
        START 2 3
        PAUSE 3
        HFLAG 3
        END 3
        """,
    ),
    program(
        "methods that are generators and coroutines",
        """
        import asyncio
        class A:
            def gen(self):
                _sw_s = _sw_gen_m(10, self)
                _sw_exit(_sw_s)
                yield
            async def co(self, n):
                _sw_s = _sw_co_m(20, self, n)
                _sw_exit(_sw_s)
            async def agen(self):
                _sw_s = _sw_agen_m(10, self)
                _sw_exit(_sw_s)
                yield
        async def main():
            a = A()
            list(a.gen())
            await a.co(1)
            async for _ in a.agen(): pass
        asyncio.run(main())
        """,
        """
        START 10 1
        ARGS self __main__.A
        END 1
        ASTART 20 2
        ARGS self __main__.A, 1
        END 2
        ASTART 10 3
        ARGS self __main__.A
        END 3
        """,
    ),
]

PROGRAMS = [*SYNCHRONOUS, *GENERATORS, *COROUTINES, *CALLS, *LEFT_OPEN, *AWAITS, *VALUES]
