"""Programs with the traps into which other tools have led their users, run as originals and as twins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from display_projects import Outcome, Project

from instrumenter.cli.instrument import main as instrument
from instrumenter.trace.runs import Traces


@dataclass(frozen=True)
class Trap:
    """A project's files, by their names; all Python files but those in `plain` become twins."""

    folder: Path
    level: int
    core: str

    def same(self, files: dict[str, str], *words: str, plain: tuple[str, ...] = (), **settings: str) -> Outcome:
        """Run Python with these words on the originals, then on the twins: the same has to come out."""
        project = Project(self.folder)
        self.write(files)
        expected = project.run(*words, given=b"", SPANWRIGHT_CORE=self.core, **settings)
        self.instrument(*(name for name in files if name.endswith(".py") and name not in plain))
        found = project.run(*words, given=b"", SPANWRIGHT_CORE=self.core, **settings)
        assert (found.out.decode(), found.err.decode(), found.code) == (
            expected.out.decode(),
            expected.err.decode(),
            expected.code,
        )
        return found

    def write(self, files: dict[str, str]) -> None:
        """Write the originals; the folder becomes a project."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pyproject.toml").touch()
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(text.encode())

    def instrument(self, *names: str) -> None:
        """Put twins in the places of these originals, as a user would."""
        with pytest.raises(SystemExit) as ended:
            instrument.main([*(str(self.folder / name) for name in names), "--level", str(self.level)])
        assert ended.value.code == 0

    def recorded(self) -> Counter[str]:
        """Count the activations that were recorded, by their functions' names; everything has to be readable."""
        traces = Traces.load(self.folder)
        problems = [*traces.problems, *(problem for run in traces.runs for problem in run.problems())]
        assert problems == []
        spans = (span for run in traces.runs for root in run.forest.roots() for span in run.forest.below(root))
        return Counter(span.name for span in spans if span.kind not in ("call", "await"))
