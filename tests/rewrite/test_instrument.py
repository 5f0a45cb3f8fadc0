"""What `instrument` refuses, leaves alone and promises beyond the golden cases."""

from __future__ import annotations

import json

import pytest

from instrumenter import rewrite
from instrumenter.errors import RewriteError

FUNCTION = b"def f(a):\n    return a\n"


def refusal(source: bytes, level: int = 2) -> RewriteError:
    with pytest.raises(RewriteError) as caught:
        rewrite.instrument(source, level, "x.py")
    return caught.value


def twin_of(source: bytes, level: int = 2) -> rewrite.Twin:
    twin = rewrite.instrument(source, level, "x.py")
    assert twin is not None
    return twin


def test_file_that_does_not_parse_is_named_with_line_and_column() -> None:
    error = refusal(b"def f():\n    return (\n")
    assert (error.slug, error.line) == ("does-not-parse", 2)
    assert error.column is not None


def test_file_without_functions_that_does_not_parse_is_refused_too() -> None:
    assert refusal(b"x = = 1\n").slug == "does-not-parse"


def test_file_that_parses_but_does_not_compile_is_refused() -> None:
    assert refusal(b"def f():\n    pass\nreturn 1\n").slug == "does-not-parse"


def test_bytes_that_are_not_utf8_without_a_cookie_are_refused() -> None:
    error = refusal(b"def f():\n    return '\xe9'\n")
    assert error.slug == "not-decodable"
    assert "0xe9" in str(error)


def test_unknown_encoding_is_refused() -> None:
    assert refusal(b"# -*- coding: klingon -*-\n" + FUNCTION).slug == "not-decodable"


def test_twin_is_refused() -> None:
    assert refusal(twin_of(FUNCTION).source).slug == "already-a-twin"


def test_null_byte_is_refused() -> None:
    assert refusal(b"def f():\n    return 1\0\n").slug in ("does-not-parse", "does-not-compile")


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\n\n",
        b"# only a comment",
        b"x = 1\n",
        b"default = 1\n",
        b"def f(): ...\n",
        b"class A:\n    def f(self):\n        '''Doc.'''\n",
        b"f = lambda: 1\n",
    ],
)
def test_file_with_nothing_to_instrument_has_no_twin(source: bytes) -> None:
    assert rewrite.instrument(source, 2, "x.py") is None


def test_levels_differ_and_are_named_in_the_header() -> None:
    for level in rewrite.LEVELS:
        twin = twin_of(FUNCTION, level)
        found = rewrite.read_header(twin.source)
        assert found is not None
        assert (found.level, found.abi, found.id) == (level, 2, twin.id)
        assert found.sites == len(json.loads(twin.table)["sites"])


@pytest.mark.parametrize("source", [FUNCTION, b"'''from spanwright import probes as _sw_; x'''\n" + FUNCTION])
def test_original_has_no_header(source: bytes) -> None:
    assert rewrite.read_header(source) is None


@pytest.mark.parametrize("name", ['we"ird\\.py', "naïve.py", "a\nb.py", "folder/x.py"])
def test_odd_file_name_does_no_harm(name: str) -> None:
    twin = rewrite.instrument(b"# coding: ascii\n" + FUNCTION, 2, name)
    assert twin is not None
    assert rewrite.read_header(twin.source) is not None


def test_site_table_speaks_of_the_original() -> None:
    source = b"import os\n\n@deco\ndef f(a, *b, c, **d):\n    def g():\n        yield 1\n    return g\n"
    table = json.loads(twin_of(source).table)
    assert table["sites"] == [
        {
            "name": "f",
            "line": 4,
            "column": 1,
            "endLine": 7,
            "kind": "function",
            "params": ["a", "*b", "c", "**d"],
            "firstLine": 3,
        },
        {"name": "f.<locals>.g", "line": 5, "column": 5, "endLine": 6, "kind": "generator", "params": []},
    ]


def test_probes_bind_no_new_name_in_a_synchronous_function() -> None:
    code = compile(twin_of(b"def f(a):\n    b = a\n    return b\n").source, "x.py", "exec")
    function = next(const for const in code.co_consts if hasattr(const, "co_varnames"))
    assert function.co_varnames == ("a", "b")


def test_strip_refuses_a_file_without_a_header() -> None:
    with pytest.raises(RewriteError, match="no header"):
        rewrite.strip(FUNCTION)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"_sw_fail(0)", b"_sw_fail(0), 1"),
        (b"    except: _sw_fail(0); raise\n", b""),
        (b"_sw_ret(a)", b"_sw_ret"),
        (b"try:", b"if 1:"),
        (b"_sw_enter(0, a)", b"_sw_other(0, a)"),
    ],
)
def test_strip_names_the_line_where_a_probe_was_changed(old: bytes, new: bytes) -> None:
    with pytest.raises(RewriteError) as caught:
        rewrite.strip(twin_of(FUNCTION).source.replace(old, new))
    assert caught.value.slug in ("cannot-strip", "does-not-parse")
    assert caught.value.line is not None
