"""Which rows begin inside a string: tree and tokens must say the same, or a twin would not give its original back."""

from __future__ import annotations

import pytest

from instrumenter.rewrite import instrument, strip
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.source import Source
from instrumenter.rewrite.writing import FileWriter

SOURCES = {
    "a docstring": 'def f():\n    """One\n    two\n    """\n    return 1\n',
    "parts side by side": 'def f():\n    return ("""a\n  b""" "c"\n        \'\'\'d\n\ne\'\'\')\n',
    "a continued line": "def f():\n    return 'a\\\n    b'\n",
    "an f-string with code inside": 'def f(x):\n    return f"""a\n    {x +\n    1} {"y"}\n    """\n',
    "in parentheses": 'def f():\n    return (\n        """a\n        b"""\n    )\n',
    "bytes and raw": 'def f():\n    return rb"""a\n    b""", r"c"\n',
    "newlines of another system": 'def f():\r\n    return """a\r\n    b"""\r\n',
    "old newlines": 'def f():\r    return """a\r    b"""\r',
    "characters of several bytes": 'def f():\n    ä = "ü"; return """ö\n    ß"""\n',
    "no string": "def f():\n    return (1,\n    2)\n",
}


@pytest.mark.parametrize("text", SOURCES.values(), ids=SOURCES)
def test_rows_inside_strings_are_those_of_the_tokens(text: str) -> None:
    source = Source.read(text.encode())
    assert FileWriter(source, Tree.parse(source.text), Dial(1), "_sw_", []).string_rows == source.string_rows


@pytest.mark.parametrize("text", SOURCES.values(), ids=SOURCES)
def test_lines_inside_strings_stay_where_they_are(text: str) -> None:
    twin = instrument(text.encode(), 2, "strings.py")
    assert twin is not None
    assert strip(twin.source) == text.encode()


def test_a_def_in_a_string_alone_is_no_function() -> None:
    assert instrument(b'TEXT = """\ndef f(): pass\n"""\n', 1, "text.py") is None
