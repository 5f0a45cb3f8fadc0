"""A child's source: hostile objects of more than two hundred kinds, at every nesting, that note what they are asked."""

from __future__ import annotations

# ruff: noqa: E501, the source is laid out for what it lists

MAKE = '''
import array, collections, dataclasses, datetime, decimal, enum, fractions, functools, pathlib, sys, types, typing, uuid
asked = []
def note(name):
    def method(self, *args, **named):
        asked.append(name)
        raise RuntimeError(name)
    method.__name__ = name
    return method
class Attribute:
    """A descriptor that notes every access."""
    def __init__(self, name): self.name = name
    def __get__(self, it, owner): asked.append(self.name); raise RuntimeError(self.name)
    def __set__(self, it, value): asked.append(self.name)
    def __delete__(self, it): asked.append(self.name)
    def __set_name__(self, owner, name): pass
class Getter:
    """The same without a setter: what stands in the instance's dict comes first."""
    def __get__(self, it, owner): asked.append("getter"); raise RuntimeError("getter")
NAMES = """getattribute getattr hash eq ne lt le gt ge bool len iter next contains getitem missing length_hint reversed repr
str bytes format fspath sizeof dir index int float complex trunc floor ceil round add radd sub mul truediv floordiv mod neg
pos abs invert call enter exit await aiter anext get setitem delitem setattr delattr instancecheck subclasscheck reduce
reduce_ex getstate copy deepcopy getnewargs array buffer array_interface array_struct array_ufunc dataframe class_getitem
mro_entries rich_repr prepare divmod pow lshift rshift and or xor matmul iadd imul""".split()
METHODS = {f"__{name}__": note(f"__{name}__") for name in NAMES}
PLAIN = {name: note(name) for name in ("keys values items get copy isoformat utcoffset tzname dst as_tuple as_posix hex "
    "tolist name value shape dtype data typecode _asdict _fields_ tobytes to_numpy model_dump dict json").split()}
GROUPS = {
    "methods": {**METHODS, **PLAIN},
    "class": {"__class__": Attribute("__class__")},
    "dict": {"__dict__": Attribute("__dict__")},
    "property": {name: property(note(name)) for name in
        ("args", "x", "__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "_name_", "_value_", "_fields",
         "__notes__", "__cause__", "__context__", "__traceback__", "errno", "filename", "tzinfo", "year", "_str", "int")},
    "descriptors": {name: Attribute(name) for name in ("x", "_mgr", "_raw_paths", "_parts", "_str", "__weakref__")},
    "getters": {name: Getter() for name in ("x", "y", "__slots__x", "__dataclass_fields__", "__attrs_attrs__")},
}
ASK = {name: note(f"meta {name}") for name in METHODS if name not in ("__set__", "__prepare__", "__call__", "__setattr__")}
HIDDEN = {name: Attribute(f"meta {name}") for name in ("__mro__", "__bases__", "__flags__", "__dict__", "args", "x")}
Meta = type("Meta", (type,), dict(HIDDEN))
class EnumMeta(enum.EnumMeta): pass
@dataclasses.dataclass
class Data: x: int = 1; y: object = None
@dataclasses.dataclass(slots=True)
class Slotted: x: int = 1; y: object = None
Point = collections.namedtuple("Point", "x y")
class Typed(typing.NamedTuple): x: int; y: object
POSIX = pathlib.PurePosixPath
BASES = [
    (object, ()), (str, ("x" * 2000,)), (int, (5,)), (int, (1 << 2000,)), (float, (2.5,)), (complex, (1j,)),
    (bytes, (b"x" * 3000,)), (bytearray, ()), (tuple, ([1, [2]],)), (frozenset, ([1],)), (list, ()), (dict, ()), (set, ()),
    (types.ModuleType, ("m",)), (collections.OrderedDict, ()), (collections.deque, ()), (collections.Counter, ()),
    (collections.defaultdict, ()), (array.array, ("d", [1.5])), (datetime.date, (2020, 1, 2)), (datetime.time, (1,)),
    (datetime.datetime, (2020, 1, 2)), (datetime.timedelta, (1,)), (datetime.tzinfo, ()), (decimal.Decimal, ("1.5",)),
    (fractions.Fraction, (1, 3)), (uuid.UUID, ()), (POSIX, ("a", "b") if sys.version_info < (3, 12) else ()), (Data, ()),
    (Slotted, ()), (Point, (1, 2)), (Typed, (1, 2)), (Exception, ("m", 1)), (OSError, (2, "m")), (KeyError, ("k",)),
    (SyntaxError, ("m",)), (BaseException, ()), (types.SimpleNamespace, ()),
]
kinds = []
def made(base, given, group, own, slots):
    body = {**GROUPS[group], **({"__slots__": slots} if slots is not None else {})}
    if base in (str, int, bytes, tuple) and slots: body.pop("__slots__")
    if slots is not None: body = {name: it for name, it in body.items() if name not in slots or name == "__slots__"}
    body.pop("__reduce_ex__" if base is object else "", None)
    meta = Meta if own else type
    try:
        cls = meta("Hostile", (base,), body)
        it = base.__new__(cls, *given)
    except Exception:
        return None  # no such class can be, or its own code was needed to make one
    return it
for base, given in BASES:
    for group in GROUPS:
        for own in (False, True):
            for slots in (None, (), ("s",)):
                it = made(base, given, group, own, slots)
                if it is not None: kinds.append(it)
class Hidden(enum.Enum, metaclass=EnumMeta): A = 1; B = [2]
for name, method in {**METHODS, **PLAIN}.items():
    if name not in ("__class_getitem__", "name", "value"): type.__setattr__(Hidden, name, method)
kinds += [Hidden.__dict__["_member_map_"]["A"], Hidden.__dict__["_member_map_"]["B"]]
class Zone(datetime.tzinfo):
    utcoffset = dst = tzname = __repr__ = __str__ = __eq__ = __hash__ = note("zone")
kinds += [datetime.datetime(2020, 1, 2, tzinfo=Zone()), datetime.time(1, tzinfo=Zone())]
class Key(str):
    __eq__ = note("key eq")
    __hash__ = str.__hash__
class Alien:
    def __hash__(self): asked.append("hash"); return 1
    def __eq__(self, other): asked.append("eq"); return self is other
aliens = [Alien() for _ in range(3)]
data = Data(); data.__dict__[Key("_name_")] = 1; data.__dict__[Alien()] = Alien(); kinds.append(data)
for name in ("password", "api_key"):
    data = Data(); data.__dict__[name] = kinds[0]; kinds.append(data)
    data = Data(); data.__dict__[Key(name)] = kinds[1]; kinds.append(data)
kinds += [{Alien(): Alien()}, {Alien()}, frozenset([Alien()]), collections.deque(aliens), {Key("token"): Alien()}]
kinds += [types.MethodType(len, kinds[1]), Meta, type(kinds[0]), Zone]
whole = [*kinds]
nests = [
    lambda it: it, lambda it: [it], lambda it: (it,), lambda it: {1: it}, lambda it: {"password": it, "x": it},
    lambda it: collections.deque([it]), lambda it: Data(1, it), lambda it: Slotted(1, it), lambda it: Point(it, it),
    lambda it: types.SimpleNamespace(token=it), lambda it: ValueError(it), lambda it: [[[[[it]]]]],
    lambda it: collections.OrderedDict(a=it), lambda it: functools.partial(len, it),
]
def as_keys(it):
    """The object as a dict's key and in sets: they are filled while it may still be asked for its hash."""
    return [{it: 1}, {it}, frozenset([it])]
keyed = []
for base, given in BASES:
    cls = type("Keyed", (base,), {"__hash__": lambda self: 1, "__eq__": lambda self, other: self is other})
    try: it = base.__new__(cls, *given)
    except Exception: continue
    keyed += as_keys(it)
    for name, method in METHODS.items():
        if name not in ("__class_getitem__", "__setattr__", "__delattr__"): type.__setattr__(cls, name, method)
    type.__setattr__(cls, "__module__", Attribute("__module__"))
for name, method in ASK.items(): type.__setattr__(Meta, name, method)
for name, method in ASK.items(): type.__setattr__(EnumMeta, name, method)
asked.clear()
'''

CAPTURE = """
def each():
    for it in whole:
        for nest in nests: yield nest(it)
    yield from keyed
count = 0
for value in each():
    count += 1
    _sw_enter(10, value); _sw_keep(10, value)
    _sw_var(11, value, value)
    _sw_let(12, value)
    _sw_out(_sw_call(13, len, value)(()), value)
    _sw_state(10, value)
    _sw_val(value)
    _sw_ret(value)
    _sw_enter_m(10, value, value)
    _sw_ret(value)
"""

BURY = """
kinds_made, told = len(whole), asked[:10]
for meta in (Meta, EnumMeta):
    for name in ASK: type.__delattr__(meta, name)
from spanwright._select import core
print(told, core.trouble(), kinds_made >= 200, count)
"""
