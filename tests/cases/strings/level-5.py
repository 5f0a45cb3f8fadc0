from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@e8472a9909523f81", 2, 10, "enter val error exit line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def text(name):
    try:
        _sw_enter(0, name); _sw_keep(0, name)
        _sw_line(1); a = """one
two
    three
        four"""; _sw_var(2, a)
        _sw_line(3); b = f"""
    {name
     + "x"}
"""; _sw_var(4, b)
        _sw_line(5); c = ("a"
  "b"); _sw_var(6, c)
        _sw_line(7); d = 'x\
y'; _sw_var(8, d)
        _sw_line(9); return _sw_val("""
end""" + a)
    except: _sw_error(0); raise
    finally: _sw_state(0, name); _sw_exit(0)
