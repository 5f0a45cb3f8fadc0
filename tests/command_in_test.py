"""The commands, run in the process of a test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import click
import pytest


class Ended(NamedTuple):
    """How a command has ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run_command(command: click.Command, words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> Ended:
    """Run it in the current folder; what was written before is dropped."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        command.main(list(words))
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return Ended(ended.value.code, said.out, said.err)
