"""What goes wrong, as exceptions: one class, with subclasses for what is caught by itself."""

from __future__ import annotations

from typing import Any

from ottla.codes import ErrorCode


class Error(Exception):
    """What a call failed with.

    code       Kafka's number and name (`ottla.ErrorCode`); those below -1 are Ottla's own
    message    for a person: what went wrong, where, and what would be right
    retriable  the same call may succeed later
    fatal      the object it came from cannot go on: open another
    abortable  the running transaction must be aborted; the producer lives on
    """

    def __init__(self, code: ErrorCode, message: str, retriable: bool = False, fatal: bool = False, abortable: bool = False) -> None:
        super().__init__(code, message, retriable, fatal, abortable)  # as it was made, so that it can be pickled
        self.code = code
        self.message = message
        self.retriable = retriable
        self.fatal = fatal
        self.abortable = abortable

    @property
    def name(self) -> str:
        """Kafka's spelling of the code: "OFFSET_OUT_OF_RANGE"."""
        return self.code.name

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"

    def __repr__(self) -> str:
        said = [word for word in ("retriable", "fatal", "abortable") if getattr(self, word)]
        return f"<ottla.{type(self).__name__} {self.name} ({int(self.code)}){', ' if said else ''}{', '.join(said)}: {self.message}>"


class SettingError(Error, ValueError):
    """A setting that does not exist, or does not take the value, or promises here what is not kept."""


class InUseError(Error):
    """Somebody else has the directory or the address."""


class ClosedError(Error):
    """What was called is closed."""


_CLASSES: dict[ErrorCode, type[Error]] = {
    ErrorCode.UNKNOWN_SETTING: SettingError,
    ErrorCode.BAD_SETTING: SettingError,
    ErrorCode.UNSUPPORTED_SETTING: SettingError,
    ErrorCode.DIRECTORY_IN_USE: InUseError,
    ErrorCode.ADDRESS_IN_USE: InUseError,
    ErrorCode.CLOSED: ClosedError,
}


def error_of(code: int, message: str, *predicates: Any) -> Error:
    """The exception of a code, of the class that it has."""
    known = ErrorCode(code)
    return _CLASSES.get(known, Error)(known, message, *predicates)
