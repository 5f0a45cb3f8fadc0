"""The help texts: short enough to read, with examples, every option explained."""

from __future__ import annotations

import click
import pytest

from instrumenter.cli.instrument import main as instrument
from instrumenter.cli.uninstrument import main as uninstrument


@pytest.mark.parametrize("command", [instrument, uninstrument])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_examples_and_fits(
    command: click.Command, flag: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as ended:
        command.main([flag], prog_name="command")
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert any("Examples:" in line for line in lines)
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("command", [instrument, uninstrument])
def test_every_option_is_explained(command: click.Command) -> None:
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert options and all(option.help for option in options)
