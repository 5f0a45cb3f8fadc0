"""A SyntaxError of another module that nobody catches."""

import sys


def load(name):
    module = __import__(name)
    return module


if sys.argv:
    load("broken_module")
