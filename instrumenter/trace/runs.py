"""Runs: the segments in a project's trace folder, grouped into programs with their processes."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath

from instrumenter.trace.forest import Forest
from instrumenter.trace.packed import SUFFIX
from instrumenter.trace.problem import Problem
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import SiteTables

_PROGRAM = 60


class Run:
    """One execution of a program: a root process and its descendants, in the order in which they began."""

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments

    @property
    def root(self) -> Segment:
        """The segment of the process that began it."""
        return self.segments[0]

    @property
    def id(self) -> str:
        """The name of the root's segment."""
        return self.root.name

    @property
    def program(self) -> str:
        """The command line, shortened."""
        return program(self.root.facts.argv, self.root.facts.folder)

    @cached_property
    def forest(self) -> Forest:
        """Its span trees."""
        return Forest(self.segments)

    @property
    def start_ns(self) -> int:
        """When it began, in Unix ns."""
        return self.root.start_ns

    @property
    def end_ns(self) -> int:
        """The last moment seen in any of its processes."""
        return max(max(segment.end_ns for segment in self.segments), self.start_ns)

    @property
    def status(self) -> str:
        """That of the root process; running as long as any process runs."""
        return self._leading.status

    @property
    def state(self) -> str:
        """The status, and why a dump was made, or that only the last events are there."""
        return self._leading.state

    @property
    def _leading(self) -> Segment:
        return next((segment for segment in self.segments if segment.status == "running"), self.root)

    @property
    def spans(self) -> int:
        """How many spans it has."""
        return sum(len(segment.table) for segment in self.segments)

    @property
    def errors(self) -> int:
        """How many of them ended with an exception."""
        return sum(segment.table.failures() for segment in self.segments)

    def problems(self) -> list[Problem]:
        """What could not be read of it."""
        return [problem for segment in self.segments for problem in segment.problems()]

    def release(self) -> None:
        """Give the memory back."""
        self.__dict__.pop("forest", None)
        for segment in self.segments:
            segment.release()


@dataclass(slots=True)
class Traces:
    """What is in a project's trace folder: its runs, the oldest first, and the files that are no segments."""

    root: Path
    tables: SiteTables
    runs: list[Run] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def load(cls, root: Path) -> Traces:
        """Open every segment of the project at `root`; reads headers only."""
        folder = root / ".spanwright"
        traces = cls(root, SiteTables(folder / "sites"))
        segments = []
        for path in segment_files(trace_folder(root)):
            found = Segment.open(path, traces.tables)
            if isinstance(found, Problem):
                traces.problems.append(found)
            else:
                segments.append(found)
        traces.runs = group(segments)
        return traces


def segment_files(folder: Path) -> list[Path]:
    """The files with segments, compressed or not; where a kill has left both forms of one, the original counts."""
    compressed = {path.stem: path for path in folder.glob(f"*{SUFFIX}")}
    return sorted((compressed | {path.stem: path for path in folder.glob("*.seg")}).values())


def trace_folder(root: Path) -> Path:
    """Where a project's segments are: `SPANWRIGHT_TRACES`, if it is set, as for the recorder."""
    named = os.environ.get("SPANWRIGHT_TRACES")
    return Path(named) if named else root / ".spanwright" / "traces"


def group(segments: list[Segment]) -> list[Run]:
    """Put each process below its parent, and make a run of every root; ordered by their first moments.

    A dump is a run of its own: its process has another segment, below which its children are.
    """
    segments = sorted(segments, key=lambda segment: segment.order)
    processes = [segment for segment in segments if not segment.header.is_dump]
    by_name = {segment.file_name: segment for segment in processes}
    by_process: dict[tuple[int, int], list[Segment]] = defaultdict(list)
    for segment in processes:
        by_process[segment.process].append(segment)
    for segment in processes:
        _place(segment, by_name, by_process)
    members: dict[Segment, list[Segment]] = defaultdict(list)
    for segment in segments:
        members[_root(segment)].append(segment)
    # A root began before its children, but may have written its first event, and so made its segment, after them.
    return [Run([root, *(one for one in rest if one is not root)]) for root, rest in members.items()]


def _place(
    segment: Segment, by_name: dict[str, Segment], by_process: dict[tuple[int, int], list[Segment]]
) -> None:  # fmt: skip
    named = segment.facts.forked_from
    forked_from = by_name.get(named) or by_name.get(f"{named}.seg")
    if named and forked_from and _hang(segment, forked_from):
        segment.forked = True
        return
    before = [one for one in by_process[segment.process] if one.order < segment.order]
    if before and segment.header.started and _hang(segment, before[-1]):
        before[-1].replaced = True
        return
    for process in segment.facts.ancestors:
        found = [one for one in by_process.get(process, ()) if _may_be_parent(one, segment)]
        earlier = [one for one in found if one.order < segment.order]
        if found and _hang(segment, earlier[-1] if earlier else found[0]):
            return


def _hang(segment: Segment, parent: Segment) -> bool:
    """Put `segment` below `parent`, unless that would close a circle."""
    above: Segment | None = parent
    while above is not None and above is not segment:
        above = above.parent
    if above is None:
        segment.parent = parent
    return above is None


def _may_be_parent(parent: Segment, child: Segment) -> bool:
    """Without start times a process id may have been another's before: whoever had ended by then is no parent."""
    ended = parent.header.clean and parent.header.clock.unix(parent.header.last_pair) < child.start_ns
    return parent.header.started != 0 or not ended


def _root(segment: Segment) -> Segment:
    while segment.parent is not None:
        segment = segment.parent
    return segment


def program(argv: list[str], folder: str) -> str:
    """A command line as one line of at most 60 characters: `python app.py --fast`."""
    words = [PurePath(argv[0]).name, *(_local(word, folder) for word in argv[1:])] if argv else ["?"]
    line = " ".join(word if word and not any(map(str.isspace, word)) else repr(word) for word in words)
    return line if len(line) <= _PROGRAM else line[: _PROGRAM - 1] + "…"


def _local(word: str, folder: str) -> str:
    return word.removeprefix(folder.rstrip("/") + "/") if folder else word
