"""What the cores are told of the settings: docs/settings.md has the names."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The cores' name for each setting that they are told of; `window` counts chunks of 64 KiB, times are in ns, shares in
#: millionths, lists one item a line.
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
    "TRACING_KEEP_ERRORS": "keep_errors",
    "TRACING_KEEP_SLOWER_THAN": "keep_slower_than",
    "TRACING_MIN_DURATION": "min_duration",
    "TRACING_MAX_DEPTH": "max_depth",
    "TRACING_FLIGHT_RECORDER": "flight_recorder",
    "TRACING_OVERHEAD_BUDGET": "overhead_budget",
}
CHUNK = 65_536


def told(values: "dict[str, Any]") -> "dict[str, int | bool | bytes]":
    """Give what the cores are told of these values; what is not set is left out."""
    named = {NAMES[key]: value for key, value in values.items() if key in NAMES and value is not None}
    if "window" in named:
        named["window"] //= CHUNK
    if "redact" in named:
        named["redact"] = "\n".join(named["redact"]).encode("utf-8", "surrogateescape")
    return named
