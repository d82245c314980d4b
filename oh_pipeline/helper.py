"""Helper processes of a run: how one is started, ordered, heard and ended, and how it tells what it does.

One order goes down as a JSON line, messages come up as JSON lines: names, counts and faults, never a cell value. One that
prepares itself waits for a last word to begin. A helper ends with its parent, however that ends. What a helper works at is
elsewhere.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.private import keep_private

Message = Mapping[str, Any]
Tell = Callable[[Message], None]
FAULT = "fault"
_begun = threading.Event()


def leave_out(*packages: str) -> None:
    """Have packages seem not to be there: what imports them where they are, for what no run does, need not wait for them."""
    for package in packages:
        sys.modules.setdefault(package, None)  # type: ignore[arg-type] # as the import system has it


class PassingFault(OSError):
    """A helper met an error that may go away by itself."""


class Helper:
    """The parent's side of one helper process, started at once, at work as soon as it has its order."""

    def __init__(self, module: str, task: str, *, debug: bool = False, env: Mapping[str, str] | None = None) -> None:
        self._task = task
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if debug else subprocess.DEVNULL,
            env={**os.environ, **(env or {}), **({"OH_DEBUG": "1"} if debug else {})},
            text=True,
            encoding="utf-8",
        )

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def order(self, order: Message) -> None:
        """Give it its one order. A helper that has died already is noticed when it is heard."""
        self._say(json.dumps(order))

    def begin(self) -> None:
        """Let one that prepares itself begin, see `wait_to_begin`."""
        self._say("")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()

    def messages(self) -> Iterator[Message]:
        """What it tells, until nobody asks. Raises Fault where it failed or died; PassingFault where a retry may help."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message: Message = json.loads(line)
            if FAULT in message:
                self.close()
                raise _raised(message)
            yield message
        code = self._process.wait()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise Fault(f"{self._task} ended without a word ({how})", "Was memory short? Then run again")

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                with suppress(BrokenPipeError):
                    stream.close()


def serve(task: str, work: Callable[[Message, Tell], None], warm: Callable[[], object] | None = None) -> int:
    """The helper's side: warm up, take the order, carry it out; gives the exit code.

    An error leaves as one message without values, and as a traceback only where somebody debugs.
    """
    from oh_pipeline.warehouse.faults import is_passing, to_fault

    keep_private()
    upwards = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no message

    def tell(message: Message) -> None:
        upwards.write(json.dumps(message) + "\n")
        upwards.flush()

    order: Message = {}
    try:
        if warm is not None:
            warm()
        line, rest = _read_order()
        if not line:
            return 3
        _end_with_parent(rest)
        order = json.loads(line)
        work(order, tell)
    except Exception as error:  # noqa: BLE001 - told to the parent, which raises it again
        fault = to_fault(error, task, Path(order["build_file"]).parent if "build_file" in order else None)
        remedy = fault.remedy
        words = str(fault).removesuffix(f". {remedy}") if remedy else str(fault)
        if os.environ.get("OH_DEBUG"):
            traceback.print_exc()  # before it is told: the parent ends a helper that failed
        tell({FAULT: words, "remedy": remedy, "exit_code": fault.exit_code, "passing": is_passing(error)})
        return fault.exit_code
    return 0


def _raised(message: Message) -> Exception:
    if message["passing"]:
        return PassingFault(11, message[FAULT])
    kind = UsageFault if message["exit_code"] == UsageFault.exit_code else Fault
    return kind(message[FAULT], message["remedy"])


def wait_to_begin() -> None:
    """Wait in a helper that has its order, and all that it can prepare, until its parent says `begin`."""
    _begun.wait()


def _read_order() -> tuple[bytes, bytes]:
    """The line of the order, and what came with it. Not through sys.stdin, which would keep the latter to itself."""
    line, end, rest = b"", b"", b""
    while not end and (read := os.read(0, 1 << 16)):
        line, end, rest = (line + read).partition(b"\n")
    return line if end else b"", rest


def _end_with_parent(heard: bytes) -> None:
    """The parent holds the other end of stdin: it closes when the parent ends, however it ends."""

    def wait() -> None:
        word = heard or os.read(0, 1)
        while word:
            _begun.set()
            word = os.read(0, 1)
        os._exit(3)

    threading.Thread(target=wait, name="parent", daemon=True).start()
