from spanwright import probes as _sw_; _sw_error, _sw_exit, _sw_agen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_caught, _sw_await, _sw_awith = _sw_(__name__, "input.py@cacaa48dbf84c584", 2, 9, "error exit agen pause resume call out caught await awith")  # instrumented, level 3; the original comes back with: uninstrument --restore
async def stream(n):
    _sw_s = _sw_agen(0, n)
    try:
        for i in _sw_out(_sw_call(3, range)(n)):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
            await _sw_await(_sw_s, 4, _sw_out(_sw_call(5, pause)()))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def cleans_up(lock):
    _sw_s = _sw_agen(1, lock)
    try:
        async with _sw_awith(_sw_s, 6, lock) as held, _sw_s:
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, held)))
            finally:
                _sw_resume(_sw_s)
                _sw_caught()
                await _sw_await(_sw_s, 7, _sw_out(_sw_call(8, release)()))
        with lock, _sw_s: _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def stops():
    _sw_s = _sw_agen(2)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        return
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
