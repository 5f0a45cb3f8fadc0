"""Every odd way out of a function, with everything observable printed."""

import sys
from contextlib import ExitStack, contextmanager, suppress


class Manager:
    def __init__(self, name, swallow=False, fail=False):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind.__name__ if kind else None)
        if self.fail:
            raise KeyError(self.name)
        return self.swallow


def in_with(name, **how):
    with Manager(name, **how):
        return f"value of {name}"


def raises_in_with(name, **how):
    with Manager(name, **how) as m:
        raise ValueError(m.name)


def try_finally():
    try:
        return "try"
    finally:
        print("finally")


def finally_wins():
    try:
        return "try"
    finally:
        return "finally"  # noqa: B012


def finally_swallows():
    try:
        raise ValueError
    finally:
        return "swallowed"  # noqa: B012


def finally_raises():
    try:
        return 1
    finally:
        raise KeyError("from finally")


def finally_continues():
    for i in range(3):
        try:
            if i < 2:
                return i
        finally:
            if i < 2:
                continue
        print("went on", i)


def cut_short():
    try:
        with Manager("cut", fail=True):
            return "never"
    except KeyError as error:
        print("caught", error)


def loop_else(n):
    for i in range(n):
        if i == 2:
            break
    else:
        return "else"
    return "broke"


def nested_handlers():
    try:
        try:
            raise ValueError("inner")
        except ValueError:
            raise TypeError("outer") from None
        finally:
            print("inner finally")
    except TypeError as error:
        return repr(error), error.__cause__, error.__suppress_context__


def reraises():
    try:
        raise ValueError("again")
    except ValueError as error:
        first = error
        try:
            raise
        except ValueError as second:
            return first is second


def exit_stack():
    with ExitStack() as stack:
        stack.enter_context(Manager("a"))
        stack.enter_context(Manager("b", swallow=True))
        stack.callback(print, "callback")
        raise LookupError("in stack")
    return "after stack"


def handled_is_visible():
    try:
        raise ValueError("seen")
    except ValueError:
        return inner_sees()


def inner_sees():
    return sys.exc_info()[0].__name__, sys.exc_info()[1].args


@contextmanager
def transaction(name):
    print("begin", name)
    try:
        yield name
    except ValueError as error:
        print("rollback", error)
        raise
    else:
        print("commit")
    finally:
        print("close")


def uses_transaction(fail):
    with transaction("t") as t:
        if fail:
            raise ValueError("in transaction")
        return t


def suppressed():
    with suppress(ZeroDivisionError):
        return 1 / 0


def walrus(values):
    if (n := len(values)) > 2 and (last := values[-1]):
        return n, last
    return n


def system_exit():
    sys.exit(3)


def matching(value):
    match value:
        case {"kind": kind, **rest} if rest:
            return kind, rest
        case [first, *others]:
            return first, others
        case str() as text:
            return text.upper()
        case _:
            return None


def attempt(function, *args, **kwargs):
    try:
        print(function.__name__, "->", function(*args, **kwargs))
    except BaseException as error:
        depth = 0
        tb = error.__traceback__
        while tb:
            depth, tb = depth + 1, tb.tb_next
        print(function.__name__, "!!", repr(error), repr(error.__context__), "frames", depth)
    print("   handled:", sys.exc_info())


for name, how in {"plain": {}, "swallow": {"swallow": True}, "fail": {"fail": True}}.items():
    attempt(in_with, name, **how)
    attempt(raises_in_with, name, **how)
for function in (try_finally, finally_wins, finally_swallows, finally_raises, finally_continues, cut_short):
    attempt(function)
for function in (nested_handlers, reraises, exit_stack, handled_is_visible, suppressed, system_exit):
    attempt(function)
attempt(loop_else, 2)
attempt(loop_else, 5)
attempt(uses_transaction, False)
attempt(uses_transaction, True)
attempt(walrus, [1, 2, 3])
attempt(walrus, [])
for value in ({"kind": 1, "more": 2}, [1, 2, 3], "text", 5):
    attempt(matching, value)
