"""What an import is made of, whatever file it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from instrumenter.trace.jsonable import Json


@dataclass(eq=False, slots=True)
class Process:
    """A process of the run; the first one begins it."""

    pid: int
    parent: Process | None = None
    core: str = "none"
    python: str = ""
    clean: bool = True
    """Whether it said its end."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run as a whole."""

    start_ns: int
    duration_ns: int
    argv: list[str]
    root: str
    processes: list[Process]
    program: str = ""
    """How the command line was shown."""
    dumped: str = ""
    """Why a dump was made; empty for other runs."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a span is an activation of, or where and what it calls."""

    name: str
    file: str
    line: int
    kind: str
    params: tuple[str, ...] = ()
    expression: str = ""
    level: int = 2


@dataclass(frozen=True, slots=True)
class SpanRecord:
    """A span; its values are JSON as an export has it."""

    process: Process
    thread: tuple[int, str]
    """(the system's number, name)."""
    place: Place
    start_ns: int
    duration_ns: int
    status: str = "ok"
    waited_ns: int = 0
    call_site: tuple[str, int] | None = None
    params: dict[str, Json] = field(default_factory=dict)
    result: tuple[Json, ...] = ()
    error: dict[str, Json] | None = None
    left_out: int = 0
    events: list[dict[str, Json]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """A span that has been written, for those below it."""

    process: Process
    ordinal: int
    """Its place among the spans of its process, from 1."""
    number: int
    """The place of its record in the file."""
