"""An explicit flag to accept new expected twins."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept-cases", action="store_true", help="write tests/cases/*/level-N.py from what comes out now"
    )
