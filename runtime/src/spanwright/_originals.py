"""Originals of the twins that speak of them: which text to show for a file, instead of the one on disk."""

import sys

from . import _system

if sys.platform == "win32":
    import nt as posix
else:
    import posix  # not os: tests mock that

_NO_TEXT = "/dev/null"
_MOST = 1 << 26  # bytes of source
_HEADER = b"from spanwright import probes as _sw"

stat = posix.stat
_modules = sys.modules


def read(path: str) -> bytes:
    """Read a whole file."""
    return _system.read(path, min(stat(path).st_size + 1, _MOST))


class Original:
    """Where a twin's original is, and how to know the twin again: its digest, size and mtime when it was loaded."""

    def __init__(self, path: str, twin: str, size: int, mtime_ns: int) -> None:
        self.path = path  # whose last part is the original's digest
        self.twin = twin
        self.loaded = (size, mtime_ns)
        self._answer: tuple[object, str | None] = (None, None)

    def is_of(self, content: bytes) -> bool:
        """Tell whether `content` is the twin, byte for byte; True where that cannot be told (the interpreter ends)."""
        return _has_digest(content, self.twin)

    def is_made_of(self, content: bytes) -> bool:
        """Tell the same of the original."""
        return _has_digest(content, self.path.rpartition("/")[2])

    def text(self, filename: str) -> str | None:
        """Give the path of the text to show for `filename`; None: the file on disk is right."""
        now = stat(filename)
        on_disk = (now.st_size, now.st_mtime_ns)
        if self._answer[0] != on_disk:
            self._answer = (on_disk, self._choose(on_disk, read(filename)))
        return self._answer[1]

    def _choose(self, on_disk: tuple[int, int], content: bytes) -> str | None:
        if on_disk == self.loaded:
            # Neither text is that of the running code if the twin was edited before it was loaded.
            return self.path if self.is_of(content) else _NO_TEXT
        # Changed while the program runs: a twin again, or the original, which is shown as it is.
        return self.path if _HEADER in content else None


def _has_digest(content: bytes, wanted: str) -> bool:
    try:
        # Not hashlib: it loads OpenSSL, and aborts 3.12.1 when a second interpreter loads it.
        module = __import__("_sha2" if sys.version_info >= (3, 12) else "_sha256")
    except ImportError:
        return True
    digest: str = module.sha256(content).hexdigest()
    return digest == wanted


_shown: dict[str, Original] = {}


def show(filename: str, original: Original) -> None:
    """Show the original's text for `filename` from now on."""
    _shown[filename] = original
    _drop_cached(filename)


def is_shown(filename: str, original: Original) -> bool:
    """Tell whether this original is shown for `filename`: its positions are those of the running code."""
    shown = _shown.get(filename)
    return shown is not None and shown.path == original.path


def forget(filename: str) -> None:
    """Show the file on disk for `filename` again."""
    if _shown.pop(filename, None) is not None:
        _drop_cached(filename)


def _drop_cached(filename: str) -> None:
    cache = getattr(_modules.get("linecache"), "cache", None)
    if cache is not None:
        cache.pop(filename, None)


def text_of(filename: object) -> str | None:
    """Give the path to read instead of `filename`; None: itself."""
    if type(filename) is not str or filename not in _shown:
        return None
    try:
        return _shown[filename].text(filename)
    except Exception:  # the file on disk is gone: then there is nothing to show, as ever
        return None
