from spanwright import probes as _sw_; _sw_error, _sw_exit, _sw_agen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_caught, _sw_await, _sw_awith, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@9efd4c7a7b2c506c", 2, 22, "error exit agen pause resume call out caught await awith line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
async def stream(n):
    _sw_s = _sw_agen(0, n); _sw_keep(_sw_s, n)
    try:
        for i in _sw_line(_sw_s, 3) or (_sw_out(_sw_call(5, range, n)(n), n)):
            _sw_var(_sw_s, 4, i); _sw_line(_sw_s, 6); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
            _sw_line(_sw_s, 7); await _sw_await(_sw_s, 8, _sw_out(_sw_call(9, pause)()))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, n); _sw_exit(_sw_s)


async def cleans_up(lock):
    _sw_s = _sw_agen(1, lock); _sw_keep(_sw_s, lock)
    try:
        async with _sw_line(_sw_s, 10) or (_sw_awith(_sw_s, 11, lock)) as held, _sw_s:
            try:
                _sw_var(_sw_s, 12, held); _sw_line(_sw_s, 13); _sw_line(_sw_s, 14); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, held)))
            finally:
                _sw_resume(_sw_s)
                _sw_caught()
                _sw_line(_sw_s, 15); await _sw_await(_sw_s, 16, _sw_out(_sw_call(17, release)()))
        with _sw_line(_sw_s, 18) or (lock), _sw_s: _sw_line(_sw_s, 19); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, lock); _sw_exit(_sw_s)


async def stops():
    _sw_s = _sw_agen(2)
    try:
        _sw_line(_sw_s, 20); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        _sw_line(_sw_s, 21); return
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
