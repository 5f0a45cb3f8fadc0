from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line = _sw_(__name__, "input.py@b722976c4f64cad2", 2, 2, "enter val error exit line")  # instrumented, level 5; the original comes back with: uninstrument --restore
def f(): 
    try: _sw_enter(0); _sw_line(1); return _sw_val(1)
    except: _sw_error(0); raise
    finally: _sw_exit(0)