"""Exceptions as the segment holds them: type, message or arguments, stack, notes, causes (docs/segment-format.md)."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact import redaction
from ._py_redact_text import LOOK
from ._py_reflect import class_dict, is_a, mro, type_name
from ._py_values import Capture, exception_args
from ._py_wire import clip, text, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from ._py_streams import Recent, Stream

HAS_CAUSE, HAS_CONTEXT, HAS_CONTEXT_ATTRIBUTE, HAS_SUGGESTION, SUPPRESSED = 1, 2, 4, 8, 16
MOST_FRAMES = 64
MOST_FRAME_BYTES = 8_192
MOST_NOTES = 8
MOST_NOTE = 1_024
MOST_MESSAGE = 4_096
MOST_LINKS = 4
MOST_ARGS = 32

_base = BaseException.__dict__
_traceback = _base["__traceback__"].__get__
_cause = _base["__cause__"].__get__
_context = _base["__context__"].__get__
_suppressed = _base["__suppress_context__"].__get__
_dict = _base["__dict__"].__get__
#: NameError and AttributeError have BaseException's under a wrapper of their own.
_SAFE = (BaseException, KeyError, ImportError, OSError, NameError, AttributeError)
_SAFE_STR = {id(kind.__dict__["__str__"]) for kind in _SAFE}
_OS_STR = OSError.__dict__["__str__"]
_OS_FIELDS = tuple(OSError.__dict__[name].__get__ for name in ("errno", "strerror", "filename", "filename2"))
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
#: Code of this package that stands between a generator and what it delegates to: no frames of the program's.
hidden_code: "set[int]" = set()


def exception_bytes(stream: "Stream", error: BaseException, now: int, head: int = 0) -> bytes:
    """Give the bytes of an exception for the stream's next event; `head` is how long what comes before is."""
    frames = _seen_further_out(stream, error)
    if frames is not None:
        return b"\x02" + v(len(frames)) + b"".join(frames)
    stream.introduce(now)
    capture = Capture(1 + len(v(max(0, now - stream.last))) + head)
    _exception(capture, error, 0)
    return bytes(capture.out)


def about(error: BaseException) -> "Recent | None":
    """Give what identifies an exception that is seen again further out."""
    traceback = _traceback(error)
    if traceback is None:
        return None
    return id(error), id(traceback), id(traceback.tb_frame.f_code), traceback.tb_lasti


def _seen_further_out(stream: "Stream", error: BaseException) -> "list[bytes] | None":
    """Give the frames above those of the stream's last exception event, if that was about the same exception.

    Nothing is held, only identities are compared: the code and its place, too, since memory is used again.
    """
    recent = stream.recent
    if recent is None or recent[0] != id(error):
        return None
    frames: list[bytes] = []
    traceback = _traceback(error)
    while traceback is not None and len(frames) <= MOST_FRAMES:
        code = traceback.tb_frame.f_code
        if recent[1:] == (id(traceback), id(code), traceback.tb_lasti):
            return frames
        if id(code) not in hidden_code:
            frames.append(_frame(traceback))
        traceback = traceback.tb_next
    return None


def _exception(capture: Capture, error: BaseException, depth: int) -> None:
    _what(capture, error)
    fields = _dict(error)
    out = capture.out
    out += _frames(_traceback(error)) + _notes(dict.get(fields, "__notes__"))
    cause, context = _cause(error), _context(error)
    place = len(out)
    links = SUPPRESSED if _suppressed(error) else 0
    out += b"\x00"  # filled in below
    if _link(capture, cause, depth):
        links |= HAS_CAUSE
    if context is not cause and _link(capture, context, depth):
        links |= HAS_CONTEXT
    for bit, name in ((HAS_CONTEXT_ATTRIBUTE, "context"), (HAS_SUGGESTION, "suggestion")):
        if dict.__contains__(fields, name):
            links |= bit
            capture.value(dict.get(fields, name))
    out[place] = links


def _link(capture: Capture, error: BaseException | None, depth: int) -> bool:
    if error is None or depth == MOST_LINKS or capture.full():
        return False
    _exception(capture, error, depth + 1)
    return True


def _what(capture: Capture, error: BaseException) -> None:
    message = _message(error)
    out = capture.out
    if message is not None:
        out += b"\x00" + type_name(type(error)) + _said(message, MOST_MESSAGE) + b"\x00"
        return
    args = exception_args(error)
    out += b"\x01" + type_name(type(error)) + b"\x00" + v(len(args)) + v(min(len(args), MOST_ARGS))
    for value in args[:MOST_ARGS]:
        capture.value(value)


def _said(said: str, most: int) -> bytes:
    """Code a text of the program that is no value, without its secrets."""
    head = str.__getitem__(said, slice(most + LOOK)).encode("utf-8", "surrogatepass")
    read = clip(head, most + LOOK)
    data = redaction.text(read, most, len(read) < len(head) or str.__len__(said) > most + LOOK)
    return v(len(data)) + data


def _message(error: BaseException) -> str | None:
    """Give what `str()` gives, where builtin code alone takes part in it."""
    to_text = next(members["__str__"] for cls in mro(type(error)) if "__str__" in (members := class_dict(cls)))
    if id(to_text) not in _SAFE_STR or not all(map(_is_plain, exception_args(error))):
        return None
    if to_text is _OS_STR and not all(_is_plain(field(error)) for field in _OS_FIELDS):
        return None
    try:
        return to_text(error)  # type: ignore[no-any-return]
    except (TypeError, ValueError):
        return None


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value) <= MOST_MESSAGE  # type: ignore[arg-type]
    if kind is int:
        return _LEAST <= value <= _MOST  # type: ignore[operator]
    return value is None or kind is bool or kind is float


def _frame(traceback: "TracebackType") -> bytes:
    code = traceback.tb_frame.f_code
    name = getattr(code, "co_qualname", code.co_name)
    return text(code.co_filename) + v(max(0, traceback.tb_lineno or 0)) + text(name)


def _frames(traceback: "TracebackType | None") -> bytes:
    """Give the innermost frames, as many as are kept, outermost first, after the number of those left out."""
    entries = []
    while traceback is not None:
        if id(traceback.tb_frame.f_code) not in hidden_code:
            entries.append(traceback)
        traceback = traceback.tb_next
    kept: list[bytes] = []
    size = 0
    for entry in entries[: -MOST_FRAMES - 1 : -1]:
        kept.append(_frame(entry))
        size += len(kept[-1])
        if size > MOST_FRAME_BYTES:
            del kept[-1]
            break
    return v(len(entries) - len(kept)) + v(len(kept)) + b"".join(reversed(kept))


def _notes(notes: object) -> bytes:
    shown = [note for note in notes if is_a(type(note), str)][:MOST_NOTES] if type(notes) is list else []
    return v(len(shown)) + b"".join(_said(note, MOST_NOTE) for note in shown)
