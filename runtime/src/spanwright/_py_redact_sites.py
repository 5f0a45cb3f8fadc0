"""Which values of a site are secrets, by their names (docs/redaction.md), in the Python core.

Names of parameters come from the code object of the function that is entered, those of other values from the site
table, when its file is registered.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact import redaction
from ._py_redact_names import NOTHING, UNNAMED
from ._py_system import calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

_HERE = __file__.rpartition("/")[0] + "/"
_STAR, _STARS = 0x04, 0x08
_PLACES = ("co_varnames", "co_names", "co_cellvars", "co_freevars", "co_consts")


class Kinds:
    """What the values of one event are; `rest`: those behind the last that is known, `returns`: the result."""

    __slots__ = ("_kinds", "_rest", "returns")

    def __init__(self, kinds: "list[int]", rest: int = NOTHING, returns: int = NOTHING) -> None:
        self._kinds = kinds
        self._rest = rest
        self.returns = returns

    def at(self, index: int) -> int:
        """Give the kind of one value."""
        return self._kinds[index] if index < len(self._kinds) else self._rest

    def __bool__(self) -> bool:
        return self._rest != NOTHING or any(self._kinds)


_UNNAMED = Kinds([], UNNAMED)
_params: "dict[int, Kinds]" = {}
_values: "dict[int, Kinds | None]" = {}


def params_of(site: int, given: int) -> "Kinds | None":
    """Give the kinds of what a function is given; None where none is a secret."""
    kinds = _params.get(site)
    if kinds is None:
        kinds = _params[site] = _of_code(_code_here(), given)
    return kinds or None


def params_known(site: int) -> "Kinds | None":
    """Give the kinds of the parameters of a site that was entered; None where none is a secret."""
    return _params.get(site) or None


def returned_kind(site: int) -> int:
    """Tell what a site's function returns."""
    kinds = _params.get(site)
    return NOTHING if kinds is None else kinds.returns


def values_of(site: int) -> "Kinds | None":
    """Give the kinds of values of names; None where none is a secret.

    Where no table said which names they have, all are hidden if the function has any name that speaks of a secret.
    """
    if site not in _values:
        _values[site] = _UNNAMED if _speaks(_code_here()) else None
    return _values[site]


def name_values(site: int, names: object) -> None:
    """Take the names of the values of a site."""
    kinds = Kinds([redaction.kind_of_key(name) for name in names] if type(names) is list else [])
    _values[site] = kinds or None


def _code_here() -> "CodeType":
    """Give the code of the program that has called a probe."""
    frame = calls.frame(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return frame.f_code


def _of_code(code: "CodeType", given: int) -> Kinds:
    """Give the kinds of a function's parameters, in the order in which they are written in its `def`."""
    names = [redaction.kind_of_key(name) for name in code.co_varnames]
    plain, only = code.co_argcount, code.co_kwonlyargcount
    star, stars = bool(code.co_flags & _STAR), bool(code.co_flags & _STARS)
    behind = plain + only
    kinds = [
        *names[:plain],
        *names[behind : behind + star],
        *names[plain:behind],
        *names[behind + star : behind + star + stars],
    ]
    returns = redaction.kind_of_key(code.co_name)
    if given != len(kinds):  # not written by the tool: which is which is not known
        return Kinds([], next(filter(None, kinds), NOTHING), returns)
    return Kinds(kinds, NOTHING, returns)


def _speaks(code: "CodeType") -> bool:
    return any(redaction.kind_of_key(name) for place in _PLACES for name in getattr(code, place))
