"""Makes many calls, recorded in one way, then ends in one way: for what is left in files, and how soon.

Run in the folder that has the modules. Prints, when the calls are done, the monotonic clock in nanoseconds.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Each ends the process, after VizTracer's end of recording where there is one.
ENDS: dict[str, Callable[[], object]] = {
    "exit": lambda: None,
    "os._exit": lambda: os._exit(3),
    "SIGKILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda: ctypes.string_at(0),
}


def exporting_to_a_file(path: str) -> Any:
    """Give OpenTelemetry's way to start a span, with a batch processor that appends names to a file."""
    trace = importlib.import_module("opentelemetry.trace")
    sdk = importlib.import_module("opentelemetry.sdk.trace")
    export = importlib.import_module("opentelemetry.sdk.trace.export")
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class ToFile(export.SpanExporter):  # type: ignore[misc, name-defined]
        def export(self, spans: Any) -> Any:
            os.write(out, "".join(f"{span.name}\n" for span in spans).encode())
            return export.SpanExportResult.SUCCESS

    provider = sdk.TracerProvider()
    # With the default queue of 2,048 a loop like this one loses most spans while the process lives.
    provider.add_span_processor(export.BatchSpanProcessor(ToFile(), max_queue_size=200_000))
    trace.set_tracer_provider(provider)
    return trace.get_tracer("benchmarks").start_as_current_span


def with_viztracer(way: str, work: Callable[[], None]) -> None:
    """Do the work recorded by VizTracer; save the file as its command does at exit."""
    details = way == "VizTracer with arguments and results"
    tracer = importlib.import_module("viztracer").VizTracer(
        tracer_entries=4_000_000, log_func_args=details, log_func_retval=details, verbose=0,
        output_file="result.json.gz" if way == "VizTracer, json.gz" else "result.json",
    )  # fmt: skip
    tracer.start()
    work()
    tracer.stop()
    tracer.save()


def main() -> None:
    """Work and end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way")
    parser.add_argument("module")
    parser.add_argument("count", type=int)
    parser.add_argument("end", choices=list(ENDS))
    options = parser.parse_args()
    sys.path.insert(0, str(Path.cwd()))
    module: Any = importlib.import_module(options.module)
    if options.way.startswith("OpenTelemetry"):
        module.span = exporting_to_a_file("spans.txt")

    def end() -> None:
        print(json.dumps(time.monotonic_ns()), flush=True)
        ENDS[options.end]()

    def work() -> None:
        module.work(options.count, end)

    if options.way.startswith("VizTracer"):
        with_viztracer(options.way, work)
    else:
        work()


if __name__ == "__main__":
    main()
