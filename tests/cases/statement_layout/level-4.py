from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@f197776e7f3ab1e3", 2, 26, "enter val error exit gen pause resume var keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def layout(x):
    try:
        _sw_enter(0, x)
        x = 1; _sw_var(4, x);
        x = 1; _sw_var(5, x) ; y = 2; _sw_var(6, y) ;z = 3; _sw_var(7, z)  # comment
        x = \
            1; _sw_var(8, x)
        x = 1; _sw_var(9, x); \
        y = 2; _sw_var(10, y)
        x = """a
  b"""; _sw_var(11, x); y = f"""
{x}"""; _sw_var(12, y)
        if x: y = 1; _sw_var(13, y); z = 2; _sw_var(14, z)
        if x:y = 1; _sw_var(15, y)
        else:y = 2; _sw_var(16, y);
        for y in x:_sw_var(17, y); z = y; _sw_var(18, z);
        while x: break; pass
        x = [
1,
        ]; _sw_var(19, x)
        if x:
            pass
            # comment
        # comment
        x = 1; _sw_var(20, x);pass
        (x).y
        "constant"; ...; 1
        x = (1,
2); _sw_var(21, x); return _sw_val(x)
    except: _sw_error(0); raise
    finally: _sw_exit(0)


def docstring(): "doc"


def after_docstring():
    "doc"; 
    try:
        _sw_enter(1); x = 1; _sw_var(22, x); return _sw_val(x)
    except: _sw_error(1); raise
    finally: _sw_exit(1)


def inline(x): 
    try: _sw_enter(2, x); _sw_keep(2, x); y = x; _sw_var(23, y); return _sw_val(y)
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)


def	inline_generator(x):
    _sw_s = _sw_gen(3, x); _sw_keep(_sw_s, x)
    try: y = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x))); _sw_var(24, y);z = y; _sw_var(25, z) # last
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)