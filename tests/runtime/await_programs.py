"""Small hand-made twins whose awaits are watched, and the events that each must leave in its main thread."""

from __future__ import annotations

from small_program import program

AWAITS = [
    program(
        "await that suspends",
        """
        import asyncio
        def f(): _sw_enter(3); _sw_ret()
        async def child():
            _sw_s = _sw_co(1)
            try:
                f()
                await _sw_await(_sw_s, 5, _sw_out(_sw_call_m(6, asyncio, "sleep").sleep(0)))
                f()
                return _sw_val(_sw_s, "done")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                assert await _sw_await(_sw_s, 7, _sw_out(_sw_call(8, child)())) == "done"
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        CALL_UNDER 8 1 1
        OUT
        AWAIT 7 1
        ASTART_UNDER 1 2 1
        ENTER_UNDER 3 2
        RETURN None
        CALL_UNDER 6 2 2
        OUT
        AWAIT 5 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        ENTER_UNDER 3 2
        RETURN None
        HVALUE 2 'done'
        END 2
        AWAITED 1
        END 1
        """,
    ),
    program(
        "await that ends at once",
        """
        async def inner(): return 5
        async def main():
            _sw_s = _sw_co(2)
            try:
                assert await _sw_await(_sw_s, 7, inner()) == 5
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        try: main().send(None)
        except StopIteration: pass
        """,
        """
        ASTART 2 1
        AWAIT 7 1
        AWAITED 1
        END 1
        """,
    ),
    program(
        "awaits inside arguments",
        """
        import asyncio
        def f(a, b): return a + b
        async def g(a):
            await asyncio.sleep(0)
            return a
        async def main():
            _sw_s = _sw_co(2)
            try:
                got = _sw_out(_sw_will(3, f)(
                    await _sw_await(_sw_s, 4, _sw_out(_sw_call(5, g)(1))),
                    _sw_in(3, await _sw_await(_sw_s, 6, _sw_out(_sw_call(5, g)(2)))),
                ))
                assert got == 3
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        CALL_UNDER 5 2 1
        OUT
        AWAIT 4 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        CALL_UNDER 5 2 1
        OUT
        AWAIT 6 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        CALL_UNDER 3 1 1
        OUT
        END 1
        """,
    ),
    program(
        "tasks interleaved, with calls left open",
        """
        import asyncio
        from contextlib import suppress
        def bad(): raise KeyError
        async def child(n):
            _sw_s = _sw_co(10, n)
            try:
                with suppress(KeyError): _sw_out(_sw_call(1, bad)())
                await _sw_await(_sw_s, 2, asyncio.sleep(0))
                _sw_out(_sw_call(3, len)(""))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(4)
            try:
                await _sw_await(_sw_s, 5, _sw_out(_sw_will(6, asyncio.gather)(child(1), _sw_in(6, child(2)))))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 4 1
        CALL_UNDER 6 1 1
        OUT
        AWAIT 5 1
        PAUSE 1
        ASTART_UNDER 10 2 1
        ARGS 1
        CALL_UNDER 1 2 2
        CALL_FAIL
        AWAIT 2 2
        PAUSE 2
        ASTART_UNDER 10 3 1
        ARGS 2
        CALL_UNDER 1 2 3
        CALL_FAIL
        AWAIT 2 3
        PAUSE 3
        RESUME 2
        AWAITED 2
        CALL_UNDER 3 3 2
        OUT
        END 2
        RESUME 3
        AWAITED 3
        CALL_UNDER 3 3 3
        OUT
        END 3
        RESUME 1
        AWAITED 1
        END 1
        """,
    ),
    program(
        "await of something that fails",
        """
        async def inner():
            _sw_s = _sw_co(1)
            try: raise LookupError("inner")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def outer():
            _sw_s = _sw_co(2)
            try: await _sw_await(_sw_s, 5, _sw_out(_sw_call(6, inner)()))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def outermost():
            _sw_s = _sw_co(3)
            try:
                try: await _sw_await(_sw_s, 7, outer())
                except LookupError: _sw_caught()
                await _sw_await(_sw_s, 8, outer())
            except: _sw_flag(_sw_s); raise
            finally: _sw_exit(_sw_s)
        try: outermost().send(None)
        except LookupError: pass
        """,
        """
        ASTART 3 1
        AWAIT 7 1
        ASTART_UNDER 2 2 1
        CALL_UNDER 6 1 2
        OUT
        AWAIT 5 2
        ASTART_UNDER 1 3 2
        HERROR 3 LookupError: inner [twin.py:4:inner]
        END 3
        AWAIT_FAIL 2
        HERROR 2 AGAIN [twin.py:9:outer]
        END 2
        AWAIT_FAIL 1
        AWAIT 8 1
        ASTART_UNDER 2 4 1
        CALL_UNDER 6 1 4
        OUT
        AWAIT 5 4
        ASTART_UNDER 1 5 4
        HERROR 5 LookupError: inner [twin.py:4:inner]
        END 5
        AWAIT_FAIL 4
        HERROR 4 AGAIN [twin.py:9:outer]
        END 4
        AWAIT_FAIL 1
        HFLAG 1
        END 1
        """,
    ),
    program(
        "await that is thrown into",
        """
        import types
        @types.coroutine
        def pause(): return (yield "asked")
        async def inner():
            _sw_s = _sw_co(1)
            try:
                try: await _sw_await(_sw_s, 5, pause())
                except ValueError: return _sw_val(_sw_s, await _sw_await(_sw_s, 6, pause()))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def outer():
            _sw_s = _sw_co(2)
            try: return _sw_val(_sw_s, await _sw_await(_sw_s, 7, inner()))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        co = outer()
        assert co.send(None) == "asked"
        assert co.throw(ValueError("in")) == "asked"
        try: co.send("got")
        except StopIteration as stop: assert stop.value == "got"
        co = outer()
        assert co.send(None) == "asked"
        try: co.throw(KeyError("out"))
        except KeyError: pass
        """,
        """
        ASTART 2 1
        AWAIT 7 1
        ASTART_UNDER 1 2 1
        AWAIT 5 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAIT_FAIL 2
        AWAIT 6 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        HVALUE 2 'got'
        END 2
        AWAITED 1
        HVALUE 1 'got'
        END 1
        ASTART 2 3
        AWAIT 7 3
        ASTART_UNDER 1 4 3
        AWAIT 5 4
        PAUSE 4
        PAUSE 3
        RESUME 3
        RESUME 4
        AWAIT_FAIL 4
        HERROR 4 KeyError: 'out' [twin.py:8:inner twin.py:4:pause]
        END 4
        AWAIT_FAIL 3
        HERROR 3 AGAIN [twin.py:14:outer]
        END 3
        """,
    ),
    program(
        "await that is closed",
        """
        import types
        @types.coroutine
        def pause(): yield
        async def inner():
            _sw_s = _sw_co(1)
            try: await _sw_await(_sw_s, 5, pause())
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def outer():
            _sw_s = _sw_co(2)
            try: await _sw_await(_sw_s, 7, inner())
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        co = outer(); co.send(None); co.close()
        co = outer(); co.send(None); del co
        co = outer(); co.send(None)
        try: co.throw(GeneratorExit)
        except GeneratorExit: pass
        """,
        """
        ASTART 2 1
        AWAIT 7 1
        ASTART_UNDER 1 2 1
        AWAIT 5 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        CLOSED 2
        END 2
        AWAITED 1
        CLOSED 1
        END 1
        ASTART 2 3
        AWAIT 7 3
        ASTART_UNDER 1 4 3
        AWAIT 5 4
        PAUSE 4
        PAUSE 3
        RESUME 3
        RESUME 4
        AWAITED 4
        CLOSED 4
        END 4
        AWAITED 3
        CLOSED 3
        END 3
        ASTART 2 5
        AWAIT 7 5
        ASTART_UNDER 1 6 5
        AWAIT 5 6
        PAUSE 6
        PAUSE 5
        RESUME 5
        RESUME 6
        AWAITED 6
        CLOSED 6
        END 6
        AWAITED 5
        CLOSED 5
        END 5
        """,
    ),
    program(
        "awaited coroutine that does not let itself be closed",
        """
        import types
        @types.coroutine
        def stubborn():
            try: yield
            except GeneratorExit: yield
        async def outer():
            _sw_s = _sw_co(2)
            try: await _sw_await(_sw_s, 7, stubborn())
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        co = outer(); co.send(None)
        try: co.close()
        except RuntimeError: pass
        """,
        """
        ASTART 2 1
        AWAIT 7 1
        PAUSE 1
        RESUME 1
        AWAIT_FAIL 1
        HERROR 1 RuntimeError: generator ignored GeneratorExit [twin.py:9:outer]
        END 1
        """,
    ),
    program(
        "task that is cancelled",
        """
        import asyncio
        async def child(future):
            _sw_s = _sw_co(1)
            try: await _sw_await(_sw_s, 5, future)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                task = asyncio.ensure_future(child(asyncio.get_running_loop().create_future()))
                await _sw_await(_sw_s, 6, asyncio.sleep(0))
                task.cancel()
                try: await _sw_await(_sw_s, 7, task)
                except asyncio.CancelledError: pass
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        AWAIT 6 1
        PAUSE 1
        ASTART_UNDER 1 2 1
        AWAIT 5 2
        PAUSE 2
        RESUME 1
        AWAITED 1
        AWAIT 7 1
        PAUSE 1
        RESUME 2
        AWAIT_FAIL 2
        HERROR 2 asyncio.exceptions.CancelledError:  [twin.py:5:child]
        END 2
        RESUME 1
        AWAIT_FAIL 1
        END 1
        """,
    ),
    program(
        "future and its result",
        """
        import asyncio
        async def main():
            _sw_s = _sw_co(2)
            try:
                future = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(future.set_result, 5)
                assert await _sw_await(_sw_s, 6, future) == 5
                assert await _sw_await(_sw_s, 6, future) == 5
                failed = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(failed.set_exception, KeyError(1))
                try: await _sw_await(_sw_s, 7, failed)
                except KeyError: pass
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        AWAIT 6 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 6 1
        AWAITED 1
        AWAIT 7 1
        PAUSE 1
        RESUME 1
        AWAIT_FAIL 1
        END 1
        """,
    ),
    program(
        "class with its own __await__",
        """
        class Wait:
            def __init__(self, iterator): self.iterator = iterator
            def __await__(self): return self.iterator
        class Mixed:
            def __await__(self):
                got = yield 1
                return got
        class Iterator:
            def __iter__(self): return self
            def __next__(self): raise StopIteration(7)
        async def main():
            _sw_s = _sw_co(2)
            try:
                assert await _sw_await(_sw_s, 5, Wait(iter([1, 2]))) is None
                assert await _sw_await(_sw_s, 6, Mixed()) == "sent"
                assert await _sw_await(_sw_s, 7, Wait(Iterator())) == 7
                try: await _sw_await(_sw_s, 8, Wait(iter([3])))
                except ValueError: pass
                await _sw_await(_sw_s, 8, Wait(iter([4])))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        co = main()
        assert [co.send(None) for _ in range(3)] == [1, 2, 1]
        assert co.send("sent") == 3
        assert co.throw(ValueError("no throw there")) == 4
        co.close()
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        PAUSE 1
        RESUME 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 6 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 7 1
        AWAITED 1
        AWAIT 8 1
        PAUSE 1
        RESUME 1
        AWAIT_FAIL 1
        AWAIT 8 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        CLOSED 1
        END 1
        """,
    ),
    program(
        "async with",
        """
        import asyncio
        class Manager:
            async def __aenter__(self): await asyncio.sleep(0); return 5
            async def __aexit__(self, *exception): return exception[0] is KeyError
        async def main():
            _sw_s = _sw_co(2)
            try:
                async with _sw_awith(_sw_s, 5, Manager()) as got:
                    assert got == 5
                    raise KeyError
                async with _sw_awith(_sw_s, 6, Manager()), _sw_awith(_sw_s, 7, asyncio.Lock()): pass
                async with _sw_awith(_sw_s, 8, Manager()): raise ValueError("through")
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        try: asyncio.run(main())
        except ValueError: pass
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 5 1
        AWAITED 1
        AWAIT 6 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 7 1
        AWAITED 1
        AWAIT 7 1
        AWAITED 1
        AWAIT 6 1
        AWAITED 1
        AWAIT 8 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 8 1
        AWAITED 1
        HERROR 1 ValueError: through [twin.py:13:main]
        END 1
        """,
    ),
    program(
        "async for",
        """
        import asyncio
        class Numbers:
            def __init__(self): self.n = 0
            def __aiter__(self): return self
            async def __anext__(self):
                self.n += 1
                if self.n == 2: await asyncio.sleep(0)
                if self.n > 2: raise StopAsyncIteration
                return self.n
        async def generator():
            yield 1
            await asyncio.sleep(0)
            yield 2
        async def failing():
            yield 1
            raise KeyError(1)
        async def main():
            _sw_s = _sw_co(2)
            try:
                assert [n async for n in _sw_aiter(_sw_s, 5, Numbers())] == [1, 2]
                async for n in _sw_aiter(_sw_s, 6, generator()): pass
                async for n in _sw_aiter(_sw_s, 7, failing()): pass
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        try: asyncio.run(main())
        except KeyError: pass
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        AWAITED 1
        AWAIT 5 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 5 1
        AWAITED 1
        AWAIT 6 1
        AWAITED 1
        AWAIT 6 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        AWAIT 6 1
        AWAITED 1
        AWAIT 7 1
        AWAITED 1
        AWAIT 7 1
        AWAIT_FAIL 1
        HERROR 1 KeyError: 1 [twin.py:23:main twin.py:17:failing]
        END 1
        """,
    ),
    program(
        "StopAsyncIteration of an await is a failure",
        """
        async def stop(): raise StopAsyncIteration
        async def main():
            _sw_s = _sw_co(2)
            try: await _sw_await(_sw_s, 5, stop())
            except StopAsyncIteration: pass
            finally: _sw_exit(_sw_s)
        try: main().send(None)
        except StopIteration: pass
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        AWAIT_FAIL 1
        END 1
        """,
    ),
    program(
        "contextlib's async managers",
        """
        import asyncio, contextlib
        @contextlib.asynccontextmanager
        async def manager():
            _sw_s = _sw_agen(1)
            try:
                await _sw_await(_sw_s, 3, asyncio.sleep(0))
                try:
                    _sw_resume(_sw_s, (yield _sw_pause(_sw_s, "got")))
                finally:
                    _sw_resume(_sw_s)
                    await _sw_await(_sw_s, 4, asyncio.sleep(0))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                async with _sw_awith(_sw_s, 5, manager()) as got: assert got == "got"
                async with _sw_awith(_sw_s, 6, contextlib.AsyncExitStack()) as stack:
                    await _sw_await(_sw_s, 7, stack.enter_async_context(manager()))
                async with _sw_awith(_sw_s, 8, contextlib.aclosing(manager().gen)): pass
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        ASTART_UNDER 1 2 1
        AWAIT 3 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        PAUSE 2
        AWAITED 1
        AWAIT 5 1
        RESUME 2
        AWAIT 4 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        END 2
        AWAITED 1
        AWAIT 6 1
        AWAITED 1
        AWAIT 7 1
        ASTART_UNDER 1 3 1
        AWAIT 3 3
        PAUSE 3
        PAUSE 1
        RESUME 1
        RESUME 3
        AWAITED 3
        PAUSE 3
        AWAITED 1
        AWAIT 6 1
        RESUME 3
        AWAIT 4 3
        PAUSE 3
        PAUSE 1
        RESUME 1
        RESUME 3
        AWAITED 3
        END 3
        AWAITED 1
        AWAIT 8 1
        AWAITED 1
        AWAIT 8 1
        AWAITED 1
        END 1
        """,
    ),
    program(
        "async generator that awaits, gone through by another",
        """
        import asyncio
        def f(): _sw_enter(3); _sw_ret()
        async def numbers():
            _sw_s = _sw_agen(1)
            try:
                await _sw_await(_sw_s, 5, asyncio.sleep(0))
                f()
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            _sw_s = _sw_co(2)
            try:
                async for n in _sw_aiter(_sw_s, 6, numbers()): f()
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        asyncio.run(main())
        """,
        """
        ASTART 2 1
        AWAIT 6 1
        ASTART_UNDER 1 2 1
        AWAIT 5 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        ENTER_UNDER 3 2
        RETURN None
        PAUSE 2
        AWAITED 1
        ENTER_UNDER 3 1
        RETURN None
        AWAIT 6 1
        RESUME 2
        END 2
        AWAITED 1
        END 1
        """,
    ),
    program(
        "coroutine that an async generator awaits, after its own suspension",
        """
        import asyncio
        def f(): _sw_enter(3); _sw_ret()
        async def nap():
            _sw_s = _sw_co(4)
            try:
                await _sw_await(_sw_s, 5, asyncio.sleep(0))
                f()
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def numbers():
            _sw_s = _sw_agen(1)
            try:
                await _sw_await(_sw_s, 6, nap())
                f()
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main():
            async for n in numbers(): pass
        asyncio.run(main())
        """,
        """
        ASTART 1 1
        AWAIT 6 1
        ASTART_UNDER 4 2 1
        AWAIT 5 2
        PAUSE 2
        PAUSE 1
        RESUME 1
        RESUME 2
        AWAITED 2
        ENTER_UNDER 3 2
        RETURN None
        END 2
        AWAITED 1
        ENTER_UNDER 3 1
        RETURN None
        PAUSE 1
        RESUME 1
        END 1
        """,
    ),
    program(
        "second await of a handle, and one that has ended",
        """
        import types
        @types.coroutine
        def pause(): yield 1
        kept = []
        async def main():
            _sw_s = _sw_co(2)
            kept.append(_sw_await(_sw_s, 6, pause()))
            await _sw_await(_sw_s, 5, pause())
            _sw_exit(_sw_s)
            assert await _sw_await(_sw_s, 5, pause()) is None
            async with _sw_awith(_sw_s, 5, Manager()): pass
        class Manager:
            async def __aenter__(self): pass
            async def __aexit__(self, *_): pass
        co = main(); co.send(None)
        list(kept[0])
        co.send(None)
        try: co.send(None)
        except StopIteration: pass
        """,
        """
        ASTART 2 1
        AWAIT 5 1
        PAUSE 1
        RESUME 1
        AWAITED 1
        END 1
        """,
    ),
]
