"""Functions that the command line names: which of the files have them, and what to say where none has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from instrumenter.engine.discover import Found
from instrumenter.engine.functions import functions_of
from instrumenter.engine.results import Failed
from instrumenter.engine.targets import Target
from instrumenter.vault import read

_FEW = 5


def narrow(targets: Iterable[Target], files: Iterable[Found]) -> tuple[list[Found], list[Failed]]:
    """Leave each file the targets whose functions it has; give also a failure for each target that is left nowhere.

    Files that cannot be read or do not compile stay as they are: what is to be said of them is said later.
    """
    taken: list[Found] = []
    met: set[Target] = set()
    names: dict[Target, set[str]] = {target: set() for target in targets if target.parts}
    for found in files:
        functions = _functions(found) if found.parts else None
        parts = tuple(part for part in found.parts if functions is None or any(map(part.means, functions)))
        met.update(parts)
        for part in found.parts:
            names[part].update(functions or ())
        if parts or found.whole:
            taken.append(replace(found, parts=parts))
    return taken, [_missing(target, sorted(known)) for target, known in names.items() if target not in met]


def _functions(found: Found) -> Iterable[str] | None:
    try:
        return functions_of(read(found.path)[0])
    except OSError:
        return None


def _missing(target: Target, names: Sequence[str]) -> Failed:
    """Name the functions that may have been meant: spelt alike, or of that name in a class or function."""
    pattern = target.functions or ""
    inner = [name for name in names if name.rpartition(".")[2] == pattern.rpartition(".")[2]]
    near = list(dict.fromkeys([*inner, *difflib.get_close_matches(pattern, names, _FEW)]))[:_FEW]
    if near:
        hint = f"; is one of these meant: {', '.join(near)}?"
    elif names:
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        hint = f"; there are: {', '.join(names[:_FEW])}{more}"
    else:
        hint = "; there are none at all"
    return Failed(target.path.absolute(), "no-such-function", f"no function {pattern!r}{hint}")
