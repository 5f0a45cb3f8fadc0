"""Exceptions passing through functions: identity, context, tracebacks' depth."""

import sys
import threading
import warnings


class Custom(Exception):
    def __init__(self, message, **context):
        super().__init__(message)
        self.context = context
        self.suggestion = "try again"


class Hostile(Exception):
    def __str__(self):
        print("str was called")
        return "hostile"

    def __repr__(self):
        print("repr was called")
        return "hostile"


def innermost(kind):
    raise kind


def middle(kind):
    return innermost(kind)


def outer(kind):
    try:
        return middle(kind)
    except ValueError as error:
        raise Custom("wrapped", value=1) from error


def while_handling():
    try:
        innermost(ValueError("first"))
    except ValueError:
        innermost(KeyError("second"))


def with_notes():
    error = ValueError("noted")
    if hasattr(error, "add_note"):
        error.add_note("a note")
    raise error


def group():
    if sys.version_info >= (3, 11):
        raise ExceptionGroup("many", [ValueError(1), KeyError(2)])
    raise ValueError("no groups")


def hostile():
    raise Hostile("x")


def chain(error):
    while error is not None:
        tb, lines = error.__traceback__, []
        while tb:
            lines.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
        yield type(error).__name__, error.args, lines, getattr(error, "__notes__", None)
        error = error.__cause__ or error.__context__


def attempt(function, *args):
    try:
        function(*args)
    except BaseException as error:
        for link in chain(error):
            print(link)
        saved = error
    print(sys.exc_info(), saved.__traceback__.tb_frame.f_code.co_name)
    return saved


for kind in (ValueError("v"), KeyError("k"), SystemExit(2), KeyboardInterrupt(), StopIteration(1)):
    print(attempt(outer, kind) is kind)
for function in (while_handling, with_notes, group, hostile):
    attempt(function)


def warns():
    warnings.warn("careful", stacklevel=2)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warns()
    print([str(w.message) for w in caught])


def in_thread(results):
    try:
        outer(ValueError("thread"))
    except Custom as error:
        results.append(error.context)


results = []
threads = [threading.Thread(target=in_thread, args=(results,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)


def asserts(x):
    assert x, f"not {x}"


attempt(asserts, 0)


def raises_class():
    raise ValueError


attempt(raises_class)


def unbound():
    print(missing)
    missing = 1


attempt(unbound)
sys.exit(4)
