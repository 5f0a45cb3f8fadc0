"""What can go wrong, one class a kind, each with its exit code; `docs/messages.md` explains every slug."""

from __future__ import annotations


class SpanwrightError(Exception):
    """A mistake or a circumstance that the user can do something about: one line, no traceback.

    `slug` names the message's entry in `docs/messages.md`; `exit_code` is documented in `docs/exit-codes.md`.
    """

    exit_code = 1

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


class UsageError(SpanwrightError):
    """The command line names something that does not exist or is not allowed."""

    exit_code = 2


class RewriteError(SpanwrightError):
    """One file could not be instrumented or stripped; the others go on. `line` and `column` count from 1."""

    exit_code = 3

    def __init__(self, slug: str, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(slug, message)
        self.line = line
        self.column = column


class VaultError(SpanwrightError):
    """The vault cannot be used as it stands: damaged, of another version, or in use by another command."""

    exit_code = 4


class StoreError(SpanwrightError):
    """The index cannot be used as it stands: damaged, somebody else's, or in use by another command."""

    exit_code = 4


class StorageError(SpanwrightError):
    """The file system refused: no space, no permission, read-only."""

    exit_code = 5


class CollectorError(SpanwrightError):
    """An OpenTelemetry collector cannot be reached, or does not take what is sent."""

    exit_code = 5


class TraceError(SpanwrightError):
    """There is no such run, trace, span or function, or its segment or source cannot be read."""

    exit_code = 6
