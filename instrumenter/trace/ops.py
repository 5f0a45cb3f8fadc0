"""The numbers of the segment format: opcodes, value tags, sizes; `docs/segment-format.md` says what they mean."""

from __future__ import annotations

MAGIC = b"SPANSEG\0"
VERSION = 1
HEADER = 128
STREAM = 4096
CHUNK = 65536

OWNER, ENTER, ENTER_UNDER, LEAVE, RETURN, RAISE, ERROR, VALUE, ARGS, LOST, FLAG, INHERIT = range(0x01, 0x0D)
START, START_UNDER, ASTART, ASTART_UNDER, PAUSE, RESUME, END, HERROR, HVALUE, CLOSED, HFLAG = range(0x10, 0x1B)
FILE, THREAD, NOTE = range(0x20, 0x23)

OPENERS = {ENTER: 2, ENTER_UNDER: 3, START: 3, START_UNDER: 4, ASTART: 3, ASTART_UNDER: 4}
"""Opcodes that open a span, each with its number of varints (dt among them)."""

TAG_NONE, TAG_FALSE, TAG_TRUE, TAG_INT, TAG_BIGINT, TAG_FLOAT, TAG_COMPLEX, TAG_STR, TAG_STR_CUT = range(0x00, 0x09)
TAG_BYTES, TAG_BYTES_CUT, TAG_BYTEARRAY, TAG_LIST, TAG_TUPLE, TAG_SET, TAG_FROZENSET, TAG_DICT = range(0x09, 0x11)
TAG_OBJECT, TAG_NAMED, TAG_CYCLE, TAG_DEEP, TAG_CONSTANT, TAG_RANGE, TAG_SUBCLASS = range(0x11, 0x18)
TAG_EXCEPTION, TAG_NO_ROOM, TAG_RECEIVER = range(0x18, 0x1B)

HAS_CAUSE, HAS_CONTEXT, HAS_ATTRIBUTE, HAS_SUGGESTION, SUPPRESSED = (1 << bit for bit in range(5))
"""The bits of an exception's links."""
