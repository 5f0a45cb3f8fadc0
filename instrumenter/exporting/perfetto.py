"""Perfetto's own format: packets of a trace, in which each lane is a track, with names written once."""

from __future__ import annotations

from typing import BinaryIO

from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import (
    BUILTIN_CLOCK_BOOTTIME,
    BUILTIN_CLOCK_REALTIME,
    DebugAnnotation,
    TracePacket,
    TrackEvent,
)
from perfetto.trace_builder.proto_builder import StreamingTraceProtoBuilder

from instrumenter.exporting.encoding import plain
from instrumenter.exporting.lanes import Lane, Lanes, Placed, Step
from instrumenter.exporting.numbers import thread_ids
from instrumenter.exporting.source import Source
from instrumenter.trace.jsonable import Json, failure_json, value_json
from instrumenter.trace.segment import Segment

_SEQUENCE = 1
_TRACK = 1 << 32
"""Tracks of lanes are numbered from here, those of processes below."""
_MOST = (1 << 64) - 1


def write(source: Source, out: BinaryIO) -> None:
    """Write the packets one after another. Times are Unix nanoseconds."""
    _Writer(source, out).write()


class _Writer:
    def __init__(self, source: Source, out: BinaryIO) -> None:
        self._source = source
        self._builder = StreamingTraceProtoBuilder(out)
        self._lanes = Lanes()
        self._known = 0
        self._processes = {segment: place + 1 for place, segment in enumerate(source.run.segments)}
        self._thread_id = thread_ids()
        self._names: dict[str, int] = {}
        self._keys: dict[str, int] = {}

    def write(self) -> None:
        """Write everything."""
        self._begin()
        for segment in self._source.run.segments:
            self._process(segment)
        for step in self._lanes.steps(self._source):
            for lane in self._lanes.all[self._known :]:
                self._track(lane)
            self._known = len(self._lanes.all)
            self._event(step)

    def _packet(self) -> TracePacket:
        packet = self._builder.create_packet()
        packet.trusted_packet_sequence_id = _SEQUENCE
        return packet

    def _begin(self) -> None:
        packet, start = self._packet(), self._source.run.start_ns & _MOST
        packet.sequence_flags = TracePacket.SEQ_INCREMENTAL_STATE_CLEARED
        for clock in (BUILTIN_CLOCK_BOOTTIME, BUILTIN_CLOCK_REALTIME):
            packet.clock_snapshot.clocks.add(clock_id=clock, timestamp=start)
        self._builder.write_packet(packet)

    def _process(self, segment: Segment) -> None:
        packet = self._packet()
        packet.track_descriptor.uuid = self._processes[segment]
        packet.track_descriptor.process.pid = segment.header.pid
        packet.track_descriptor.process.process_name = self._source.run.program
        packet.track_descriptor.process.cmdline.extend(plain(word) for word in segment.facts.argv)
        self._builder.write_packet(packet)

    def _track(self, lane: Lane) -> None:
        packet = self._packet()
        descriptor = packet.track_descriptor
        descriptor.uuid, descriptor.parent_uuid = _TRACK + lane.serial, self._processes[lane.segment]
        if lane.number:
            descriptor.name = plain(lane.name)
        else:
            descriptor.thread.pid, descriptor.thread.tid = lane.segment.header.pid, self._thread_id(lane)
            descriptor.thread.thread_name = plain(lane.name)
        self._builder.write_packet(packet)

    def _event(self, step: Step) -> None:
        packet, placed = self._packet(), step.placed
        packet.timestamp = (placed.start if step.opens else placed.end) & _MOST
        packet.sequence_flags = TracePacket.SEQ_NEEDS_INCREMENTAL_STATE
        event = packet.track_event
        event.track_uuid = _TRACK + placed.lane.serial
        event.type = TrackEvent.TYPE_SLICE_BEGIN if step.opens else TrackEvent.TYPE_SLICE_END
        if step.opens:
            self._describe(packet, placed)
        self._builder.write_packet(packet)

    def _describe(self, packet: TracePacket, placed: Placed) -> None:
        """The function, its place and its values."""
        span, event = placed.span, packet.track_event
        event.name_iid = self._interned(packet, span.name)
        event.categories.append(span.kind)
        facts: dict[str, Json] = {"spanId": span.span_id, "status": span.status, "file": span.file, "line": span.line}
        facts |= {"leftOut": span.left_out} if span.left_out else {}
        for key, value in facts.items():
            self._annotate(packet, key, value)
        params = {name.lstrip("*"): value_json(value) for name, value in span.params()}
        if params:
            self._annotate(packet, "params", dict(params))
        for result in span.result():
            self._annotate(packet, "returnValue", value_json(result))
        failure = failure_json(span.failure(), span.segment.facts.root)
        if failure:
            self._annotate(packet, "error", {key: failure[key] for key in ("type", "message", "suggestion", "notes")})

    def _interned(self, packet: TracePacket, name: str) -> int:
        """The number of a name, which is written with its first use."""
        number = self._names.get(name)
        if number is None:
            number = self._names[name] = len(self._names) + 1
            packet.interned_data.event_names.add(iid=number, name=plain(name))
        return number

    def _annotate(self, packet: TracePacket, key: str, value: Json) -> None:
        number = self._keys.get(key)
        if number is None:
            number = self._keys[key] = len(self._keys) + 1
            packet.interned_data.debug_annotation_names.add(iid=number, name=key)
        _fill(packet.track_event.debug_annotations.add(name_iid=number), value)


def _fill(annotation: DebugAnnotation, value: Json) -> None:
    match value:
        case bool():
            annotation.bool_value = value
        case int() if -(1 << 63) <= value < 1 << 63:
            annotation.int_value = value
        case float():
            annotation.double_value = value
        case dict():
            for key, entry in value.items():
                _fill(annotation.dict_entries.add(name=plain(key)), entry)
        case list():
            for entry in value:
                _fill(annotation.array_values.add(), entry)
        case _:
            annotation.string_value = plain(str(value))
