"""What a twin's header calls: registers the file with the core and hands out its probes; never raises into the host."""

import sys

from . import _system, _told
from ._facts import facts
from ._select import core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from ._types import Probe

ABI = 2  # also 1, which is the same with fewer words
ORIGINAL_POSITIONS = 1  # bit 0 of FILE's flags
SILENT = 0x80  # never written: the probes do nothing

OTHER_ABI = (
    "{} was instrumented for ABI {}, this runtime knows ABI {}: such files are not recorded; "
    "install the spanwright-runtime that belongs to the tool, or instrument again"
)
NO_ROOT = (
    "{} is instrumented, but no folder above it has .spanwright/, so it is not recorded; "
    "run it where it was instrumented, or take the original back there: uninstrument --restore"
)

_frame = sys._getframe
_said: set[str] = set()
_configured = False
_settings: "dict[str, Any]" = {}


def probes(module: str, name_at_id: str, abi: int, *rest: "int | str") -> "tuple[Probe, ...]":
    """Register the calling file and give one probe for each of the words, the last of the arguments.

    `name_at_id` is `users.py@3f9c2a1b00112233`; `rest` is the number of sites and the words (ABI 1, 2). Where something
    is wrong the probes do nothing but hand values through.
    """
    try:
        code = _frame(1).f_code
        if abi in (1, ABI):
            sites, words = rest
            return _register(code, module, name_at_id, int(sites), str(words))
        _once("abi", OTHER_ABI.format(code.co_filename, abi, ABI))
    except Exception as error:
        _once("register", f"{name_at_id} is not recorded: {type(error).__name__}")
    from ._inert import inert

    return inert(str(rest[-1]))


def _register(code: "CodeType", module: str, name_at_id: str, sites: int, words: str) -> "tuple[Probe, ...]":
    name, _, table_id = name_at_id.rpartition("@")
    filename = code.co_filename
    root = project_root(filename)
    if not _configured:
        _configure(root)
    if root is None and _system.setting("SPANWRIGHT_TRACES") is None and _is_on("TRACING_ENABLED"):
        _once("root", NO_ROOT.format(filename))
    flags = ORIGINAL_POSITIONS if root is not None and _restore(code, table_id, root, filename) else 0
    if _is_silent(root, filename):
        flags |= SILENT
    module = module if type(module) is str else ""
    own = core.register(table_id, name, filename, module, sites, flags, words)
    if root is not None and not flags & SILENT:
        _name_sites(root, table_id, filename, module, words)
    return own


def again(table_id: str, name: str, filename: str, module: str, sites: int, flags: int, word: str) -> "Probe":
    """Find a probe that was pickled, in this process: its file is registered here if it is not yet."""
    if not _configured:
        _configure(project_root(filename))
    return core.register(table_id, name, filename, module, sites, flags, word)[0]


class Again:
    """What a pickled probe is an attribute of, whatever its word."""

    def __init__(self, table_id: str, name: str, filename: str, module: str, sites: int, flags: int, word: str) -> None:
        self._origin = (table_id, name, filename, module, sites, flags, word)

    def __getattr__(self, word: str) -> "Probe":
        return again(*self._origin)


def _configure(root: str | None) -> None:
    """Tell the core what the settings say and where segments go: the project's own folder, or SPANWRIGHT_TRACES."""
    global _configured, _settings
    _settings = _told.values(root)
    traces = _system.setting("SPANWRIGHT_TRACES")
    if not _is_on("TRACING_ENABLED"):
        traces = None
    elif traces is not None:
        traces = _system.absolute(traces)
    elif root is not None:
        traces = f"{root}/.spanwright/traces"
    if traces is not None:
        _system.make_folders(traces)
    core.configure(traces, lambda: facts(root), _told.told(_settings))
    if traces is not None and _is_on("TRACING_AUTO_TRACK_ASYNC"):
        _install()
    if traces is not None and "TRACING_FLIGHT_RECORDER" in _settings:
        _take_signal()
    if "TRACING_OVERHEAD_BUDGET" in _settings:
        _keep_to_budget()
    _configured = True


def _is_on(switch: str) -> bool:
    return _settings.get(switch, True) is True


def _is_silent(root: str | None, filename: str) -> bool:
    """Tell whether a file is not to be recorded."""
    globs = _settings.get("TRACING_EXCLUDE_FILES")
    if not _is_on("TRACING_ENABLED"):
        return True
    if not globs or root is None:
        return False
    from ._globs import matches

    path = _system.absolute(filename)
    inside = path if path.startswith(f"{root}/") else _system.resolve(path)
    return any(matches(glob, inside[len(root) :].lstrip("/")) for glob in globs)


def _install() -> None:
    try:
        from . import _hooks

        _hooks.install(core)
    except Exception:  # spans that are started elsewhere are roots: worse trees, nothing else
        return


def _take_signal() -> None:
    try:
        from . import _flight

        _flight.install(core)
    except Exception:  # dumps come from elsewhere
        return


def _keep_to_budget() -> None:
    try:
        from . import _budget, _price

        core.budget(_budget.codes, _price.of_a_call())
    except Exception:  # probes are not taken out, only what they record is left out
        return


def project_root(filename: str) -> str | None:
    """Find the nearest folder above the file that has `.spanwright/`: the path as it is, then with links followed."""
    if filename.startswith("<"):
        return None
    path = _system.absolute(filename)
    return _root_above(path) or _root_above(_system.resolve(path))


def _root_above(path: str) -> str | None:
    while path:
        path = path.rpartition("/")[0]
        if _system.is_folder(f"{path}/.spanwright"):
            return path or "/"
    return None


def _restore(code: "CodeType", table_id: str, root: str, filename: str) -> bool:
    try:
        from . import _positions

        when: str = _settings.get("TRACING_ORIGINAL_POSITIONS", "auto")
        return _positions.restore(code, table_id, root, filename, core, when)
    except Exception:  # the twin's own positions stay: worse tracebacks, nothing else
        return False


def _name_sites(root: str, table_id: str, filename: str, module: str, words: str) -> None:
    """Say which names values have; where that is not known the core hides more."""
    try:
        from . import _site_names

        if not set(_site_names.WORDS).isdisjoint(words.split()):
            names = _site_names.site_names(root, table_id)
            if names is not None:
                core.name_sites(table_id, filename, module, names)
    except Exception:
        return


def _once(kind: str, text: str) -> None:
    if kind not in _said:
        _said.add(kind)
        _system.say(text)
