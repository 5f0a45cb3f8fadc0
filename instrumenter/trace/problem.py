"""What could not be read, as values: reading goes on with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in `file` that could not be read; `offset` is its place in bytes where there is one."""

    file: Path
    text: str
    offset: int | None = None

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset:,}"
        return f"{self.file.name}{place}: {self.text}"
