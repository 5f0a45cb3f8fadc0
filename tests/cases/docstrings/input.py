"""Module."""; import os
def only():
    """Only a docstring."""


def then_code():
    """Docstring."""
    return 1


def same_line():
    """Docstring."""; x = 1; return x


def trailing_semicolon():
    """Docstring.""";
    return 1


def commented():
    """Docstring."""  # a comment
    # another
    return 1


def joined():
    ("one "
     "two")
    return 1


def not_a_docstring():
    b"bytes"
    f"{1}"
    return 1


def in_line(): "Docstring."; return 1
