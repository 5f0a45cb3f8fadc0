"""The expressions of a random program. Each call of `t` is a side effect that is seen, and a place to fail at."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

PREAMBLE = """\
class Thing:
    count = 0

    def __init__(self, number):
        self.number = t(1, number)
        self.items = [number]

    @property
    def double(self):
        return t(2, number(self.number) * 2)

    @double.setter
    def double(self, value):
        self.number = t(3, value)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return t(4, len(name))

    def __getitem__(self, key):
        return t(5, key)

    def __setitem__(self, key, value):
        self.items.append(t(6, value))

    def __enter__(self):
        return t(7, self)

    def __exit__(self, *failure):
        return t(8, failure[0] is ValueError)

    async def __aenter__(self):
        await pause(1)
        return t(9, self)

    async def __aexit__(self, *failure):
        await pause(1)
        return t(10, failure[0] is ValueError)

    def __iter__(self):
        for item in range(2):
            yield t(11, item)

    async def __aiter__(self):
        for item in range(2):
            await pause(1)
            yield t(12, item)

    def add(self, *numbers, extra=0, **more):
        return t(13, sum(map(number, numbers)) + number(extra) + len(more))

    @classmethod
    def make(cls, number=0):
        return cls(number)

    @staticmethod
    def same(number=0):
        return t(14, number)

    def __call__(self, number=0):
        return self.add(number)


class Other(Thing):
    def __init__(self, number):
        super().__init__(number)
        self.more = super().add(number, extra=1)

    def add(self, *numbers, **more):
        return number(super().add(*numbers, **more)) + super(Other, self).add(1)

    def __private(self, number):
        return t(15, number)

    def call_private(self, number=0):
        return self.__private(number) + self._Other__private(t(16, 1))


"""
NAMES = "abcd"


class Maker:
    """What is known while a program is made; `random` takes all decisions: Hypothesis can make the program smaller."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.effects = 100
        self.functions: dict[str, list[str]] = {"def": [], "gen": [], "async": [], "agen": []}
        self.kind = "def"
        self.loops = 0
        #: How many lambdas, comprehensions, f-strings are around the expression: some things may not stand there.
        self.inside = 0

    def choose(self, *ways: Callable[[int], str], depth: int) -> str:
        return self.random.choice(ways)(depth - 1)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def name(self) -> str:
        return self.random.choice(NAMES)

    # -- expressions -----------------------------------------------------------------------------------------------

    def effect(self, depth: int) -> str:
        self.effects += 1
        return f"t({self.effects}, {self.expression(depth)})"

    def leaf(self) -> str:
        way = self.random.randrange(4)
        return str(self.random.randrange(5)) if way == 0 else self.name() if way < 3 else self.effect(0)

    def expression(self, depth: int) -> str:
        """An expression whose value mostly is a number."""
        if depth <= 0:
            return self.random.choice([str(self.random.randrange(5)), self.name()])
        ways: list[Callable[[int], str]] = [
            self.effect, self.effect, self.effect, self.call, self.call, self.call, self.method, self.arithmetic,
            self.conditional, self.comparison, self.boolean, self.comprehension, self.called_lambda, self.item,
            self.walrus, self.text, self.displayed, self.chained, self.reflection,
        ]  # fmt: skip
        if not self.inside and self.kind in ("async", "agen"):
            ways += [self.awaited] * 4
        if not self.inside and self.kind in ("gen", "agen"):
            ways += [self.yielded] * 3
        return self.choose(*ways, depth=depth)

    def within(self, depth: int) -> str:
        """An expression inside of something where not all may stand."""
        self.inside += 1
        made = self.expression(depth)
        self.inside -= 1
        return made

    def arguments(self, depth: int) -> str:
        words = [self.expression(depth) for _ in range(self.random.randrange(3))]
        if self.chance(4):
            words.append(f"*[{self.expression(depth)}, {self.expression(depth - 1)}]")
        if self.chance(4):
            words.append(f"extra={self.expression(depth)}")
        if self.chance(6):
            words.append(f"**{{'key': {self.expression(depth)}}}" if not self.inside else "**{}")
        return ", ".join(words)

    def call(self, depth: int) -> str:
        if self.functions["def"] and self.chance(2):
            return f"number({self.random.choice(self.functions['def'])}({self.arguments(depth)}))"
        if self.functions["gen"] and self.chance(2):
            return f"len(list({self.random.choice(self.functions['gen'])}({self.arguments(depth)})))"
        plain = ["max({}, 2)", "abs(number({}))", "int({})", "len([{}, {}])", "len(list((x for x in [{}, {}])))",
                 "sum(number(x) for x in [{}, {}])", "pick({}, {})", "(pick)({})", "Dying({}).number",
                 "divmod(number({}), 2)[0]", "next(iter([{}]))"]  # fmt: skip
        form = self.random.choice(plain)
        return form.format(*(self.expression(depth) for _ in range(form.count("{}"))))

    def method(self, depth: int) -> str:
        thing = self.random.choice(["Thing", "Other"])
        form = self.random.choice([
            "{0}({1}).add({2})", "{0}.make({1}).add({2})", "{0}.same({1})", "{0}.make({1}).double",
            "{0}({1}).missing", "{0}({1})({2})", "{0}({1})[{1}]", "[{1}].count({1})", "[{1}, {2}].pop()",
            "Other({1}).call_private({1})", "{{1: {1}}}.get({2}, {1})", "sum([*{0}({1})])",
        ])  # fmt: skip
        several = "add" in form
        return form.format(thing, self.expression(depth), self.arguments(depth) if several else self.expression(depth))

    def chained(self, depth: int) -> str:
        return f"Thing.make({self.effect(depth)}).items.copy().count({self.expression(depth)})"

    def reflection(self, depth: int) -> str:
        return self.random.choice([
            "len([k for k in locals() if not k.startswith('_sw')])" if not self.inside else "len(locals()) * 0",
            "eval('t(98, 1)')" if not self.inside else "eval(str(1))",
            "len(dir(Thing)) * 0", "(lambda: len(locals()))()",
        ])  # fmt: skip

    def arithmetic(self, depth: int) -> str:
        sign = self.random.choice(["+", "-", "^", "|", "&", "% 3 -", "// 2 +"])
        return f"(number({self.expression(depth)}) {sign} number({self.expression(depth)}))"

    def conditional(self, depth: int) -> str:
        return f"({self.expression(depth)} if {self.expression(depth)} else {self.expression(depth)})"

    def comparison(self, depth: int) -> str:
        first, second, third = (self.expression(depth) for _ in range(3))
        return f"(number({first}) < number({second}) <= number({third}))"

    def boolean(self, depth: int) -> str:
        word = self.random.choice(["and", "or"])
        return f"({self.expression(depth)} {word} not {self.expression(depth)})"

    def comprehension(self, depth: int) -> str:
        form = self.random.choice(["len([{} for x in each({})])", "len({{{} for x in each({})}})",
                                   "len({{{0}: x for x in each({1})}})", "any({} for x in each({}))",
                                   "len([{} for x in each({}) if x])", "any({} for x in each({}))"])  # fmt: skip
        return form.format(self.within(depth), self.within(depth - 1))

    def called_lambda(self, depth: int) -> str:
        return f"(lambda x, y={self.within(depth - 1)}: {self.within(depth)})({self.expression(depth)})"

    def item(self, depth: int) -> str:
        first, second, key = self.expression(depth), self.expression(depth - 1), self.expression(depth - 1)
        return f"{{0: {first}, 1: 2, True: {second}}}[not {key}]"

    def walrus(self, depth: int) -> str:
        return f"({self.name()} := {self.expression(depth)})" if not self.inside else self.effect(depth)

    def text(self, depth: int) -> str:
        if self.inside:
            return self.effect(depth)
        shown = self.random.choice(["", "", "=", "!r", "!s:>{3}"])
        return f'len(f"{{({self.within(depth)}){shown}}} and {{({self.within(depth - 1)})}}")'

    def displayed(self, depth: int) -> str:
        form = self.random.choice(["len(({}, *[{}]))", "len([*each({}), {}])", "len({{**{{1: {}}}, 2: {}}})"])
        return form.format(self.expression(depth), self.expression(depth - 1))

    def awaited(self, depth: int) -> str:
        ways = ["pause({})", "asyncio.sleep(0, {})", "give({})", "asyncio.gather(pause({}), give({}))",
                "asyncio.create_task(give({}))", "soon({})"]  # fmt: skip
        way = self.random.choice(ways)
        if self.functions["async"] and self.chance(2):
            way = f"{self.random.choice(self.functions['async'])}({{}})"
        waited = f"(await {way.format(*(self.expression(depth) for _ in range(way.count('{}'))))})"
        return f"len({waited})" if "gather" in way else waited

    def yielded(self, depth: int) -> str:
        if self.kind == "gen" and self.chance(3):
            source = self.random.choice(self.functions["gen"]) if self.functions["gen"] else "each"
            return f"(yield from {source}({self.expression(depth)}))"
        return f"(yield {self.expression(depth)})"
