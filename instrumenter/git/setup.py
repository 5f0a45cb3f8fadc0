"""Setting the filter up in a repository, and taking it out again: its own config, and `.git/info/attributes`."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from instrumenter import rewrite
from instrumenter.errors import SpanwrightError, StorageError, UsageError
from instrumenter.git import attributes
from instrumenter.git.index import refresh
from instrumenter.git.repository import Repository, fields
from instrumenter.git.staged import contents, listed
from instrumenter.settings import find_root
from instrumenter.vault import Vault

_SECTION = f"filter.{attributes.NAME}"
_OURS = (b"unspecified", b"set", attributes.NAME.encode())
_SOME = 3


@dataclass(frozen=True)
class Filtered:
    """What was set up: how many files git looked at anew, and which twins had been committed before."""

    top: Path
    looked_at: int
    committed: tuple[Path, ...]


def set_up(repository: Repository) -> Filtered:
    """Set the filter up, or anew for this installation; UsageError where files have another filter already."""
    place = repository.file("info/attributes")
    present = place.read_bytes() if place.exists() else b""
    is_new = not attributes.are_in(present)
    exempt = list(map(attributes.exemption, _exempt(repository))) if is_new else attributes.exemptions(present)
    others = _others(repository)
    for key, content in _config().items():
        repository.ask("config", "--local", "--replace-all", f"{_SECTION}.{key}", content)
    _write(place, attributes.put_in(attributes.take_out(present), others, exempt))
    looked_at = refresh(repository) + (refresh(repository, others) if others else 0)
    return Filtered(repository.top, looked_at, tuple(_committed(repository)))


def remove(repository: Repository) -> bool:
    """Take the filter out; says whether there was one."""
    place = repository.file("info/attributes")
    present = place.read_bytes() if place.exists() else b""
    rest = attributes.take_out(present)
    if rest != present:
        _write(place, rest)
    had_section = repository.run("config", "--local", "--remove-section", _SECTION).returncode == 0
    refresh(repository)
    with contextlib.suppress(SpanwrightError):  # a vault that cannot be read is no reason to keep the filter
        refresh(repository, _others(repository))
    return had_section or rest != present


def _config() -> dict[str, str]:
    """Return the filter's settings. Without the tool git's command fails and says so: no twin goes in unseen.

    `-P`: the work tree is not on the path of imports, whatever modules it has.
    """
    python = f"{shlex.quote(sys.executable)} -P -m instrumenter.git"
    remedy = (
        f"spanwright: the git filter did not run ({sys.executable}). Set it up anew: instrument --git-filter. "
        f"Or take it out: git config --remove-section {_SECTION}; git then sees instrumented files as they are."
    )
    otherwise = f"{{ echo {shlex.quote(remedy)} >&2; exit 1; }}"
    return {
        "process": f"{python} process || {otherwise}",
        "clean": f"{python} clean %f || {otherwise}",
        "smudge": "cat",
        "required": "true",
    }


def _exempt(repository: Repository) -> list[bytes]:
    """Return the files that the user wants no filter for (`-filter`); UsageError if some have another one."""
    tracked = fields(repository.ask("ls-files", "-z", "--", *attributes.PATTERNS))
    asked = [*tracked, b"any.py", b"any.pyw"]
    answer = fields(
        repository.ask("check-attr", "--stdin", "-z", "filter", data=b"".join(name + b"\0" for name in asked))
    )
    filters = list(zip(answer[::3], answer[2::3], strict=True))
    others = [(name, value) for name, value in filters if value not in (*_OURS, b"unset")]
    if others:
        names = ", ".join(os.fsdecode(name) for name, _ in others[:_SOME])
        more = f" and {len(others) - _SOME} more" if len(others) > _SOME else ""
        raise UsageError(
            "other-filter",
            f"{repository.top}: {names}{more}: the filter {os.fsdecode(others[0][1])!r} is set for these already "
            "(gitattributes), and a file has one filter",
        )
    return [name for name, value in filters if value == b"unset" and name in set(tracked)]


def _others(repository: Repository) -> list[bytes]:
    """Return the twins that are known to the vault and whose names do not end as those of Python files do."""
    root = find_root(repository.top)
    vault = Vault.seen(root)
    paths = [vault.path(entry) for entry in vault.entries.values()]
    names = [repository.name(path) for path in paths if path.is_relative_to(repository.top)]
    return sorted(name for name in names if not name.endswith(attributes.SUFFIXES))


def _committed(repository: Repository) -> list[Path]:
    """Return the files that are twins in the index already."""
    words = ("grep", "--cached", "--no-recurse-submodules", "-l", "-z", "-a", "-F", "-e", "spanwright import probes")
    names = fields(repository.ask(*words, "--", ".", fine=(0, 1)))
    files = listed(repository, [repository.path(name) for name in names]) if names else []
    return [repository.path(file.name) for file, data in contents(repository, files) if rewrite.read_header(data)]


def _write(place: Path, data: bytes) -> None:
    """Write `info/attributes` whole; a file in which nothing is left was ours."""
    place = place.resolve()
    try:
        if not data:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f"{place.name}.spanwright-{os.getpid()}")
        new.write_bytes(data)
        if place.exists():
            new.chmod(place.stat().st_mode & 0o7777)
        new.replace(place)
    except OSError as error:
        raise StorageError("storage", f"writing {place}: {error.strerror or error}") from error
