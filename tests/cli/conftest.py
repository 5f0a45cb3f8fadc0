"""Every test of the commands gets a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import Project, make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)
