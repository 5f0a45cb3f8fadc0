from spanwright import probes as _sw_; _sw_enter, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_caught, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@9138646966db16df", 2, 57, "enter error exit gen pause resume call out caught line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def kinds(x):
    try:
        _sw_enter(0, x); _sw_keep(0, x)
        try:
            _sw_line(4); _sw_line(5); _sw_out(_sw_call(6, x)())
        except _sw_line(7) or (ValueError):
            _sw_caught()
            _sw_line(8); pass
        except _sw_line(9) or ((TypeError, KeyError)) as error:
            _sw_caught()
            _sw_var(10, error); _sw_line(11); raise error
        except(_sw_line)(12) or ((OSError)):
            _sw_caught()
            _sw_line(13); _sw_out(_sw_call(14, print)("touching"))
        except _sw_line(15) or (x.errors[0]) as e: _sw_caught(); _sw_var(16, e); _sw_line(17); _sw_out(_sw_call(18, print)(e))
        except:
            _sw_caught()
            _sw_line(19); _sw_line(20); _sw_out(_sw_call(21, print)("bare"))
        else:
            _sw_line(22); _sw_out(_sw_call(23, print)("else"))
        finally:
            _sw_caught()
            _sw_line(24); _sw_out(_sw_call(25, print)("finally"))
    except: _sw_error(0); raise
    finally: _sw_state(0, x); _sw_exit(0)


def groups(x):
    try:
        _sw_enter(1, x); _sw_keep(1, x)
        try: _sw_line(26); _sw_line(27); _sw_out(_sw_call(28, x)())
        except* _sw_line(29) or (ValueError) as group: _sw_caught(); _sw_var(30, group); _sw_line(31); _sw_out(_sw_call(32, print)(group))
        except*_sw_line(33) or (TypeError): _sw_caught(); _sw_line(34); _sw_out(_sw_call(35, print)("touching"))
    except: _sw_error(1); raise
    finally: _sw_state(1, x); _sw_exit(1)


def bare(x):
    try:
        _sw_enter(2, x); _sw_keep(2, x)
        try: _sw_line(36); _sw_line(37); _sw_out(_sw_call(38, x)())
        except: _sw_caught(); _sw_line(39); _sw_line(40); raise
        try:
            _sw_line(41); _sw_line(42); pass
        except:
            _sw_caught()
            _sw_line(43); _sw_line(44)
            def inner(): pass
        finally: _sw_caught(); _sw_line(45); _sw_out(_sw_call(46, x)())
        try:
            _sw_line(47); _sw_line(48); return
        finally:
            _sw_caught()
            _sw_line(49); pass
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)


def generator(x):
    _sw_s = _sw_gen(3, x); _sw_keep(_sw_s, x)
    try:
        try:
            _sw_line(50); _sw_line(51); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x)))
        except _sw_line(52) or (GeneratorExit) as stop:
            _sw_resume(_sw_s)
            _sw_caught()
            _sw_var(53, stop); _sw_line(54); raise
        finally:
            _sw_resume(_sw_s)
            _sw_caught()
            _sw_line(55); _sw_out(_sw_call(56, x)())
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)
