"""Small hand-made twins of levels 4 and 5, and the events that each must leave in its main thread."""

from __future__ import annotations

from small_program import program

VALUES = [
    program(
        "values of names",
        """
        x = [1]
        _sw_enter(4)
        assert _sw_var(10, x, "two") is None
        assert _sw_let(11, 5) == 5
        _sw_call(1, len); _sw_var(13, 1); _sw_out(0)
        _sw_exit(4)
        _sw_var(10, 1)
        assert _sw_let(11, x) is x
        """,
        """
        ENTER 4
        VAR 10 [1], 'two'
        VAR 11 5
        CALL 1 1
        CALL_FAIL
        VAR 13 1
        LEAVE
        """,
    ),
    program(
        "values in a coroutine, and in its lambda",
        """
        import asyncio
        async def co(n):
            _sw_s = _sw_co(10, n)
            try:
                m = n + 1; _sw_var(_sw_s, 1, m, n)
                if (k := _sw_let(_sw_s, 2, m * 2)) > 3: _sw_line(_sw_s, 3)
                f = lambda a: _sw_let(4, a)
                f(5)
                g(f)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
            assert _sw_let(_sw_s, 2, _sw_s) is _sw_s and _sw_let(_sw_s, 2, 1) == 1
            _sw_var(_sw_s, 1, 2); _sw_line(_sw_s, 3)
        def g(f):
            _sw_enter(5); f(6); _sw_exit(5)
        asyncio.run(co(1))
        """,
        """
        ASTART 10 1
        ARGS 1
        HVAR 1 1 2, 1
        HVAR 2 1 4
        HLINE 3 1
        ENTER_UNDER 5 1
        VAR 4 6
        LEAVE
        END 1
        """,
    ),
    program(
        "lines",
        """
        def f(c):
            try:
                _sw_enter(10, c)
                _sw_line(1); x = 1
                if _sw_line(2) or (c):
                    _sw_line(3); pass
                x = (_sw_line(4) or (x)) if c else (_sw_line(5) or (0))
                return _sw_val(x)
            except: _sw_error(10); raise
            finally: _sw_exit(10)
        f(1); f(0)
        _sw_line(6)
        """,
        """
        ENTER 10
        ARGS 1
        LINE 1
        LINE 2
        LINE 3
        LINE 4
        VALUE 1
        LEAVE
        ENTER 10
        ARGS 0
        LINE 1
        LINE 2
        LINE 5
        VALUE 0
        LEAVE
        """,
    ),
    program(
        "lines and values after an exception that a with swallowed",
        """
        from contextlib import suppress
        def f():
            _sw_enter(4)
            with suppress(ValueError): _sw_out(_sw_call(1, int)("x"))
            _sw_line(2)
            with suppress(ValueError): _sw_out(_sw_call(1, int)("x"))
            _sw_var(3, 1)
            with suppress(ValueError): _sw_out(_sw_call(1, int)("x"))
            _sw_let(3, 2)
            _sw_exit(4)
        f()
        def g():
            with suppress(ValueError): _sw_out(_sw_call(1, int)("x"))
            _sw_line(2)
        g()
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LINE 2
        CALL 1 1
        CALL_FAIL
        VAR 3 1
        CALL 1 1
        CALL_FAIL
        VAR 3 2
        LEAVE
        CALL 1 1
        CALL_FAIL
        """,
    ),
    program(
        "what changed in parameters",
        """
        def f(items, mapping, names, data):
            _sw_enter(4)
            _sw_keep(4, items, mapping)
            items.append(3); mapping["issue"] = 1; mapping["count"] = 4; del mapping["draft"]
            _sw_state(4, items, mapping)
            _sw_keep(4, names, data)
            names.add("x"); data += b"y"
            _sw_state(4, names, data)
            _sw_exit(4)
        f([1], {"count": 3, "draft": True}, set(), bytearray(b"x"))
        """,
        """
        ENTER 4
        STATE 0: [1] -> [1, 3], 1: {'count': 3, 'draft': True} -> {'count': 4, 'issue': 1}
        STATE 0: {} -> {'x'}, 1: bytearray(b'x') -> bytearray(b'xy')
        LEAVE
        """,
    ),
    program(
        "what changed in objects",
        """
        class Thing:
            def __init__(self): self.n = 1
        class Slots:
            __slots__ = ("a", "b")
        class Named(dict): pass
        def f(thing, slots, named, text, pair):
            _sw_enter(4)
            _sw_keep(4, text, pair, thing)
            pair[0].append(1); thing.n = 2
            _sw_state(4, text, pair, thing)
            _sw_keep(4, slots, named)
            slots.b = 5; named["k"] = 1
            _sw_state(4, slots, named)
            _sw_exit(4)
        f(Thing(), Slots(), Named(), "text", ([],))
        """,
        """
        ENTER 4
        STATE 2: <__main__.Thing n=1> -> <__main__.Thing n=2>
        STATE 0: <__main__.Slots > -> <__main__.Slots b=5>, 1: __main__.Named:{} -> __main__.Named:{'k': 1}
        LEAVE
        """,
    ),
    program(
        "nothing changed, and nothing that can",
        """
        def f(*values):
            _sw_enter(4); _sw_keep(4, *values)
            _sw_state(4, *values); _sw_exit(4)
        f([1], {}, 1, "x", (), None, range(3), len, f, int, ValueError([1]), frozenset())
        f(1, 2)
        _sw_keep(5, [1]); _sw_state(5, [1])
        _sw_enter(4); _sw_state(4, [1]); _sw_exit(4)
        """,
        """
        ENTER 4
        LEAVE
        ENTER 4
        LEAVE
        ENTER 4
        LEAVE
        """,
    ),
    program(
        "state of a span below others",
        """
        items = []
        _sw_enter(4); _sw_keep(4, items)
        _sw_enter(5); _sw_call(6, len)
        _sw_state(4, items)
        items.append(1)
        _sw_state(4, items)
        _sw_exit(4)
        """,
        """
        ENTER 4
        ENTER 5
        CALL 6 1
        CALL_FAIL
        LOST
        STATE 0: [] -> [1]
        LEAVE
        """,
    ),
    program(
        "state of nested spans of one site",
        """
        def f(n, items):
            _sw_enter(20, n, items); _sw_keep(20, items)
            items.append(n)
            if n: f(n - 1, items)
            _sw_state(20, items); _sw_exit(20)
        f(1, [])
        """,
        """
        ENTER 20
        ARGS 1, []
        ENTER 20
        ARGS 0, [1]
        STATE 0: [1] -> [1, 0]
        LEAVE
        STATE 0: [] -> [1, 0]
        LEAVE
        """,
    ),
    program(
        "what a call changed in its arguments",
        """
        d, items = {}, [2, 1]
        _sw_enter(4)
        _sw_out(_sw_call(1, d.update, d)({"k": 1}), d)
        _sw_out(_sw_call_m(2, items, "sort", items).sort(), items)
        _sw_out(_sw_call(3, len, items)(items), items)
        _sw_out(_sw_will(5, items.append)(_sw_in(5, len(items), d, items)), d, items)
        _sw_out(_sw_call(6, items.clear, items, 5)(), items, 5)
        _sw_out(_sw_call(6, items.append, items)(1))
        _sw_out(_sw_call(6, items.append)(1), items)
        _sw_exit(4)
        """,
        """
        ENTER 4
        CALL 1 1
        STATE 0: {} -> {'k': 1}
        OUT
        CALL 2 2
        STATE 0: [2, 1] -> [1, 2]
        OUT
        CALL 3 3
        OUT
        CALL 5 4
        STATE 1: [1, 2] -> [1, 2, 2]
        OUT
        CALL 6 5
        STATE 0: [1, 2, 2] -> []
        OUT
        CALL 6 4
        OUT
        CALL 6 4
        OUT
        LEAVE
        """,
    ),
    program(
        "a call that failed has no state",
        """
        items = []
        def bad(): items.append(1); raise KeyError
        _sw_enter(4)
        try: _sw_out(_sw_call(1, bad, items)(), items)
        except KeyError: _sw_caught()
        _sw_exit(4)
        """,
        """
        ENTER 4
        CALL 1 1
        CALL_FAIL
        LEAVE
        """,
    ),
    program(
        "state in a generator and a coroutine",
        """
        import asyncio
        def numbers(items):
            _sw_s = _sw_gen(10, items)
            _sw_keep(_sw_s, items)
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
                items.append(1)
            except: _sw_error(_sw_s); raise
            finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)
            _sw_state(_sw_s, []); _sw_keep(_sw_s, items)
        async def co(items):
            _sw_s = _sw_co(10, items)
            _sw_keep(_sw_s, items)
            try: items.clear(); raise KeyError(1)
            except: _sw_error(_sw_s); raise
            finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)
        async def outer(items):
            _sw_s = _sw_co(10, items)
            try: await _sw_await(_sw_s, 5, co(items))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        items = []
        list(numbers(items))
        try: asyncio.run(outer(items))
        except KeyError: pass
        """,
        """
        START 10 1
        ARGS []
        PAUSE 1
        RESUME 1
        HSTATE 1 0: [] -> [1]
        END 1
        ASTART 10 2
        ARGS [1]
        AWAIT 5 2
        ASTART_UNDER 10 3 2
        ARGS [1]
        HERROR 3 KeyError: 1 [twin.py:15:co]
        HSTATE 3 0: [1] -> []
        END 3
        AWAIT_FAIL 2
        HERROR 2 AGAIN [twin.py:20:outer]
        END 2
        """,
    ),
    program(
        "state in a function that fails",
        """
        def f(items):
            try:
                _sw_enter(10, items); _sw_keep(10, items)
                items.append(1)
                raise KeyError(1)
            except: _sw_error(10); raise
            finally: _sw_state(10, items); _sw_exit(10)
        def g():
            try: _sw_enter(1); f([])
            except: _sw_error(1); raise
            finally: _sw_exit(1)
        try: g()
        except KeyError: pass
        """,
        """
        ENTER 1
        ENTER 10
        ARGS []
        ERROR KeyError: 1 [twin.py:6:f]
        STATE 0: [] -> [1]
        LEAVE
        ERROR AGAIN [twin.py:10:g]
        LEAVE
        """,
    ),
]
