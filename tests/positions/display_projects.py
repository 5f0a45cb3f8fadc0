"""A folder with programs and their twins in it, and what they print."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from position_maps import Insert, apply

_ADDRESS = re.compile(rb"0x[0-9a-f]{6,}")
_HEADER = 'from spanwright import probes as _sw_; _sw_ = _sw_(__name__, "{}@{}", 1, 0, "")\n'


@dataclass(frozen=True)
class Outcome:
    code: int
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Made:
    """A twin, its id and the two files that go with it."""

    source: bytes
    id: str
    table: bytes
    positions: bytes


@dataclass(frozen=True)
class Project:
    folder: Path

    def write(self, name: str, source: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(source)
        return path

    def instrument(self, name: str, level: int = 2) -> Made:
        """Put the twin in the original's place, as the command would."""
        original = (self.folder / name).read_bytes()
        made = make_twin(original, name, level)
        digest = hashlib.sha256(original).hexdigest()
        for path, data in (
            (f".spanwright/sites/{made.id}.json", made.table),
            (f".spanwright/sites/{made.id}.map", made.positions),
            (f".spanwright/backups/{digest[:2]}/{digest}", original),
            (name, made.source),
        ):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)
        return made

    def run(self, *words: str, given: bytes = b"", **settings: str) -> Outcome:
        """Run Python with these words; addresses of objects are made alike."""
        env = {**os.environ, "SPANWRIGHT_CORE": "c", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", **settings}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=env, input=given, capture_output=True, timeout=60
        )
        return Outcome(done.returncode, _ADDRESS.sub(b"0x", done.stdout), _ADDRESS.sub(b"0x", done.stderr))


def make_twin(original: bytes, name: str, level: int) -> Made:
    """Make the twin as the tool does; on 3.10, where only the runtime works, by plain insertion."""
    if sys.version_info < (3, 11):
        return _plain_twin(original, name)
    from instrumenter import rewrite

    twin = rewrite.instrument(original, level, name)
    assert twin is not None
    return Made(twin.source, twin.id, twin.table, twin.positions)


def _plain_twin(original: bytes, name: str) -> Made:
    digest = hashlib.sha256(original).hexdigest()
    lines = original.splitlines(keepends=True)
    starts = [sum(map(len, lines[:row])) for row in range(len(lines) + 1)]
    body = ast.parse(original).body
    first = body[1] if isinstance(body[0], ast.Expr) else body[0]
    rows = {first.lineno - 1 - len(getattr(first, "decorator_list", ()))}
    inserts = [Insert(starts[min(rows)], _HEADER.format(name, digest[:16]).encode())]
    for node in ast.walk(ast.parse(original)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            rows |= {each.lineno - 1 for each in node.body if not isinstance(each, ast.Expr | ast.FunctionDef)}
    for row in sorted(rows - {min(rows)}):
        indent = re.match(rb"[ \t\f]*", lines[row])
        if indent is not None and lines[row].strip() and not lines[row].lstrip().startswith(b"def "):
            inserts.append(Insert(starts[row], indent[0] + b"pass\n"))
    twin, positions = apply(original, inserts)
    twin_digest = hashlib.sha256(twin).hexdigest()
    table = {"id": digest[:16], "original": digest, "twin": twin_digest, "size": len(twin), "sites": []}
    return Made(twin, digest[:16], json.dumps(table, separators=(",", ":")).encode(), positions)
