"""Wrappers break signatures and what inspect says (sentry-python #3177, appmap-python #65, fastapi #14445)."""

from __future__ import annotations

from trapped import Trap

ASKED = {
    "app.py": '''
import asyncio, functools, inspect, os, typing

def plain(a, /, b: int = 1, *args: str, c, d=(1, 2), **named) -> float:
    """Has a docstring."""
    return a

async def coroutine(a): await asyncio.sleep(0); return a
def generator(a): yield a
async def agen(a): yield a
lazy = lambda x, *y: x

class Thing:
    """A thing."""
    size: int = 3
    def __init__(self, a, b=2): self.a = a
    def method(self, x: "Thing") -> "list[Thing]": return [x]
    @classmethod
    def cls_method(cls, a): return cls(a)
    @staticmethod
    async def static(a): return a
    @property
    def prop(self): return self.a
    @functools.cached_property
    def cached(self): return 1
    def __call__(self, q): return q
    def __getattr__(self, name): raise AttributeError(name)

things = dict(plain=plain, coroutine=coroutine, generator=generator, agen=agen, lazy=lazy, Thing=Thing,
              method=Thing.method, bound=Thing(1).method, cls_method=Thing.cls_method, static=Thing.static,
              call=Thing(1))
tests = [name for name in dir(inspect) if name.startswith("is")]
for name, thing in things.items():
    print(name, inspect.signature(thing), inspect.getdoc(thing))
    print([test for test in tests if getattr(inspect, test)(thing)])
    print(asyncio.iscoroutinefunction(thing), callable(thing))
    if hasattr(thing, "__code__"):
        code = thing.__code__
        print(code.co_name, code.co_qualname, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount,
              code.co_varnames[:code.co_argcount], code.co_freevars, code.co_flags)
        print(thing.__defaults__, thing.__kwdefaults__, thing.__annotations__, thing.__qualname__, thing.__module__)
        print(inspect.getfullargspec(thing))
        if os.environ["SPANWRIGHT_CORE"] == "c":
            print(code.co_firstlineno, inspect.getsource(thing))
print(typing.get_type_hints(plain), typing.get_type_hints(Thing.method), typing.get_type_hints(Thing))
print(sorted(vars(Thing)), inspect.getmro(Thing), inspect.classify_class_attrs(Thing)[0])
print(inspect.getclosurevars(plain).nonlocals, functools.partial(plain, 1).func is plain)
print([name for name in globals() if not name.startswith("_sw")])
''',
}
WRONG = """
def f(a, b=1, *, c): return a
class C:
    def m(self, x): return x
for call in (lambda: f(), lambda: f(1), lambda: f(1, 2, 3), lambda: f(1, c=1, d=2), lambda: C().m(),
             lambda: C.m(1, 2, 3), lambda: f(1, a=2, c=3), lambda: C(5)):
    try: call()
    except TypeError as error: print(error)
"""


def test_what_inspect_says_of_functions_stays(trap: Trap) -> None:
    trap.same(ASKED, "app.py")


def test_calls_with_wrong_arguments_fail_as_they_did(trap: Trap) -> None:
    trap.same({"app.py": WRONG}, "app.py")
