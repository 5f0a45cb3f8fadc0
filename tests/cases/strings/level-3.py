from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@70cfdbb6d0118cf0", 2, 1, "enter ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
def text(name):
    try:
        _sw_enter(0, name)
        a = """one
two
    three
        four"""
        b = f"""
    {name
     + "x"}
"""
        c = ("a"
  "b")
        d = 'x\
y'
        return _sw_ret("""
end""" + a)
    except: _sw_fail(0); raise
