"""The contract of the two cores; for type checkers only, never imported when a program runs."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, Protocol

Probe = Callable[..., Any]


class Core(Protocol):
    """What `spanwright._core` (C) and `spanwright._pycore` (Python) both are. None of the functions raises."""

    @property
    def NAME(self) -> str:
        """Which core this is: `c` or `python`."""

    def configure(
        self, traces: str | None, facts: bytes | Callable[[], bytes], settings: dict[str, Any] | None = None, /
    ) -> None:
        """Say where segments go (None: recording is off), what stands in their facts, and what the settings say.

        Facts that have to know what is to be hidden are given as a function. A second call is ignored; so is a setting
        that the core does not know.
        """

    def register(
        self, table_id: str, name: str, filename: str, module: str, sites: int, flags: int, words: str, /
    ) -> tuple[Probe, ...]:
        """Give one probe for each of the `words`; the same (id, filename, module) coming again keeps its base."""

    def stand_in(
        self, kind: str, original: Callable[..., Any], late: Callable[[], bool] | None = None, /
    ) -> Callable[..., Any]:
        """Give a callable that does what `original` does and notes who starts something, or what begins."""

    def name_sites(self, table_id: str, filename: str, module: str, names: list[list[str] | None], /) -> None:
        """Say which names the values at each site of a registered file have: by them values are hidden."""

    def redact(self, text: str, /) -> str:
        """Give a text as it would be recorded, without its secrets."""

    def hides(self, name: str, /) -> str:
        """Say what is hidden under a name; empty: nothing."""

    def segment(self) -> str | None:
        """Path of this process's segment; None before the first event or where recording is off."""

    def dump(self, reason: str, /) -> None:
        """Write the ring out into a segment of its own; nothing where the flight recorder is off."""

    def budget(self, codes: Callable[[str, str], dict[tuple[str, int], CodeType] | None], price: int, /) -> None:
        """Take what gives the code of a file's original (id, file name); nothing where there is no overhead budget."""

    def trouble(self) -> dict[str, int]:
        """How often the core itself failed, by kind."""


class PositionCore(Core, Protocol):
    """The C core, which can also put the original positions back into code objects."""

    def restore_positions(self, code: CodeType, positions: bytes, though_watched: bool, /) -> bytes | None:
        """Rewrite the line tables of `code` and all below it from a position map; None where that cannot be done.

        What it gives is for `restore_tables` of a later run; empty where the tables were rewritten before.
        """

    def restore_tables(self, code: CodeType, tables: bytes, though_watched: bool, /) -> bool:
        """Put in tables that were computed for just this code; False where they were not, or it cannot be done."""
