"""What a shell hands to every command and takes from it: standard streams, arguments, the exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from oh_pipeline.errors import UsageFault

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_streams() -> None:
    """Streams that are there and can show any letter.

    With one that is closed a command would fail when it first speaks, and the next file opened would take its number: it
    leads nowhere. What the caller's encoding does not have is shown as a question mark.
    """
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(handle, True)
            setattr(sys, name, os.fdopen(handle, mode, encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def require_text(argument: str | Path) -> None:
    """Raise UsageFault for bytes that are no UTF-8: engines and writers of files do not take them."""
    try:
        str(argument).encode()
    except UnicodeEncodeError:
        raise UsageFault("An argument is no text: some of its bytes are no UTF-8", "Name it in other letters") from None


def speak_utf8() -> None:
    """For programs: what goes out as CSV or JSON is UTF-8 wherever this runs, with its line ends as they are written."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")


def ended(call: Callable[[], object], complain: Callable[[str], None]) -> str | int | None:
    """The exit code with which a call ends the process; 3, and a complaint, where its result could not be written."""
    code: str | int | None = 0
    is_written = True
    try:
        call()
    except SystemExit as ending:
        code = ending.code
    except OSError:  # of help: a command tells its own
        if "--debug" in sys.argv:
            raise
        is_written = False
    if not (flushed() and is_written) and code in (0, 1):
        complain("The result could not be written: is the disk full?")
        code = 3
    return code


def flushed() -> bool:
    """Write what is still to be written; whether it could be. Where not, it is given up, so that the process can end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        _give_up()
    except OSError:
        _give_up()
        return False
    return True


def _give_up() -> None:
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, sys.stdout.fileno())
    os.close(handle)
