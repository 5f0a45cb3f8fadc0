"""Module."""; import os
from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@438884a77ed6f342", 2, 6, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def only():
    """Only a docstring."""


def then_code():
    """Docstring."""
    try:
        _sw_enter(0)
        return 1
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


def same_line():
    """Docstring."""; 
    try:
        _sw_enter(1); x = 1; return x
    except: _sw_flag(1); raise
    finally: _sw_exit(1)


def trailing_semicolon():
    """Docstring.""";
    try:
        _sw_enter(2)
        return 1
    except: _sw_flag(2); raise
    finally: _sw_exit(2)


def commented():
    """Docstring."""  # a comment
    try:
        _sw_enter(3)
        # another
        return 1
    except: _sw_flag(3); raise
    finally: _sw_exit(3)


def joined():
    ("one "
     "two")
    try:
        _sw_enter(4)
        return 1
    except: _sw_flag(4); raise
    finally: _sw_exit(4)


def not_a_docstring():
    try:
        _sw_enter(5)
        b"bytes"
        f"{1}"
        return 1
    except: _sw_flag(5); raise
    finally: _sw_exit(5)


def in_line(): "Docstring."; return 1
