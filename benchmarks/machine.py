"""What the figures were measured on and with."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.environment import Environment
from benchmarks.processes import CORE

_CLOCK = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
# Of all that is installed: what is measured, and what it is measured on.
_PACKAGES = ("spanwright", "libcst", "viztracer", "opentelemetry-sdk", "logfire", "snoop", "pyperformance", "docutils",
             "pyflakes", "Flask", "Werkzeug", "Jinja2")  # fmt: skip


def facts(environments: tuple[Environment, ...]) -> dict[str, Any]:
    """Give machine and versions."""
    installed = {name.lower(): version for name, version in environments[0].versions().items()}
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "clock": _CLOCK.read_text().strip() if _CLOCK.exists() else "unknown",
        "compiler": _first_line(["cc", "--version"]),
        "load": round(os.getloadavg()[0], 2),
        "core": os.environ.get(CORE) or "c",
        "pythons": [one.version for one in environments],
        "versions": {name: installed[name.lower()] for name in _PACKAGES if name.lower() in installed},
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _first_line(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "none"
