"""Collects what pyflakes and our rules say, and writes a summary."""

from __future__ import annotations

from collections import Counter

from pyflakes.messages import Message
from rules import Remark


class Reporter:
    """What pyflakes calls with everything it finds."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def flake(self, message: Message) -> None:
        text = message.message % message.message_args
        self.add(Remark(message.filename, message.lineno, type(message).__name__, text))

    def add(self, remark: Remark) -> None:
        if not self.is_ignored(remark):
            self.remarks.append(remark)

    def is_ignored(self, remark: Remark) -> bool:
        return remark.rule == "length" and "http" in remark.text

    def summary(self) -> list[str]:
        rules = Counter(remark.rule for remark in self.remarks)
        files = Counter(remark.file for remark in self.remarks)
        lines = [f"{number:5} {rule}" for rule, number in sorted(rules.items())]
        for file, number in files.most_common(5):
            lines.append(f"{number:5} {file}")
        return lines

    def text(self) -> str:
        return "\n".join(self.line(remark) for remark in sorted(self.remarks))

    def line(self, remark: Remark) -> str:
        return f"{remark.file}:{remark.line}: {remark.text} [{remark.rule}]"
