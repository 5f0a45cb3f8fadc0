"""Programs whose objects have shapes, or just miss having one; by name."""

from __future__ import annotations

_CLASSES = """
class A: pass
class B: pass
class Slotted: __slots__ = ("first", "second", "__dict__")
def made(cls, **fields):
    it = cls()
    for name, value in fields.items(): setattr(it, name, value)
    return it
def show(*values):
    _sw_enter(10, *values); _sw_ret()
"""

PROGRAMS = {
    "twice": _CLASSES + "show(made(A, x=1, y=2)); show([made(A, x=3, y=4)])",
    "nested": _CLASSES + "show(made(A, b=made(B, deep=made(Slotted, first=1))))",
    "no fields": _CLASSES + "show(A(), B())",
    "slots": _CLASSES
    + """
it = Slotted()
show(it)
it.second = 2
show(it)
it.first = it.other = 1
show(it)
del it.second
show(it)
""",
    "order of fields": _CLASSES + "show(made(A, x=1, y=2), made(A, y=2, x=1))",
    "nine shapes": _CLASSES + "for size in range(9): show(made(A, **{f'f{i}': i for i in range(size)}))",
    "32 and 33 fields": _CLASSES + "for size in (32, 33): show(made(A, **{f'f{i}': i for i in range(size)}))",
    "long names": _CLASSES + "show(made(A, **{'n' * 65: 1})); show(made(A, **{'n' * 64: 1}))",
    "other names": _CLASSES + "show(made(A, na\u00efve=1)); show(made(B, x=1))",
    "keys that are no strs": _CLASSES
    + "a = A(); a.__dict__[1] = 2; show(a); b = made(B, x=1); b.__dict__[b'k'] = 1; show(b)",
    "keys of a subclass": _CLASSES
    + """
asked = []
class Key(str):
    def __hash__(self): asked.append("hash"); return str.__hash__(self)
    def __eq__(self, other): asked.append("eq"); return str.__eq__(self, other)
    def __len__(self): asked.append("len"); return 1
    def isascii(self): asked.append("isascii"); return True
    def encode(self, *how): asked.append("encode"); return b""
a = A()
a.__dict__[Key("x")] = 1
asked.clear()
show(a); show(a)
assert asked == [], asked
""",
    "one name for two types": _CLASSES
    + """
def local():
    class Same: pass
    return made(Same, x=1)
show(local(), local())
""",
    "a type that is renamed": _CLASSES
    + "show(made(A, x=1)); A.__qualname__ = 'Z'; show(made(A, x=1)); A.__module__ = 'm'; show(A())",
    "receivers": _CLASSES
    + """
class L(list): pass
for it in (A(), A(), L(), A, 5): _sw_enter_m(11, it); _sw_ret()
""",
    "by reference": _CLASSES + "show(made(A, x=made(A, x=made(B, y=1))), [[made(A, x=1)]])",
    "known types": _CLASSES
    + """
import collections, enum, pathlib
class Color(enum.Enum): RED = made(A, x=1)
show(Color.RED, collections.namedtuple("N", "a b")(made(A, x=1), 2), pathlib.PurePosixPath("p"))
show(collections.deque([A()]))
""",
    "secrets": _CLASSES
    + """
show(made(A, user="u", password="p", token=None, retries=3), made(A, user="u", password=made(B, x=1)))
show({"password": made(A, x=1)}, made(B, api_key="k" * 30))
""",
    "no room": _CLASSES
    + """
show(made(A, x="x" * 1_100, y=1)); show([made(A, x=number, y="y" * 60) for number in range(32)])
show(*[made(A, x="x" * 1_000) for _ in range(20)])
""",
    "compared only": _CLASSES
    + """
a = made(A, x=1)
b = made(B, x=[a])
_sw_enter(1); _sw_keep(1, a, b); _sw_state(1, a, b); _sw_exit(1)
_sw_out(_sw_call(2, len, a)([]), a)
a.y = 1
_sw_enter(1); _sw_keep(1, a, b); a.x = 2; b.x.append(made(A, z=1)); _sw_state(1, a, b); _sw_exit(1)
""",
    "first event": _CLASSES + "_sw_out(_sw_call(2, len, a := made(A, x=1))([a.__dict__.update(y=2)]), a)",
    "exceptions": _CLASSES
    + """
def fails(error):
    try:
        _sw_enter(3); raise error
    except Exception: _sw_error(3)
    finally: _sw_exit(3)
error = ValueError(made(A, x=1)); error.context = made(B, x=1); error.suggestion = [made(B, x=1)]
fails(error)
""",
    "generators and values": _CLASSES
    + """
def numbers(a):
    s = _sw_gen(4, a); _sw_keep(s, a)
    try:
        a.y = 1; _sw_var(s, 5, a, B())
        _sw_resume(s, (yield _sw_pause(s)))
        return _sw_val(s, a)
    finally: _sw_state(s, a); _sw_exit(s)
_sw_enter(1); list(numbers(made(A, x=1))); _sw_let(6, made(B, x=1)); _sw_ret(made(B, x=2))
""",
    "a thread that has begun elsewhere": _CLASSES
    + """
import threading
a = made(A, x=1)
_sw_enter(1)
s = _sw_co(4, a); _sw_keep(s, a)
a.x = 2
def run(): _sw_state(s, a); _sw_keep(s, made(B, y=1)); show(made(Slotted, second=1))
thread = threading.Thread(target=run); thread.start(); thread.join()
_sw_state(s, a); _sw_exit(s); _sw_exit(1)
""",
    "too many types": "for number in range(4_098): _sw_enter_m(11, type(f'T{number}', (), {})()); _sw_ret()",
    "too many shapes": """
for number in range(514):
    it = type(f"T{number}", (), {})()
    for field in range(8): setattr(it, f"f{field}", 0); _sw_enter(11, it); _sw_ret()
_sw_enter_m(11, it); _sw_ret()
""",
}
