"""The numbers of the segment format: opcodes, value tags, sizes; `docs/segment-format.md` says what they mean."""

from __future__ import annotations

MAGIC = b"SPANSEG\0"
VERSION = 6
"""The newest that is known; programs write 5, `spans import` writes 6."""
HEADER = 128
STREAM = 4096
CHUNK = 65536

FLAGS = 19
"""Where the header has these bits."""
IS_CLEAN, IS_RING, IS_DUMP, IS_IMPORTED = 1, 2, 4, 8
TURN = 40
"""A span's number has the turn of its chunk above so many bits of its place in the file."""

OWNER, ENTER, ENTER_UNDER, LEAVE, RETURN, RAISE, ERROR, VALUE, ARGS, LOST, FLAG, INHERIT = range(0x01, 0x0D)
LEFT_OUT, FORGET, RING = range(0x0D, 0x10)
START, START_UNDER, ASTART, ASTART_UNDER, PAUSE, RESUME, END, HERROR, HVALUE, CLOSED, HFLAG = range(0x10, 0x1B)
HLEFT_OUT, AGAIN = 0x1B, 0x1C
FILE, THREAD, NOTE, CALLEE, TYPE, SHAPE, SWITCH = range(0x20, 0x27)
RECORDED, COUNTED_ONLY, TAKEN_OUT = range(3)
"""What SWITCH turns a function to."""
COUNTERS = 0x28
"""The first byte of a chunk that has counters in the place of a stream."""
CALL, CALL_UNDER, OUT, CALL_FAIL, AWAIT, AWAITED, AWAIT_FAIL, LINE, HLINE = range(0x30, 0x39)
VAR, HVAR, STATE, HSTATE, ADOPT, CHILD = range(0x39, 0x3F)

SPAN, TOLD = 0x40, 0x41
"""Of imported runs alone."""

OPENERS = {ENTER: 2, ENTER_UNDER: 3, START: 3, START_UNDER: 4, ASTART: 3, ASTART_UNDER: 4, SPAN: 10}
"""Opcodes that open a span, each with its number of varints (dt among them, where there is one)."""
CALLS = {CALL: 3, CALL_UNDER: 4}
"""Opcodes that open a span, each with its number of varints (dt among them)."""

TAG_NONE, TAG_FALSE, TAG_TRUE, TAG_INT, TAG_BIGINT, TAG_FLOAT, TAG_COMPLEX, TAG_STR, TAG_STR_CUT = range(0x00, 0x09)
TAG_BYTES, TAG_BYTES_CUT, TAG_BYTEARRAY, TAG_LIST, TAG_TUPLE, TAG_SET, TAG_FROZENSET, TAG_DICT = range(0x09, 0x11)
TAG_OBJECT, TAG_NAMED, TAG_CYCLE, TAG_DEEP, TAG_CONSTANT, TAG_RANGE, TAG_SUBCLASS = range(0x11, 0x18)
TAG_EXCEPTION, TAG_NO_ROOM, TAG_RECEIVER, TAG_OF_TYPE, TAG_SHAPED = range(0x18, 0x1D)

HAS_CAUSE, HAS_CONTEXT, HAS_ATTRIBUTE, HAS_SUGGESTION, SUPPRESSED = (1 << bit for bit in range(5))
"""The bits of an exception's links."""
