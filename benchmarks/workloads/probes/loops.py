"""Functions bare and with probes as twins have them; whoever imports this puts the probes in, as `_sw_enter` and so on."""

def bare(a, b):
    return a + b

def level1(a, b):
    try:
        _sw_enter(0)
        return a + b
    except: _sw_flag(0); raise
    finally: _sw_exit(0)

def level2(a, b):
    try:
        _sw_enter(1, a, b)
        return _sw_ret(a + b)
    except: _sw_fail(1); raise

def bare_text(a):
    return a

def level2_text(a):
    try:
        _sw_enter(2, a)
        return _sw_ret(a)
    except: _sw_fail(2); raise

class Bare:
    def method(self, a):
        return a

class Level2:
    def __init__(self):
        self.name = "a name"
    def method(self, a):
        try:
            _sw_enter_m(3, self, a)
            return _sw_ret(a)
        except: _sw_fail(3); raise

def bare_items(n):
    for i in range(n):
        yield i

def level2_items(n):
    _sw_s = _sw_gen(4, n)
    try:
        for i in range(n):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

async def bare_co(a):
    return a

async def level2_co(a):
    _sw_s = _sw_co(5, a)
    try:
        return _sw_val(_sw_s, a)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

def fails():
    raise ValueError("no such thing")

def bare_failure():
    try:
        fails()
    except ValueError:
        pass

def level2_fails():
    try:
        _sw_enter(6)
        raise ValueError("no such thing")
    except: _sw_fail(6); raise

def level2_failure():
    try:
        level2_fails()
    except ValueError:
        pass

def level1_fails():
    try:
        _sw_enter(7)
        raise ValueError("no such thing")
    except: _sw_flag(7); raise
    finally: _sw_exit(7)

def level1_failure():
    try:
        level1_fails()
    except ValueError:
        pass

def callee(a):
    return a

class Receiver:
    def __init__(self):
        self.name = "a name"
    def method(self, a):
        return a

receiver = Receiver()

def bare_calls(n):
    for _ in range(n):
        callee(1)

def level3_calls(n):
    for _ in range(n):
        _sw_out(_sw_call(8, callee)(1))

def bare_builtin(n):
    for _ in range(n):
        len("abc")

def level3_builtin(n):
    for _ in range(n):
        _sw_out(_sw_call(8, len)("abc"))

def bare_methods(n):
    for _ in range(n):
        receiver.method(1)

def level3_methods(n):
    for _ in range(n):
        _sw_out(_sw_call_m(9, receiver, "method").method(1))

def bare_arguments(n):
    for i in range(n):
        callee(i + 1)

def level3_arguments(n):
    for i in range(n):
        _sw_out(_sw_will(10, callee)(_sw_in(10, i + 1)))

def level4_changed(n):
    for i in range(n):
        a = [i]
        _sw_out(_sw_call(10, callee, a)(a), a)

def bare_changed(n):
    for i in range(n):
        a = [i]
        callee(a)

def bare_lines(n):
    for _ in range(n):
        pass

def level5_lines(n):
    for _ in range(n):
        _sw_line(11)

def level4_values(n):
    for i in range(n):
        _sw_var(12, i)

async def ready(a):
    return None

async def bare_awaits(n):
    for _ in range(n):
        await ready(1)

async def level3_awaits(n):
    _sw_s = _sw_co(13)
    for _ in range(n):
        await _sw_await(_sw_s, 14, ready(1))
    _sw_exit(_sw_s)

def run_loop(f, n):
    _sw_enter(7)
    f(n)
    _sw_exit(7)

def run_awaits(f, n):
    try:
        f(n).send(None)
    except StopIteration:
        pass

def run_two(f, n):
    for _ in range(n):
        f(1, 2)

def run_text(f, n):
    for _ in range(n):
        f("twenty characters !!")

def run_method(f, n):
    o = f()
    for _ in range(n):
        o.method(1)

def run_items(f, n):
    for _ in f(n):
        pass

def run_none(f, n):
    for _ in range(n):
        f()

def run_co(f, n):
    async def awaits():
        for _ in range(n):
            await f(1)
    try:
        awaits().send(None)
    except StopIteration:
        pass
