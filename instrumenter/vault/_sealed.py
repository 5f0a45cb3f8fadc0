"""The shape of manifest and journal: a line that names format, version and digest, then one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from instrumenter.errors import VaultError
from instrumenter.vault._disk import digest

VERSION = 2
_KNOWN = (1, VERSION)


def seal(kind: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """Return the bytes of a sealed file; `kind` is `manifest` or `journal`."""
    body = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows).encode("ascii")
    return f"spanwright {kind} {VERSION} {digest(body)}\n".encode("ascii") + body


def unseal(kind: str, data: bytes, path: Path) -> list[dict[str, Any]]:
    """Return the rows of a sealed file; VaultError if it is damaged or of another version."""
    first, _, body = data.partition(b"\n")
    words = first.split(b" ")
    if words[:2] != [b"spanwright", kind.encode()] or len(words) != 4 or not words[2].isdigit():
        raise _damaged(kind, path)
    if int(words[2]) not in _KNOWN:
        raise VaultError(
            "vault-version",
            f"{path}: this {kind} has version {int(words[2])}, known are those up to {VERSION}; "
            "use the version of spanwright that wrote it",
        )
    if words[3] != digest(body).encode():
        raise _damaged(kind, path)
    return [json.loads(line) for line in body.splitlines()]


def _damaged(kind: str, path: Path) -> VaultError:
    return VaultError(
        f"{kind}-damaged",
        f"{path}: the {kind} is damaged, nothing was changed; move it away, then take the probes out with: "
        "instrument --level 0 --force PATH (the originals are in backups/ beside it)",
    )
