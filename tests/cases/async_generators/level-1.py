from spanwright import probes as _sw_; _sw_flag, _sw_exit, _sw_agen, _sw_pause, _sw_resume = _sw_(__name__, "input.py@227d6d9b6e461586", 2, 3, "flag exit agen pause resume")  # instrumented, level 1; the original comes back with: uninstrument --restore
async def stream(n):
    _sw_s = _sw_agen(0)
    try:
        for i in range(n):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
            await pause()
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def cleans_up(lock):
    _sw_s = _sw_agen(1)
    try:
        async with lock as held, _sw_s:
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, held)))
            finally:
                _sw_resume(_sw_s)
                await release()
        with lock, _sw_s: _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def stops():
    _sw_s = _sw_agen(2)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        return
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)
