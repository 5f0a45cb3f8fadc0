from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "input.py@ac0ee23a3cb2ed81", 2, 6, "enter enter_m ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def every_kind(a, b=1, /, c=2, *args, d, e=3, **kwargs):
    try:
        _sw_enter(0, a, b, c, args, d, e, kwargs)
        return _sw_ret(a)
    except: _sw_fail(0); raise


def keyword_only(*, flag=True):
    try:
        _sw_enter(1, flag)
        return _sw_ret(flag)
    except: _sw_fail(1); raise


def annotated(a: int, *rest: str, **options: "dict[str, int]") -> list[int]:
    try:
        _sw_enter(2, a, rest, options)
        return _sw_ret([a])
    except: _sw_fail(2); raise


def deleted(x):
    try:
        _sw_enter(3, x)
        del x
    except: _sw_fail(3); raise
    else: _sw_ret()


def over_lines(
    a,  # the first
    b=(1,
       2),
):
    try:
        _sw_enter(4, a, b)
        return _sw_ret((a, b),)
    except: _sw_fail(4); raise


class Mangled:
    def method(self, __private):
        try:
            _sw_enter_m(5, self, __private)
            return _sw_ret(__private)
        except: _sw_fail(5); raise
