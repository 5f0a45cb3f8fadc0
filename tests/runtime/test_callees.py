"""What a call span says was called: names found without running any of the program's code."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment
from test_hostile_objects import BURY, HOSTILE, VALUES

PRELUDE = """
import collections, functools, operator, sys, time, types
def function(*args): pass
class Meta(type):
    def of_meta(cls): pass
class Base:
    def method(self): pass
    def over(self): pass
    @classmethod
    def make(cls): pass
    @staticmethod
    def plain(): pass
    partial = functools.partial(function)
    builtin = len
    @property
    def found(self): return function
    class Inner: pass
class Derived(Base, metaclass=Meta):
    def over(self): pass
    def __call__(self): pass
    def __private(self): pass
class Finds:
    def __getattr__(self, name): return function
class Takes:
    def __getattribute__(self, name): return function
    def method(self): pass
class Module(types.ModuleType):
    pass
class OwnModule(types.ModuleType):
    def __getattribute__(self, name): return function
class Numbers(list): pass
class OwnMeta(type):
    def __getattribute__(cls, name): return function
class OfOwnMeta(metaclass=OwnMeta):
    def method(self): pass
derived = Derived()
shadowed = Derived(); shadowed.over = function
module = Module("module"); module.function = function; module.kind = Base; module.object = derived
own = OwnModule("own"); vars(types.ModuleType)["__dict__"].__get__(own)["function"] = len
nameless = Module("x"); del nameless.__name__
def wrapped(times, it):
    for _ in range(times): it = staticmethod(it)
    return it
renamed = lambda: None
renamed.__module__ = 5; renamed.__qualname__ = "renamed.<name>"
strange = type("Strange", (), {"__module__": 5})
eternal = staticmethod(None); eternal.__init__(eternal)
super_none = super(Base)
"""
F = "twin.py"

#: For `call`: what is called, and the module, name and file (F: the program's own) of its callee.
CALLED = [
    ("function", "__main__", "function", F),
    ("derived.over", "__main__", "Derived.over", F),
    ("derived.method", "__main__", "Base.method", F),
    ("Derived.method", "__main__", "Base.method", F),
    ("Derived.make", "__main__", "Base.make", F),
    ("Base.plain", "__main__", "Base.plain", F),
    ("lambda: 0", "__main__", "<lambda>", F),
    ("renamed", "", "renamed.<name>", F),
    ("vars(Base)['make']", "__main__", "Base.make", F),
    ("wrapped(8, function)", "__main__", "function", F),
    ("wrapped(9, function)", "", "staticmethod", ""),
    ("eternal", "", "staticmethod", ""),
    ("types.MethodType(len, 1)", "", "len", ""),
    ("types.MethodType(derived, 1)", "__main__", "Derived", ""),
    ("len", "", "len", ""),
    ("time.sleep", "time", "sleep", ""),
    ("[].append", "", "list.append", ""),
    ("Numbers().append", "__main__", "Numbers.append", ""),
    ("collections.deque().append", "collections", "deque.append", ""),
    ("dict.fromkeys", "", "dict.fromkeys", ""),
    ("str.maketrans", "", "str.maketrans", ""),
    ("str.upper", "", "str.upper", ""),
    ("list.__len__", "", "list.__len__", ""),
    ("[].__len__", "", "list.__len__", ""),
    ("vars(dict)['fromkeys']", "", "dict.fromkeys", ""),
    ("collections.deque.append", "collections", "deque.append", ""),
    ("Derived", "__main__", "Derived", ""),
    ("Base.Inner", "__main__", "Base.Inner", ""),
    ("int", "", "int", ""),
    ("collections.OrderedDict", "collections", "OrderedDict", ""),
    ("strange", "", "Strange", ""),
    ("strange()", "", "Strange", ""),
    ("derived", "__main__", "Derived", ""),
    ("functools.partial(function)", "functools", "partial", ""),
    ("operator.itemgetter(1)", "operator", "itemgetter", ""),
    ("5", "", "int", ""),
    ("None", "", "NoneType", ""),
]

#: For `call_m`: the receiver, the name, and its callee.
NAMED = [
    ("derived", "over", "__main__", "Derived.over", F),
    ("derived", "method", "__main__", "Base.method", F),
    ("derived", "make", "__main__", "Base.make", F),
    ("derived", "plain", "__main__", "Base.plain", F),
    ("derived", "builtin", "", "len", ""),
    ("derived", "Inner", "__main__", "Base.Inner", ""),
    ("derived", "_Derived__private", "__main__", "Derived.__private", F),
    ("derived", "partial", "__main__", "Derived.partial", ""),
    ("derived", "found", "__main__", "Derived.found", ""),
    ("derived", "nowhere", "__main__", "Derived.nowhere", ""),
    ("derived", "of_meta", "__main__", "Derived.of_meta", ""),
    ("derived", "__init__", "", "object.__init__", ""),
    ("shadowed", "over", "__main__", "Derived.over", ""),
    ("shadowed", "method", "__main__", "Base.method", F),
    ("Finds()", "method", "__main__", "Finds.method", ""),
    ("Finds()", "__init__", "", "object.__init__", ""),
    ("Takes()", "method", "__main__", "Takes.method", ""),
    ("Derived", "method", "__main__", "Base.method", F),
    ("Derived", "make", "__main__", "Base.make", F),
    ("Derived", "of_meta", "__main__", "Derived.of_meta", ""),
    ("Derived", "mro", "__main__", "Derived.mro", ""),
    ("OfOwnMeta", "method", "__main__", "OfOwnMeta.method", ""),
    ("dict", "fromkeys", "", "dict.fromkeys", ""),
    ("int", "nowhere", "", "int.nowhere", ""),
    ("super(Derived, derived)", "over", "__main__", "Base.over", F),
    ("super(Derived, Derived)", "make", "__main__", "Base.make", F),
    ("super(Base, derived)", "over", "", "super.over", ""),
    ("super(Base, derived)", "__init__", "", "object.__init__", ""),
    ("super_none", "over", "", "super.over", ""),
    ("[]", "append", "", "list.append", ""),
    ("Numbers()", "append", "", "list.append", ""),
    ("'x'", "join", "", "str.join", ""),
    ("5", "bit_length", "", "int.bit_length", ""),
    ("collections.deque()", "append", "collections", "deque.append", ""),
    ("function", "__call__", "", "function.__call__", ""),
    ("derived.over", "__call__", "", "method.__call__", ""),
    ("time", "sleep", "time", "sleep", ""),
    ("module", "function", "__main__", "function", F),
    ("module", "kind", "__main__", "Base", ""),
    ("module", "object", "__main__", "Derived", ""),
    ("module", "nowhere", "module", "nowhere", ""),
    ("nameless", "nowhere", "", "nowhere", ""),
    ("own", "function", "own", "function", ""),
    ("sys", "exc_info", "sys", "exc_info", ""),
    ("sys.modules['builtins']", "nowhere", "", "nowhere", ""),
    ("None", "nowhere", "", "NoneType.nowhere", ""),
]


def callees(core: CoreUnderTest, source: str) -> list[str]:
    """Give for each call of the main thread its callee: module, name, file."""
    run = core.run(source)
    assert run.out == "{}\n"
    segment = read_segment(run.segment)
    known = {"0": "unknown"}
    for line in segment.streams[0].lines:
        word, _, rest = line.partition(" ")
        if word == "CALLEE":
            number, module, name, file, place = rest.split(" ", 4)
            assert (place == "0") == (file == "''")
            known[number] = f"{module} {name} {file.strip(chr(39)).rpartition('/')[2]}"
    return [known[line.split()[2]] for line in segment.streams[1].lines if line.startswith("CALL ")]


TROUBLE = "\nfrom spanwright._select import core; print(core.trouble())\n"


@pytest.mark.parametrize("word", ["call", "will"])
def test_callee_of_an_object(core: CoreUnderTest, word: str) -> None:
    made = "def called(it):\n    _sw_{}(1, it){}; _sw_out(0)\n".format(word, "; _sw_in(1, 0)" if word == "will" else "")
    found = callees(core, PRELUDE + made + "".join(f"called({it})\n" for it, *_ in CALLED) + TROUBLE)
    expected = [f"{module!r} {name!r} {file}" for _, module, name, file in CALLED]
    assert dict(zip(CALLED, found, strict=True)) == dict(zip(CALLED, expected, strict=True))


@pytest.mark.parametrize("word", ["call_m", "will_m"])
def test_callee_of_a_receiver_and_a_name(core: CoreUnderTest, word: str) -> None:
    more = "; _sw_in(1, 0)" if word == "will_m" else ""
    made = f"def called(it, name):\n    _sw_{word}(1, it, name){more}; _sw_out(0)\n"
    calls = "".join(f"called({it}, {name!r})\n" for it, name, *_ in NAMED)
    found = callees(core, PRELUDE + made + calls + TROUBLE)
    expected = [f"{module!r} {name!r} {file}" for _, _, module, name, file in NAMED]
    assert dict(zip(NAMED, found, strict=True)) == dict(zip(NAMED, expected, strict=True))


def test_callees_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    calls = "".join(f"_sw_call(1, {it}); _sw_out(0)\n" for it, *_ in CALLED)
    calls += "".join(f"_sw_call_m(1, {it}, {name!r}); _sw_out(0)\n" for it, name, *_ in NAMED)
    c, python = (core.run(PRELUDE + calls).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


def test_one_site_that_calls_many(core: CoreUnderTest) -> None:
    """What a site called last is no rule for what it calls next, even where a class has changed meanwhile."""
    source = """
class A:
    def run(self): pass
class B(A): pass
class C:
    def run(self): pass
def called(it): _sw_out(_sw_call_m(1, it, "run").run())
b = B()
for it in (A(), b, C(), b): called(it)
def other(self=None): pass
B.run = other
called(b); called(B())
del B.run
called(b)
b.run = other
called(b); called(B())
del b.run
b.__class__ = C
called(b)
A.run.__qualname__ = "renamed"
called(A())
"""
    names = [line.split()[1] for line in callees(core, source + TROUBLE)]
    assert names == [
        "'A.run'", "'A.run'", "'C.run'", "'A.run'", "'other'", "'other'", "'A.run'", "'B.run'", "'A.run'", "'C.run'",
        "'renamed'",
    ]  # fmt: skip


def test_callees_of_equal_names_are_one(core: CoreUnderTest) -> None:
    """A program that makes functions again and again does not grow the table of callees."""
    source = """
for _ in range(100):
    _sw_out(_sw_call(1, eval("lambda: 0"))())
    names = {}; exec("class Made:\\n  def run(self): pass", names)
    _sw_out(_sw_call_m(2, names["Made"](), "run").run())
"""
    lines = read_segment(core.run(source).segment).streams[0].lines
    assert sum(line.startswith("CALLEE") for line in lines) == 2


def test_callees_of_long_names_are_cut(core: CoreUnderTest) -> None:
    run = core.run("def f(): pass\nf.__qualname__ = 'é' * 300\n_sw_call(1, f)")
    (line,) = (line for line in read_segment(run.segment).streams[0].lines if line.startswith("CALLEE"))
    assert line.split()[3].count("\\xe9") == 256


CALL_EACH = """
def called(it):
    _sw_call(1, it, it); _sw_out(it, it)
    _sw_will(2, it); _sw_in(2, it, it); _sw_out(it, it)
    for name in ("x", "__init__", "append", "__class__", "__dict__", "asked"):
        _sw_call_m(3, it, name, it); _sw_out(it, it)
        _sw_will_m(4, it, name); _sw_in(4, it, it); _sw_out(it, it)
    _sw_enter(5); _sw_keep(5, it, [it]); _sw_var(6, it); _sw_let(7, it)
    _sw_state(5, it, [it, it]); _sw_exit(5)
for value in values: called(value)
"""


def test_hostile_objects_are_not_asked(core: CoreUnderTest) -> None:
    assert core.run(HOSTILE + VALUES + CALL_EACH + BURY).out == "[] {}\n"


def test_hostile_objects_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = (core.run(HOSTILE + VALUES + CALL_EACH + BURY).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


def test_nothing_that_is_called_lives_longer(core: CoreUnderTest) -> None:
    run = core.run(
        """
        import gc, weakref
        gc.disable()
        class Thing:
            def run(self, *args): return args
            def __call__(self): pass
        class Items(list): pass
        def use():
            thing, items = Thing(), Items()
            references.extend(map(weakref.ref, (thing, items)))
            _sw_out(_sw_call(1, thing, items)(), items)
            _sw_out(_sw_call_m(2, thing, "run", items).run(items), items)
            _sw_out(_sw_will(3, thing.run)(_sw_in(3, items, items)), items)
            _sw_will(4, thing); _sw_will_m(5, thing, "run")
            _sw_call(6, thing, items)
            _sw_enter(7); _sw_keep(7, items); _sw_var(8, thing); _sw_let(8, items)
            def inner(): pass
            references.append(weakref.ref(inner))
            _sw_out(_sw_call(9, inner)())
        references = []
        use()
        print(*[reference() for reference in references])
        """
    )
    assert run.out == "None None None\n"


def test_no_frame_is_kept(core: CoreUnderTest) -> None:
    run = core.run(
        """
        import gc, weakref
        gc.disable()
        class Local: pass
        def use():
            local = Local()
            references.append(weakref.ref(local))
            _sw_call(1, len); _sw_will(2, len)
        references = []
        use()
        print(references[0]())
        """
    )
    assert run.out == "None\n"
