from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@01e5c609e2149158", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def text(name):
    try:
        _sw_enter(0)
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
        return """
end""" + a
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
