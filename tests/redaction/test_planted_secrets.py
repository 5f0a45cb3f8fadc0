"""None of a hundred secrets is in what a program leaves behind, at any level, on either core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from planted_places import places_program
from planted_secrets import PROGRAM, needles, planted

#: What stands beside secrets in texts, messages and notes, and is shown.
AROUND = [b"https://example.com/v1?user=u&password=", b"no file: cookie=", b"cannot go on, api_key=", b" is refused"]


def instrument(project: Path, level: int) -> None:
    """Make the project's program a twin."""
    code = "import sys; from instrumenter.cli.instrument import main; sys.argv[0] = 'instrument'; main()"
    command = [sys.executable, "-c", code, "program.py", "--level", str(level)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def run(project: Path, core: str, **settings: str) -> None:
    """Run the twin with the secrets in its environment."""
    own = {"PLANTED": json.dumps(planted()), "SPANWRIGHT_CORE": core}
    environment = {key: value for key, value in os.environ.items() if key != "SPANWRIGHT_TRACES"}
    command = [sys.executable, "program.py", f"--token={planted()['access_token'][0]}", "--password", "hunter2-argv"]
    done = subprocess.run(
        command, cwd=project, env={**environment, **own, **settings}, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def found_in(folder: Path, wanted: list[bytes]) -> dict[bytes, str]:
    """Which of the wanted bytes are in which file below the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".seg" and path.stat().st_size > 4_096 for path in files)
    contents = {str(path): path.read_bytes() for path in files}
    return {needle: name for needle in wanted for name, data in contents.items() if needle in data}


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_planted_secrets_are_not_in_any_file(core: CoreUnderTest, level: int) -> None:
    (core.project / "program.py").write_text(PROGRAM, "utf-8")
    instrument(core.project, level)
    run(core.project, core.name)
    wanted = needles(planted())
    assert len(planted()) == 20
    assert sum(map(len, planted().values())) == 100
    assert len(wanted) >= 100
    assert found_in(core.project / ".spanwright", [*wanted, b"hunter2-argv"]) == {}


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_each_secret_in_each_place_is_not_in_any_file(core: CoreUnderTest, level: int) -> None:
    (core.project / "program.py").write_text(places_program(), "utf-8")
    instrument(core.project, level)
    run(core.project, core.name)
    assert found_in(core.project / ".spanwright", needles(planted())) == {}
    seen = [*AROUND, b"<redacted: jwt>", b"=<redacted: private key>", b"'<redacted: national number>'}"]
    assert sorted(found_in(core.project / ".spanwright" / "traces", seen)) == sorted(seen)


@pytest.mark.parametrize("level", [4, 5])
def test_planted_secrets_are_not_in_any_file_without_the_site_table(core: CoreUnderTest, level: int) -> None:
    (core.project / "program.py").write_text(PROGRAM, "utf-8")
    instrument(core.project, level)
    for table in (core.project / ".spanwright" / "sites").iterdir():
        table.unlink()
    run(core.project, core.name)
    assert found_in(core.project / ".spanwright", needles(planted())) == {}


def test_names_of_the_users_own_patterns_are_hidden(core: CoreUnderTest) -> None:
    program = (
        "import os\n"
        "def pay(iban, customer_ref, amount):\n"
        "    home_iban = iban\n"
        "    return amount\n"
        "pay(os.environ['PLANTED'][:20], os.environ['PLANTED'][20:40], 5)\nprint('done')\n"
    )
    (core.project / "program.py").write_text(program, "utf-8")
    instrument(core.project, 5)
    run(core.project, core.name, TRACING_REDACT="iban,customer_*")
    text = json.dumps(planted())
    assert found_in(core.project / ".spanwright", [text[:20].encode(), text[20:40].encode()]) == {}
    segments = b"".join(path.read_bytes() for path in (core.project / ".spanwright").rglob("*.seg"))
    assert segments.count(b"<redacted: setting>") == 3
