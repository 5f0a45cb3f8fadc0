"""Brings the text of originals to wherever Python shows a line of source.

Text is asked for in two ways. Python code (traceback, warnings, inspect, pdb, doctest) goes through
`linecache.updatecache`, which is replaced once linecache is loaded. The interpreter's own printers (uncaught exceptions
up to 3.12, unraisable ones in all versions) open the file themselves, through `io.open`; while one of them prints, its
thread is given the original instead. So what comes out is printed by the very same code as for the original.
"""

import _frozen_importlib_external as _importlib
import _thread
import io
import sys

from ._originals import stat, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_C_PRINTS_EXCEPTIONS = sys.version_info < (3, 13)

_Builtin: type = type(len)
_get_ident = _thread.get_ident
_modules = sys.modules

_printing: list[int] = []  # the threads in which a printer of the interpreter is at work
_plain_open: "Callable[..., object]" = io.open
_installed = False


def install() -> None:
    """Take the places where text is asked for, once; linecache later where it is not, or only half, loaded yet."""
    global _installed
    linecache = _modules.get("linecache")
    if linecache is not None:
        _redirect(linecache)
    if _installed:
        return
    _installed = True
    if linecache is None:
        _watch_for_linecache()
    if _C_PRINTS_EXCEPTIONS:
        _wrap(sys.__excepthook__, [sys], ("excepthook", "__excepthook__"))
        # threading takes its own from _thread when it is loaded.
        hook = _thread._excepthook
        _wrap(hook, [_thread, _modules.get("threading")], ("_excepthook", "excepthook", "__excepthook__"))
    _wrap(sys.__unraisablehook__, [sys], ("unraisablehook", "__unraisablehook__"))
    # Without it the interpreter prints warnings itself, and reads the file itself: 0.3 ms, once.
    import warnings  # noqa: F401


def _wrap(printer: "Callable[..., object]", modules: "list[ModuleType | None]", names: "tuple[str, ...]") -> None:
    """Put a printer that shows originals wherever `modules` have `printer` itself under one of `names`.

    The dunder names too: programs compare with them, and call them from hooks of their own.
    """
    if type(printer) is not _Builtin:
        return

    def shown(*args: object) -> object:
        global _plain_open
        try:
            _printing.append(_get_ident())
            if io.open is not _open:
                _plain_open, io.open = io.open, _open  # type: ignore[assignment]
        except Exception:  # the interpreter ends, and takes this module apart
            return printer(*args)
        try:
            return printer(*args)
        finally:
            _printing.remove(_get_ident())
            # No other thread comes in between this question and its answer: nothing is called there.
            if not _printing and io.open is _open:
                io.open = _plain_open  # type: ignore[assignment]

    shown.__name__ = shown.__qualname__ = printer.__name__
    shown.__doc__ = printer.__doc__
    for module in modules:
        for name in names:
            if module is not None and module.__dict__.get(name) is printer:
                setattr(module, name, shown)


def _open(file: object, mode: str = "r", *args: object, **named: object) -> object:
    """`io.open`, but a printer that opens a twin gets the original."""
    if mode == "rb" and not args and not named and _get_ident() in _printing:
        file = text_of(file) or file
    return _plain_open(file, mode, *args, **named)


def _redirect(linecache: "ModuleType") -> None:
    plain = getattr(linecache, "updatecache", None)
    if plain is None or getattr(plain, "__module__", None) == __name__:
        return

    def updatecache(filename: str, module_globals: "dict[str, object] | None" = None) -> "list[str]":
        path = text_of(filename)
        if path is None:
            return plain(filename, module_globals)  # type: ignore[no-any-return]
        lines: list[str] = plain(path)
        linecache.cache.pop(path, None)
        try:
            now = stat(filename)
        except OSError:  # gone in this moment
            return lines
        linecache.cache[filename] = (now.st_size, now.st_mtime, lines, filename)
        return lines

    updatecache.__doc__ = plain.__doc__
    linecache.updatecache = updatecache  # type: ignore[attr-defined]


def _watch_for_linecache() -> None:
    """Wait until somebody needs it: with all that it loads up to 3.12 it costs 4 ms."""
    finders, files = sys.meta_path, getattr(_importlib, "PathFinder", None)
    # Not first or last: programs push their own finders there, and pop them.
    finders.insert(finders.index(files) if files in finders else 0, _Watch())


class _Watch:
    """Sees on `sys.meta_path` that linecache is about to be loaded; finds nothing itself, and is gone afterwards."""

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Give the spec that the other finders find for linecache, with a loader that redirects it once it is there."""
        if name != "linecache" or self not in sys.meta_path:
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find is not None else None
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Load(spec.loader, self)  # type: ignore[assignment]
                return spec
        return None


class _Load:
    """Loads linecache as its own loader does, then redirects it."""

    def __init__(self, loader: "Loader", watch: _Watch) -> None:
        self._loader = loader
        self._watch = watch

    def create_module(self, spec: "ModuleSpec") -> "ModuleType | None":
        """Leave that to the loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: "ModuleType") -> None:
        """Run the module under its own loader, and step out of the way."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _redirect(module)
        if self._watch in sys.meta_path:
            sys.meta_path.remove(self._watch)

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)
