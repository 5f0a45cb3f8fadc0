"""What was hidden as a parameter stays hidden where the same function passes it on under another name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from test_planted_secrets import found_in, instrument, run

PROGRAM = """\
import asyncio


def given_back(password):
    return password


def renamed(password, other):
    value = password
    first, again = other, value
    return value


def nested(password):
    value = (lambda: password)()
    return value if len(value) > 3 else None


class Store:
    def __init__(self, secret):
        kept = secret
        self.kept = None if kept is None else 1

    def ask(self, token, /, *, name):
        answer = token
        return answer


def items(password):
    value = password
    yield 1
    return value


async def waited(password):
    value = password
    await asyncio.sleep(0)
    return value


def shown(password, user):
    name = user
    return name


def forgotten(password):
    password = "shown-later"
    value = password
    return value


def secret(number):
    return "".join(["plan", "ted-", str(number)])


def main():
    given_back(SECRETS[0])
    renamed(SECRETS[1], "shown-other")
    nested(SECRETS[2])
    Store(SECRETS[3]).ask(SECRETS[4], name="shown-name")
    list(items(SECRETS[5]))
    asyncio.run(waited(SECRETS[6]))
    shown(SECRETS[7], "shown-user")
    forgotten(SECRETS[8])
    for number in range(100):
        given_back(secret(number))


SECRETS = [secret(number) for number in range(1000, 1009)]
main()
print("done")
"""


def exported(project: Path) -> str:
    """All that the reader says of the last run."""
    code = "import sys; from instrumenter.cli.spans import main; sys.argv[0] = 'spans'; main()"
    command = [sys.executable, "-c", code, "export", "--format", "json"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.dumps(json.loads(done.stdout))


@pytest.mark.parametrize("level", [2, 4, 5])
@pytest.mark.parametrize("settings", [{}, {"TRACING_CAPTURE_PARAMS": "off"}], ids=["all", "without-params"])
def test_secrets_are_hidden_under_other_names_of_the_same_function(
    core: CoreUnderTest, level: int, settings: dict[str, str]
) -> None:
    (core.project / "program.py").write_text(PROGRAM, "utf-8")
    instrument(core.project, level)
    run(core.project, core.name, **settings)
    assert found_in(core.project / ".spanwright" / "traces", [b"planted-"]) == {}
    said = exported(core.project)
    assert "shown-user" in said
    assert "shown-later" in said
    assert "<redacted: password>" in said
