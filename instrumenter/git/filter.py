"""The process that git starts for its filter: gitattributes(5), "Long Running Filter Process", version 2.

git starts it at the top of the work tree and asks for file after file. What cannot be cleaned is an error, which ends
git's command: rather no commit than one of a twin, and nothing is lost by it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from instrumenter.errors import RewriteError
from instrumenter.git.clean import Cleaner
from instrumenter.git.packets import read_packets, read_words, write_content, write_words

_CAPABILITIES = (b"capability=clean", b"capability=smudge")


def serve(requests: BinaryIO, answers: BinaryIO, top: Path) -> None:
    """Answer git until it closes the pipe."""
    cleaner = Cleaner(top)
    try:
        read_words(requests)
        write_words(answers, b"git-filter-server", b"version=2")
        answers.flush()
        read_words(requests)
        write_words(answers, *_CAPABILITIES)
        answers.flush()
        for command, name, data in _requests(requests):
            # What git checks out is what was committed: there is nothing to do.
            answer = clean(cleaner, name, data) if command == b"clean" else data
            _answer(answers, answer)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


def _requests(stream: BinaryIO) -> Iterator[tuple[bytes, bytes, bytes]]:
    while True:
        words = dict(word.partition(b"=")[::2] for word in read_words(stream))
        yield words[b"command"], words.get(b"pathname", b""), b"".join(read_packets(stream))


def _answer(stream: BinaryIO, data: bytes | None) -> None:
    if data is None:
        write_words(stream, b"status=error")
    else:
        write_words(stream, b"status=success")
        write_content(stream, data)
        write_words(stream)  # the status is still what it was
    stream.flush()


def clean(cleaner: Cleaner, name: bytes, data: bytes) -> bytes | None:
    """Return what git is to have of a file; None, and a line on stderr, where that cannot be told."""
    try:
        return cleaner.clean(name, data)
    except RewriteError as error:
        place = ":".join(str(part) for part in (_printable(name), error.line, error.column) if part is not None)
        remedy = "mend that place, or take the file out: uninstrument --restore"
        print(f"{place}: instrumented, and {error}; {remedy} [{error.slug}]", file=sys.stderr)
    except Exception as error:
        reason = f"a fault of spanwright, please report it: {type(error).__name__}: {error}"
        print(f"{_printable(name)}: {reason} [internal-error]", file=sys.stderr)
    return None


def _printable(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace").replace("\n", "\\n")


def main(words: list[str]) -> int:
    """Be the filter: `process`, or `clean NAME` for one file."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get in between
    if words == ["process"]:
        serve(sys.stdin.buffer, answers, Path.cwd())
        os._exit(0)  # what could not be answered is not to be flushed
    data = clean(Cleaner(Path.cwd()), os.fsencode(words[1]), sys.stdin.buffer.read())
    if data is None:
        return 1
    answers.write(data)
    answers.flush()
    return 0
