"""Small hand-made twins whose calls are bracketed, and the events that each must leave in its main thread."""

from __future__ import annotations

from small_program import program

CALLS = [
    program(
        "nested calls, and callees remembered until the arguments are known",
        """
        def f(a, b=0): return a + b
        def g(a): return a
        x = 1
        assert _sw_out(_sw_call(1, f)(x)) == 1
        assert _sw_out(_sw_will(2, f)(_sw_out(_sw_call(3, g)(x)), _sw_in(2, x + 1))) == 3
        assert _sw_out(_sw_will(2, f)(1, b=_sw_in(2, _sw_out(_sw_call(3, g)(x))))) == 2
        """,
        """
        CALL 1 1
        OUT
        CALL 3 2
        OUT
        CALL 2 1
        OUT
        CALL 3 2
        OUT
        CALL 2 1
        OUT
        """,
    ),
    program(
        "star arguments and a bare generator expression",
        """
        def f(*args, **more): return len(args) + len(more)
        items, more = [1, 2], {"k": 1}
        assert _sw_out(_sw_will(1, f)(*_sw_in(1, items + [3]), **more)) == 4
        assert _sw_out(_sw_will(2, sum)(_sw_in(2, (_sw_out(_sw_call(3, f)(x)) for x in items),))) == 2
        """,
        """
        CALL 1 1
        OUT
        CALL 2 2
        CALL 3 1
        OUT
        CALL 3 1
        OUT
        OUT
        """,
    ),
    program(
        "method calls, chained",
        """
        text = " a,b "
        assert _sw_out(_sw_call_m(1, _sw_out(_sw_call_m(2, text, "strip").strip()), "split").split(",")) == ["a", "b"]
        assert _sw_out(_sw_will_m(3, text, "replace").replace("a", _sw_in(3, "x" + "y"))) == " xy,b "
        """,
        """
        CALL 2 1
        OUT
        CALL 1 2
        OUT
        CALL 3 3
        OUT
        """,
    ),
    program(
        "a call and the function that it calls",
        """
        def f(a):
            try:
                _sw_enter(10, a)
                return _sw_ret(_sw_out(_sw_call(1, str)(a)))
            except: _sw_fail(10); raise
        assert _sw_out(_sw_call(2, f)(5)) == "5"
        """,
        """
        CALL 2 1
        ENTER 10
        ARGS 5
        CALL 1 2
        OUT
        RETURN '5'
        OUT
        """,
    ),
    program(
        "exception that is caught in the function",
        """
        def f(): raise KeyError
        def g():
            try:
                _sw_enter(4)
                try:
                    _sw_out(_sw_call(1, f)())
                except KeyError:
                    _sw_caught()
                    _sw_out(_sw_call(2, len)(""))
                finally:
                    _sw_caught()
                    _sw_out(_sw_call(3, len)(""))
                return _sw_val(1)
            except: _sw_error(4); raise
            finally: _sw_exit(4)
        g()
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        CALL 2 2
        OUT
        CALL 3 2
        OUT
        VALUE 1
        LEAVE
        """,
    ),
    program(
        "exception that leaves several calls and functions",
        """
        def bad(): raise KeyError("bad")
        def f(n):
            try:
                _sw_enter(10, n)
                return _sw_ret(_sw_out(_sw_call(1, bad)()) if n == 0 else _sw_out(_sw_will(2, f)(_sw_in(2, n - 1))))
            except: _sw_fail(10); raise
        try: f(1)
        except KeyError: pass
        """,
        """
        ENTER 10
        ARGS 1
        CALL 2 1
        ENTER 10
        ARGS 0
        CALL 1 2
        CALL_FAIL
        RAISE KeyError: 'bad' [twin.py:6:f twin.py:2:bad]
        CALL_FAIL
        RAISE AGAIN [twin.py:6:f]
        """,
    ),
    program(
        "exception that leaves a function with cleanup",
        """
        def bad(): raise KeyError("bad")
        def f():
            try:
                _sw_enter(4)
                try: return _sw_val(_sw_out(_sw_call(1, bad)()))
                finally: _sw_caught()
            except: _sw_error(4); raise
            finally: _sw_exit(4)
        def g():
            try:
                _sw_enter(5)
                return _sw_ret(_sw_out(_sw_call(2, f)()))
            except: _sw_fail(5); raise
        try: g()
        except KeyError: pass
        """,
        """
        ENTER 5
        CALL 2 1
        ENTER 4
        CALL 1 2
        CALL_FAIL
        ERROR KeyError: 'bad' [twin.py:6:f twin.py:2:bad]
        LEAVE
        CALL_FAIL
        RAISE AGAIN [twin.py:13:g]
        """,
    ),
    program(
        "level 1 flags end calls, too",
        """
        def bad(): raise KeyError("bad")
        def f():
            try:
                _sw_enter(4)
                _sw_out(_sw_call(1, bad)())
            except: _sw_flag(4); raise
            finally: _sw_exit(4)
        try: f()
        except KeyError: pass
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        FLAG
        LEAVE
        """,
    ),
    program(
        "exception that a with swallows",
        """
        from contextlib import suppress
        def bad(): raise KeyError
        def f(then):
            try:
                _sw_enter(4)
                with suppress(KeyError):
                    _sw_out(_sw_call(1, bad)())
                return then()
            except: _sw_fail(4); raise
        f(lambda: _sw_ret(1))
        f(lambda: (_sw_val(1), _sw_exit(4)))
        f(lambda: _sw_exit(4))
        def calls_again():
            try:
                _sw_enter(5)
                with suppress(KeyError):
                    _sw_out(_sw_call(1, bad)())
                _sw_out(_sw_call(2, len)(""))
                with suppress(KeyError):
                    _sw_out(_sw_will(1, bad)(*_sw_in(1, [])))
                _sw_out(_sw_will(2, len)(_sw_in(2, "" + "")))
                return _sw_ret()
            except: _sw_fail(5); raise
        calls_again()
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        RETURN 1
        ENTER 4
        CALL 1 1
        CALL_FAIL
        VALUE 1
        LEAVE
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LEAVE
        ENTER 5
        CALL 1 1
        CALL_FAIL
        CALL 2 2
        OUT
        CALL 1 1
        CALL_FAIL
        CALL 2 2
        OUT
        RETURN None
        """,
    ),
    program(
        "exceptions in lambdas that something else calls",
        """
        def retry(f):
            try: f()
            except KeyError: pass
        def bad(): raise KeyError
        def g():
            try:
                _sw_enter(4)
                _sw_out(_sw_call(1, retry)(lambda: _sw_out(_sw_call(2, bad)())))
                return _sw_ret()
            except: _sw_fail(4); raise
        g()
        """,
        """
        ENTER 4
        CALL 1 1
        CALL 2 2
        CALL_FAIL
        OUT
        RETURN None
        """,
    ),
    program(
        "a generator expression consumed elsewhere",
        """
        def double(n):
            if n == 2: raise ValueError(n)
            return n * 2
        def f():
            try:
                _sw_enter(4)
                return _sw_ret((_sw_out(_sw_call(1, double)(n)) for n in (1, 2)))
            except: _sw_fail(4); raise
        def g(numbers):
            try:
                _sw_enter(5)
                return _sw_ret(_sw_out(_sw_call(2, list)(numbers)))
            except: _sw_fail(5); raise
        numbers = f()
        try: g(numbers)
        except ValueError: pass
        """,
        """
        ENTER 4
        RETURN <generator >
        ENTER 5
        CALL 2 1
        CALL 1 2
        OUT
        CALL 1 2
        CALL_FAIL
        CALL_FAIL
        RAISE ValueError: 2 [twin.py:13:g twin.py:8:<genexpr> twin.py:3:double]
        """,
    ),
    program(
        "recursion inside a call",
        """
        def f(n):
            try:
                _sw_enter(10, n)
                return _sw_ret(n and _sw_out(_sw_will(1, f)(_sw_in(1, n - 1))))
            except: _sw_fail(10); raise
        f(2)
        """,
        """
        ENTER 10
        ARGS 2
        CALL 1 1
        ENTER 10
        ARGS 1
        CALL 1 1
        ENTER 10
        ARGS 0
        RETURN 0
        OUT
        RETURN 0
        OUT
        RETURN 0
        """,
    ),
    program(
        "recursion of a function that is not recorded",
        """
        def f(n):
            return n and _sw_out(_sw_will(1, f)(_sw_in(1, n - 1)))
        f(2)
        """,
        """
        CALL 1 1
        CALL 1 1
        OUT
        OUT
        """,
    ),
    program(
        "callee that is forgotten when its arguments fail",
        """
        def f(a): return a
        def bad(): raise KeyError
        def g():
            try:
                _sw_enter(4)
                try: _sw_out(_sw_will(1, f)(_sw_in(1, _sw_out(_sw_call(2, bad)()))))
                except KeyError: _sw_caught()
                assert _sw_in(1, 5) == 5
                return _sw_ret(_sw_out(6))
            except: _sw_fail(4); raise
        g()
        """,
        """
        ENTER 4
        CALL 2 2
        CALL_FAIL
        CALL 1 0
        OUT
        RETURN 6
        """,
    ),
    program(
        "callee that an inner one failed over",
        """
        def f(a, b=0): return a
        def bad(): raise KeyError
        def g():
            _sw_enter(4)
            try: _sw_out(_sw_will(1, f)(_sw_out(_sw_will(2, f)(_sw_in(2, bad()))), _sw_in(1, 1)))
            except KeyError: pass
            _sw_in(1, 1)
            _sw_out(1)
            _sw_in(2, 1)
            _sw_out(1)
            _sw_exit(4)
        g()
        """,
        """
        ENTER 4
        CALL 1 1
        OUT
        CALL 2 0
        OUT
        LEAVE
        """,
    ),
    program(
        "ends of calls that are not there",
        """
        assert _sw_out(5) == 5 and _sw_out(6, [], {}) == 6 and _sw_caught() is None
        def inner(): assert _sw_out(7) == 7; _sw_caught()
        _sw_enter(4)
        _sw_out(1); _sw_caught()
        _sw_call(1, len)
        inner()
        _sw_exit(4)
        _sw_out(1)
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LEAVE
        """,
    ),
    program(
        "what lies above a call",
        """
        def lost(): _sw_enter(5)
        def leave(): _sw_call(2, len)
        _sw_enter(4)
        _sw_call(1, len); leave(); _sw_out(1)
        _sw_call(1, len); lost(); _sw_out(1)
        _sw_exit(4)
        """,
        """
        ENTER 4
        CALL 1 1
        CALL 2 1
        CALL_FAIL
        OUT
        CALL 1 1
        ENTER 5
        LOST
        CALL_FAIL
        LEAVE
        """,
    ),
    program(
        "results are never call spans",
        """
        _sw_enter(4)
        _sw_call(1, len)
        assert _sw_ret(1) == 1
        _sw_enter(4)
        _sw_call(1, len)
        assert _sw_val(1) == 1
        _sw_flag(4); _sw_exit(4)
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        RETURN 1
        ENTER 4
        CALL 1 1
        CALL_FAIL
        VALUE 1
        FLAG
        LEAVE
        """,
    ),
    program(
        "calls inside a generator",
        """
        def numbers():
            _sw_s = _sw_gen(4)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, _sw_out(_sw_call(1, len)("")))))
                got = _sw_out(_sw_will(2, str)(_sw_in(2, _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2))))))
                try: _sw_out(_sw_call(3, int)("x"))
                except ValueError: _sw_caught()
                _sw_out(_sw_call(3, int)("x"))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        _sw_enter(5)
        numbers = numbers()
        _sw_out(_sw_call(6, next)(numbers))
        _sw_out(_sw_call(6, next)(numbers))
        try: _sw_out(_sw_call(6, next)(numbers))
        except ValueError: _sw_caught()
        _sw_exit(5)
        """,
        """
        ENTER 5
        CALL 6 1
        START 4 1
        CALL 1 2
        OUT
        PAUSE 1
        OUT
        CALL 6 1
        RESUME 1
        PAUSE 1
        OUT
        CALL 6 1
        RESUME 1
        CALL 2 3
        OUT
        CALL 3 4
        CALL_FAIL
        CALL 3 4
        CALL_FAIL
        HERROR 1 ValueError: invalid literal for int() with base 10: 'x' [twin.py:9:numbers]
        END 1
        CALL_FAIL
        LEAVE
        """,
    ),
    program(
        "a swallowed exception before a yield",
        """
        from contextlib import suppress
        def numbers():
            _sw_s = _sw_gen(4)
            try:
                with suppress(ValueError): _sw_out(_sw_call(1, int)("x"))
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        list(numbers())
        """,
        """
        START 4 1
        CALL 1 1
        CALL_FAIL
        PAUSE 1
        RESUME 1
        END 1
        """,
    ),
    program(
        "pickled and copied probes of calls",
        """
        import pickle, copy
        _sw_out(copy.deepcopy(_sw_call)(1, len)(""))
        _sw_out(_sw_call(1, len)(""))
        """,
        """
        CALL 1 1
        OUT
        CALL 1 1
        OUT
        """,
    ),
]
