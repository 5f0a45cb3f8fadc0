"""The text of originals, wherever Python shows a line of a twin whose code objects speak of its original.

Text is asked for in two ways. Python code (traceback, warnings, inspect, pdb, doctest) goes through
`linecache.updatecache`, which is replaced once linecache is loaded. The interpreter's own printers (uncaught exceptions
up to 3.12, unraisable ones in all versions) open the file themselves, through `io.open`; while one of them prints, its
thread is given the original instead. So what comes out is printed by the very same code as for the original.
"""

import _thread
import io
import posix  # not os: tests mock that
import sys

from . import _system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from hashlib import _Hash
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_NO_TEXT = "/dev/null"
_MOST = 1 << 26  # bytes of source
_HEADER = b"from spanwright import probes as _sw"
_C_PRINTS_EXCEPTIONS = sys.version_info < (3, 13)

_Builtin: type = type(len)
_get_ident = _thread.get_ident
_stat = posix.stat
_modules = sys.modules


def read(path: str) -> bytes:
    """Read a whole file."""
    return _system.read(path, min(_stat(path).st_size + 1, _MOST))


def _sha256() -> "Callable[[bytes], _Hash]":
    """Find it where it loads fastest: hashlib brings OpenSSL along."""
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            found: Callable[[bytes], _Hash] = __import__(name).sha256
        except (ImportError, AttributeError):
            continue
        return found
    raise ImportError("sha256")


class Original:
    """Where a twin's original is, and how to know the twin again: its digest, size and mtime when it was loaded."""

    def __init__(self, path: str, twin: str, size: int, mtime_ns: int) -> None:
        self.path = path
        self.twin = twin
        self.loaded = (size, mtime_ns)

    def is_of(self, content: bytes) -> bool:
        """Tell whether `content` is the twin, byte for byte."""
        return _sha256()(content).hexdigest() == self.twin

    def text(self, filename: str) -> str | None:
        """Give the path of the text to show for `filename`; None: the file on disk is right."""
        stat = _stat(filename)
        content = read(filename)
        if (stat.st_size, stat.st_mtime_ns) == self.loaded:
            # Neither text is that of the running code if the twin was edited before it was loaded.
            return self.path if self.is_of(content) else _NO_TEXT
        # Changed while the program runs: a twin again, or the original, which is shown as it is.
        return self.path if _HEADER in content else None


_shown: dict[str, Original] = {}
_printing: list[int] = []  # the threads in which a printer of the interpreter is at work
_plain_open: "Callable[..., object]" = io.open
_installed = False


def show(filename: str, original: Original) -> None:
    """Show the original's text for `filename` from now on."""
    _shown[filename] = original
    try:
        _drop_cached(filename)
        _install()
    except Exception:  # tracebacks may show wrong text; the program matters more
        pass


def forget(filename: str) -> None:
    """Show the file on disk for `filename` again."""
    if _shown.pop(filename, None) is not None:
        _drop_cached(filename)


def _drop_cached(filename: str) -> None:
    cache = getattr(_modules.get("linecache"), "cache", None)
    if cache is not None:
        cache.pop(filename, None)


def _text(filename: object) -> str | None:
    """Give the path to read instead of `filename`; None: itself."""
    if type(filename) is not str or filename not in _shown:
        return None
    try:
        return _shown[filename].text(filename)
    except Exception:  # the file on disk is gone: then there is nothing to show, as ever
        return None


def _install() -> None:
    """Bring the text where it is asked for; goes on at the next twin where linecache is only half loaded."""
    global _installed
    linecache = _modules.get("linecache")
    if linecache is not None:
        _redirect(linecache)
    if _installed:
        return
    _installed = True
    if linecache is None:
        sys.meta_path.insert(0, _Watch())
    if _C_PRINTS_EXCEPTIONS:
        _wrap(sys.__excepthook__, [sys], ("excepthook", "__excepthook__"))
        # threading takes its own from _thread when it is loaded.
        hook = _thread._excepthook
        _wrap(hook, [_thread, _modules.get("threading")], ("_excepthook", "excepthook", "__excepthook__"))
    _wrap(sys.__unraisablehook__, [sys], ("unraisablehook", "__unraisablehook__"))
    # Without it the interpreter prints warnings itself, and reads the file itself: 0.3 ms, once.
    import warnings  # noqa: F401


# ---- linecache ----


def _redirect(linecache: "ModuleType") -> None:
    plain = getattr(linecache, "updatecache", None)
    if plain is None or getattr(plain, "__module__", None) == __name__:
        return

    def updatecache(filename: str, module_globals: "dict[str, object] | None" = None) -> "list[str]":
        path = _text(filename)
        if path is None:
            return plain(filename, module_globals)  # type: ignore[no-any-return]
        lines = plain(path)
        cache = linecache.cache
        cache.pop(path, None)
        stat = _stat(filename)
        cache[filename] = (stat.st_size, stat.st_mtime, lines, filename)
        return lines  # type: ignore[no-any-return]

    updatecache.__doc__ = plain.__doc__
    linecache.updatecache = updatecache  # type: ignore[attr-defined]


class _Watch:
    """Sees on `sys.meta_path` that linecache is about to be loaded; finds nothing itself, and is gone afterwards."""

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Give the spec that the other finders find for linecache, with a loader that redirects it once it is there."""
        if name != "linecache":
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
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


# ---- the interpreter's own printers ----


def _wrap(printer: "Callable[..., object]", modules: "list[ModuleType | None]", names: "tuple[str, ...]") -> None:
    """Put a printer that shows originals wherever `modules` have `printer` itself under one of `names`.

    The dunder names too: programs compare with them, and call them from hooks of their own.
    """
    if type(printer) is not _Builtin:
        return

    def shown(*args: object) -> object:
        begin, end = _begin, _end
        if begin is None or end is None:  # the interpreter takes modules apart
            return printer(*args)
        try:
            begin()
            return printer(*args)
        finally:
            end()

    shown.__name__ = shown.__qualname__ = printer.__name__
    shown.__doc__ = printer.__doc__
    for module in modules:
        for name in names:
            if module is not None and module.__dict__.get(name) is printer:
                setattr(module, name, shown)


def _begin() -> None:
    global _plain_open
    _printing.append(_get_ident())
    if io.open is not _open:
        _plain_open, io.open = io.open, _open  # type: ignore[assignment]


def _end() -> None:
    me = _get_ident()
    if me in _printing:
        _printing.remove(me)
    # No other thread comes in between this question and its answer: nothing is called there.
    if not _printing and io.open is _open:
        io.open = _plain_open  # type: ignore[assignment]


def _open(file: object, mode: str = "r", *args: object, **named: object) -> object:
    """`io.open`, but a printer that opens a twin gets the original."""
    if mode == "rb" and not args and not named and _get_ident() in _printing:
        file = _text(file) or file
    return _plain_open(file, mode, *args, **named)
