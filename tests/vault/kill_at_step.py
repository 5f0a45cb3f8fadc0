"""`kill_at_step.py STEP ACTION ROOT NAME...` dies without warning before the STEP-th thing it does to the disk."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

_CHANGES = {"os.rename", "os.remove", "os.chmod", "os.chown", "os.utime", "os.mkdir", "os.rmdir", "os.setxattr"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DIED = 77


def die_before(step: int) -> None:
    """From now on, count what is done to the disk; `os._exit` instead of doing the one with this number (from 1)."""
    left = step

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(DIED)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _WRITING):
            count()

    fsync = os.fsync

    def counted(fd: FileDescriptorLike) -> None:
        count()
        fsync(fd)

    os.fsync = counted
    sys.addaudithook(hook)


if __name__ == "__main__":
    from vault_helpers import instrument, restore

    action = {"instrument": instrument, "restore": restore}[sys.argv[2]]
    root = Path(sys.argv[3])
    paths = [root / name for name in sys.argv[4:]]
    die_before(int(sys.argv[1]))
    action(root, *paths)
