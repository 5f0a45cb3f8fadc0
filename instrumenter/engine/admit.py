"""What the settings leave out of a folder's files; a file that is named is taken whatever they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from instrumenter.engine.discover import Found
from instrumenter.engine.globs import Globs
from instrumenter.settings import LeftOut, Settings, read_settings
from instrumenter.vault import Vault


def admitted(files: Mapping[Path, list[Found]]) -> tuple[dict[Path, list[Found]], Counter[LeftOut]]:
    """Give the files, by project, that the settings let in, and count the others; UsageError if a setting is wrong."""
    taken: dict[Path, list[Found]] = {}
    left_out: Counter[LeftOut] = Counter()
    for root, of_root in files.items():
        gate = Gate(root, read_settings(root))
        for found in of_root:
            reason = gate.reason(found)
            if reason is None:
                taken.setdefault(root, []).append(found)
            else:
                left_out[reason] += 1
    return taken, left_out


class Gate:
    """Which files of one project the settings let in."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = root
        self._excluded = Globs(settings["EXCLUDE_FILES"] or ())
        self._takes_python = "python" in settings["LANGUAGES"]
        self._vault = None if settings["AUTO_INSTRUMENT"] else Vault.seen(root)

    def reason(self, found: Found) -> LeftOut | None:
        """Say why the settings leave out this file; None if they do not."""
        if found.named:
            return None
        path = found.path.relative_to(self._root) if found.path.is_relative_to(self._root) else found.path
        if self._excluded and self._excluded.match(path):
            return LeftOut.EXCLUDED
        if not self._takes_python:
            return LeftOut.LANGUAGE
        if self._vault is not None and self._vault.entry(found.path) is None:
            return LeftOut.NEW
        return None
