"""These tests are of the C core, which alone can touch line tables; without it there is nothing to test."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

import pytest

try:
    from spanwright import _core
except ImportError:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def restore() -> Callable[[CodeType, bytes], bool]:
    return _core.restore_positions
