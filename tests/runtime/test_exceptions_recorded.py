"""What is kept of an exception: type, message or arguments, stack, notes, links, and only what builtin code tells."""

from __future__ import annotations

import sys
from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from segment_text import events

RECORD = """
def record(make):
    try:
        _sw_enter(1)
        raise make()
    except: _sw_fail(1); raise
def attempt(make):
    try: record(make)
    except BaseException: pass
class Named(Exception): pass
class Talks(Exception):
    def __str__(self): 1 / 0
class Quoted(KeyError): pass
class Str(str): pass
def os_error(**fields):
    error = OSError(2, "none")
    for name, value in fields.items(): setattr(error, name, value)
    return error
def noted(*notes):
    error = Named("n"); error.__notes__ = list(notes); return error
def with_attributes(**fields):
    error = Named("a"); error.__dict__.update(fields); return error
"""
FRAME = " [twin.py:5:record]"

WHAT = [
    ("Named()", "__main__.Named: "),
    ("Named('x')", "__main__.Named: x"),
    ("Named('x', 1, None, 2.5, b'y', True)", "__main__.Named: ('x', 1, None, 2.5, b'y', True)"),
    ("Quoted('key')", "__main__.Quoted: 'key'"),
    ("ImportError('x', name='n')", "ImportError: x"),
    ("FileNotFoundError(2, 'none', 'f')", "FileNotFoundError: [Errno 2] none: 'f'"),
    ("os_error(filename='a', filename2='b')", "FileNotFoundError: [Errno 2] none: 'a' -> 'b'"),
    ("KeyboardInterrupt()", "KeyboardInterrupt: "),
    ("AttributeError('a')", "AttributeError: a"),
    ("UnboundLocalError('u')", "UnboundLocalError: u"),
    ("StopIteration(3)", "StopIteration: 3"),
    ("Named('ä' * 2049)", "__main__.Named: " + "ä" * 2048),
    ("Named('x' * 4096)", "__main__.Named: " + "x" * 4096),
    ("Named('x' * 4097)", "__main__.Named('" + "x" * 1024 + "'~4097)"),
    ("Named(2**63 - 1)", f"__main__.Named: {2**63 - 1}"),
    ("Named(2**63)", f"__main__.Named({2**63:#x})"),
    ("Named(Str('x'))", "__main__.Named(__main__.Str:'x')"),
    ("Named([1])", "__main__.Named([1])"),
    ("Named(*[[]] * 40)", "__main__.Named(" + ", ".join(["[]"] * 32) + ")~40"),
    ("Talks('x')", "__main__.Talks('x')"),
    ("os_error(filename=[1])", "FileNotFoundError(2, 'none')"),
    ("os_error(strerror=Str('s'))", "FileNotFoundError(2, 'none')"),
    ("UnicodeDecodeError('utf-8', b'z', 0, 1, 'bad')", "UnicodeDecodeError('utf-8', b'z', 0, 1, 'bad')"),
    ("SyntaxError('bad')", "SyntaxError('bad')"),
    ("noted('a', 1, Str('b'), 'c' * 1025)", "__main__.Named: n{} note 'a' note 'b' note '" + "c" * 1024 + "'"),
    ("noted(*'123456789')", "__main__.Named: n{}" + "".join(f" note '{i}'" for i in range(1, 9))),
    ("with_attributes(context={'k': 1}, suggestion='try', other=2)",
     "__main__.Named: a{} .context={{'k': 1}} .suggestion={'try'}"),
]  # fmt: skip
SOURCE = RECORD + "for make in [{}]: attempt(make)\n".format(", ".join(f"lambda: {make}" for make, _ in WHAT))


def raised(core: CoreUnderTest, source: str) -> list[str]:
    return [
        line.removeprefix("RAISE ") for line in events(core.run(dedent(source)).segment) if line.startswith("RAISE")
    ]


def expected(shown: str) -> str:
    place = shown.find("{}")
    return shown + FRAME if place < 0 else shown[:place] + FRAME + shown[place + 2 :]


def test_type_message_arguments_and_notes(core: CoreUnderTest) -> None:
    assert raised(core, SOURCE) == [expected(shown) for _, shown in WHAT]


def test_exceptions_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = (core.run(SOURCE).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


CHAIN = """
def chain(n):
    try:
        if n == 0: raise KeyError("start")
        chain(n - 1)
    except Exception as error:
        raise {raised}
try:
    _sw_enter(1); chain(7)
except Exception: _sw_fail(1)
"""


@pytest.mark.parametrize(
    ("how", "link"),
    [("ValueError(n) from error", "cause"), ("ValueError(n)", "context")],
)
def test_links_go_four_deep(core: CoreUnderTest, how: str, link: str) -> None:
    """A context that is the cause as well is there once."""
    (line,) = raised(core, CHAIN.format(raised=how))
    assert line.startswith("ValueError: 7 [")
    assert line.count(f"{link}={{ValueError: ") == 4
    assert line.count("={") == 4
    assert line.count("suppressed") == (5 if link == "cause" else 0)


def test_cause_and_another_context(core: CoreUnderTest) -> None:
    (line,) = raised(
        core,
        """
        try:
            _sw_enter(1)
            try: {}["k"]
            except KeyError: raise ValueError("v") from TypeError("t")
        except ValueError: _sw_fail(1)
        """,
    )
    assert (
        line == "ValueError: v [twin.py:5:<module>] cause={TypeError: t []} "
        "context={KeyError: 'k' [twin.py:4:<module>]} suppressed"
    )


def test_exceptions_that_are_each_others_context(core: CoreUnderTest) -> None:
    source = RECORD + "a, b = Named('a'), Named('b'); a.__cause__ = b; b.__cause__ = a\nattempt(lambda: a)\n"
    (line,) = raised(core, source)
    assert line.count("__main__.Named: a") == 3
    assert line.count("__main__.Named: b") == 2


def test_innermost_frames_are_kept(core: CoreUnderTest) -> None:
    (line,) = raised(
        core,
        """
        def deep(n): return deep(n - 1) if n else 1 / 0
        try:
            _sw_enter(1); deep(100)
        except ZeroDivisionError: _sw_fail(1)
        """,
    )
    assert line == "ZeroDivisionError: division by zero ...[" + " ".join(["twin.py:2:deep"] * 64) + "]"


def test_long_file_names_leave_room_for_fewer_frames(core: CoreUnderTest) -> None:
    """Names are cut to 512 bytes, the frames together to 8,192."""
    (line,) = raised(
        core,
        """
        code = compile("def deep(n): return deep(n - 1) if n else 1 / 0", "f" * 600, "exec")
        exec(code)
        try:
            _sw_enter(1); deep(100)
        except ZeroDivisionError: _sw_fail(1)
        """,
    )
    size = len("f" * 512) + 2 + 1 + len("deep") + 1
    assert line.count("f" * 512 + ":1:deep") == 8_192 // size


def test_long_chain_ends_when_the_event_is_long(core: CoreUnderTest) -> None:
    """Each link takes more than 4,096 bytes: what comes once 16,384 are written is left out."""
    (line,) = raised(
        core,
        """
        def chain(n):
            try:
                if n: chain(n - 1)
            finally: raise ValueError("x" * 4096)
        try:
            _sw_enter(1); chain(9)
        except ValueError: _sw_fail(1)
        """,
    )
    assert line.count("ValueError: x") == 4


def test_functions_are_qualified_where_the_interpreter_has_it(core: CoreUnderTest) -> None:
    run = core.run(
        dedent("""
        class A:
            def f(self):
                try:
                    _sw_enter(1); 1 / 0
                except: _sw_fail(1)
        A().f()
        """)
    )
    name = b"\x03A.f" if sys.version_info >= (3, 11) else b"\x01f"
    assert b"twin.py\x05" + name in run.segment.read_bytes()


def test_exception_group_is_recorded_by_its_arguments(core: CoreUnderTest) -> None:
    if sys.version_info < (3, 11):
        return
    (line,) = raised(core, RECORD + "attempt(lambda: ExceptionGroup('g', [ValueError(1)]))\n")
    assert line == "ExceptionGroup('g', [ValueError!(1)])" + FRAME


def test_failure_of_a_level_1_function_keeps_no_details(core: CoreUnderTest) -> None:
    run = core.run("_sw_enter(1)\ntry: 1 / 0\nexcept ZeroDivisionError: _sw_flag(1)\n_sw_exit(1)")
    assert events(run.segment) == ["ENTER 1", "FLAG", "LEAVE"]


def test_recording_keeps_no_exception_alive(core: CoreUnderTest) -> None:
    core.run(
        dedent("""
        import gc, weakref
        gc.disable()
        class Local: pass
        def f():
            try:
                _sw_enter(1)
                it = Local(); seen.append(weakref.ref(it))
                raise ValueError(it)
            except: _sw_fail(1); raise
        seen = []
        try: f()
        except ValueError: pass
        assert seen[0]() is None
        """)
    )
