"""What instrumented files import: `probes` gives them their probes. Nothing else here is meant for programs."""

if __name__ != "spanwright":
    # From the checkout's root `import runtime.src.spanwright` would succeed as a namespace package: a second recorder.
    raise ImportError(f"spanwright must be imported as `spanwright`, not as `{__name__}`; install spanwright-runtime")

from ._register import probes
from ._select import core_name
from ._version import __version__

__all__ = ["__version__", "core_name", "probes"]
