"""The facts of a segment's header: who this process is, as records of u8 key, u16 length and that many bytes.

The core appends what only it knows (key 7, the segment of the process that forked this one) and the final zero.
"""

import sys

from . import _system
from ._select import core
from ._version import __version__

ROOM = 3_840  # 3,968 bytes of the header, less what the core may append
LONGEST_WORD = 1_024
MOST_ANCESTORS = 16


def facts(root: str | None) -> bytes:
    """Describe this process; what does not fit is left out, from the end."""
    note: list[tuple[int, str]] = []
    ancestors = _ancestors(note)
    out = bytearray()
    for key, text in [*_process(root), *note, *ancestors, *_command()]:
        data = _utf8(text, LONGEST_WORD if key == 4 else ROOM)
        if len(out) + 3 + len(data) > ROOM:
            break
        out += bytes((key, len(data) & 0xFF, len(data) >> 8)) + data
    return bytes(out)


def _utf8(text: str, most: int) -> bytes:
    """Encode a text and cut it at a character's boundary; bytes of paths that are no UTF-8 stay what they are."""
    data = text.encode("utf-8", "surrogateescape")
    return data if len(data) <= most else data[:most].decode("utf-8", "ignore").encode()


def _process(root: str | None) -> list[tuple[int, str]]:
    version = ".".join(map(str, sys.version_info[:3]))
    names = {"cpython": "CPython", "pypy": "PyPy"}
    implementation = names.get(sys.implementation.name, sys.implementation.name)
    try:
        folder = _system.getcwd()
    except OSError:
        folder = ""
    rows = [(1, __version__), (2, f"{implementation} {version}"), (3, sys.executable or ""), (5, folder)]
    return rows if root is None else [*rows, (6, root)]


def _command() -> list[tuple[int, str]]:
    words = getattr(sys, "orig_argv", None) or getattr(sys, "argv", None) or []
    shown: list[tuple[int, str]] = []
    before = ""
    for word in words:
        if type(word) is str:
            hidden = before.startswith("-") and core.hides(before)
            shown.append((4, f"<redacted: {hidden}>" if hidden else core.redact(word)))
            before = word
    return shown


def _ancestors(note: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Walk up /proc from the parent; where there is none, the parent is named without its start time."""
    rows: list[tuple[int, str]] = []
    pid = _system.getppid()
    try:
        while pid > 0 and len(rows) < MOST_ANCESTORS:
            # The name in the second field is in parentheses and may hold anything, so the last one counts.
            fields = _system.read(f"/proc/{pid}/stat", 1_024).rpartition(b")")[2].split()
            rows.append((8, f"{pid}:{int(fields[19])}"))
            pid = int(fields[1])
    except (OSError, ValueError, IndexError):
        if not rows and pid > 0:
            rows.append((8, f"{pid}:0"))
            note.append((9, "1"))
    return rows
