from spanwright import probes as _sw_; _sw_enter, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_caught, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@c08e1d9baa1684e4", 2, 20, "enter error exit gen pause resume call out caught var keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def kinds(x):
    try:
        _sw_enter(0, x); _sw_keep(0, x)
        try:
            _sw_out(_sw_call(4, x)())
        except ValueError:
            _sw_caught()
            pass
        except (TypeError, KeyError) as error:
            _sw_caught()
            _sw_var(5, error); raise error
        except(OSError):
            _sw_caught()
            _sw_out(_sw_call(6, print)("touching"))
        except x.errors[0] as e: _sw_caught(); _sw_var(7, e); _sw_out(_sw_call(8, print)(e))
        except:
            _sw_caught()
            _sw_out(_sw_call(9, print)("bare"))
        else:
            _sw_out(_sw_call(10, print)("else"))
        finally:
            _sw_caught()
            _sw_out(_sw_call(11, print)("finally"))
    except: _sw_error(0); raise
    finally: _sw_state(0, x); _sw_exit(0)


def groups(x):
    try:
        _sw_enter(1, x); _sw_keep(1, x)
        try: _sw_out(_sw_call(12, x)())
        except* ValueError as group: _sw_caught(); _sw_var(13, group); _sw_out(_sw_call(14, print)(group))
        except*TypeError: _sw_caught(); _sw_out(_sw_call(15, print)("touching"))
    except: _sw_error(1); raise
    finally: _sw_state(1, x); _sw_exit(1)


def bare(x):
    try:
        _sw_enter(2, x); _sw_keep(2, x)
        try: _sw_out(_sw_call(16, x)())
        except: _sw_caught(); raise
        try:
            pass
        except:
            _sw_caught()
            def inner(): pass
        finally: _sw_caught(); _sw_out(_sw_call(17, x)())
        try:
            return
        finally:
            _sw_caught()
            pass
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)


def generator(x):
    _sw_s = _sw_gen(3, x); _sw_keep(_sw_s, x)
    try:
        try:
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x)))
        except GeneratorExit as stop:
            _sw_resume(_sw_s)
            _sw_caught()
            _sw_var(18, stop); raise
        finally:
            _sw_resume(_sw_s)
            _sw_caught()
            _sw_out(_sw_call(19, x)())
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)
