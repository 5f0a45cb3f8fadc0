"""What the settings say to the runtime, and what the cores are told of it: docs/settings.md has the names."""

from . import _system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The cores' name for each setting that they are told of; `window` counts chunks of 64 KiB, times are in ns, shares in
#: millionths, lists have one item a line.
NAMES = {
    "TRACING_MAX_CAPTURE_SIZE": "value_bytes",
    "TRACING_MAX_CAPTURE_ITEMS": "items",
    "TRACING_MAX_CAPTURE_DEPTH": "depth",
    "TRACING_MAX_TRACES_MEMORY": "window",
    "TRACING_CAPTURE_PARAMS": "params",
    "TRACING_CAPTURE_RETURN": "returns",
    "TRACING_CAPTURE_VARS": "vars",
    "TRACING_CAPTURE_ASYNC": "awaits",
    "TRACING_AUTO_CAPTURE_ERRORS": "errors",
    "TRACING_STORE_TRACES": "store",
    "TRACING_REDACT": "redact",
    "TRACING_SAMPLE_RATE": "sample_rate",
    "TRACING_SAMPLE_SEED": "sample_seed",
    "TRACING_KEEP_ERRORS": "keep_errors",
    "TRACING_KEEP_SLOWER_THAN": "keep_slower_than",
    "TRACING_MIN_DURATION": "min_duration",
    "TRACING_MAX_DEPTH": "max_depth",
    "TRACING_FLIGHT_RECORDER": "flight_recorder",
    "TRACING_OVERHEAD_BUDGET": "overhead_budget",
}
CHUNK = 65_536


def told(values: "dict[str, Any]") -> "dict[str, int | bool | bytes]":
    """Give what the cores are told of these values."""
    named = {NAMES[key]: value for key, value in values.items() if key in NAMES}
    if "window" in named:
        named["window"] //= CHUNK
    if "redact" in named:
        named["redact"] = "\n".join(named["redact"]).encode("utf-8", "surrogateescape")
    return named


def values(root: "str | None") -> "dict[str, Any]":
    """Give the settings that are set, as values; one line on stderr says what is wrong with them, if anything is."""
    named = _system.setting("TRACING_ENV_FILE")
    place = _system.absolute(named) if named is not None else None if root is None else f"{root}/tracing.env"
    try:
        data = b"" if place is None else _system.read(place, 1 << 20)
    except (OSError, ValueError):
        data = b""
        if named is not None:
            _system.say(f"{named}: cannot be read, though TRACING_ENV_FILE names it")
    return _values(place, data) if data or _system.has_settings("TRACING_") else {}


def _values(place: "str | None", data: bytes) -> "dict[str, Any]":
    from ._settings import KEYS, TOOL
    from ._sources import in_file, refusal

    found, problems = in_file(data, _system.setting)
    wrong = [f"{place}:{problem.line}: {problem.what}" for problem in problems]
    values: dict[str, Any] = {}
    for key in KEYS.values():
        text = _system.setting(key.name)
        origin = "" if text is not None else f"{place}:{found.get(key.name, ('', 0))[1]}: "
        text = text if text is not None else found.get(key.name, ("", 0))[0]
        if key.reader == TOOL or not text.strip():
            continue
        objection = refusal(key.name, text)
        if objection:
            wrong.append(f"the environment: {objection}")
        elif key.later and key.read(text) != key.read(key.default):
            wrong.append(f"{origin}{key.name}: {key.later}")
        else:
            values[key.name] = key.read(text)
    if wrong:
        more = f" (and {len(wrong) - 1} more; see: spans settings)" if len(wrong) > 1 else ""
        _system.say(wrong[0] + more)
    return values
