"""The C core, which alone can touch line tables: where it was not built there is nothing to test."""

from __future__ import annotations

from types import CodeType

import pytest

try:
    from spanwright import _core
except ImportError:
    BUILT = False
else:
    BUILT = True

needs_c_core = pytest.mark.skipif(not BUILT, reason="the C core is not built")


def restore(code: CodeType, positions: bytes) -> bool:
    return _core.restore_positions(code, positions)
