"""A hundred secrets of twenty kinds, the same on every run, and a program that sends them through everything."""

from __future__ import annotations

import base64
import random

KINDS_BY_NAME = (
    "password", "db_passwd", "client_secret", "access_token", "api_key", "authorization", "cookie", "session_id",
    "credentials", "private_key", "connection_string", "card_number", "national_id",
)  # fmt: skip
KINDS_BY_SHAPE = ("jwt", "pem", "aws", "github", "stripe", "url", "card")
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def planted() -> dict[str, list[str]]:
    """Five secrets of each kind."""
    chance = random.Random(5)
    named = {kind: [_letters(chance, 12) for _ in range(5)] for kind in KINDS_BY_NAME}
    return named | {kind: [_shaped(chance, kind) for _ in range(5)] for kind in KINDS_BY_SHAPE}


def needles(secrets: dict[str, list[str]]) -> list[bytes]:
    """What must not be found: of each secret the part that only it has."""
    found = []
    for kind, values in secrets.items():
        for value in values:
            if kind == "url":
                found.append(value.split("@")[0].rpartition(":")[2])
            elif kind == "pem":
                found += value.split("\n")[1:3]
            elif kind == "jwt":
                found += value.split(".")[1:]
            else:
                found.append(value)
    return [needle.encode() for needle in found]


def _letters(chance: random.Random, size: int) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(size))


def _shaped(chance: random.Random, kind: str) -> str:
    if kind == "jwt":
        payload = base64.urlsafe_b64encode(f'{{"sub":"{_letters(chance, 9)}"}}'.encode()).decode().rstrip("=")
        return f"eyJhbGciOiJIUzI1NiJ9.{payload}.{_letters(chance, 43)}"
    if kind == "pem":
        body = f"{_letters(chance, 64)}\n{_letters(chance, 40)}"
        return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    if kind == "aws":
        return "AKIA" + "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
    if kind == "github":
        return f"ghp_{_letters(chance, 36)}"
    if kind == "stripe":
        return f"sk_live_{_letters(chance, 24)}"
    if kind == "url":
        return f"postgres://admin:{_letters(chance, 12)}@db.example.com:5432/main"
    return _card(chance)


def _card(chance: random.Random) -> str:
    digits = [4, *(chance.randrange(10) for _ in range(14))]
    total = sum(d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(digits))
    return "".join(map(str, [*digits, -total % 10]))


PROGRAM = """\
import asyncio
import json
import os


class Account:
    def __init__(self, user, password):
        self.user = user
        self.password = password
        self.settings = {"api_key": password, "nested": [{"access_token": password, "count": 3}]}

    def get_password(self):
        return self.password

    def login(self, cookie, *, session_id=None, **more):
        self.authorization = cookie
        if not cookie:
            raise ValueError("no cookie")
        return {"cookie": cookie, "session_id": session_id, "more": more}


class Slots:
    __slots__ = ("client_secret", "note")


def connect(connection_string, db_passwd, card_number):
    private_key = connection_string
    national_id = [card_number, db_passwd]
    credentials = {"user": "u", "value": private_key}
    headers = [("Authorization", credentials["value"]), ("Accept", "*/*"), (b"cookie", db_passwd.encode())]
    command = ["tool", "--password", db_passwd, "--verbose", f"--api-key={db_passwd}"]
    url = f"https://example.com/?user=u&token={db_passwd}&password={card_number}#x"
    if (access_token := national_id[0]) and headers:
        credentials["api_key"] = access_token
    return {"url": url, "command": command}


def fail(client_secret):
    try:
        raise KeyError(f"password={client_secret}")
    except KeyError as error:
        problem = RuntimeError("cannot log in", {"client_secret": client_secret})
        if hasattr(problem, "add_note"):
            problem.add_note(f"headers: {{'Authorization': '{client_secret}'}}")
        problem.context = {"password": client_secret}
        raise problem from error


def complain(message):
    raise ValueError(message)


def look_at(value, text=""):
    parts = [value, {"text": f"before {value} after"}, (value.encode(), bytearray(value.encode()))]
    long = "x " * 480 + value + " y" * 400
    try:
        complain(f"cannot use {value}: wrong")
    except ValueError as error:
        caught = error
    return parts, long, caught


def get_access_token(access_token):
    return access_token


def issue_token(access_token):
    session_id = yield access_token
    return access_token


async def fetch(api_key, url):
    await asyncio.sleep(0)
    return {"api_key": api_key, "url": url}


def change(passwords, kept):
    passwords.append("more")
    kept["password"] = passwords[0]
    kept["count"] = 4


def main():
    raw = os.environ["PLANTED"]
    planted = json.loads(raw)
    for password in planted["password"]:
        account = Account("u", password)
        account.get_password()
        change([password], {"password": "old"})
    for cookie in planted["cookie"]:
        account.login(cookie, session_id=cookie, api_key=cookie)
    for session_id in planted["session_id"]:
        account.login(session_id, session_id=session_id)
    for authorization in planted["authorization"]:
        account.login(authorization, authorization=authorization)
    for db_passwd, card_number in zip(planted["db_passwd"], planted["card_number"]):
        connect(db_passwd, db_passwd, card_number)
    for connection_string, private_key in zip(planted["connection_string"], planted["private_key"]):
        connect(connection_string, private_key, connection_string)
    for national_id, credentials in zip(planted["national_id"], planted["credentials"]):
        connect(national_id, credentials, national_id)
    for client_secret in planted["client_secret"]:
        slots = Slots()
        slots.client_secret = client_secret
        slots.note = slots
        try:
            fail(client_secret)
        except RuntimeError as error:
            problem = error
    for access_token in planted["access_token"]:
        get_access_token(access_token)
        list(issue_token(access_token))
    for api_key in planted["api_key"]:
        asyncio.run(fetch(api_key, f"https://example.com/?api_key={api_key}"))
    for kind in ("jwt", "pem", "aws", "github", "stripe", "url", "card"):
        for value in planted[kind]:
            look_at(value, text=f"{kind} {value}")
    print("done")


main()
"""
