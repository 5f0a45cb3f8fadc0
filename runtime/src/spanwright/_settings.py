"""The one table of settings; the reader, `tracing.env.example`, `spans settings` and docs/settings.md come from it.

A default is written as one would write it in `tracing.env`; an empty one means that nothing is set.
"""

from ._kinds import DURATION, FLAG, PATH, PATTERNS, PERCENT, Kind, choice, choices, number, size

RUNTIME, TOOL, BOTH = "runtime", "tool", "both"


class Key:
    """One setting: its name, kind and default, one sentence, who reads it, and what is missing until it does that."""

    __slots__ = ("default", "kind", "later", "name", "reader", "says")

    def __init__(self, name: str, kind: Kind, default: str, reader: str, says: str, later: str = "") -> None:
        self.name = f"TRACING_{name}"
        self.kind = kind
        self.default = default
        self.reader = reader
        self.says = says
        self.later = later

    def read(self, text: str) -> object:
        """Give the value of a text, None for an empty one; ValueError if it is not allowed."""
        text = text.strip()
        return self.kind.read(text) if text else None


_LEVEL = number(0, 5)
_LANGUAGES = choices(("python", "typescript", "javascript"))
_POSITIONS = choice(("auto", "always", "never"))
_NOT_BUILT = "not built yet, so it changes nothing"
_ADAPTERS = "adapters for other languages than Python come later"
_INTERFACES = "read and shown; enforced by the interfaces for assistants, which come later"

SECTIONS: "tuple[tuple[str, tuple[Key, ...]], ...]" = (
    ("In general", (
        Key("ENABLED", FLAG, "on", RUNTIME,
            "Whether instrumented programs record anything at all."),
        Key("ENV_FILE", PATH, "", BOTH,
            "Another file instead of the project's tracing.env; in the environment only."),
        Key("ORIGINAL_POSITIONS", _POSITIONS, "auto", RUNTIME,
            "Whether a program that runs speaks of the original's lines; auto: not where lines are followed."),
    )),
    ("Instrumenting", (
        Key("AUTO_INSTRUMENT", FLAG, "on", TOOL,
            "Whether a folder brings in files that are not instrumented yet; off: only files that are named do."),
        Key("AUTO_WRAP_FUNCTIONS", FLAG, "on", TOOL,
            "Whether all functions of a file get probes; off: those that tracing.yaml or the command line names."),
        Key("DEFAULT_LEVEL", _LEVEL, "2", TOOL,
            "The level of files of which nothing else is said."),
        Key("LANGUAGES", _LANGUAGES, "python", TOOL,
            "The languages whose files a folder brings in."),
        Key("LEVEL_PYTHON", _LEVEL, "", TOOL,
            "The level of Python files, instead of TRACING_DEFAULT_LEVEL."),
        Key("LEVEL_TYPESCRIPT", _LEVEL, "", TOOL,
            "The level of TypeScript files.", _ADAPTERS),
        Key("LEVEL_JAVASCRIPT", _LEVEL, "", TOOL,
            "The level of JavaScript files.", _ADAPTERS),
        Key("EXCLUDE_FILES", PATTERNS, "", BOTH,
            "Globs of files that are left alone by the tool and, where they are instrumented, not recorded."),
        Key("EXCLUDE_FUNCTIONS", PATTERNS, "", TOOL,
            "Patterns of qualified names of functions that get no probes."),
    )),
    ("Watching", (
        Key("AUTO_REINSTRUMENT", FLAG, "on", TOOL,
            "Whether the watcher instruments a file again when it is edited."),
        Key("WATCH_NEW_FILES", FLAG, "on", TOOL,
            "Whether the watcher takes in files that were not there at its start."),
    )),
    ("What is recorded", (
        Key("CAPTURE_PARAMS", FLAG, "on", RUNTIME,
            "Whether parameters are recorded, and what calls change in them."),
        Key("CAPTURE_RETURN", FLAG, "on", RUNTIME,
            "Whether return values are recorded."),
        Key("CAPTURE_VARS", FLAG, "on", RUNTIME,
            "Whether the values of names are recorded."),
        Key("CAPTURE_ASYNC", FLAG, "on", RUNTIME,
            "Whether awaits are recorded."),
        Key("CAPTURE_DATABASE", FLAG, "off", RUNTIME,
            "Whether queries are recorded with their text.", "reserved; " + _NOT_BUILT),
        Key("CAPTURE_HTTP", FLAG, "off", RUNTIME,
            "Whether HTTP requests are recorded with address and status.", "reserved; " + _NOT_BUILT),
        Key("AUTO_CAPTURE_ERRORS", FLAG, "on", RUNTIME,
            "Whether exceptions are recorded with type, message and stack; off: only that a span failed."),
        Key("AUTO_TRACK_ASYNC", FLAG, "on", RUNTIME,
            "Whether what threads, executors and child processes do is put below what started them."),
        Key("MAX_CAPTURE_SIZE", size(64, 16_384), "1kB", RUNTIME,
            "The most bytes of one value."),
        Key("MAX_CAPTURE_DEPTH", number(1, 10), "4", RUNTIME,
            "How deep a value is followed into what it holds."),
        Key("MAX_CAPTURE_ITEMS", number(1, 1_000), "32", RUNTIME,
            "The most items of one container, or fields of one object."),
        Key("REDACT", PATTERNS, "", RUNTIME,
            "Patterns of names whose values are hidden, beside the built-in ones."),
    )),
    ("How much is recorded", (
        Key("SAMPLE_RATE", PERCENT, "100%", RUNTIME,
            "The share of traces that are kept."),
        Key("SAMPLE_SEED", number(), "", RUNTIME,
            "A number from which the draw of the traces that are kept starts, so that it can be repeated."),
        Key("KEEP_ERRORS", FLAG, "on", RUNTIME,
            "Whether a trace that failed is kept though it was not sampled."),
        Key("KEEP_SLOWER_THAN", DURATION, "", RUNTIME,
            "Traces that take longer are kept though they were not sampled."),
        Key("MIN_DURATION", DURATION, "", RUNTIME,
            "Calls that call nothing and are quicker are forgotten."),
        Key("MAX_DEPTH", number(1), "", RUNTIME,
            "Below so many spans calls are only counted."),
        Key("FLIGHT_RECORDER", size(262_144), "", RUNTIME,
            "Keep only the last bytes, so many; they are copied when a trace fails, and on SIGUSR2."),
        Key("OVERHEAD_BUDGET", PERCENT, "", RUNTIME,
            "The most that recording may cost of the program's time."),
        Key("MAX_TRACES_MEMORY", size(65_536, 67_108_864), "1MB", RUNTIME,
            "The most that a process maps of its segment in one piece; full pieces are unmapped."),
    )),
    ("Storage", (
        Key("STORE_TRACES", FLAG, "on", RUNTIME,
            "Whether segments stay when their process has ended."),
        Key("FLUSH_INTERVAL", DURATION, "", TOOL,
            "How often `instrument --watch` has written to the disk what running programs have recorded."),
        Key("COMPRESS_TRACES", FLAG, "off", TOOL,
            "Whether commands compress the segments of processes that have ended."),
        Key("AUTO_CLEANUP", FLAG, "off", TOOL,
            "Whether commands remove the runs that the next two settings give up."),
        Key("RETENTION_DAYS", number(), "30", TOOL,
            "Runs that ended longer ago are removed; 0: none for its age."),
        Key("MAX_STORAGE_GB", number(), "10", TOOL,
            "The oldest runs beyond so much are removed; 0: none for its size."),
    )),
    ("What assistants may do", (
        Key("ALLOW_AI_INSTRUMENTATION", FLAG, "off", TOOL,
            "Whether assistants may instrument files.", _INTERFACES),
        Key("ALLOW_AI_WRAP", FLAG, "off", TOOL,
            "Whether assistants may give single functions probes.", _INTERFACES),
        Key("ALLOW_AI_UNWRAP", FLAG, "off", TOOL,
            "Whether assistants may take probes away.", _INTERFACES),
        Key("ALLOW_AI_CONFIGURE", FLAG, "off", TOOL,
            "Whether assistants may change levels in tracing.yaml.", _INTERFACES),
        Key("AI_REQUIRE_APPROVAL", FLAG, "on", TOOL,
            "Whether a human has to agree to each of these.", _INTERFACES),
    )),
)  # fmt: skip

KEYS = {key.name: key for _, keys in SECTIONS for key in keys}
PREFIX = "TRACING_"
