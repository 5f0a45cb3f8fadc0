"""Small makers of changes, for tests that need a vault and no rewriter: the twin of b"x" is b"#twin\\nx"."""

from __future__ import annotations

from pathlib import Path

from instrumenter.vault import Change, Entry, Vault, digest, read


def twin_of(original: bytes) -> bytes:
    return b"#twin\n" + original


def to_twin(vault: Vault, path: Path) -> Change:
    """The change that makes a twin of a plain file."""
    data, seen = read(path)
    twin = twin_of(data)
    entry = Entry(vault.key(path), digest(data), digest(twin), "0" * 16, 2, seen.mode, seen.mtime_ns)
    return Change(path, seen, twin, entry, seen.mode, keep=(data,), sites={"0000.json": b"{}"})


def to_original(vault: Vault, path: Path) -> Change:
    """The change that gives a recorded twin's original back."""
    _, seen = read(path)
    entry = vault.entry(path)
    assert entry is not None
    original = vault.backups.get(entry.original)
    assert original is not None
    return Change(path, seen, original, None, entry.mode, entry.mtime_ns, exact=True)


def instrument(root: Path, *paths: Path) -> None:
    with Vault.opened(root) as vault:
        refusals = vault.apply([to_twin(vault, path) for path in paths])
    assert refusals == {}


def restore(root: Path, *paths: Path) -> None:
    with Vault.opened(root) as vault:
        refusals = vault.apply([to_original(vault, path) for path in paths])
    assert refusals == {}


def attributes(path: Path) -> tuple[bytes, int, int]:
    info = path.stat()
    return path.read_bytes(), info.st_mode, info.st_mtime_ns


def listing(root: Path) -> set[str]:
    """Everything below `root` that is not in the vault."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if ".spanwright" not in path.parts}
