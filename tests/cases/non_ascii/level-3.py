from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@1b1a671b0f2fa4d3", 2, 1, "enter ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
def grüße(größe, 名前="x"):
    """Grüße."""
    try:
        _sw_enter(0, größe, 名前)
        größe = "é" + größe; return _sw_ret((größe, 名前),)
    except: _sw_fail(0); raise
