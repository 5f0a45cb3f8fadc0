"""Takes the probes of functions out, by giving the function objects their originals' code, and puts them back."""

from _weakref import ref

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_reflect import Function
from ._py_system import calls, clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FunctionType

    from ._py_budget import Cost

    Codes = dict[tuple[str, int], CodeType]
    #: A function, its twin's code and its original's.
    Given = tuple[ref[FunctionType], CodeType, CodeType]

TAKEN_OUT = 2
#: Looking for function objects means looking at all objects: it may take one part in so many of the time.
SELDOM = 100
#: Arguments by star, by two; generators, coroutines of both kinds, async generators.
_KIND = 0x04 | 0x08 | 0x20 | 0x80 | 0x100 | 0x200
_SAME = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_freevars")


class _Files:
    """The originals' code, by the twin's id and file name; None where there is none."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Codes | None] = {}
        self._loading = False
        self.search = 0  # when function objects may be looked for again

    def known(self, codes: "Callable[[str, str], Codes | None]", key: "tuple[str, str]") -> bool:
        """Have a file's original compiled, once; False while that goes on."""
        if key not in self._codes and not self._loading:
            self._loading = True
            try:
                self._codes[key] = codes(*key)
            finally:
                self._loading = False
        return key in self._codes

    def original(self, key: "tuple[str, str]", code: "CodeType") -> "CodeType | None":
        """Give the original's code for a twin's."""
        codes = self._codes[key]
        found = None if codes is None else codes.get((code.co_qualname, code.co_firstlineno))
        return found if found is not None and _is_like(found, code) else None


_files = _Files()


def take_out(
    cost: "Cost", code: "CodeType", codes: "Callable[[str, str], Codes | None]", key: "tuple[str, str]", seldom: int
) -> bool:
    """Give the functions that have this code their original's; False where there is none, or no such function."""
    now = clock.ticks()
    if now < _files.search or not _files.known(codes, key):
        return True
    original = _files.original(key, code)
    functions = [] if original is None else [each for each in calls.referrers(code) if type(each) is Function]
    _files.search = now + seldom * (clock.ticks() - now)
    done = False
    for function in functions:
        if original is not None and function.__code__ is code:
            done = _give(cost, function, code, original) or done
    return done


def _is_like(original: "CodeType", code: "CodeType") -> bool:
    """Tell whether a function may have the one code for the other: called alike, of one kind, with the same closure."""
    names = original.co_argcount + original.co_kwonlyargcount
    return (
        (original.co_flags & _KIND) == (code.co_flags & _KIND)
        and all(getattr(original, name) == getattr(code, name) for name in _SAME)
        and original.co_varnames[:names] == code.co_varnames[:names]
    )


def _give(cost: "Cost", function: "FunctionType", code: "CodeType", original: "CodeType") -> bool:
    key, given = id(function), cost.functions

    def gone(reference: "ref[FunctionType]") -> None:
        if key in given and given[key][0] is reference:
            del given[key]

    given[key] = ref(function, gone), code, original
    try:
        function.__code__ = original
    except Exception:  # something watches over the program and does not allow it
        del given[key]
        return False
    if cost.how != TAKEN_OUT:  # another thread has put the others back meanwhile
        put_back(cost)
    return True


def put_back(cost: "Cost") -> None:
    """Give functions that are still there their twin's code again, if nobody has given them another since."""
    while cost.functions:
        reference, code, original = cost.functions.popitem()[1]
        function = reference()
        if function is not None and function.__code__ is original:
            try:
                function.__code__ = code
            except Exception:  # as above
                continue
