from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@24c4d818c23f5c1d", 2, 6, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def every_kind(a, b=1, /, c=2, *args, d, e=3, **kwargs):
    try:
        _sw_enter(0)
        return a
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


def keyword_only(*, flag=True):
    try:
        _sw_enter(1)
        return flag
    except: _sw_flag(1); raise
    finally: _sw_exit(1)


def annotated(a: int, *rest: str, **options: "dict[str, int]") -> list[int]:
    try:
        _sw_enter(2)
        return [a]
    except: _sw_flag(2); raise
    finally: _sw_exit(2)


def deleted(x):
    try:
        _sw_enter(3)
        del x
    except: _sw_flag(3); raise
    finally: _sw_exit(3)


def over_lines(
    a,  # the first
    b=(1,
       2),
):
    try:
        _sw_enter(4)
        return a, b
    except: _sw_flag(4); raise
    finally: _sw_exit(4)


class Mangled:
    def method(self, __private):
        try:
            _sw_enter(5)
            return __private
        except: _sw_flag(5); raise
        finally: _sw_exit(5)
