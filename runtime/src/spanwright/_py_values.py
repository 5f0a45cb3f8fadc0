"""Values as the segment holds them (docs/segment-format.md); nothing of the user's runs while one is captured.

The kind of a value is found by the identity of its exact type, then by the first builtin in its type's MRO; subclasses
are read with the methods of the builtin. Where a capture fails, the value becomes 0x19.
"""

from itertools import islice

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_items import counted, fields, follow, named, pair, pairs, row, values
from ._py_known import TEXTS, writer_below, writer_of
from ._py_limits import limits
from ._py_redact import hides, marker
from ._py_reflect import Builtin, Function, Method, Module, is_a, mro, name_of, type_name
from ._py_scalars import BELOW, CODERS, CONSTANTS, NO_ROOM, range_bytes
from ._py_shapes import fields_of, reference, shape_of
from ._py_system import FAKE
from ._py_trouble import absorb, trouble
from ._py_wire import ARGS, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ._py_items import Adder
    from ._py_known import Writer
    from ._py_redact_sites import Kinds

    Items = Callable[[Any], "tuple[int, Sequence[Any]]"]

EVENT_BUDGET = 16_384

_ARGS = tuple(bytes((ARGS, count)) for count in range(128))
_args = BaseException.__dict__["args"].__get__


def exception_args(error: BaseException) -> "tuple[object, ...]":
    """Give an exception's `args`, past whatever its class makes of that name."""
    return _args(error)  # type: ignore[no-any-return]


_CONTAINERS: "dict[int, tuple[bytes, Items, Adder]]" = {
    id(list): (b"\x0c", lambda it: (list.__len__(it), list.__getitem__(it, slice(limits.items))), row),
    id(tuple): (b"\x0d", lambda it: (tuple.__len__(it), tuple.__getitem__(it, slice(limits.items))), row),
    id(set): (b"\x0e", lambda it: (set.__len__(it), _first(set.__iter__(it))), values),
    id(frozenset): (b"\x0f", lambda it: (frozenset.__len__(it), _first(frozenset.__iter__(it))), values),
    id(dict): (b"\x10", lambda it: (dict.__len__(it), _first(dict.items(it))), pairs),
}
_NAMED = {id(Function): b"\x12\x01", id(Module): b"\x12\x03", id(Builtin): b"\x12\x04", id(Method): b"\x12\x05"}


def _first(items: "Iterable[Any]") -> "tuple[Any, ...]":
    return tuple(islice(items, limits.items))


class Capture:
    """An event's values under construction; `lead` is how long its opcode and dt are."""

    __slots__ = ("_above", "end", "lead", "out")

    def __init__(self, lead: int = 1) -> None:
        self.out = bytearray()
        self.lead = lead
        self.end = 0  # how long `out` is where nothing more is nested in the value
        self._above: tuple[int, ...] = ()  # identities of the containers around

    def full(self) -> bool:
        """Tell whether the event's budget is spent."""
        return len(self.out) + self.lead >= EVENT_BUDGET

    def value(self, value: object, kind: int = 0) -> None:
        """Add one value with a budget of its own, under a name of this kind."""
        out = self.out
        start = len(out)
        self.end = min(start + limits.value_bytes, EVENT_BUDGET - self.lead)
        self._above = ()
        try:
            self.nested_as(kind, value)
        except RecursionError:
            del out[start:]
            out += NO_ROOM
            trouble.recursion += 1
        except Exception as error:
            del out[start:]
            out += NO_ROOM
            absorb(error)

    def receiver(self, value: object) -> None:
        """Add a method's receiver: a class by its name, anything else by type and identity."""
        cls = type(value)
        if is_a(cls, type):
            self.out += b"\x12\x02" + type_name(value)  # type: ignore[arg-type]
        else:
            self.out += reference(type_name(cls)) + _identity(value)

    def spent(self) -> bool:
        """Tell whether the value or its event has become so long that nothing more is nested in it."""
        return len(self.out) >= self.end

    def nested_as(self, kind: int, value: object) -> None:
        """Add a value inside another, under a name of this kind."""
        if kind and hides(kind, value) and not self.spent():
            self.out += marker(kind)
        else:
            self.nested(value)

    def nested(self, value: object) -> None:
        """Add a value inside another; where the value or the event has become too long, only a mark."""
        out = self.out
        if len(out) >= self.end:
            out += NO_ROOM
            return
        constant = CONSTANTS.get(id(value))
        if constant is not None:
            out += constant
            return
        cls = type(value)
        coder = CODERS.get(id(cls))
        if coder is not None:
            out += coder(value)
            return
        if id(cls) in _CONTAINERS:
            self._container(value, cls, cls)
            return
        function = _NAMED.get(id(cls))
        if function is not None:
            out += function + name_of(value)
            return
        if cls is range:
            bounds = range_bytes(value)  # type: ignore[arg-type]
            if bounds is not None:
                out += bounds
                return
        for base in mro(cls):
            if self._as(value, cls, base):
                return
        writer = writer_of(cls)
        if writer in TEXTS and writer(self, value, cls):
            return
        self._object(value, cls, writer)

    def _as(self, value: object, cls: type, base: type) -> bool:
        """Add the value as what `base` is; False where that is nothing special."""
        key = id(base)
        writer = writer_below(cls, base) if cls is not base and (key in _CONTAINERS or key in BELOW) else None
        if writer is not None:
            if not self._open(value, cls):
                return True
            done = writer(self, value, cls)
            self._close()
            if done:
                return True
        if key in _CONTAINERS:
            self._container(value, cls, base)
        elif key in BELOW:
            self.out += b"\x17" + type_name(cls) + BELOW[key](value)
        elif base is type:
            self.out += b"\x12\x02" + type_name(value)  # type: ignore[arg-type]
        elif base is BaseException:
            self._exception(value, cls)  # type: ignore[arg-type]
        else:
            return False
        return True

    def _open(self, value: object, cls: type, followed: bool = True) -> bool:
        """Begin a container or (not `followed`) an object; where it is around itself or too deep, add a mark: False.

        Objects are followed half as deep: what they hang together with is often most of the program.
        """
        depth = len(self._above)
        if id(value) in self._above:
            self.out += b"\x13"
        elif not followed and depth >= (limits.depth + 1) // 2:
            self.out += reference(type_name(cls)) + _identity(value)
        elif depth >= limits.depth:
            self.out += b"\x14" + type_name(cls)
        else:
            self._above += (id(value),)
            return True
        return False

    def _close(self) -> None:
        self._above = self._above[:-1]

    def object_head(self, value: object, cls: type) -> bytes:
        """Give what an object begins with."""
        return b"\x11" + type_name(cls) + _identity(value)

    def _container(self, value: object, cls: type, base: type) -> None:
        if not self._open(value, cls):
            return
        tag, items, add = _CONTAINERS[id(base)]
        total, kept = items(value)
        self.out += tag if cls is base else b"\x17" + type_name(cls) + tag
        counted(self, total, kept, pair if add is row and total == 2 else add)
        self._close()

    def _exception(self, value: BaseException, cls: type) -> None:
        if self._open(value, cls):
            args = exception_args(value)
            self.out += b"\x18" + type_name(cls)
            counted(self, len(args), args[: limits.items], values)
            self._close()

    def _object(self, value: object, cls: type, writer: "Writer | None") -> None:
        if not self._open(value, cls, followed=writer is not None):
            return
        if writer is not None and writer not in TEXTS and writer(self, value, cls):
            self._close()
            return
        total, kept = fields_of(value)
        name = type_name(cls)
        shape = shape_of(name, kept) if total == len(kept) else None
        if shape is not None:
            self.out += b"\x1c" + shape.number + _identity(value)
            of_kinds = [(kind, field[1]) for kind, field in zip(shape.kinds, kept)]  # noqa: B905, of one length
            follow(self, of_kinds, named, total)
        else:
            self.out += b"\x11" + name + _identity(value)
            counted(self, total, kept, fields)
        self._close()


def value_bytes(value: object, kind: int = 0) -> bytes:
    """Give the bytes of a value that is the only one of its event, under a name of this kind."""
    if kind and hides(kind, value):
        return marker(kind)
    coder = CODERS.get(id(type(value)))
    if coder is not None:
        return coder(value)
    constant = CONSTANTS.get(id(value))
    if constant is not None:
        return constant
    capture = Capture()
    capture.value(value)
    return bytes(capture.out)


def args_event(params: "tuple[object, ...]", method: bool, kinds: "Kinds | None" = None) -> bytes:
    """Give the ARGS event; of a method the first parameter is the receiver."""
    count = len(params)
    return values_bytes(_ARGS[count] if count < 128 else bytes((ARGS,)) + v(count), params, method, kinds=kinds)


def values_bytes(
    head: bytes, values: "tuple[object, ...]", method: bool = False, lead: int = 0, kinds: "Kinds | None" = None
) -> bytes:
    """Give `head` and the values of one event; `lead` is how long what comes before is."""
    capture = None
    out = bytearray(head)
    for index, param in enumerate(values):
        coder = CODERS.get(id(type(param)))
        if coder is not None and kinds is None and not method and len(out) + lead < EVENT_BUDGET:
            out += coder(param)
            continue
        if capture is None:
            capture = Capture(lead)
            capture.out = out
        if method:
            capture.receiver(param)
            method = False
        else:
            capture.value(param, 0 if kinds is None else kinds.at(index))
    return bytes(out)


def _identity(value: object) -> bytes:
    return b"\x00" if FAKE else v(id(value))
