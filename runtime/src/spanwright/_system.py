"""The few system calls that the runtime makes, as private references.

The builtin `posix` module is used, not `os`: it cannot be a twin itself, is there before `os` is, and tests that mock
`os` or `sys.stderr` do not reach it.
"""

import sys

if sys.platform == "win32":
    import nt as system
else:
    import posix as system

getcwd = system.getcwd
getpid = system.getpid
getppid = system.getppid
replace = system.replace
_close = system.close
_mkdir = system.mkdir
_open = system.open
_read = system.read
_readlink = system.readlink
_stat = system.stat
_unlink = system.unlink
_write = system.write
_RDONLY = system.O_RDONLY | getattr(system, "O_CLOEXEC", 0)
_NEW = system.O_WRONLY | system.O_CREAT | system.O_EXCL | getattr(system, "O_CLOEXEC", 0)
_modules = sys.modules


def setting(name: str) -> str | None:
    """Read an environment variable, also one that the program set through `os.environ`; None where unset or empty."""
    try:
        return _modules["os"].__dict__["environ"].get(name) or None
    except Exception:  # `os` is only half loaded (it is a twin) or was replaced
        if sys.platform == "win32":
            return system.environ.get(name) or None
        return system.environ.get(name.encode(), b"").decode("utf-8", "surrogateescape") or None


def has_settings(prefix: str) -> bool:
    """Tell whether an environment variable has a name that begins so."""
    try:
        return any(name.startswith(prefix) for name in list(_modules["os"].__dict__["environ"]))
    except Exception:  # as above
        return any(str(name).lstrip("b'").startswith(prefix) for name in system.environ)


def say(text: str) -> None:
    """Write one line to standard error's descriptor; never fails."""
    try:
        if sys.__stderr__ is not None and not setting("SPANWRIGHT_QUIET"):
            _write(2, f"spanwright: {text}\n".encode("utf-8", "backslashreplace"))
    except Exception:  # closed, full, or no room to build the line: the program matters more
        pass


def read(path: str, limit: int) -> bytes:
    """Read at most `limit` bytes of a small file."""
    fd = _open(path, _RDONLY)
    try:
        return _read(fd, limit)
    finally:
        _close(fd)


def write_new(path: str, data: bytes) -> None:
    """Write a file that is not there yet; OSError also where there is no room for all of it."""
    fd = _open(path, _NEW, 0o644)
    try:
        if _write(fd, data) != len(data):
            raise OSError(path)
    finally:
        _close(fd)


def remove(path: str) -> None:
    """Remove a file if it is there and that can be done."""
    try:  # noqa: SIM105, contextlib may be a twin itself
        _unlink(path)
    except OSError:
        pass


def is_folder(path: str) -> bool:
    """Tell whether `path` is a folder that can be looked at."""
    try:
        return _stat(path).st_mode & 0o170000 == 0o040000
    except (OSError, ValueError):
        return False


def make_folders(path: str) -> None:
    """Make `path` and the folders above it; what is missing afterwards is reported by whoever opens a file there."""
    above = path.rpartition("/")[0]
    if above and not is_folder(above):
        make_folders(above)
    try:  # noqa: SIM105, contextlib may be a twin itself
        _mkdir(path)
    except OSError:
        pass


def absolute(path: str) -> str:
    """Put the working directory in front of a relative path."""
    if sys.platform == "win32":
        path = path.replace("\\", "/")
    return path if path.startswith("/") or path[1:2] == ":" else f"{getcwd()}/{path}"


def resolve(path: str) -> str:
    """Follow the links in an absolute path."""
    done, todo, hops = "", path.split("/")[::-1], 0
    while todo and hops < 40:
        part = todo.pop()
        if part == "..":
            done = done.rpartition("/")[0]
        elif part not in ("", "."):
            try:
                link = _readlink(f"{done}/{part}")
            except (OSError, ValueError):
                done = f"{done}/{part}"
                continue
            hops += 1
            done = "" if link.startswith("/") else done
            todo += link.split("/")[::-1]
    return done
