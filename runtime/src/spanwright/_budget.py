"""The code of originals, which functions are given while their probes cost too much. Never raises into the host."""

import sys

from . import _originals, _positions
from ._py_trouble import is_own
from ._register import project_root
from ._twin_places import compiled_in_twin, quietly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

_Codes = dict[tuple[str, int], "CodeType"]


def codes(table_id: str, filename: str) -> "_Codes | None":
    """Give the code of each function of a twin's original by qualified name and first line; None where there is none.

    Lines are those that the running twin shows. What a signal handler of the program raises meanwhile goes on.
    """
    try:
        code = None if sys.version_info < (3, 11) else _code(table_id, filename)  # 3.10: no qualified names
    except Exception as error:  # no vault, no map, an edited file: its functions keep their probes
        if not is_own(error):
            raise
        return None
    return None if code is None else functions_below(code)


def _code(table_id: str, filename: str) -> "CodeType | None":
    root = project_root(filename)
    if root is None or _positions.is_watched():
        return None
    original = _positions.find(f"{root}/.spanwright", table_id, filename)
    if original is None or not original.is_of(_originals.read(filename)):
        return None
    source = _originals.read(original.path)
    if not original.is_made_of(source):
        return None
    if _originals.is_shown(filename, original):
        return quietly(filename, lambda: compile(source, filename, "exec", dont_inherit=True))
    return compiled_in_twin(source, filename, _originals.read(f"{root}/.spanwright/sites/{table_id}.map"))


def functions_below(code: "CodeType") -> _Codes:
    """Give the code objects below a module's that can be told apart by qualified name and first line."""
    found: _Codes = {}
    alike: set[tuple[str, int]] = set()
    todo = [code]
    while todo:
        for constant in todo.pop().co_consts:
            if type(constant) is type(code):
                key = constant.co_qualname, constant.co_firstlineno
                if key in found:
                    alike.add(key)
                found[key] = constant
                todo.append(constant)
    return {key: one for key, one in found.items() if key not in alike}
