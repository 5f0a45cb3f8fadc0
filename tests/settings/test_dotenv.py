"""The syntax of `tracing.env` is that of python-dotenv."""

from __future__ import annotations

import io
import logging
import os

import pytest
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from hypothesis import example, given
from hypothesis import strategies as st
from spanwright._dotenv import parse, resolve

EXAMPLES = [
    "", "\n", "#", "# only a comment", "KEY", "KEY=", "KEY=value", "  KEY = value  ", "export KEY=value",
    "export\tKEY=value", "export=value", "exportKEY=value", "export", "KEY=a b", "KEY=a#b", "KEY=a #b", "KEY=a\t#b",
    "KEY=#a", "KEY= #a", "KEY='a b'", 'KEY="a b"', "KEY='a' # b", "KEY='a'b", 'KEY="a', "KEY='a\nb'", 'KEY="a\nb"',
    'KEY="a\\nb"', "KEY='a\\nb'", 'KEY="a\\"b"', "KEY='a\\'b'", 'KEY="a\\\\"', 'KEY="a\\', 'KEY="\\x41\\q"',
    "'a key'=b", "''=b", "'open=b", "=b", "A=1\nB=2", "A=1\r\nB=2", "A=1\rB=2", "A='1'\r\n\r\nB",
    "A=1\n\n  # c\n B=2", "A=1\nA=2", "\ufeffA=1", "A=1\n=\nB=2", "A B\nC=3", 'A="1\nB=2', "A=${B}", "B=1\nA=${B}",
    "B=1\nA=x${B}y${C}z", "A=${B:-c}", "B\nA=${B:-c}", "A=${B:c}", "A=${B", "A=$B", "A=${}", "A=${:-c}",
    "A='${HOME_OF_TEST}'", "A=${${B}}", "A=\\${B}", "A=a\\nb", "A=\u00a0#x", "A=\x1c1", "A=a\x0b#b", "A=é", "A=${A}",
    "A:B=1", "A.b-c=1", "export 'A'=1", "export #c", "A==", "A= =", "A=''", 'A=""#c', "KEY='a'\x0c", "A=1\x85B=2",
    "A=${B:-c}d}", "A=${B:-${C}}", "a=${:}", "a=${x:}", "a=${x:}-}",
]  # fmt: skip
_ALPHABET = "AB=#'\"\\ \t\n\r${}:-nexport\u00a0\x0b"


@given(st.text(st.sampled_from(_ALPHABET)) | st.text())
def test_any_text_has_the_statements_that_python_dotenv_sees(text: str) -> None:
    theirs = [
        (binding.key, binding.value)
        for binding in parse_stream(io.StringIO(text, newline=""))
        if binding.key is not None
    ]
    assert [(statement.key, statement.value) for statement in parse(text)[0]] == theirs


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_means_what_it_means_to_python_dotenv(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_OF_TEST", "here")
    monkeypatch.setenv("C", "from outside")
    assert _ours(text) == _theirs(text)


@given(st.text(st.sampled_from(_ALPHABET), max_size=60))
@example('A="${B:-x}"\nB=${A}${A')
def test_variables_are_put_in_as_python_dotenv_does(text: str) -> None:
    assert _ours(f"A=1\nB='2'\n{text}") == _theirs(f"A=1\nB='2'\n{text}")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("A=1", []), ("A B", [1]), ("A=1\n\n=x", [3]), ("A='1\n2'\n''=3\n", [3]), ('\r\n\r\nA="open\rB=1\r?=?', [3])],
)
def test_lines_that_are_no_statements_are_named(text: str, wrong: list[int]) -> None:
    assert parse(text)[1] == wrong


def test_a_statement_knows_the_line_on_which_it_begins() -> None:
    statements, _ = parse("# c\n\nA=1\r\nB='x\n\ny'\r  export C=2")
    assert [(statement.key, statement.line) for statement in statements] == [("A", 3), ("B", 4), ("C", 7)]


def _ours(text: str) -> dict[str, str | None]:
    return {key: value for key, (value, _) in resolve(parse(text)[0], os.environ.get).items()}


def _theirs(text: str) -> dict[str, str | None]:
    logging.getLogger("dotenv.main").disabled = True
    return dict(dotenv_values(stream=io.StringIO(text, newline="")))
