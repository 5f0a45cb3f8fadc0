"""Which instrumented function a callee is: both have a file and the line on which its code begins."""

from __future__ import annotations

from instrumenter.trace.definitions import Definitions
from instrumenter.trace.sites import FUNCTIONS, NOWHERE, Site

NOBODY = 0
"""A callee that is nothing instrumented."""


class Identities:
    """Numbers for the instrumented functions of a process, the same for a site and for a callee."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._numbers: dict[tuple[str, int], int] = {}
        self._sites: dict[int, int] = {}
        self._functions: dict[int, Site] = {}
        self._suspending: set[int] = set()
        self._callees: dict[int, int] = {}
        self._awaits: dict[int, int] = {}
        for file in definitions.files:
            table = definitions.table(file)
            for place, site in enumerate(table.sites[: file.count] if table else ()):
                if site.call != NOWHERE:
                    self._awaits[file.base + place] = file.base + site.call
                elif site.kind in FUNCTIONS:
                    self._add(file.base + place, file.filename, site)
        self._awaited = frozenset(self._awaits.values())

    def _add(self, number: int, filename: str, site: Site) -> None:
        known = self._numbers.setdefault((filename, site.first_line), len(self._numbers) + 1)
        self._sites[number], self._functions[number] = known, site
        if site.kind != "function":
            self._suspending.add(known)

    def site(self, site: int) -> int:
        """The function that a site's spans are activations of."""
        return self._sites.get(site, NOBODY)

    def callee(self, number: int) -> int:
        """The instrumented function that a callee is, or `NOBODY`."""
        if number not in self._callees:
            found = self._definitions.callees.get(number)
            line = self._definitions.original_line(found.file, found.line) if found and found.file else 0
            self._callees[number] = self._numbers.get((found.file, line), NOBODY) if found else NOBODY
        return self._callees[number]

    def runs_at_once(self, function: int) -> bool:
        """Whether a call runs it; one of a generator or coroutine function only makes the object."""
        return function not in self._suspending

    def keeps(self, site: int) -> bool:
        """Whether a function says itself what has changed in its parameters."""
        return site in self._functions and bool(self._functions[site].names)

    def awaits(self, site: int) -> int:
        """The site of the call that is awaited at a site; `NOWHERE` where it is no call."""
        return self._awaits.get(site, NOWHERE)

    def is_awaited(self, site: int) -> bool:
        """Whether what is called at a site is awaited there."""
        return site in self._awaited
