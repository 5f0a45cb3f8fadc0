"""Original positions: gives a twin that is being loaded the line tables of its original. Never raises into the host."""

import sys

from . import _display, _originals, _system
from ._originals import Original, read, stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from ._types import Core, PositionCore

_DEBUGGER, _COVERAGE = 0, 1  # the tool numbers that sys.monitoring sets aside for them
_MARK = b"SWLIN1\n%d %d\n"
_INTERPRETER = f"{sys.implementation.cache_tag}{f'.opt-{sys.flags.optimize}' if sys.flags.optimize else ''}"
_HEAD = 4_096  # size and digests stand at the beginning of a site table

_modules = sys.modules


def restore(code: "CodeType", table_id: str, root: str, filename: str, core: "Core", when: str = "auto") -> bool:
    """Give `code`, a module whose first line runs, and all below it the positions of the original.

    `root` is the folder that has `.spanwright/`, `filename` what the code object says, `when` the setting. False where
    the twin's own positions stay: the core cannot, a debugger or coverage is at work (unless `when` is "always"), the
    file was edited, its map is missing or bad.
    """
    if not hasattr(core, "restore_positions") or when == "never":
        return False
    always = when == "always"
    try:
        original = None if not always and is_watched() else find(f"{root}/.spanwright", table_id, filename)
        place = f"{root}/.spanwright/sites/{table_id}"
        if original is not None and _swap(code, place, core, always):  # type: ignore[arg-type]
            _show(filename, original)
            return True
    except (OSError, ValueError):  # no table, no map, no file on disk
        pass
    _originals.forget(filename)
    return False


def _swap(code: "CodeType", place: str, core: "PositionCore", always: bool) -> bool:
    """Put in the tables that an earlier run has kept, if they are of this code and this map; else compute them."""
    mapped = stat(f"{place}.map")
    path, mark = f"{place}.{_INTERPRETER}.lines", _MARK % (mapped.st_size, mapped.st_mtime_ns)
    kept = _kept(path)
    if kept.startswith(mark) and core.restore_tables(code, kept[len(mark) :], always):
        return True
    tables = core.restore_positions(code, read(f"{place}.map"), always)
    if tables:
        _keep(path, mark + tables)
    return tables is not None


def _kept(path: str) -> bytes:
    try:
        return read(path)
    except OSError:
        return b""


def _keep(path: str, data: bytes) -> None:
    """Write a file whole or not at all: where that cannot be done the next run computes again."""
    new = f"{path}.{_system.getpid()}.new"
    try:
        _system.write_new(new, data)
        _system.replace(new, path)
    except OSError:
        _system.remove(new)


def _show(filename: str, original: Original) -> None:
    try:
        _originals.show(filename, original)
        _display.install()
    except Exception:  # tracebacks may show wrong text; the program matters more
        pass


def is_watched() -> bool:
    """Tell whether something is at work that shows, or counts by, the lines of the file on disk."""
    if sys.gettrace() is not None or "pydevd" in _modules:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(map(monitoring.get_tool, (_DEBUGGER, _COVERAGE)))


def find(folder: str, table_id: str, filename: str) -> "Original | None":
    """Find the original of the twin on disk; None if that was edited since, so that its map is not true any more."""
    table = _system.read(f"{folder}/sites/{table_id}.json", _HEAD)
    twin = stat(filename)
    if twin.st_size != int(_field(table, b'"size"')):
        return None
    digest = _field(table, b'"original"')
    path = f"{folder}/backups/{digest[:2]}/{digest}"
    return Original(path, _field(table, b'"twin"'), twin.st_size, twin.st_mtime_ns)


def _field(table: bytes, name: bytes) -> str:
    """Take one value out of JSON text without the cost of importing json; empty where it is not there."""
    return table.partition(name + b":")[2].partition(b",")[0].strip(b' "').decode("ascii", "replace")
