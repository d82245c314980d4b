"""How a command ends: at once, in one line, with its exit code, and with nothing half written."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from oh_pipeline.errors import Fault


@contextmanager
def one_line(debug: bool) -> Iterator[None]:
    """Every error in one line on stderr and as an exit code, without a traceback and without a value."""
    try:
        yield
    except Fault as fault:
        if debug:
            raise
        complain(str(fault))
        raise typer.Exit(fault.exit_code) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        complain("Broken off; nothing was published")
        raise typer.Exit(3) from None
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:
        if debug:
            raise
        from oh_pipeline.warehouse.faults import to_fault

        ended = to_fault(error, "This command")
        complain(str(ended))
        raise typer.Exit(ended.exit_code) from None


@contextmanager
def one_pass() -> Iterator[None]:
    """One pass and out: looking for cycles among all that is imported costs up to a second, and as much at the exit."""
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.freeze()


def break_off_when_ended() -> None:
    """Ended from outside, a command still removes what it keeps for itself and what is half written."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def complain(message: str) -> None:
    """One line on stderr."""
    typer.secho(f"error: {message}", fg=None if os.environ.get("NO_COLOR") else "red", err=True)
