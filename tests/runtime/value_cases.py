"""Values of every kind, as expressions in a prelude's names, and how a segment shows them (`segment_text`)."""

from __future__ import annotations

import pathlib

PRELUDE = """
import array, collections, datetime, decimal, enum, functools, pathlib, types, typing, uuid, sys
class Plain: pass
class Slots:
    __slots__ = ("b", "a", "never")
    def __init__(self): self.a, self.b = 1, [2]
class Both(Slots):
    __slots__ = ("c", "__dict__")
    def __init__(self): super().__init__(); self.c = 3; self.d = 4
class Meta(type): pass
class Classy(metaclass=Meta):
    class Inner: pass
    def method(self): pass
class Books:
    __slots__ = ("__library__", "own", "__")
    def __init__(self): self.__library__, self.own, self.__ = {}, 1, 2
class Str(str): pass
class Int(int): pass
class Float(float): pass
class Complex(complex): pass
class Bytes(bytes): pass
class Bytearray(bytearray): pass
class List(list): pass
class Tuple(tuple): pass
class Set(set): pass
class Frozenset(frozenset): pass
class Dict(dict): pass
class Module(types.ModuleType): pass
class Named(Exception): pass
class Hidden:
    __dict__ = property(lambda self: 1 / 0)
Point = collections.namedtuple("Point", "x y")
class Level(enum.IntEnum): LOW = 1
class Color(enum.Enum):
    RED = "r"
    BOTH = ("r", [1])
    @property
    def value(self): 1 / 0
class Flags(enum.Flag): A = 1; B = 2
class Wrong(tuple): _fields = ("a",)
class Typed(typing.NamedTuple): name: str; more: list
class Zone(datetime.tzinfo):
    def utcoffset(self, moment): 1 / 0
    def dst(self, moment): 1 / 0
    def tzname(self, moment): 1 / 0
class Date(datetime.date): pass
class Decimals(decimal.Decimal): pass
def fixed(**given): return datetime.timezone(datetime.timedelta(**given))
def damaged():
    it = uuid.UUID(int=5); object.__setattr__(it, "int", "five"); return it
D = decimal.Decimal
def with_fields(**fields):
    it = Plain(); it.__dict__.update(fields); return it
def odd_keys():
    it = Plain(); it.__dict__[1] = 2; it.__dict__[Str("s")] = 3; return it
def cyclic_list():
    it = [1]; it.append(it); return it
def cyclic_object():
    it = Plain(); it.me = it; it.more = [it]; return it
def nested(depth):
    it = ()
    for _ in range(depth - 1): it = (it,)
    return it
def ordered():
    it = collections.OrderedDict(a=1, b=2); it.move_to_end("a"); return it
def bad_names():
    cls = type("Bad", (), {"__module__": 5}); return cls()
"""

BIG = 1 << 63
PATHS = pathlib.PurePosixPath.__module__
VALUES: list[tuple[str, str]] = [
    ("None", "None"),
    ("True", "True"),
    ("False", "False"),
    ("...", "Ellipsis"),
    ("NotImplemented", "NotImplemented"),
    # int
    ("0", "0"),
    ("-1", "-1"),
    ("300", "300"),
    ("2**63 - 1", str(BIG - 1)),
    ("-2**63", str(-BIG)),
    ("2**63", "0x8000000000000000"),
    ("-2**63 - 1", "-0x8000000000000001"),
    ("256**256 - 1", hex(256**256 - 1)),
    ("256**257 + 5", hex((256**257 + 5) >> 16) + "~258"),
    ("-(10**800)", f"-{10**800 >> 8 * (333 - 256):#x}~333"),
    # float, complex
    ("1.5", "1.5"),
    ("-0.0", "-0.0"),
    ("float('nan')", "nan"),
    ("float('-inf')", "-inf"),
    ("1 - 2.5j", "(1-2.5j)"),
    # str
    ("''", "''"),
    ("'\\x00 ä € \\U0001f600'", "'\\x00 \\xe4 \\u20ac \\U0001f600'"),
    ("'\\ud800'", "'\\ud800'"),
    ("'x' * 1024", "'" + "x" * 1024 + "'"),
    ("'x' * 1025", "'" + "x" * 1024 + "'~1025"),
    ("'ä' * 512", "'" + "\\xe4" * 512 + "'"),
    ("'ä' * 513", "'" + "\\xe4" * 512 + "'~513"),
    ("'x' + '€' * 342", "'x" + "\\u20ac" * 341 + "'~343"),
    ("'\\U0001f600' * 2000", "'" + "\\U0001f600" * 256 + "'~2000"),
    # bytes
    ("b'\\x00z'", r"b'\x00z'"),
    ("b'x' * 1025", repr(b"x" * 1024) + "~1025"),
    ("bytearray(b'x')", "bytearray(b'x')"),
    ("bytearray(2000)", f"bytearray({bytes(1024)!r})~2000"),
    # containers
    ("[]", "[]"),
    ("[1, 'a', [None]]", "[1, 'a', [None]]"),
    ("(1,)", "(1)"),
    ("{7}", "{7}"),
    ("frozenset({7})", "<7>"),
    ("{'a': 1, 2: (3,)}", "{'a': 1, 2: (3)}"),
    ("list(range(33))", str(list(range(32))) + "~33"),
    ("tuple(range(32))", "(" + ", ".join(map(str, range(32))) + ")"),
    ("set(range(40))", "{" + ", ".join(map(str, range(32))) + "}~40"),
    ("dict.fromkeys(range(40))", "{" + ", ".join(f"{i}: None" for i in range(32)) + "}~40"),
    ("nested(4)", "(((())))"),
    ("nested(5)", "((((DEEP tuple))))"),
    ("[[[[Plain()]]]]", "[[[[self __main__.Plain]]]]"),
    ("[Plain(), [Plain()], {1: Plain()}]", "[<__main__.Plain >, [self __main__.Plain], {1: self __main__.Plain}]"),
    ("with_fields(a=with_fields(b=Plain()))", "<__main__.Plain a=<__main__.Plain b=self __main__.Plain>>"),
    ("Books()", "<__main__.Books own=1>"),
    (
        "[[[[Point(1, 2), 3, Level.LOW, Str('s'), len, range(2)]]]]",
        "[[[[DEEP __main__.Point, 3, DEEP __main__.Level, __main__.Str:'s', builtin len, range(0, 2, 1)]]]]",
    ),
    ("[[[[ValueError(1)]]]]", "[[[[DEEP ValueError]]]]"),
    ("cyclic_list()", "[1, CYCLE]"),
    ("(lambda it: [it, it])([])", "[[], []]"),
    # objects
    ("object()", "<object >"),
    ("Plain()", "<__main__.Plain >"),
    ("with_fields(a=1, b=[2])", "<__main__.Plain a=1, b=[2]>"),
    ("with_fields(**{'x' * 600: 1})", f"<__main__.Plain {'x' * 512}=1>"),
    (
        "with_fields(**{f'f{i:02}': i for i in range(40)})",
        "<__main__.Plain " + ", ".join(f"f{i:02}={i}" for i in range(32)) + ">~40",
    ),
    ("odd_keys()", "<__main__.Plain ?=2, s=3>"),
    ("Slots()", "<__main__.Slots a=1, b=[2]>"),
    ("Both()", "<__main__.Both d=4, c=3, a=1, b=[2]>"),
    ("cyclic_object()", "<__main__.Plain me=CYCLE, more=[CYCLE]>"),
    ("Hidden()", "<__main__.Hidden >"),
    ("functools.partial(len)", "<functools.partial >"),
    ("slice(1, 2)", "<slice >"),
    ("iter([])", "<list_iterator >"),
    ("bad_names()", "<Bad >"),
    ("Classy.Inner()", "<__main__.Classy.Inner >"),
    ("memoryview(b'')", "<memoryview >"),
    # by name
    ("Plain", "class __main__.Plain"),
    ("Classy", "class __main__.Classy"),
    ("Meta", "class __main__.Meta"),
    ("int", "class int"),
    ("type", "class type"),
    ("collections.OrderedDict", "class collections.OrderedDict"),
    ("ValueError", "class ValueError"),
    ("with_fields", "function __main__.with_fields"),
    ("Classy.method", "function __main__.Classy.method"),
    ("Classy().method", "method __main__.Classy.method"),
    ("types.MethodType(len, [])", "method len"),
    ("types.MethodType(Plain, 1)", "method "),
    ("len", "builtin len"),
    ("[].append", "builtin append"),
    ("sys.getsizeof", "builtin sys.getsizeof"),
    ("collections", "module collections"),
    ("Module('m')", "<__main__.Module >"),
    # range
    ("range(5)", "range(0, 5, 1)"),
    ("range(-2**63, 2**63 - 1, -7)", f"range({-BIG}, {BIG - 1}, -7)"),
    ("range(2**63)", "<range >"),
    # subclasses of builtins
    ("Str('s' * 1100)", "__main__.Str:'" + "s" * 1024 + "'~1100"),
    ("Int(-5)", "__main__.Int:-5"),
    ("Int(2**70)", f"__main__.Int:{2**70:#x}"),
    ("Float(2.5)", "__main__.Float:2.5"),
    ("Complex(1j)", "__main__.Complex:1j"),
    ("Bytes(b'b')", "__main__.Bytes:b'b'"),
    ("Bytearray(b'b')", "__main__.Bytearray:bytearray(b'b')"),
    ("List([1])", "__main__.List:[1]"),
    ("Tuple([1])", "__main__.Tuple:(1)"),
    ("Set([1])", "__main__.Set:{1}"),
    ("Frozenset([1])", "__main__.Frozenset:<1>"),
    ("Dict(a=1)", "__main__.Dict:{'a': 1}"),
    ("ordered()", "collections.OrderedDict:{'a': 1, 'b': 2}"),
    ("collections.Counter('aab')", "collections.Counter:{'a': 2, 'b': 1}"),
    ("collections.defaultdict(list, a=[1])", "collections.defaultdict:{'a': [1]}"),
    # dates and times
    ("datetime.date(2020, 1, 2)", "datetime.date:'2020-01-02'"),
    ("datetime.datetime(1, 1, 1)", "datetime.datetime:'0001-01-01T00:00:00'"),
    (
        "datetime.datetime(2020, 1, 2, 3, 4, 5, 6, fixed(hours=-3, minutes=-30))",
        "datetime.datetime:'2020-01-02T03:04:05.000006-03:30'",
    ),
    ("datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)", "datetime.datetime:'2020-01-02T00:00:00+00:00'"),
    ("datetime.datetime(2020, 1, 2, tzinfo=Zone())", "datetime.datetime:'2020-01-02T00:00:00[__main__.Zone]'"),
    ("datetime.time(23, 59, 58, 10)", "datetime.time:'23:59:58.000010'"),
    ("datetime.time(1, tzinfo=fixed(seconds=3661, microseconds=7))", "datetime.time:'01:00:00+01:01:01.000007'"),
    ("datetime.timedelta(days=-1, seconds=5)", "datetime.timedelta:'-1 day, 0:00:05'"),
    ("datetime.timedelta(400, 7322, 10)", "datetime.timedelta:'400 days, 2:02:02.000010'"),
    ("datetime.timezone.utc", "datetime.timezone:'UTC'"),
    ("fixed(hours=2)", "datetime.timezone:'UTC+02:00'"),
    ("Date(2020, 1, 2)", "<__main__.Date >"),
    # other texts at heart
    ("D('1.50')", "decimal.Decimal:'1.50'"),
    ("D('-0')", "decimal.Decimal:'-0'"),
    ("D('1e5')", "decimal.Decimal:'1E+5'"),
    ("D('1.23e-9')", "decimal.Decimal:'1.23E-9'"),
    ("D('0.000001')", "decimal.Decimal:'0.000001'"),
    ("D('0.0000001')", "decimal.Decimal:'1E-7'"),
    (
        "D('12345678901234567890123456789012345678901234567890.001')",
        "decimal.Decimal:'12345678901234567890123456789012345678901234567890.001'",
    ),
    ("D(10**19)", "decimal.Decimal:'10000000000000000000'"),
    ("D('1' * 200)", "decimal.Decimal:'" + "1" * 200 + "'"),
    ("D('1' * 201)", "<decimal.Decimal >"),
    ("D('-Infinity')", "decimal.Decimal:'-Infinity'"),
    ("D('sNaN12')", "decimal.Decimal:'sNaN12'"),
    ("D('NaN')", "decimal.Decimal:'NaN'"),
    ("uuid.UUID(int=0x0123456789abcdef0123456789abcdef)", "uuid.UUID:'01234567-89ab-cdef-0123-456789abcdef'"),
    ("uuid.UUID(int=0)", "uuid.UUID:'00000000-0000-0000-0000-000000000000'"),
    ("pathlib.PurePosixPath('/a', 'b')", f"{PATHS}.PurePosixPath:'/a/b'"),
    ("pathlib.PurePosixPath('a/b.c')", f"{PATHS}.PurePosixPath:'a/b.c'"),
    ("pathlib.PurePosixPath()", f"{PATHS}.PurePosixPath:'.'"),
    # enum members, named tuples
    ("Level.LOW", "<__main__.Level _name_='LOW', _value_=1>"),
    ("Color.RED", "<__main__.Color _name_='RED', _value_='r'>"),
    ("[[Color.BOTH]]", "[[<__main__.Color _name_='BOTH', _value_=('r', DEEP list)>]]"),
    ("Flags.A", "<__main__.Flags _name_='A', _value_=1>"),
    ("Point(1, [Point(2, 3)])", "<__main__.Point x=1, y=[<__main__.Point x=2, y=3>]>"),
    ("Typed('n', [])", "<__main__.Typed name='n', more=[]>"),
    ("Wrong((1, 2))", "__main__.Wrong:(1, 2)"),
    # deques and arrays
    ("collections.deque([1, [2]])", "collections.deque:[1, [2]]"),
    ("collections.deque(range(100), 50)", "collections.deque:" + str(list(range(50, 82))) + "~50"),
    ("array.array('d', [1.5, 2])", "<array.array typecode='d', items=[1.5, 2.0]>"),
    ("array.array('B', range(40))", "<array.array typecode='B', items=" + str(list(range(32))) + "~40>"),
    ("array.array('Q', [1 << 63])", "<array.array typecode='Q', items=[0x8000000000000000]>"),
    ("[array.array('f', [0.5])]", "[<array.array typecode='f', items=[0.5]>]"),
    ("array.array('u', 'ab')", "<array.array typecode='w', items=[]~2>"),
    # exceptions
    ("ValueError('x', 1)", "ValueError!('x', 1)"),
    ("Named(*range(40))", "__main__.Named!(" + ", ".join(map(str, range(32))) + ")~40"),
    ("OSError(2, 'none', 'f')", "FileNotFoundError!(2, 'none')"),
    # budget: once 1,024 bytes are written the containers that are open end
    ("['x' * 1000, 'y' * 30, 'z']", "['" + "x" * 1000 + "', '" + "y" * 30 + "']~3"),
    ("['x' * 2000, [1], {}]", "['" + "x" * 1024 + "'~2000]~3"),
    ("with_fields(a='x' * 1024, b=1)", "<__main__.Plain a='" + "x" * 1024 + "'>~2"),
    ("{'x' * 1024: 1, 2: 3}", "{'" + "x" * 1024 + "': NO ROOM}~2"),
    ("[[['x' * 1024, 1], 2], 3]", "[[['" + "x" * 1024 + "']~2]~2]~2"),
    ("{i: 'x' * 40 for i in range(40)}", "{" + ", ".join(f"{i}: '{'x' * 40}'" for i in range(24)) + "}~40"),
    ("ValueError(*['x' * 600] * 3)", "ValueError!('" + "x" * 600 + "', '" + "x" * 600 + "')~3"),
]
