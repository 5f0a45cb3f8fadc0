"""A few random sessions; `tests/long/edit_sessions.py` takes thousands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from edit_session import EditSession
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from instrumenter.vault import _disk


def without_flush(paths: Iterable[Path]) -> None:
    """These sessions are about what is written, not about a power cut."""


def test_random_session_loses_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_disk, "make_durable", without_flush)
    run_state_machine_as_test(
        EditSession,
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
