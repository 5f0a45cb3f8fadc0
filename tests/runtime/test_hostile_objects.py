"""Nothing of the user's runs while a value or an exception is captured, however much a class would like to take part.

Each special method, property and descriptor of these classes and of their metaclass notes that it was asked.
"""

from __future__ import annotations

from core_under_test import CoreUnderTest
from segment_text import events

HOSTILE = '''
import sys
asked = []
def noting(name):
    def method(*args, **kwargs):
        asked.append(name)
        raise RuntimeError(name)
    return method
class Attribute:
    """A data descriptor."""
    def __init__(self, name): self.name = name
    def __get__(self, it, kind=None): asked.append(self.name); raise AttributeError(self.name)
    def __set__(self, it, value): asked.append(self.name); raise AttributeError(self.name)
SPECIAL = (
    "repr str bytes format bool hash len iter next reversed contains getitem missing setitem delitem length_hint "
    "call eq ne lt le gt ge int float complex index round trunc abs neg pos add radd iadd and or xor enter exit "
    "fspath await aiter anext getattr getattribute setattr delattr dir reduce reduce_ex getstate copy deepcopy sizeof "
    "instancecheck subclasscheck prepare buffer items keys values get set"
).split()
METHODS = {f"__{name}__": noting(f"__{name}__") for name in SPECIAL}
PLAIN = {name: noting(name) for name in ("items", "keys", "values", "get", "append", "encode", "with_traceback", "mro")}
ATTRIBUTES = {
    name: Attribute(name)
    for name in ("__class__", "__doc__", "args", "context", "suggestion", "__notes__", "__cause__", "__context__",
                 "__traceback__", "__suppress_context__", "errno", "strerror", "filename", "name", "x")
}
META = {name: method for name, method in METHODS.items() if name not in ("__set__", "__prepare__", "__call__")}
HIDDEN = ("__mro__", "__bases__", "__flags__", "__dict__", "args", "x")
Meta = type("Meta", (type,), {name: Attribute(f"meta {name}") for name in HIDDEN})
def hostile(*bases, metaclass=Meta, **more):
    cls = metaclass("Hostile", bases, {**METHODS, **PLAIN, **ATTRIBUTES, **more})
    return cls
def instance(*bases, given=(), **more):
    base = bases[0] if bases else object
    return base.__new__(hostile(*bases, **more), *given)
class Key:
    def __hash__(self): asked.append("hash"); return 1
    def __eq__(self, other): asked.append("eq"); return self is other
builtins = [
    (str, ("x" * 2000,)), (int, (5,)), (int, (1 << 2000,)), (float, (2.5,)), (complex, (1j,)), (bytes, (b"x",)),
    (bytearray, ()), (tuple, ([1, [2]],)), (frozenset, ([1],)), (list, ()), (dict, ()), (set, ()), (type(sys), ("m",)),
]
'''

VALUES = """
values = [instance(), instance(__slots__=("slot",)), hostile(), Meta]
values += [instance(kind, given=given) for kind, given in builtins]
values += [instance(kind, given=("m", 1)) for kind in (Exception, OSError, KeyError, ImportError, SyntaxError)]
own = instance(); object.__getattribute__(own, "__dict__")["field"] = instance(); values.append(own)
slotted = instance(__slots__=("slot", "__dict__")); object.__setattr__(slotted, "slot", instance())
values.append(slotted)
values.append(instance(__dict__=Attribute("__dict__"), __slots__=()))
values.append(instance(__module__=Attribute("__module__")))
keys = [{Key(): Key()}, {Key()}, frozenset([Key()])]
values += keys
for name, method in META.items(): type.__setattr__(Meta, name, method)
values.append([*values])
values.append({1: instance, 2: values[0], 3: (values[1],)} if False else {1: values[0], 2: (values[1],)})
asked.clear()
"""

BURY = """
from spanwright._select import core
print(asked, core.trouble())
for name in META: type.__delattr__(Meta, name)
"""


USE = """
for value in values:
    _sw_enter(10, value)
    _sw_val(value)
    _sw_ret(value)
    _sw_enter_m(10, value)
    _sw_ret()
"""


def test_capture_asks_nothing(core: CoreUnderTest) -> None:
    assert core.run(HOSTILE + VALUES + USE + BURY).out == "[] {}\n"


def test_hostile_values_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = (core.run(HOSTILE + VALUES + USE + BURY).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


def test_recording_an_exception_asks_nothing(core: CoreUnderTest) -> None:
    errors = """
errors = [instance(kind, given=given) for kind in (Exception, OSError, KeyError, ImportError, SyntaxError, LookupError)
          for given in ((), ("m",), (2, "n", "f"), (instance(),))]
errors += [Exception(instance()), OSError(2, instance()), OSError(2, "n", instance())]
errors.append(KeyError(instance(str, given=("s",))))
noted = Exception("n"); noted.__notes__ = [instance(), instance(str, given=("s",)), "note"]; errors.append(noted)
noted = Exception("n"); noted.__notes__ = instance(list); errors.append(noted)
described = Exception("n"); described.context = instance(); described.suggestion = instance(str)
errors.append(described)
caused = Exception("n"); BaseException.__dict__["__cause__"].__set__(caused, errors[0]); errors.append(caused)
for name, method in META.items(): type.__setattr__(Meta, name, method)
asked.clear()
"""
    use = """
for error in errors:
    _sw_enter(1)
    try:
        try: raise error
        finally: before = len(asked)  # the interpreter itself asks the metaclass
    except: _sw_fail(1); del asked[:before]
"""
    run = core.run(HOSTILE + errors + use + BURY)
    assert run.out == "[] {}\n"
    assert sum(line.startswith("RAISE") for line in events(run.segment)) == 32


def test_a_lying_class_does_not_pass_for_another(core: CoreUnderTest) -> None:
    run = core.run(
        """
        class Liar:
            __class__ = str
        class Twisted(type):
            def mro(cls): return [cls, object]
        class Dict(dict, metaclass=Twisted): pass
        _sw_enter(20, Liar(), Dict(a=1)); _sw_ret()
        """
    )
    assert events(run.segment)[1].startswith("ARGS <__main__.Liar >, ")


def test_values_that_change_while_other_threads_run(core: CoreUnderTest) -> None:
    """A dict or set that grows during its capture costs that one value at most."""
    run = core.run(
        """
        import sys, threading
        sys.setswitchinterval(1e-6)
        shared, names, stop = {}, set(), []
        def change():
            n = 0
            while not stop:
                n += 1
                shared[n % 50] = n; names.add(n % 50)
                if n % 50 == 0: shared.clear(); names.clear()
        thread = threading.Thread(target=change); thread.start()
        for _ in range(500):
            _sw_enter(20, shared, names); _sw_ret()
        stop.append(1); thread.join()
        """,
        clock="monotonic",
    )
    assert sum(line.startswith("ARGS") for line in events(run.segment)) == 500
