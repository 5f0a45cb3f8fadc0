from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@dfa8eb846f1de0ab", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def grüße(größe, 名前="x"):
    """Grüße."""
    try:
        _sw_enter(0)
        größe = "é" + größe; return größe, 名前
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
