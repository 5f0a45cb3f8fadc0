"""The C core, which alone can touch line tables: where it was not built there is nothing to test."""

from __future__ import annotations

from types import CodeType

import pytest

needs_c_core = pytest.mark.usefixtures("needs_c")


def restore(code: CodeType, positions: bytes) -> bool:
    from spanwright import _core

    return _core.restore_positions(code, positions, False) is not None
