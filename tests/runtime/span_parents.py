"""Which span stands below which in some segments: docs/segment-format.md read a second time, for synchronous functions
and coroutines whose only parameter names the span.
"""

from __future__ import annotations

from pathlib import Path

from segment_text import Segment, Stream, read_segment

Place = tuple[str, int]  # a segment's name, the offset in it


class Parents:
    """The parent of each span of some segments."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self.segments: dict[str, Segment] = {path.name: read_segment(path) for path in paths}
        self._names: dict[Place, str] = {}
        self._handles: dict[tuple[str, str], Place] = {}
        self._parents: dict[Place, Place | None] = {}
        self._children: dict[int, Place] = {}
        for name, stream in self._streams():
            self._find_names(name, stream)
        for name, stream in self._streams():
            self._find_parents(name, stream)
        for name in self.segments:
            self._find_starter(name)

    def named(self) -> dict[str, str]:
        """Give the name of each span's parent by the span's, `-` where there is none."""
        return {
            self._names[child]: "-" if parent is None else self._names[parent]
            for child, parent in self._parents.items()
        }

    def _streams(self) -> list[tuple[str, Stream]]:
        return [
            (name, stream)
            for name, segment in self.segments.items()
            for number, stream in sorted(segment.streams.items())
            if number
        ]

    def _fact(self, name: str, key: int) -> list[str]:
        return [text for one, text in self.segments[name].facts if one == key]

    def _find_names(self, name: str, stream: Stream) -> None:
        for at, line in enumerate(stream.lines):
            op, *fields = line.split()
            if op in ("ENTER", "ENTER_UNDER", "ASTART", "ASTART_UNDER"):
                place = name, stream.places[at]
                self._names[place] = stream.lines[at + 1].removeprefix("ARGS ").strip("'")
                if op.startswith("ASTART"):
                    self._handles[name, fields[1]] = place

    def _find_parents(self, name: str, stream: Stream) -> None:
        stack: list[Place] = []
        bottom: Place | None = None
        for line, at in zip(stream.lines, stream.places, strict=True):
            op, *fields = line.split()
            top = stack[-1] if stack else bottom
            if op == "ADOPT":
                bottom = self._origin(name, fields)
            elif op == "INHERIT":
                stack += [self._above(name, *map(int, field.split(":"))) for field in fields]
            elif op == "CHILD":
                child = top if fields[1] == "0" else self._handle(name, fields[1])
                assert child is not None
                self._children[int(fields[0])] = child
            elif op in ("ENTER_UNDER", "ASTART_UNDER"):
                self._parents[name, at] = self._handle(name, fields[-1])
            elif op in ("ENTER", "ASTART"):
                self._parents[name, at] = top
            if op in ("ENTER", "ENTER_UNDER"):
                stack.append((name, at))
            elif op in ("LEAVE", "RETURN", "RAISE"):
                stack.pop()

    def _origin(self, name: str, fields: list[str]) -> Place | None:
        if fields[0] == "1":
            return self._above(name, *map(int, fields[1].split(":")))
        return self._handle(name, fields[1]) if fields[0] == "2" else None

    def _above(self, name: str, up: int, number: int) -> Place:
        for _ in range(up):
            (name,) = self._fact(name, 7)
        return name, number

    def _handle(self, name: str, number: str) -> Place:
        while (name, number) not in self._handles:
            (name,) = self._fact(name, 7)
        return self._handles[name, number]

    def _find_starter(self, name: str) -> None:
        """What has no parent hangs below the span that started the process, or an ancestor of it."""
        if self._fact(name, 7):
            return
        forebears = [int(text.partition(":")[0]) for text in self._fact(name, 8)]
        for pid in (self.segments[name].number(20, 4), *forebears):
            if pid in self._children:
                self._parents.update(
                    {place: self._children[pid] for place, parent in self._parents.items()
                     if parent is None and place[0] == name}
                )  # fmt: skip
                return
