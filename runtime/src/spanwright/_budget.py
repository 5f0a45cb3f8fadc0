"""The code of originals, which functions are given while their probes cost too much. Never raises into the host."""

from . import _originals, _positions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

_Codes = dict[tuple[str, int], "CodeType"]


class Originals:
    """Compiles the originals of a project's twins, each when it is asked for."""

    def __init__(self, root: str) -> None:
        self._folder = f"{root}/.spanwright"

    def codes(self, table_id: str, filename: str) -> "_Codes | None":
        """Give the code of each function of a file by qualified name and first line; None where there is no original."""
        try:
            original = _positions.find(self._folder, table_id, filename)
            if original is None:
                return None
            found: _Codes = {}
            _collect(compile(_originals.read(original.path), filename, "exec", dont_inherit=True), found)
        except Exception:  # no vault, an edited file: its functions keep their probes
            return None
        return found


def _collect(code: "CodeType", found: _Codes) -> None:
    for constant in code.co_consts:
        if type(constant) is type(code):
            found[constant.co_qualname, constant.co_firstlineno] = constant
            _collect(constant, found)
