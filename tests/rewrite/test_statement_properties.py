"""Whatever statements a function has, however they are laid out: levels 4 and 5 give the original back."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from instrumenter import rewrite

MARK = "x = 1000001"
EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "1", "'s'", "(x)", "f(x)", "x.y", "lambda: x", "[]", "(x, 1)", "(\n x)", "-x", "f'{x}'"]),
    lambda inner: st.one_of(
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("(x := {})".format, inner),
        st.builds("(z:={})".format, inner),
        st.builds("f({}, *{})".format, inner, inner),
        st.builds("[{} for i in x if {}]".format, inner, inner),
        st.builds("({} for i in x)".format, inner),
        st.builds("f(x, k={})".format, inner),
        st.builds("lambda p={}: {}".format, inner, inner),
    ),
    max_leaves=5,
)
TARGETS = st.sampled_from(["x", "(x)", "x, y", "[x, *y]", "x.y", "x[0]", "x, z.y", "(x.y)", "x[f(y)]"])
SIMPLE = st.one_of(
    EXPRESSIONS,
    st.builds("{} = {}".format, TARGETS, EXPRESSIONS),
    st.builds("{}={}".format, TARGETS, EXPRESSIONS),
    st.builds("{} = {} = {}, {}".format, TARGETS, TARGETS, EXPRESSIONS, EXPRESSIONS),
    st.builds("{} += {}".format, st.sampled_from(["x", "x.y", "x[0]"]), EXPRESSIONS),
    st.builds("{}: {} = {}".format, st.sampled_from(["x", "x.y", "x[0]"]), EXPRESSIONS, EXPRESSIONS),
    st.builds("return {}".format, EXPRESSIONS),
    st.builds("assert {}, {}".format, EXPRESSIONS, EXPRESSIONS),
    st.sampled_from(
        ["pass", "del x", MARK, MARK, "raise", "x: int", "import a.b, c as d", "from a import (b,\n c)", "x = 1;"]
    ),
    st.sampled_from(["return", "x = yield", "x.y = yield x", "z = (yield)", "x += 1 \\\n ", "...", "x = '''\n'''"]),
)
HEADERS = st.one_of(
    st.builds("if {}:".format, EXPRESSIONS),
    st.sampled_from(
        ["if(x):", "if(f(x))or x:", "if-x:", "while(x):", "for(x)in(x):", "with(x):", "match(x):", "if'':"]
    ),
    st.builds("while {}:".format, EXPRESSIONS),
    st.builds("for {} in {}:".format, TARGETS, EXPRESSIONS),
    st.builds("for {} in {}, {}:".format, TARGETS, EXPRESSIONS, EXPRESSIONS),
    st.builds("with {}:".format, EXPRESSIONS),
    st.builds("with {} as {}, {}:".format, EXPRESSIONS, TARGETS, EXPRESSIONS),
    st.builds("with ({} as {}, {}):".format, EXPRESSIONS, TARGETS, EXPRESSIONS),
    st.builds("match {}:".format, EXPRESSIONS),
    st.builds("match {}, {}:".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("def g(p={}):".format, EXPRESSIONS),
    st.builds("class C({}):".format, EXPRESSIONS),
    st.builds("@{}\ndef g(self):".format, EXPRESSIONS),
    st.just("try:"),
)
PATTERNS = st.sampled_from(["x", "[x, *y]", "{'k': x, **z}", "C(x, k=y)", "1 | 2", "[x] | (x)", "_", "x if x"])
HANDLERS = st.one_of(
    st.builds("except {}:".format, EXPRESSIONS),
    st.builds("except {} as e:".format, EXPRESSIONS),
    st.sampled_from(["except:", "finally:", "except E:", "except(E) as e:", "except*E:", "except* E as e:"]),
)


@st.composite
def lines_of_block(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Draw the lines of a block, not indented."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth == 3 or draw(st.booleans()):
            smalls = draw(st.lists(SIMPLE, min_size=1, max_size=3))
            lines.append(draw(st.sampled_from(["; ", ";", " ; "])).join(smalls) + draw(st.sampled_from(["", " # c"])))
        else:
            lines += draw(compound(depth + 1))
    return lines


@st.composite
def compound(draw: st.DrawFn, depth: int) -> list[str]:
    """Draw a statement with blocks."""
    header = draw(HEADERS)
    if header.startswith("match"):
        return [header, *(f" {line}" for line in draw(block(f"case {draw(PATTERNS)}:", depth)))]
    lines = draw(block(header, depth))
    if header == "try:":
        lines += draw(block(draw(HANDLERS), depth))
    elif draw(st.booleans()):
        lines += draw(block(draw(st.sampled_from(["else:", "elif x:", "elif(x):"])), depth))
    return lines


@st.composite
def block(draw: st.DrawFn, header: str, depth: int) -> list[str]:
    """Draw a header and its block, in one line or in several."""
    if draw(st.integers(0, 3)) == 0:
        return [f"{header} {draw(SIMPLE)}"]
    unit = draw(st.sampled_from([" ", "    ", "\t"]))
    return [header, *(unit + line for line in draw(lines_of_block(depth)))]


@st.composite
def functions(draw: st.DrawFn) -> bytes:
    """Draw a function that compiles."""
    header = draw(
        st.sampled_from(["def f(x):", "def f(self, *a, **k):", "async def f(x):", "def f(): 'doc'\ndef g(x):"])
    )
    lines = draw(block(header, 0))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    data = (newline.join(lines).replace("\n", newline) + draw(st.sampled_from([newline, ""]))).encode()
    try:
        compile(data, "x", "exec")
    except (SyntaxError, ValueError):
        assume(False)
    return data


@settings(max_examples=300, deadline=None)
@given(functions(), st.sampled_from([4, 5]))
def test_statements_come_back_byte_for_byte(original: bytes, level: int) -> None:
    twin = rewrite.instrument(original, level, "x.py")
    if twin is not None:
        assert rewrite.strip(twin.source) == original


@settings(max_examples=100, deadline=None)
@given(functions(), st.sampled_from([4, 5]), st.sampled_from([b"x = f(2)", b"del x", b"x.y = [\n]; x = 1", b"f((x))"]))
def test_edit_of_a_statement_is_kept(original: bytes, level: int, edit: bytes) -> None:
    """The author's statement, edited in the twin, comes back edited, whatever stands before and behind it."""
    twin = rewrite.instrument(original, level, "x.py")
    if twin is not None:
        edited = twin.source.replace(MARK.encode(), edit)
        assert rewrite.strip(edited) == original.replace(MARK.encode(), edit)
