"""The one place that chooses the core: C where it can be imported, else Python; SPANWRIGHT_CORE=c|python forces one."""

import sys

from ._system import say, setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Core


def _load_c() -> "tuple[Core | None, str | None]":
    try:
        from . import _core
    except Exception as error:  # whatever is wrong with the build must not stop the host
        return None, f"{type(error).__name__}: {error}"
    return _core, None


def _load_python() -> "Core":
    from . import _pycore

    return _pycore


def _choose(wanted: str | None) -> "tuple[Core, str | None]":
    if wanted == "python":
        return _load_python(), None
    found, error = _load_c()
    if found is not None:
        return found, None
    if wanted == "c":
        raise ImportError(f"SPANWRIGHT_CORE=c, but the C core cannot be loaded: {error}")
    if sys.implementation.name == "cpython":
        say(
            "the C core is not built, so the slower Python core records; "
            "install spanwright-runtime again where there is a C compiler"
        )
    return _load_python(), error


core, import_error = _choose(setting("SPANWRIGHT_CORE"))
core_name = core.NAME
