"""Makes programs at random: small, deterministic, always at an end soon, and full of what a rewriter can get wrong.

What a program uses without defining it (`t`, `each`, `Manager`, ...) is in `program_tools.py`. Each function here gives
the lines of one kind of statement.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from program_expressions import PREAMBLE, Maker

FAILURES = ("ValueError", "KeyError", "Boom", "(ValueError, Boom)", "Exception", "ZeroDivisionError")
Lines = list[str]
Statement = Callable[[Maker, int], Lines]


def indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]


def block(maker: Maker, depth: int) -> Lines:
    """One to four statements."""
    lines: Lines = []
    for _ in range(maker.random.randint(1, 3 if depth > 1 else 2)):
        lines += statement(maker, depth)
    return lines


def body(maker: Maker, depth: int) -> Lines:
    return indented(block(maker, depth - 1))


def statement(maker: Maker, depth: int) -> Lines:
    ways = SIMPLE if depth <= 0 else SIMPLE + COMPOUND
    if depth > 0 and maker.kind in ("async", "agen"):
        ways = ways + ASYNC
    return maker.random.choice(ways)(maker, depth)


def assignment(maker: Maker, depth: int) -> Lines:
    name, value = maker.name(), maker.expression(2)
    form = maker.random.choice([
        "{0} = {1}", "{0} = {1}", "{0} = number({0}); {0} += number({1})", "noted: int = {1}",
        "{0}, {2} = {1}, 3", "{0}, *{2} = [{1}, 2, 3]",
        "{0} = {2} = {1}", "{0} = {1}; {2} = 2", "({0}, [{2}]) = {1}, [5]", "if {1}: {0} = 7", "{0} = Dying({1})",
        "rest = [{1}, {2}]", "{0} = {1}; del {0}; {0} = 1", "{0} = (yielded_nothing := {1})",
    ])  # fmt: skip
    return [form.format(name, value, maker.name())]


def target(maker: Maker, depth: int) -> Lines:
    """What is not a plain name: attributes, items, slices; and what changes an argument in place."""
    form = maker.random.choice([
        "box.value = {}", "box.value += number({})", "box.items[0] = {}", "box.items[t(90, 0)] += number({})",
        "box.items[:] = [{}]",
        "box.items.append({})", "rest = [*rest, {}]", "more['key'] = {}", "more.setdefault('x', []).append({})",
        "change(more, {})", "change(rest, {})", "a = [1, 2]; change(a, {})", "box.double = Thing({}).double",
    ])  # fmt: skip
    return [form.format(maker.expression(2))]


def bare(maker: Maker, depth: int) -> Lines:
    return [maker.expression(3)]


def leaving(maker: Maker, depth: int) -> Lines:
    ways = ["pass", "...", f"assert {maker.expression(1)} is not None, {maker.expression(1)}"]
    if maker.chance(2):
        return [maker.random.choice(ways)] if not maker.loops else [maker.random.choice(["break", "continue"])]
    ways = ["return" if maker.kind == "agen" else f"return {maker.expression(2)}"]
    ways += [f"raise ValueError({maker.expression(1)})", f"raise Boom({maker.expression(1)}) from KeyError(1)"]
    ways += [f"assert {maker.expression(2)}, {maker.expression(1)}", "raise"]
    if maker.loops:
        ways += ["break", "continue", f"if {maker.expression(1)}: break", f"if {maker.expression(1)}: continue"] * 2
    return [maker.random.choice(ways)]


def conditional(maker: Maker, depth: int) -> Lines:
    lines = [f"if {maker.expression(2)}:", *body(maker, depth)]
    if maker.chance(3):
        lines += [f"elif {maker.expression(2)}:", *body(maker, depth)]
    return lines + (["else:", *body(maker, depth)] if maker.chance(2) else [])


def loop_body(maker: Maker, depth: int) -> Lines:
    maker.loops += 1
    lines = body(maker, depth)
    maker.loops -= 1
    return lines + (["else:", *body(maker, depth)] if maker.chance(3) else [])


def for_loop(maker: Maker, depth: int) -> Lines:
    head = maker.random.choice([
        "for {0} in each({1}):", "for {0} in [{1}, 2]:", "for {0}, {2} in zip(each({1}), each(1)):",
        "for {0} in Thing({1}):", "for {0}, *{2} in [[1, {1}]]:", "for box.value in each({1}):",
        "for more['x'] in [{1}]:", "for {0} in (t(91, x) for x in each({3})):",
    ])  # fmt: skip
    words = maker.name(), maker.expression(2), maker.name(), maker.within(2)
    return [head.format(*words), *loop_body(maker, depth)]


def while_loop(maker: Maker, depth: int) -> Lines:
    return [f"while again({maker.expression(2)}):", *loop_body(maker, depth)]


def trying(maker: Maker, depth: int) -> Lines:
    lines = ["try:", *body(maker, depth)]
    final = maker.chance(2)
    star = "" if maker.chance(4) else "plain"
    around, maker.loops = maker.loops, maker.loops if star else 0
    kinds = [maker.random.choice(FAILURES) for _ in range(maker.random.randrange(3) if final else 1)]
    for kind in kinds:
        if star:
            lines += [f"except {kind}{maker.random.choice([' as e', ''])}:", *body(maker, depth)]
        else:
            lines += [f"except* {kind} as e:", *indented([f"a = {maker.expression(2)}"])]
    maker.loops = around
    if star and final and maker.chance(4):
        lines += ["except:", *body(maker, depth)]
        kinds.append("")
    if kinds and maker.chance(3):
        lines += ["else:", *body(maker, depth)]
    return lines + (["finally:", *body(maker, depth)] if final else [])


def managed(maker: Maker, depth: int) -> Lines:
    head = maker.random.choice([
        "with Manager({0}):", "with Manager({0}) as {2}:", "with Manager({0}), Thing({1}) as {2}:",
        "with (Manager({0}), Manager({1}) as {2}):", "with swallow({0}) as ({2}, d):", "with Thing({0}) as box.value:",
    ])  # fmt: skip
    return [head.format(maker.expression(2), maker.expression(1), maker.name()), *body(maker, depth)]


def matching(maker: Maker, depth: int) -> Lines:
    patterns = ["0 | 1", "int() as {0}", "[{0}, *{1}]", "{{'key': {0}, **kept}}", "Thing(number={0})", "int({0})",
                "[int(), {0}] if {2}", "{0} if {2}", "(0, {0}) | ({0}, 1)", "None"]  # fmt: skip
    subject = maker.random.choice(["{}", "[{}, 1]", "({}, 2)", "{{'key': {}, 'x': 1}}", "Thing({})"])
    lines = [f"match {subject.format(maker.expression(2))}:"]
    for _ in range(maker.random.randint(1, 3)):
        first, second = maker.random.sample("abcd", 2)
        pattern = maker.random.choice(patterns).format(first, second, maker.expression(2))
        lines += indented([f"case {pattern}:", *body(maker, depth)])
    return lines + (indented(["case _:", *body(maker, depth)]) if maker.chance(2) else [])


def nested(maker: Maker, depth: int) -> Lines:
    """A function in a function, sharing a variable, and a call of it."""
    kind = maker.random.choice(["def", "gen", "def", maker.kind])
    maker.effects += 1
    name = f"inner{maker.effects}"
    head, *rest = function(maker, name, kind, depth - 1)
    rest[0] = rest[0].replace("a, b, c, d = 1, 2, 3, 4", "b = c = d = 3").replace("a = b = c = d", "b = c = d")
    head = f"{head.partition('(')[0]}(b={maker.expression(1)}, *rest, **more):"
    lines = [head, f"    nonlocal a{maker.random.choice(['', ', d'])}", *rest]
    if maker.chance(3):
        lines.insert(0, f"@decorated({maker.expression(1)})")
    call = {"def": "c = {}({})", "gen": "c = list({}({}))"}
    if maker.kind in ("async", "agen"):
        call |= {"async": "c = await {}({})", "agen": "c = [x async for x in {}({})]"}
    return ["a = d = 1", *lines, call.get(kind, "c = drive({}({}))").format(name, maker.expression(1))]


def class_inside(maker: Maker, depth: int) -> Lines:
    head, *rest = function(maker, "act", "def", depth - 1)
    head = head.replace("(", "(self, ")
    body = [f"value = {maker.within(2)}", head, *rest]
    head = f"class Local(pick(Thing, {maker.expression(1)})):"
    return [head, *indented(body), f"a = Local({maker.expression(1)}).act()"]


def lambda_kept(maker: Maker, depth: int) -> Lines:
    maker.inside += 1
    made = maker.expression(3)
    maker.inside -= 1
    return [f"act = lambda x, y=1: {made}", f"b = act({maker.expression(2)}) if callable(act) else 0"]


def imported(maker: Maker, depth: int) -> Lines:
    maker.effects += 1
    name = f"g{maker.effects}"
    shared = [f"global {name}", f"{name} = {maker.expression(2)}", f"a = {name}"]
    words = ["import math as sums", "from math import floor, ceil as top", "import os.path", "global"]
    word = maker.random.choice(words)
    return shared if word == "global" else [word]


def generator_driven(maker: Maker, depth: int) -> Lines:
    source = maker.random.choice(maker.functions["gen"] or ["each"])
    way = maker.random.choice(["drive", "throw_into", "close_soon", "send_into"])
    return [f"{maker.name()} = {way}({source}({maker.expression(1)}))"]


def async_for(maker: Maker, depth: int) -> Lines:
    source = maker.random.choice([*maker.functions["agen"], "a_each", "Thing"])
    return [f"async for {maker.name()} in {source}({maker.expression(1)}):", *loop_body(maker, depth)]


def async_with(maker: Maker, depth: int) -> Lines:
    head = maker.random.choice([
        "async with Thing({0}) as {2}:", "async with AManager({0}), AManager({1}) as {2}:",
        "async with asyncio.TaskGroup() as group:\n    group.create_task(give({0}))",
        "async with asyncio.timeout(None):",
    ])  # fmt: skip
    return [*head.format(maker.expression(1), maker.expression(1), maker.name()).split("\n"), *body(maker, depth)]


def tasks(maker: Maker, depth: int) -> Lines:
    source = maker.random.choice(maker.functions["async"] or ["give"])
    first, second = (f"{source}({maker.expression(1)})" for _ in range(2))
    return maker.random.choice([
        [f"a = await asyncio.gather({first}, {second}, return_exceptions=True)"],
        [f"task = asyncio.create_task({first})", f"await pause({maker.random.randrange(3)})", "task.cancel()",
         "try:", "    a = await task", "except asyncio.CancelledError:", f"    a = {maker.expression(1)}"],
        [f"a = await asyncio.wait_for({first}, None)"],
        [f"b = [x async for x in a_each({maker.expression(1)})]"],
        [f"b = [await pause(x) for x in each({maker.expression(1)})]"],
        [f"b = [x async for x in (await give(y) for y in each({maker.expression(1)}))]"],
    ])  # fmt: skip


SIMPLE: list[Statement] = [assignment, assignment, assignment, target, bare, bare, bare, leaving]
COMPOUND: list[Statement] = [
    conditional, for_loop, for_loop, while_loop, trying, trying, trying, managed, managed, matching, nested,
    class_inside, lambda_kept, imported, generator_driven,
]  # fmt: skip
ASYNC: list[Statement] = [async_for, async_with, tasks, tasks] * 2


def function(maker: Maker, name: str, kind: str, depth: int) -> Lines:
    """The lines of a function; generators have a yield in any case."""
    around = maker.kind, maker.loops, maker.inside
    maker.kind, maker.loops, maker.inside = kind, 0, 0
    parameters = maker.random.choice(["a=1, *rest, b=2, **more", "a=1, b=2, *rest, **more", "*rest, a=[1], **more"])
    lines = [maker.random.choice(["a, b, c, d = 1, 2, 3, 4", "a = b = c = d = 2"])]
    if kind in ("gen", "agen"):
        lines.append(f"c = yield {maker.effect(1)}")
    lines += block(maker, depth)
    maker.kind, maker.loops, maker.inside = around
    word = "async def" if kind in ("async", "agen") else "def"
    return [f"{word} {name}({parameters}):", *indented(lines)]


def make(random: Random) -> str:
    """Make a program: some functions, then two that begin, `main` and `async_main`."""
    maker = Maker(random)
    lines: Lines = []
    for number in range(random.randint(1, 3)):
        kind = random.choice(["def", "def", "gen", "async", "agen"])
        lines += [*function(maker, f"f{number}", kind, 2), "", ""]
        maker.functions[kind].append(f"f{number}")
    lines += [*function(maker, "main", "def", 2), "", "", *function(maker, "async_main", "async", 2)]
    return PREAMBLE + "\n".join(lines) + "\n"
