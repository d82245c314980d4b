"""What a user must be told when the work cannot go on: one line each, never a cell value."""

from __future__ import annotations


class Fault(Exception):
    """The work failed and nothing was published. `remedy` says what to do about it."""

    exit_code = 3

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message if remedy is None else f"{message}. {remedy}")
        self.remedy = remedy


class UsageFault(Fault):
    """The call, a setting, a path or the home is unusable; nothing was begun."""

    exit_code = 2
