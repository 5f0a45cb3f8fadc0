"""What goes wrong while another module is imported."""

import importlib


def broken():
    import broken_module
    return broken_module


def failing():
    from failing_module import value
    return value


def missing():
    from failing_package import (
        nothing,
    )
    return nothing


def reloaded():
    return importlib.import_module("failing_module")


def compiled():
    return eval("1 +\n (2 / 0)") + exec("def f(:\n")


def executed():
    code = compile("def f(x):\n    return x.y\n\nf(1)\n", "made.py", "exec")
    exec(code, {})


def main():
    errors = []
    for attempt in (broken, failing, missing, reloaded, compiled, executed):
        try:
            attempt()
        except (Exception, SyntaxError) as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
