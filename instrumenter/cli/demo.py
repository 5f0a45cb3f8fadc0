"""`spans demo`: a tour on a real program."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command
from instrumenter.demo.tour import DemoError, Tour


@click.command(cls=Command, context_settings=HELP)
@click.option("--keep", is_flag=True, help="Keep the folder in which the tour takes place.")
def main(keep: bool) -> int:
    """Take a tour: instrument a real program, run it, read its span tree, get every byte back.

    The program is a small application (CSV, SQLite, asyncio, a generator, a call that fails) that is copied to a
    temporary folder. Every step prints the command that you would type. A claim that does not hold ends the tour with
    exit code 1, and the folder stays.
    """
    place = Path(tempfile.mkdtemp(prefix="spanwright-demo-")).resolve()
    try:
        Tour(place / "lending-desk", click.echo).take()
    except DemoError:
        keep = True
        raise
    finally:
        if keep:
            click.echo(f"The program and its trace are in {place / 'lending-desk'}")
        else:
            shutil.rmtree(place, ignore_errors=True)
    return 0
