from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@3d26c8dc1140ddea", 2, 63, "enter val error exit gen pause resume line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def layout(x):
    try:
        _sw_enter(0, x)
        _sw_line(4); x = 1; _sw_var(5, x);
        _sw_line(6); x = 1; _sw_var(7, x) ; _sw_line(8); y = 2; _sw_var(9, y) ;_sw_line(10); z = 3; _sw_var(11, z)  # comment
        _sw_line(12); x = \
            1; _sw_var(13, x)
        _sw_line(14); x = 1; _sw_var(15, x); \
        _sw_line(16); y = 2; _sw_var(17, y)
        _sw_line(18); x = """a
  b"""; _sw_var(19, x); _sw_line(20); y = f"""
{x}"""; _sw_var(21, y)
        if _sw_line(22) or (x): _sw_line(23); y = 1; _sw_var(24, y); _sw_line(25); z = 2; _sw_var(26, z)
        if _sw_line(27) or (x):_sw_line(28); y = 1; _sw_var(29, y)
        else:_sw_line(30); y = 2; _sw_var(31, y);
        for y in _sw_line(32) or (x):_sw_var(33, y); _sw_line(34); z = y; _sw_var(35, z);
        while _sw_line(36) or (x): _sw_line(37); break; _sw_line(38); pass
        _sw_line(39); x = [
1,
        ]; _sw_var(40, x)
        if _sw_line(41) or (x):
            _sw_line(42); pass
            # comment
        # comment
        _sw_line(43); x = 1; _sw_var(44, x);_sw_line(45); pass
        _sw_line(46); (x).y
        _sw_line(47); "constant"; _sw_line(48); ...; _sw_line(49); 1
        _sw_line(50); x = (1,
2); _sw_var(51, x); _sw_line(52); return _sw_val(x)
    except: _sw_error(0); raise
    finally: _sw_exit(0)


def docstring(): "doc"


def after_docstring():
    "doc"; 
    try:
        _sw_enter(1); _sw_line(53); x = 1; _sw_var(54, x); _sw_line(55); return _sw_val(x)
    except: _sw_error(1); raise
    finally: _sw_exit(1)


def inline(x): 
    try: _sw_enter(2, x); _sw_keep(2, x); _sw_line(56); y = x; _sw_var(57, y); _sw_line(58); return _sw_val(y)
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)


def	inline_generator(x):
    _sw_s = _sw_gen(3, x); _sw_keep(_sw_s, x)
    try: _sw_line(59); y = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x))); _sw_var(60, y);_sw_line(61); z = y; _sw_var(62, z) # last
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)