"""What is called, by names only (docs/twins.md, "Calls"): nothing of the program is kept but strings.

As in `_py_reflect`, attributes are fetched with the descriptors of the builtin types, and no user's code is asked.
"""

import itertools

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_reflect import (
    Builtin,
    ClassMethod,
    Function,
    Method,
    Module,
    StaticMethod,
    class_dict,
    instance_dict,
    is_a,
    lookup,
    module_dict,
    mro,
    type_module,
    type_qualname,
)
from ._py_wire import CALLEE, text, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_WRAPPERS = 8


class Callee:
    """One callee: its number, and its definition, which belongs into each segment that uses it."""

    __slots__ = ("event", "generation", "number")

    def __init__(self, number: int, module: str, name: str, file: str, line: int) -> None:
        self.number = number
        self.event = bytes((CALLEE,)) + v(number) + text(module) + text(name) + text(file) + v(line)
        self.generation = -1  # of the segment that has the definition


UNKNOWN = Callee(0, "", "", "", 0)
UNKNOWN.event = b""
_known: "dict[tuple[str, str, str, int], Callee]" = {}
_numbers = itertools.count(1)

_builtin_self = class_dict(Builtin)["__self__"].__get__
_builtin_module = class_dict(Builtin)["__module__"].__get__
_builtin_name = class_dict(Builtin)["__name__"].__get__
_builtin_qualname = class_dict(Builtin)["__qualname__"].__get__
_static_function = class_dict(StaticMethod)["__func__"].__get__
_class_function = class_dict(ClassMethod)["__func__"].__get__
_super_class = super.__dict__["__self_class__"].__get__
_super_after = super.__dict__["__thisclass__"].__get__
#: Unbound methods of builtin types and the like, by the identity of their type: their class and their name.
_UNBOUND: "dict[int, tuple[Any, Any]]" = {
    id(kind): (class_dict(kind)["__objclass__"].__get__, class_dict(kind)["__name__"].__get__)
    for kind in map(type, (str.upper, str.__len__, "".__len__, dict.__dict__["fromkeys"]))
}
#: What counts as found in a class.
_FOUND = {*_UNBOUND, id(Function), id(StaticMethod), id(ClassMethod)}
_SLOT: "Any" = type(object.__getattribute__)
_GENERIC = object.__dict__["__getattribute__"]
_TYPES_OWN = type.__dict__["__getattribute__"]
_MODULES_OWN = class_dict(Module)["__getattribute__"]


def _other_lookups() -> "set[int]":
    """Give the identities of the builtin types that look attributes up in ways of their own."""
    import _thread
    import _weakref

    known = (type, Module, super, Method, type(list[int]), _thread._local, _weakref.ProxyType)
    return {id(kind) for kind in (*known, _weakref.CallableProxyType)}


_OTHER_LOOKUPS = _other_lookups()


def callee_of(target: object) -> Callee:
    """Give the callee that an object is."""
    it: Any = target
    for _ in range(MOST_WRAPPERS):
        kind = type(it)
        if kind is Function:
            break
        if kind is Method:
            it = it.__func__
        elif kind is StaticMethod:
            it = _static_function(it)
        elif kind is ClassMethod:
            it = _class_function(it)
        else:
            break
    kind = type(it)
    if kind is Function:
        code = it.__code__
        return _callee(it.__module__, it.__qualname__, code.co_filename, code.co_firstlineno)
    if id(kind) in _UNBOUND:
        owner, name = _UNBOUND[id(kind)]
        return _method(owner(it), name(it))
    if is_a(kind, Builtin):
        return _builtin(it)
    cls = it if is_a(kind, type) else kind
    return _callee(type_module(cls), type_qualname(cls))


def _builtin(it: object) -> Callee:
    owner = _builtin_self(it)
    if owner is None:
        return _callee(_builtin_module(it), _builtin_qualname(it))
    kind = type(owner)
    if is_a(kind, Module):
        return _callee(_builtin_module(it), _builtin_name(it))
    return _method(owner if is_a(kind, type) else kind, _builtin_name(it))


def callee_named(receiver: object, name: str) -> Callee:
    """Give the callee that a name means on a receiver, as far as can be told without asking it."""
    kind = type(receiver)
    if kind is super:
        return _along(_behind(receiver), name) or _method(kind, name)
    if is_a(kind, type):
        plain = lookup(mro(kind), "__getattribute__") is _TYPES_OWN
        return (_along(mro(receiver), name) if plain else None) or _method(receiver, name)  # type: ignore[arg-type]
    if is_a(kind, Module):
        return _of_module(receiver, name)
    if _looks_up_plainly(kind):
        own = instance_dict(receiver)
        found = _along(mro(kind), name) if own is None or not dict.__contains__(own, name) else None
        if found is not None:
            return found
    return _method(kind, name)


def _looks_up_plainly(kind: type) -> bool:
    found: Any = lookup(mro(kind), "__getattribute__")
    return found is _GENERIC or (type(found) is _SLOT and id(found.__objclass__) not in _OTHER_LOOKUPS)


def _of_module(module: object, name: str) -> Callee:
    fields = module_dict(module) or {}
    if lookup(mro(type(module)), "__getattribute__") is _MODULES_OWN and dict.__contains__(fields, name):
        return callee_of(dict.get(fields, name))
    return _callee(dict.get(fields, "__name__"), name)


def _behind(it: object) -> "tuple[type, ...]":
    """Give the classes that a `super` object looks into."""
    cls, after = _super_class(it), _super_after(it)
    classes: tuple[type, ...] = () if cls is None else mro(cls)
    for index, one in enumerate(classes):
        if one is after:
            return classes[index + 1 :]
    return ()


def _along(classes: "tuple[type, ...]", name: str) -> Callee | None:
    found = lookup(classes, name)
    kind = type(found)
    if id(kind) in _FOUND or is_a(kind, type) or is_a(kind, Builtin):
        return callee_of(found)
    return None


def _method(cls: type, name: str) -> Callee:
    return _callee(type_module(cls), f"{type_qualname(cls)}.{name}")


def _callee(module: object, name: object, file: str = "", line: int = 0) -> Callee:
    """Give the callee of these names; what is no exact str is missing."""
    module = module if type(module) is str and module != "builtins" else ""
    key = (module, name if type(name) is str else "", file if type(file) is str else "", line)
    return _known.get(key) or _known.setdefault(key, Callee(next(_numbers), *key))
