"""What is printed and kept of a trial: rows for docs/fidelity.md, and the details in the folder of logs."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .compared import Compared
from .suites import Outcomes


@dataclass(frozen=True)
class Trial:
    """A package whose tests were run as it is and at some levels."""

    name: str
    version: str
    python: str
    original: Outcomes
    flaky: set[str]
    levels: list[Compared]

    @property
    def is_same(self) -> bool:
        """Say whether instrumentation has changed nothing at any level."""
        return not self.original.gave_up and all(compared.is_same for compared in self.levels)

    def row(self) -> str:
        """Give the package's row of the table."""
        ends = list(self.original.ends.values())
        counts = f"{len(ends)} | {ends.count('passed')} | {len(self.flaky)}"
        day = datetime.date.today().isoformat()
        cells = " | ".join(compared.text() for compared in self.levels)
        return f"| {self.name} | {self.version} | {self.python} | {counts} | {cells} | {day} |"


def head(levels: list[int]) -> str:
    """Give the head of the table."""
    cells = " | ".join(f"level {level}" for level in levels)
    line = "|---|---|---|---:|---:|---:|" + "---|" * len(levels) + "---|"
    return f"| package | version | Python | tests | passed | flaky | {cells} | date |\n{line}"


def keep(trial: Trial, folder: Path) -> None:
    """Write what is different, with the reasons, into the folder of logs."""
    whole = {
        "package": trial.name,
        "version": trial.version,
        "python": trial.python,
        "tests": len(trial.original.ends),
        "seconds": trial.original.seconds,
        "flaky": sorted(trial.flaky),
        "levels": [asdict(compared) for compared in trial.levels],
    }
    (folder / "trial.json").write_text(json.dumps(whole, indent=2), "utf-8")
    lines = [
        f"{trial.name} {trial.version}, Python {trial.python}",
        head([level.level for level in trial.levels]),
        trial.row(),
    ]
    for compared in trial.levels:
        for difference in compared.differences:
            lines += ["", f"## level {compared.level}: {difference.test}", f"{difference.before} -> {difference.after}"]
            lines += [difference.why] if difference.why else []
        lines += [f"## level {compared.level}: {said}" for said in sorted(set(compared.said))]
        lines += [f"## level {compared.level}: not restored: {name}" for name in compared.not_restored]
    (folder / "trial.md").write_text("\n".join(lines) + "\n", "utf-8")
