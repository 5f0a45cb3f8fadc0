"""Which functions get no probes: what has nothing to record, and what other tools compile from source."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

# Decorators, as written: the name alone, or with the modules it is usually reached through.
LEFT_ALONE_DECORATORS = frozenset(
    {
        *("overload", "typing.overload", "typing_extensions.overload", "t.overload"),
        *("jit", "njit", "vectorize", "guvectorize", "stencil", "cfunc", "generated_jit", "jitclass", "jit_module"),
        *("numba.jit", "numba.njit", "numba.vectorize", "numba.guvectorize", "numba.stencil", "numba.cfunc"),
        *(
            "nb.jit",
            "nb.njit",
            "nb.vectorize",
            "nb.guvectorize",
            "nb.stencil",
            "nb.cfunc",
            "cuda.jit",
            "numba.cuda.jit",
        ),
        *(
            "torch.jit.script",
            "torch.jit.script_method",
            "torch.jit.export",
            "torch.compile",
            "jit.script",
            "script_method",
        ),
        *("triton.jit", "triton.autotune", "triton.heuristics"),
        *("ti.kernel", "ti.func", "ti.data_oriented", "taichi.kernel", "taichi.func", "ti.pyfunc", "ti.real_func"),
        *("cython.cfunc", "cython.ccall", "cython.inline", "cython.nogil", "cython.compile"),
    }
)

_STRING = m.SimpleString() | m.ConcatenatedString()
_TRIVIAL = m.Pass() | m.Expr(m.Ellipsis())


def is_docstring(node: cst.CSTNode) -> bool:
    """Tell whether a small statement would be the docstring if it came first."""
    if not (isinstance(node, cst.Expr) and m.matches(node.value, _STRING)):
        return False
    try:
        return isinstance(getattr(node.value, "evaluated_value", None), str)
    except (SyntaxError, ValueError):
        return False


def is_trivial(body: Sequence[cst.BaseSmallStatement | cst.BaseStatement]) -> bool:
    """Tell whether statements do nothing: `pass`, `...` and a docstring only."""
    return all(
        m.matches(small, _TRIVIAL) or is_docstring(small)
        for statement in body
        for small in (statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement])
    )


def is_compiled_elsewhere(decorators: Sequence[cst.Decorator], names: frozenset[str]) -> bool:
    """Tell whether a decorator is one of `names`, called or not."""
    return any(_dotted(decorator.decorator) in names for decorator in decorators)


def _dotted(node: cst.BaseExpression) -> str:
    """Give `a.b.c` for such an expression or a call of it, else an empty string."""
    parts: list[str] = []
    while not isinstance(node, cst.Name):
        if isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Attribute):
            parts.append(node.attr.value)
            node = node.value
        else:
            return ""
    return ".".join([node.value, *reversed(parts)])
