"""What a type and an object are made of, read past everything that a user's class can put in the way.

Attributes are fetched with the descriptors of the builtin types; a user's `__getattribute__`, property, metaclass,
`__class__`, `__hash__` or `__eq__` is never asked. Types are told apart by identity.
"""

import sys

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_wire import NAME_LIMIT, clip, utf8, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FunctionType, MappingProxyType
    from typing import Any


class _Sample:
    """A class to take the types of functions, methods and descriptors from: `types` itself may be a twin."""

    __slots__ = ("__dict__", "slot")

    def method(self) -> None: ...


async def _coroutine() -> None: ...


_sample = _coroutine()
_sample.close()
Coroutine = type(_sample)
Generator = type(None for _ in ())
Module = type(sys)
Function: "type[FunctionType]" = type(_Sample.method)  # type: ignore[assignment]
Method = type(_Sample().method)
Builtin = type(len)
StaticMethod = staticmethod
ClassMethod = classmethod
_Member = type(_Sample.__dict__["slot"])
_GetSet = type(_Sample.__dict__["__dict__"])

_member = _Member.__get__
_getset = _GetSet.__get__
_type_dict = type.__dict__["__dict__"].__get__
_type_module: "Any" = type.__dict__["__module__"].__get__
type_qualname: "Any" = type.__dict__["__qualname__"].__get__
MISSING: "Any" = object()
_ITERABLE_COROUTINE = 0x100

mro: "Any" = type.__dict__["__mro__"].__get__


def class_dict(cls: type) -> "MappingProxyType[str, Any]":
    """Give a class's own dict."""
    return _type_dict(cls)  # type: ignore[no-any-return]


module_dict: "Any" = class_dict(Module)["__dict__"].__get__


def is_a(cls: type, base: type) -> bool:
    """Tell whether `cls` is `base` or below it."""
    if cls is base:
        return True
    for one in mro(cls):  # noqa: SIM110, `in` and any() cost more, and `in` asks metaclasses for __eq__
        if one is base:
            return True
    return False


def lookup(classes: "tuple[type, ...]", name: str) -> object:
    """Give what the first of the classes that has the name has under it; MISSING where none has."""
    for cls in classes:
        members = _type_dict(cls)
        if name in members:
            return members[name]
    return MISSING


def type_module(cls: type) -> object:
    """Give what a type has as its `__module__`, None where it has nothing."""
    try:
        return _type_module(cls)
    except AttributeError:
        return None


def type_name(cls: type) -> bytes:
    """Give `module.qualname` of a type as a text, without the module where that is `builtins`."""
    return _qualified(_type_module(cls), type_qualname(cls))


def name_of(value: object) -> bytes:
    """Give the name of a function, builtin, module or method (its function's) as a text."""
    it: Any = value
    kind = type(it)
    if kind is Method:
        it = it.__func__
        kind = type(it)
    if kind is Function:
        return _qualified(it.__module__, it.__qualname__)
    if kind is Builtin:
        return _qualified(it.__module__, it.__name__)
    return _qualified(None, module_dict(it).get("__name__") if kind is Module else None)


def _qualified(module: object, name: object) -> bytes:
    if not is_a(type(name), str):
        return b"\x00"
    shown = utf8(name, NAME_LIMIT)  # type: ignore[arg-type]
    if is_a(type(module), str):
        prefix = utf8(module, NAME_LIMIT - 1)  # type: ignore[arg-type]
        if prefix != b"builtins":
            shown = clip(prefix + b"." + shown, NAME_LIMIT)
    return v(len(shown)) + shown


def instance_dict(value: object) -> "dict[Any, Any] | None":
    """Give an object's own dict, None where it has none or its class hides it behind something of its own."""
    for cls in mro(type(value)):
        found = class_dict(cls).get("__dict__")
        if found is not None:
            if type(found) is not _GetSet:
                return None
            try:
                fields = _getset(found, value)
            except (TypeError, AttributeError):
                return None
            return fields if is_a(type(fields), dict) else None
    return None


def slots(value: object) -> "Iterator[tuple[str, Any]]":
    """Give the slots that are set, class by class."""
    for cls in mro(type(value)):
        members = class_dict(cls)
        if "__slots__" in members:
            for name, member in members.items():
                special = name[:2] == "__" == name[-2:]  # a library's own books
                if type(member) is _Member and member.__objclass__ is cls and not special:
                    try:
                        yield name, _member(member, value)
                    except AttributeError:  # not set
                        continue


def slot(value: object, name: str) -> "Any":  # noqa: ANN401, whatever is in it
    """Give what a slot of the value's type holds; MISSING where there is none or nothing."""
    found = lookup(mro(type(value)), name)
    try:
        return _member(found, value) if type(found) is _Member else MISSING
    except (AttributeError, TypeError):
        return MISSING


def member(module: str, name: str) -> object:
    """Give what a loaded module has under a name; None where there is nothing."""
    found = dict.get(sys.modules, module)
    return dict.get(module_dict(found), name) if type(found) is Module else None


def own_field(value: object, name: str) -> "Any":  # noqa: ANN401, whatever is in it
    """Give what the instance's dict has under a name; MISSING where it has nothing."""
    fields = instance_dict(value)
    # A look-up by name could ask keys that are no plain strs.
    for key, item in () if fields is None else dict.items(fields):
        if type(key) is str and key == name:
            return item
    return MISSING


def held(value: object, name: str, owner: object) -> "Any":  # noqa: ANN401, whatever is in it
    """Give what an object holds in a field that the C class `owner` declares; MISSING where there is none."""
    if not is_a(type(owner), type) or not is_a(type(value), owner):  # type: ignore[arg-type]
        return MISSING
    found: Any = class_dict(owner).get(name)  # type: ignore[arg-type]
    return _getset(found, value) if type(found) is _GetSet and found.__objclass__ is owner else MISSING


def special(it: object, name: str) -> "Callable[..., Any]":
    """Look a special method up as the interpreter does: on the type, without asking it."""
    found: Any = lookup(mro(type(it)), name)
    bind: Any = lookup(mro(type(found)), "__get__")
    return found if bind is MISSING else bind(found, it, type(it))  # type: ignore[no-any-return]


def is_generator_coroutine(it: object) -> bool:
    """Tell whether it is a generator that may be awaited."""
    return type(it) is Generator and bool(it.gi_code.co_flags & _ITERABLE_COROUTINE)  # type: ignore[attr-defined]


def is_coroutine(it: object) -> bool:
    """Tell whether it is a coroutine of either kind."""
    return type(it) is Coroutine or is_generator_coroutine(it)
