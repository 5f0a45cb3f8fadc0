"""A picture of spans as one page, HTML or SVG, that needs no network: with zoom and search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from instrumenter.trace.text import clean

WIDTH = 1200
_ROW, _TOP = 18, 64
_CHAR = 6.6
"""The width of a character; page.js has the same figures."""
_NAMES = 420
"""The room in front of the bars of a tree."""
_INDENT = 10
_DEEPEST = 24
"""Deeper names are indented no further."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Box:
    """A bar: what it stands for, and where it is, in ns from the left edge."""

    name: str
    start: int
    width: int
    level: int
    """The row that it stands on; in a tree, where each has its own, how far it is indented."""
    detail: str
    role: str = ""
    """`error`, `open`, `call` or nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page shows."""

    kind: str
    """`flamegraph`, `timeline` or `tree`: how it is laid out."""
    title: str
    note: str
    length: int
    """In ns, from the left edge to the right."""
    boxes: list[Box]
    lanes: list[tuple[int, str]] = field(default_factory=list)
    """(row, heading)."""

    @property
    def left(self) -> int:
        """Where the bars begin."""
        return _NAMES if self.kind == "tree" else 0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        if self.kind == "tree":
            return len(self.boxes)
        return max((*(box.level for box in self.boxes), *(row for row, _ in self.lanes)), default=0) + 1


def page(picture: Picture, form: str) -> Iterator[str]:
    """The pieces of the page: `html` or `svg`."""
    if form == "svg":
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield from _svg(picture)
        return
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield f"<title>{_text(picture.title)}</title>\n<style>body {{ margin: 8px; }}</style>\n</head>\n<body>\n"
    yield from _svg(picture)
    yield "</body>\n</html>\n"


def _svg(picture: Picture) -> Iterator[str]:
    height = _TOP + picture.rows * _ROW + 8
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="spans" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" data-kind="{picture.kind}" data-length="{picture.length}" data-left="{picture.left}">\n'
    )
    yield f"<title>{_text(picture.title)}</title>\n<style>{_resource('page.css')}</style>\n"
    yield f'<text class="title" x="4" y="20">{_text(picture.title)}</text>\n'
    yield f'<text class="note" x="4" y="38">{_text(picture.note)}</text>\n{_CONTROLS}'
    for row, heading in picture.lanes:
        yield f'<text class="lane" x="4" y="{_TOP + row * _ROW + 13}">{_text(heading)}</text>\n'
    for place, box in enumerate(picture.boxes):
        yield _group(picture, box, place)
    yield f"<script><![CDATA[\n{_resource('page.js')}]]></script>\n</svg>\n"


_CONTROLS = (
    f'<foreignObject x="{WIDTH - 420}" y="2" width="416" height="30"><div xmlns="http://www.w3.org/1999/xhtml" '
    'class="controls"><button id="reset" type="button">Reset zoom</button><span id="count"></span>'
    '<input id="search" type="search" placeholder="Search: text or regex" aria-label="Search"/></div></foreignObject>\n'
)


def _group(picture: Picture, box: Box, place: int) -> str:
    """One bar with its label and what is shown when it is pointed at."""
    is_tree, share = picture.kind == "tree", (WIDTH - picture.left) / max(picture.length, 1)
    x, wide = picture.left + box.start * share, max(box.width * share, 1 if is_tree else 0)
    y = _TOP + (place if is_tree else box.level) * _ROW
    indent = min(box.level, _DEEPEST) * _INDENT if is_tree else 0
    label_x, room = (4 + indent, _NAMES - 8 - indent) if is_tree else (x + 3, wide - 6)
    return (
        f'<g class="{f"box {box.role}".strip()}" tabindex="0" data-name={_quoted(box.name)} data-start="{box.start}" '
        f'data-width="{box.width}" data-level="{box.level}"><title>{_text(box.detail)}</title>'
        f'<rect x="{x:.2f}" y="{y}" width="{wide:.2f}" height="{_ROW - 2}" fill="{_colour(box)}"/>'
        f'<text x="{label_x:.2f}" y="{y + 12}">{_text(_cut(box.name, room))}</text></g>\n'
    )


def _cut(name: str, room: float) -> str:
    most = int(room / _CHAR)
    return name if len(name) <= most else f"{name[: most - 1]}…" if most > 2 else ""


def _colour(box: Box) -> str:
    """The same for the same name, warm for functions, pale for calls of what is not instrumented."""
    seed = crc32(box.name.encode("utf-8", "surrogatepass"))
    if box.role == "call":
        return f"hsl({200 + seed % 40},35%,82%)"
    return f"hsl({seed % 55 + 5},{70 + seed // 64 % 20}%,{64 + seed // 2048 % 14}%)"


def _text(said: str) -> str:
    """Text between tags: XML has no place for control characters and the like."""
    return escape("\n".join(map(clean, said.split("\n"))))


def _quoted(said: str) -> str:
    return quoteattr(clean(said))


def _resource(name: str) -> str:
    return files("instrumenter.analysis").joinpath(name).read_text("utf-8")
