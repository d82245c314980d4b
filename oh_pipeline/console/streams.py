"""The standard streams as every command needs them, whatever the caller's shell made of them."""

from __future__ import annotations

import io
import os
import sys

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


def speak_utf8() -> None:
    """For programs: what goes out as CSV or JSON is UTF-8 wherever this runs, with its line ends as they are written."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")


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
