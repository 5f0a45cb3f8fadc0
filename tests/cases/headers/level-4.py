from spanwright import probes as _sw_; _sw_enter, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@0c0dc27dd7ea3de7", 2, 28, "enter error exit gen pause resume call out var let keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def conditions(x):
    _sw_s = _sw_gen(0, x)
    try:
        if x: pass
        elif (x): pass
        elif(x): pass
        elif not x and x:
            pass
        else: pass
        if(x):
            pass
        if"a"in x: pass
        if lambda: x: pass
        if (_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))): pass
        if x if x else x: pass
        if (
            x
            and x
        ):
            pass
        while(x): x = 0; _sw_var(4, x)
        while x := _sw_let(5, x - 1):
            continue
        else:
            x = 1; _sw_var(6, x)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def loops(it):
    try:
        _sw_enter(1, it); _sw_keep(1, it)
        for a in it: _sw_var(7, a); pass
        for a in 1, 2: _sw_var(8, a); pass
        for a in *it, 1: _sw_var(9, a); pass
        for a in 1,: _sw_var(10, a); pass
        for(a)in(it): _sw_var(11, a); pass
        for a, (b, *c) in it:
            _sw_var(12, a, b, c); _sw_out(_sw_call(13, print, a)(a), a)
        else:
            _sw_out(_sw_call(14, print)("end"))
        for it.a in it: pass
        for it[0], d in it: _sw_var(15, d); pass
        for a in lambda: 1, 2: _sw_var(16, a); pass
    except: _sw_error(1); raise
    finally: _sw_state(1, it); _sw_exit(1)


def managers(cm):
    _sw_s = _sw_gen(2, cm); _sw_keep(_sw_s, cm)
    try:
        with cm: pass
        with cm as a: _sw_var(17, a); pass
        with (cm): pass
        with (cm, cm): pass
        with (cm as a, cm as (b, c)): _sw_var(18, a, b, c); pass
        with (cm, cm) as d: _sw_var(19, d); pass
        with(cm as a): _sw_var(20, a); pass
        with (
            # why
            cm as a,
        ):
            _sw_var(21, a); pass
        with cm, cm as e: _sw_var(22, e); pass
        with cm as cm.x, cm as cm[0]: pass
        with (cm if cm else cm).x as f: _sw_var(23, f); pass
        with (_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))) as g: _sw_var(24, g); pass
        with (h := _sw_let(25, cm)): pass
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, cm); _sw_exit(_sw_s)


def nothing():
    try:
        _sw_enter(3)
        for _ in (): _sw_var(26, _); ...
        while False: "constant"
        if 0:
            global g
            g = 1; _sw_var(27, g)
    except: _sw_error(3); raise
    finally: _sw_exit(3)
