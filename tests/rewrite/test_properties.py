"""Whatever is written, however it is laid out: the twin gives the original back, and an edit of it is kept."""

from __future__ import annotations

import ast
from copy import copy
from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from instrumenter import rewrite

SIMPLE = (
    "x = 1",
    "return x",
    "return",
    "return x, 1",
    "return (x, 1)",
    "return(x)",
    "return [i for i in x]",
    "x = 1; return x;",
    'x = """a\n  b\n"""',
    'return f"""{x}\n  """',
    "x = (1,\n2)",
    "# a comment",
    "",
    "del x",
    "raise x",
    "x = 1 + \\\n  2",
    "f(x)",
    "return(f)(x).y(*x)[f(1)], f(x)",
    "x.y(f(x), k=x.z, *f(x)); f(i for i in x)",
    "f(  # why\n  i for i in f(x)\n)",
    "x = not(f)(x) or (lambda y, z=f(x): f(y))(x)",
    """x = f"{f(x)!r:>{f('a')}} {f(x)=} {x.y(f(i) for i in x)}" 'f(x)'""",
    'x = rf"""{\n f(x)}\n {{f(x)}}{f"{f(x)}"}\n  """',
    "x = (x\n  # more\n .y(1).z(  f(x) ,\n))",
    "f(x).y = f(x)[f(x)] = n = f(x)",
    "x: f(x) = f((n := f(x)))",
    "x = f(x) if f(x) else(f)(x)",
    "assert(f)(x), f(x)",
    "raise f(x) from f(x)",
    "del f(x).y",
)
YIELDS = (
    "f((yield x), *(yield))",
    "yield",
    "yield x",
    "yield(x)",
    "y = yield x, 1",
    "yield from x",
    "y = (yield (yield x))",
    "x[(yield)] = 1",
)
HEADS = (
    "if f(x):",
    "for f(x).y in(f)(x):",
    "while(n := f(x)):",
    "with f(x) as y, (f(x)):",
    "with (f(x) as y, z):",
    "if x:",
    "for i in x:",
    "while x:",
    "with x:",
    "with (x as y, z):",
    "try:",
    "def inner(a, *b, c=f(x), **d):",
    "class C(f(x), k=f(x)):",
    "match f(x):",
    "async def inner(self):",
)
TAILS = {
    "try:": ("except ValueError:", "finally:", "except (A, B) as e:", "except f(x):"),
    "if x:": ("else:", "elif f(x):"),
}


@dataclass(frozen=True)
class Style:
    unit: str
    newline: str
    final_newline: bool
    bom: bytes


styles = st.builds(
    Style,
    st.sampled_from(["    ", "  ", "\t", " "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)


@st.composite
def blocks(draw: st.DrawFn, unit: str, depth: int) -> list[str]:
    """Draw the lines of a block, one level deep."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth < 3 and draw(st.booleans()):
            head = draw(st.sampled_from(HEADS))
            body = draw(blocks(unit, depth + 1))
            if head.startswith("match"):
                body = ["case C(x=1) if f(x):", *(unit + line for line in body)]
            lines += [head, *(unit + line for line in body)]
            for tail in draw(st.lists(st.sampled_from(TAILS.get(head, ("",))), max_size=1)) or TAILS.get(head, ())[:1]:
                lines += [tail, *(unit + line for line in draw(blocks(unit, depth + 1)))] if tail else []
        else:
            lines.append(draw(st.sampled_from(SIMPLE + YIELDS)))
    return [*lines, "pass"]


@st.composite
def programs(draw: st.DrawFn) -> bytes:
    """Draw a program that compiles."""
    style = draw(styles)
    lines = draw(st.sampled_from([[], ['"""Module."""'], ["from __future__ import annotations"], ["# first"]])).copy()
    for _ in range(draw(st.integers(1, 3))):
        head = draw(st.sampled_from(["def f(x):", "async def g(x):", "class D:"]))
        lines += [head, *(style.unit + line for line in draw(blocks(style.unit, 0)))]
    text = "\n".join(lines) + ("\n" if style.final_newline else "")
    data = style.bom + text.replace("\n", style.newline).encode()
    try:
        compile(data, "x", "exec")
    except SyntaxError:
        assume(False)
    return data


@settings(max_examples=300, deadline=None)
@given(programs(), st.sampled_from(rewrite.LEVELS))
def test_twin_gives_back_the_original_byte_for_byte(original: bytes, level: int) -> None:
    twin = rewrite.instrument(original, level, "x.py")
    if twin is not None:
        compile(twin.source, "x.py", "exec")
        assert twin.source != original
        assert rewrite.strip(twin.source) == original
        assert rewrite.instrument(original, level, "x.py") == twin


@settings(max_examples=100, deadline=None)
@given(programs(), st.sampled_from(rewrite.LEVELS), st.data())
def test_edit_of_a_twin_is_kept(original: bytes, level: int, data: st.DataObject) -> None:
    """An author's line of the twin, edited, comes back edited in the original."""
    marked = original.replace(b"x = 1", b"x = 1000001")
    twin = rewrite.instrument(marked, level, "x.py")
    assume(twin is not None)
    assert twin is not None
    edit = data.draw(st.sampled_from([b"x = f(2)", b"(yy, zz) = 'a', b'b'", b"x = [\n]"]))
    edited = twin.source.replace(b"x = 1000001", edit)
    assert rewrite.strip(edited) == marked.replace(b"x = 1000001", edit)


@settings(max_examples=100, deadline=None)
@given(programs(), st.sampled_from(rewrite.LEVELS))
def test_twin_has_the_statements_of_the_original(original: bytes, level: int) -> None:
    """All the author's function and class definitions are there, in order, with their signatures."""
    twin = rewrite.instrument(original, level, "x.py")
    assume(twin is not None)
    assert twin is not None
    assert _definitions(twin.source) == _definitions(original)


def _definitions(source: bytes) -> list[str]:
    """Dump what defines something, without its body but for the docstring."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            arguments = "" if isinstance(node, ast.ClassDef) else _parameters(node.args)
            found.append(f"{type(node).__name__} {node.name} {ast.get_docstring(node)} {arguments}")
    return sorted(found)


def _parameters(arguments: ast.arguments) -> str:
    """Dump parameters; of their defaults, in which calls have brackets, only how many there are."""
    bare = copy(arguments)
    bare.defaults = [ast.Constant(None) for _ in arguments.defaults]
    bare.kw_defaults = [default and ast.Constant(None) for default in arguments.kw_defaults]
    return ast.dump(bare)
