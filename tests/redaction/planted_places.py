"""A program that sends each of the planted secrets through every place that values are captured at."""

from __future__ import annotations

from planted_secrets import KINDS_BY_NAME, KINDS_BY_SHAPE

_START = """\
import asyncio
import json
import os


def attempt(call, *given, **named):
    try:
        return call(*given, **named)
    except ValueError as error:
        return error


class Plain:
    pass


"""

#: `NAME` is a name that speaks of the kind; for kinds that are told by their shape one that says nothing.
_KIND = """\
class Of_NUMBER:
    def __init__(self, NAME):
        self.NAME = NAME
        self.inner = Plain()
        self.inner.NAME = NAME

    def change(self, NAME, /, *more, other=None):
        self.NAME = None
        self.NAME = NAME
        return self

    @property
    def NAME_there(self):
        return self.inner


class Slots_NUMBER:
    __slots__ = ("NAME",)

    def __init__(self, NAME):
        self.NAME = NAME


def get_NAME_NUMBER(planted, number):
    return planted["KIND"][number]


def parameter_NUMBER(first, NAME="", *, last=1):
    return len(NAME) + last


def only_NUMBER(*, NAME=None, **more):
    return more


def variable_NUMBER(planted, number):
    NAME = planted["KIND"][number]
    again, (NAME, *rest) = 1, (NAME, 2)
    for NAME in [NAME]:
        again += 1
    if (NAME := NAME):
        again += 1
    return again


def mapping_NUMBER(NAME):
    mapping = {"a": {"b": [{"NAME": NAME}, {"c": ({"NAME": [NAME]},)}]}, "list": [("NAME", NAME), ["x", 1]]}
    mapping["NAME"] = NAME
    command = ["tool", "--NAME", NAME, f"--NAME={NAME}"]
    return mapping, command, {b"NAME": NAME.encode()}


def url_NUMBER(NAME):
    url = f"https://example.com/v1?user=u&NAME={NAME}&size=3#end"
    return [url, f"redis://u:{NAME}@localhost:6379/0" if "NAME" != "plain" else NAME, f"GET /?NAME={NAME} HTTP/1.1"]


def fail_NUMBER(NAME):
    try:
        try:
            raise KeyError({"NAME": NAME})
        except KeyError:
            raise OSError(2, f"no file: NAME={NAME}") from None
    except OSError as error:
        problem = ValueError(f"cannot go on, NAME={NAME}", {"NAME": NAME})
        if hasattr(problem, "add_note"):
            problem.add_note(f"asked with {{'NAME': '{NAME}'}}")
        problem.context = {"NAME": NAME}
        raise problem from error


def again_NUMBER(NAME):
    try:
        fail_NUMBER(NAME)
    except ValueError:
        raise ValueError(f"NAME='{NAME}' is refused")


def each_NUMBER(NAME):
    yield NAME
    sent = yield {"NAME": NAME}
    return NAME


async def awaited_NUMBER(NAME):
    await asyncio.sleep(0)
    return {"NAME": NAME}


async def stream_NUMBER(NAME):
    yield {"NAME": NAME}


async def all_NUMBER(NAME):
    found = await awaited_NUMBER(NAME)
    return [one async for one in stream_NUMBER(NAME)], found


def use_NUMBER(planted, number):
    NAME = get_NAME_NUMBER(planted, number)
    Of_NUMBER(NAME).change(NAME).NAME_there
    Slots_NUMBER(NAME)
    parameter_NUMBER(1, NAME)
    parameter_NUMBER(1, NAME=NAME)
    only_NUMBER(NAME=NAME, other={"NAME": NAME})
    variable_NUMBER(planted, number)
    mapping_NUMBER(NAME)
    url_NUMBER(NAME)
    attempt(fail_NUMBER, NAME=NAME)
    attempt(again_NUMBER, NAME=NAME)
    list(each_NUMBER(NAME))
    asyncio.run(all_NUMBER(NAME))


"""

_END = """\
def main():
    planted = json.loads(os.environ["PLANTED"])
    for number in range(5):
{}
    print("done")


main()
"""


def places_program() -> str:
    """The program: functions and classes for each kind, all called with each of its secrets."""
    named = {**{kind: kind for kind in KINDS_BY_NAME}, **dict.fromkeys(KINDS_BY_SHAPE, "plain")}
    parts = [
        _KIND.replace("NUMBER", str(number)).replace("KIND", kind).replace("NAME", name)
        for number, (kind, name) in enumerate(named.items())
    ]
    calls = "\n".join(f"        use_{number}(planted, number)" for number in range(len(named)))
    return _START + "".join(parts) + _END.format(calls)
