"""Something to do for modules of the standard library: small, the same every time; each function is named for one."""

from __future__ import annotations

import importlib
import io
from contextlib import suppress
from typing import Any

TEXT = "Four score and seven years ago our fathers brought forth on this continent, a new nation. " * 4


def argparse(m: Any) -> None:
    parser = m.ArgumentParser(prog="x", description=TEXT, exit_on_error=False)
    parser.add_argument("--count", type=int, default=1, help="how many %(default)s")
    parser.add_argument("words", nargs="*")
    parser.add_mutually_exclusive_group().add_argument("-v", action="store_true")
    parser.add_subparsers
    parser.format_help()
    parser.parse_args(["--count", "3", "a", "b"])
    with suppress(m.ArgumentError):
        parser.parse_args(["--count", "x"])


def ast(m: Any) -> None:
    tree = m.parse("def f(a, *b, c=1):\n    return [x for x in a if x] or {1: f'{b!r:>3}'}\n")
    m.unparse(m.fix_missing_locations(tree))
    m.dump(tree, indent=1)
    m.literal_eval("{'a': [1, -2, (3+4j)]}")


def base64(m: Any) -> None:
    for name in ("b64", "b32", "b16", "a85", "b85"):
        getattr(m, f"{name}decode")(getattr(m, f"{name}encode")(b"some bytes\0\xff"))


def calendar(m: Any) -> None:
    m.TextCalendar().formatyear(2024)
    m.HTMLCalendar().formatmonth(2024, 2)


def collections(m: Any) -> None:
    point = m.namedtuple("Point", "x y", defaults=[2])(1)._replace(x=3)
    chain = m.ChainMap({"a": point}, {"b": 2}).new_child({"c": 3})
    counts = m.Counter("abracadabra") + m.Counter(a=2) - m.Counter(b=1)
    counts.most_common(2)
    m.UserDict(chain) | {"d": 1}
    m.UserList([3, 1]) + m.UserString("ab").upper().split()


def colorsys(m: Any) -> None:
    for rgb in ((0.2, 0.4, 0.4), (0.5, 0.1, 0.0), (0.3, 0.3, 0.3)):
        m.hsv_to_rgb(*m.rgb_to_hsv(*rgb))
        m.hls_to_rgb(*m.rgb_to_hls(*rgb))


def configparser(m: Any) -> None:
    parser = m.ConfigParser(interpolation=m.ExtendedInterpolation())
    parser.read_string("[a]\nx = 1\ny = ${x}2\n long\n[b]\nz: ${a:y}\n# end\n")
    parser.get("b", "z")
    parser.getint("a", "x")
    parser["c"] = {"k": "v"}
    parser.write(io.StringIO())


def contextlib(m: Any) -> None:
    @m.contextmanager  # type: ignore[untyped-decorator]
    def manager(value: int) -> Any:
        with suppress(ValueError):
            yield value

    with m.ExitStack() as stack:
        stack.enter_context(manager(1))
        stack.callback(len, [])
        raise ValueError
    with m.suppress(KeyError), m.redirect_stdout(io.StringIO()), manager(2):
        raise KeyError


def copy(m: Any) -> None:
    one: list[Any] = [1, {"a": (2, [3])}]
    one.append(one)
    m.deepcopy(one)
    m.copy({"x": one})


def csv(m: Any) -> None:
    m.DictWriter(file := io.StringIO(), ["a", "b"]).writeheader()
    list(m.DictReader(["a,b", "1,2", "3"]))
    m.Sniffer().sniff("a;b;c\n1;2;3\n" * 3)
    m.Sniffer().has_header("name,age\nx,1\ny,2\n")
    file.getvalue()


def dataclasses(m: Any) -> None:
    made = m.make_dataclass("Made", [("x", int), ("y", list, m.field(default_factory=list))], frozen=True, order=True)
    m.asdict(m.replace(made(1), x=2))
    m.astuple(made(3, [made(4)]))


def difflib(m: Any) -> None:
    one, two = TEXT.split(), TEXT.replace("our", "their").split()
    list(m.unified_diff(one, two))
    list(m.ndiff(one[:12], two[:12]))
    m.get_close_matches("fathers", one)


def enum(m: Any) -> None:
    color = m.Enum("Color", "RED GREEN")
    flags = m.Flag("Flags", "A B C")
    repr(~(flags.A | flags.C) | flags.B)
    list(color)
    color["RED"], color(2)


def fractions(m: Any) -> None:
    total = sum(m.Fraction(1, n) for n in range(1, 9))
    total.limit_denominator(20)
    float(total * m.Fraction("3.25") // 1)


def getopt(m: Any) -> None:
    m.gnu_getopt(["-a", "x", "--long=3", "rest"], "ab:", ["long="])


def graphlib(m: Any) -> None:
    sorter = m.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}})
    list(sorter.static_order())
    with suppress(m.CycleError):
        list(m.TopologicalSorter({1: {2}, 2: {1}}).static_order())


def heapq(m: Any) -> None:
    list(m.merge([1, 4], [2, 3], reverse=False, key=abs))
    m.nlargest(2, [5, 1, 4], key=lambda n: -n)
    m.nsmallest(2, [5, 1, 4])


def html(m: Any) -> None:
    m.unescape(m.escape("<a & 'b'>") + "&eacute;&#233;&#x110000;")
    importlib.import_module("html.parser").HTMLParser().feed("<p class=a>text<br/><!-- c --></p>&amp;")


def ipaddress(m: Any) -> None:
    list(m.ip_network("10.0.0.0/29").hosts())
    m.ip_address("2001:db8::1").exploded
    list(m.summarize_address_range(m.ip_address("10.0.0.1"), m.ip_address("10.0.0.9")))


def json(m: Any) -> None:
    m.loads(m.dumps({"a": [1, 2.5, None, "é\n"], "b": {}}, indent=2, sort_keys=True))
    with suppress(m.JSONDecodeError):
        m.loads("{,}")


def optparse(m: Any) -> None:
    parser = m.OptionParser("usage: %prog", prog="x")
    parser.add_option("-n", "--number", type="int", default=1, help=TEXT)
    parser.parse_args(["-n", "3", "rest"])
    parser.format_help()


def pprint(m: Any) -> None:
    m.pformat({"a": list(range(40)), "b": {"c": TEXT, "d": {1, 2}}, "e": (1,)}, width=40)


def quopri(m: Any) -> None:
    m.decode(io.BytesIO(b"a=3D=\nb"), io.BytesIO())


def random(m: Any) -> None:
    chance = m.Random(7)
    chance.shuffle(items := list(range(9)))
    chance.sample(items, 3), chance.gauss(0, 1), chance.choices(items, k=2), chance.betavariate(2, 3)


def reprlib(m: Any) -> None:
    short = m.Repr()
    short.maxlist = 2
    short.repr([[1, 2, 3], {"a": TEXT}, {1, 2}])


def sched(m: Any) -> None:
    scheduler = m.scheduler(lambda: 0, lambda seconds: None)
    scheduler.enter(0, 1, len, ([],))
    scheduler.run()


def shlex(m: Any) -> None:
    m.join(m.split('a \'b c\' "d\\"e" # f', comments=True))


def statistics(m: Any) -> None:
    data = [1, 2, 2, 3.5, 8]
    m.mean(data), m.median(data), m.mode(data), m.quantiles(data), m.stdev(data), m.multimode(data)
    m.NormalDist.from_samples(data).overlap(m.NormalDist(2, 1))


def string(m: Any) -> None:
    m.Template("$a ${b} $$").safe_substitute(a=1)
    m.Formatter().format("{0!r:>{1}} {x[0]}", "a", 5, x=[1])
    m.capwords("one two")


def textwrap(m: Any) -> None:
    m.fill(TEXT, 40, initial_indent="* ")
    m.dedent("  a\n    b\n")
    m.shorten(TEXT, 30)


def tokenize(m: Any) -> None:
    list(m.generate_tokens(io.StringIO("def f(a):\n  return 'x' + \\\n   '''y\nz'''\n").readline))
    m.untokenize([(1, "a"), (54, "="), (2, "1")])


NAMES = sorted(name for name, thing in list(globals().items()) if callable(thing) and name not in ("Any", "suppress"))
