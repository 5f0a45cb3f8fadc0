"""Rewriting that changes what code means (istanbuljs #87, orchestrion-js #60, DynaPyt #11, #38)."""

from __future__ import annotations

import pytest
from trapped import Trap

FUTURE = '''#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""Docstring first."""
from __future__ import annotations
from __future__ import generator_stop
import sys
def typed(x: Missing) -> AlsoMissing: return x
print(__doc__, typed.__annotations__, typed(1), __file__.rpartition("/")[2], __name__, __builtins__ is not None)
'''
ONCE = """
calls = []
def note(x): calls.append(x); return x

def defaults(a=note("default"), *, b=note("keyword")):
    return a, b

@(note(lambda f: f))
def decorated(x: note("annotation") = note(2)) -> note("result"): return x

class Holder(note(object), metaclass=note(type)):
    field: note("field") = note(3)
    other = [note(n) for n in range(2)]
    def method(self, items):
        items[note(0)] += note(1)
        items[note(1)], *rest = note([5, 6])
        self.x = self.y = note(7)
        del items[note(2)]
        if note(0) or note(9) and note(0): pass
        elif note(8): pass
        while note(0): pass
        for self.z in note([1]): pass
        with note(Manager()) as self.w, note(Manager()): pass
        assert note(1), note("message")
        return f"{note('f')!r:{note(5)}}", (lambda q=note("late"): note(q))(), note(1) < note(2) < note(1) < note(3)
class Manager:
    def __enter__(self): return note("enter")
    def __exit__(self, *error): return note(False)
print(defaults(), defaults(1), decorated(), Holder().method([1, 2, 3]))
print([c if isinstance(c, (int, str, list)) else type(c).__name__ for c in calls])
"""
SUPERS = """
class Base:
    def __init_subclass__(cls, **named): cls.named = named
    def value(self): return "base"
    async def slow(self): return "slow"
    def each(self): yield from "ab"
    @classmethod
    def made(cls): return cls.__name__
    @property
    def prop(self): return "prop"

class Child(Base, flag=1):
    __slots__ = ("__private",)
    def __init__(self): self.__private = __class__.__name__
    def value(self): return super().value() + self.__private + super(Child, self).value()
    async def slow(self): return await super().slow() + str([await super(Child, self).slow() for _ in "x"])
    def each(self): yield from super().each(); yield [x for x in super(Child, self).each()]
    @classmethod
    def made(cls): return super().made() + __class__.__name__
    @property
    def prop(self): return super().prop + (lambda: super(Child, self).prop)()
    def __mangled(self, __x): return __x
    def call(self): return self.__mangled(1), self._Child__mangled(2), [self.__mangled(__y) for __y in (3,)]

import asyncio
child = Child()
print(child.value(), asyncio.run(child.slow()), list(child.each()), Child.made(), child.prop, child.call(), Child.named)
"""
SCOPES = """
import sys
x = "global"
def local_names():
    a = 1
    b = [locals().get("a") for _ in "x"]
    names = sorted(name for name in locals() if not name.startswith("_sw_"))
    return names, eval("a + 1"), "a" in sys._getframe().f_locals
def outer():
    x = "outer"
    def inner():
        nonlocal x
        x = "inner"
        def deeper():
            global x
            x = "changed"
        deeper()
        return x
    return inner(), x
def unbound():
    try: return later
    except UnboundLocalError as error: return str(error)
    later = 1
def deleted():
    value = 1
    del value
    try: value
    except UnboundLocalError as error: return str(error)
def handler():
    try: {}[1]
    except KeyError as error: pass
    return "error" in locals()
class Body:
    x = x
    y = [x for x in "ab"]
    exec("z = 1")
    names = sorted(n for n in locals() if not n.startswith("__"))
def star(*args, **named): return args, named
def shadows(print, len, type, Exception=1): return print, len, type, Exception
def closure_late(): return [f() for f in [(lambda: i) for i in range(3)]]
def walrus(): return [y := 1, y ** 2, [z := y for y in range(2)], z]
def matched(v):
    match v:
        case {"k": [a, *b]} if (c := a): return a, b, c
        case _: return None
_sw_, _sw_enter = 1, 2
print(local_names(), outer(), x, unbound(), deleted(), handler(), Body.names, star(*[1], **{"a": 2}), shadows(1, 2, 3))
print(closure_late(), walrus(), matched({"k": [1, 2]}), (_sw_, _sw_enter))
"""
DEPTH = """
import functools, sys
def wrap(f):
    @functools.wraps(f)
    def inner(*args): return f(*args)
    return inner
def patched(n): return n
for _ in range(50): patched = wrap(patched)
print(patched(3))
import importlib, work
for _ in range(30): importlib.reload(work)
print(work.work(2))
def down(n): return n if n == 0 else down(n - 1)
print(down(900))
"""


@pytest.mark.parametrize("text", [FUTURE, ONCE, SUPERS, SCOPES], ids=["future", "once", "super", "scopes"])
def test_code_means_what_it_meant(trap: Trap, text: str) -> None:
    assert trap.same({"app.py": text}, "app.py").code == 0


# The Python core's probes are Python calls, which count against the recursion limit: docs/twins.md.
@pytest.mark.parametrize("trap", ["c-1", "c-2", "c-3", "c-5"], indirect=True)
def test_wrappers_do_not_pile_up(trap: Trap) -> None:
    """Hooks that were installed again and again ended in a RecursionError (appmap-python #50, #236)."""
    trap.same({"app.py": DEPTH, "work.py": "def work(n): return n\n"}, "app.py")
    assert trap.recorded()["down"] == 901
