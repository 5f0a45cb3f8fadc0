"""Renders a manual of several chapters in the house style."""

from __future__ import annotations

import random
import zlib

from docutils.core import publish_string
from house import Writer, register

WORDS = ("the", "pump", "runs", "when", "SQL", "and", "the", "API", "agree", "that", "no")
END = "CPU is busy: press :key:`ctrl+c` or wait *long* ``x = 1``."


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(12)) + f" {END}"


def chapter(chance: random.Random, number: int) -> str:
    parts = [f"Chapter {number}", "=" * 20, ""]
    for section in range(4):
        parts += [
            f"Section {section}",
            "-" * 20,
            "",
            sentence(chance),
            "",
            f"- {sentence(chance)}",
            f"- {sentence(chance)}",
            "",
        ]
        parts += [".. figures::", "   :unit: kg", "", "   oil 3", f"   water {chance.randrange(90)}", "   salt 7", ""]
        parts += ["===== =====", "left  right", "===== =====", "1     2", "3     4", "===== =====", ""]
    return "\n".join(parts)


def run() -> int:
    """Do the work once; the result is the same every time."""
    register()
    chance = random.Random(5)
    seen = 0
    for number in range(4):
        source = "Manual\n######\n\n.. contents::\n\n" + "\n".join(chapter(chance, part) for part in range(2))
        settings = {"_disable_config": True, "report_level": 5, "input_encoding": "unicode"}
        page = publish_string(source, writer=Writer(), settings_overrides=settings)
        seen = zlib.crc32(page, seen + number)
    return seen
