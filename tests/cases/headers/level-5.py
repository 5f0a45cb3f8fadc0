from spanwright import probes as _sw_; _sw_enter, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@a2c904d7ac1f5056", 2, 109, "enter error exit gen pause resume call out line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def conditions(x):
    _sw_s = _sw_gen(0, x)
    try:
        if _sw_line(4) or (x): _sw_line(5); pass
        elif _sw_line(6) or ((x)): _sw_line(7); pass
        elif(_sw_line)(8) or ((x)): _sw_line(9); pass
        elif _sw_line(10) or (not x and x):
            _sw_line(11); pass
        else: _sw_line(12); pass
        if(_sw_line)(13) or ((x)):
            _sw_line(14); pass
        if(_sw_line)(15) or ("a"in x): _sw_line(16); pass
        if _sw_line(17) or (lambda: x): _sw_line(18); pass
        if _sw_line(19) or ((_sw_resume(_sw_s, (yield _sw_pause(_sw_s))))): _sw_line(20); pass
        if _sw_line(21) or ((_sw_line(22) or (x)) if x else (_sw_line(23) or (x))): _sw_line(24); pass
        if _sw_line(25) or ((
            x
            and x
        )):
            _sw_line(26); pass
        while(_sw_line)(27) or ((x)): _sw_line(28); x = 0; _sw_var(29, x)
        while _sw_line(30) or (x := _sw_let(31, x - 1)):
            _sw_line(32); continue
        else:
            _sw_line(33); x = 1; _sw_var(34, x)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def loops(it):
    try:
        _sw_enter(1, it); _sw_keep(1, it)
        for a in _sw_line(35) or (it): _sw_var(36, a); _sw_line(37); pass
        for a in _sw_line(38) or (1, 2): _sw_var(39, a); _sw_line(40); pass
        for a in _sw_line(41) or (*it, 1): _sw_var(42, a); _sw_line(43); pass
        for a in _sw_line(44) or (1,): _sw_var(45, a); _sw_line(46); pass
        for(a)in(_sw_line)(47) or ((it)): _sw_var(48, a); _sw_line(49); pass
        for a, (b, *c) in _sw_line(50) or (it):
            _sw_var(51, a, b, c); _sw_line(52); _sw_out(_sw_call(53, print, a)(a), a)
        else:
            _sw_line(54); _sw_out(_sw_call(55, print)("end"))
        for it.a in _sw_line(56) or (it): _sw_line(57); pass
        for it[0], d in _sw_line(58) or (it): _sw_var(59, d); _sw_line(60); pass
        for a in _sw_line(61) or (lambda: 1, 2): _sw_var(62, a); _sw_line(63); pass
    except: _sw_error(1); raise
    finally: _sw_state(1, it); _sw_exit(1)


def managers(cm):
    _sw_s = _sw_gen(2, cm); _sw_keep(_sw_s, cm)
    try:
        with _sw_line(64) or (cm): _sw_line(65); pass
        with _sw_line(66) or (cm) as a: _sw_var(67, a); _sw_line(68); pass
        with ((_sw_line)(69) or (cm)): _sw_line(70); pass
        with ((_sw_line)(71) or (cm), cm): _sw_line(72); pass
        with ((_sw_line)(73) or (cm) as a, cm as (b, c)): _sw_var(74, a, b, c); _sw_line(75); pass
        with _sw_line(76) or ((cm, cm)) as d: _sw_var(77, d); _sw_line(78); pass
        with((_sw_line)(79) or (cm) as a): _sw_var(80, a); _sw_line(81); pass
        with (
            # why
            (_sw_line)(82) or (cm) as a,
        ):
            _sw_var(83, a); _sw_line(84); pass
        with _sw_line(85) or (cm), cm as e: _sw_var(86, e); _sw_line(87); pass
        with _sw_line(88) or (cm) as cm.x, cm as cm[0]: _sw_line(89); pass
        with _sw_line(90) or (((_sw_line(91) or (cm)) if cm else (_sw_line(92) or (cm))).x) as f: _sw_var(93, f); _sw_line(94); pass
        with _sw_line(95) or ((_sw_resume(_sw_s, (yield _sw_pause(_sw_s))))) as g: _sw_var(96, g); _sw_line(97); pass
        with _sw_line(98) or ((h := _sw_let(99, cm))): _sw_line(100); pass
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, cm); _sw_exit(_sw_s)


def nothing():
    try:
        _sw_enter(3)
        for _ in _sw_line(101) or (()): _sw_var(102, _); _sw_line(103); ...
        while _sw_line(104) or (False): _sw_line(105); "constant"
        if _sw_line(106) or (0):
            global g
            _sw_line(107); g = 1; _sw_var(108, g)
    except: _sw_error(3); raise
    finally: _sw_exit(3)
