"""TRACING_REDACT, in the environment and in tracing.env, hides what names of the user's own hold."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from core_under_test import CoreUnderTest
from test_planted_secrets import found_in, instrument

PROGRAM = """\
import os


class Account:
    def __init__(self, owner, iban):
        self.owner = owner
        self.home_iban = iban


def pay(account, acct_code, note):
    text = f"iban: {account.home_iban}; note: {note}"
    fields = {"iban": account.home_iban, "note": note}
    kept = acct_code
    if not note:
        raise ValueError(f"no note, iban={account.home_iban}", fields)
    return text, len(fields), kept is None


def main():
    planted = os.environ["PLANTED_VALUE"]
    pay(Account("shown-owner", planted + "1"), planted + "2", "shown-note")
    try:
        pay(Account("shown-owner", planted + "3"), planted + "4", "")
    except ValueError:
        pass


main()
print("done")
"""
PATTERNS = "iban, acct_*, planted"


@pytest.mark.parametrize("level", [2, 5])
@pytest.mark.parametrize("place", ["environment", "file"])
def test_names_of_the_user_are_hidden_everywhere(core: CoreUnderTest, place: str, level: int) -> None:
    (core.project / "program.py").write_text(PROGRAM, "utf-8")
    instrument(core.project, level)
    env = {key: value for key, value in os.environ.items() if key != "SPANWRIGHT_TRACES"}
    env |= {"SPANWRIGHT_CORE": core.name, "PLANTED_VALUE": "GB82WEST"}
    if place == "file":
        (core.project / "tracing.env").write_text(f"TRACING_REDACT={PATTERNS}\n", "utf-8")
    else:
        env["TRACING_REDACT"] = PATTERNS
    command = [sys.executable, "program.py", "--iban", "GB82WEST5", "--acct_code=GB82WEST6", "iban=GB82WEST7"]
    done = subprocess.run(command, cwd=core.project, env=env, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    folder = core.project / ".spanwright" / "traces"
    assert found_in(folder, [b"GB82WEST"]) == {}
    wanted = [b"shown-owner", b"shown-note", b"<redacted: setting>"]
    assert sorted(found_in(folder, wanted)) == sorted(wanted)
