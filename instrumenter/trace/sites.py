"""Site tables: what the numbers of sites mean; `docs/site-table.md` describes the files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instrumenter.trace.problem import Problem

_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the source that can open a span; `line` is the original's."""

    name: str
    line: int
    kind: str
    params: tuple[str, ...]


class SiteTables:
    """The site tables in one folder, each read once; what is wrong with them is in `problems`, said once a table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self._tables: dict[str, tuple[Site, ...] | None] = {}

    def get(self, table: str, name: str) -> tuple[Site, ...] | None:
        """The sites of the table with this id, for the file `name`; None where it cannot be read."""
        if table not in self._tables:
            self._tables[table] = self._read(table, name)
        return self._tables[table]

    def _read(self, table: str, name: str) -> tuple[Site, ...] | None:
        path = self.folder / f"{table}.json"
        try:
            if not _ID.fullmatch(table):
                raise ValueError("this is no id of a site table")
            return tuple(map(_site, json.loads(path.read_bytes())["sites"]))
        except FileNotFoundError:
            text = f"the site table of {name} is missing: its functions are named by number"
        except OSError as error:
            text = f"the site table of {name} cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError, RecursionError):
            text = f"the site table of {name} is damaged: its functions are named by number"
        self.problems.append(Problem(path, text))
        return None


def _site(entry: dict[str, Any]) -> Site:
    params = entry["params"]
    if not isinstance(params, list):
        raise TypeError("params is no list")
    return Site(str(entry["name"]), int(entry["line"]), str(entry["kind"]), tuple(map(str, params)))
