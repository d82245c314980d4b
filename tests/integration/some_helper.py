"""A helper process for the tests: does what its order says."""

from __future__ import annotations

import os
import signal
import sys
import time

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.helper import Message, Tell, serve, wait_to_begin


def work(order: Message, tell: Tell) -> None:
    """Tell, fail, die, print or sleep."""
    what = order["do"]
    if what == "tell":
        for number in range(3):
            tell({"number": number})
    elif what == "print":
        sys.stdout.write("a library speaks\n")
        tell({"done": True})
    elif what == "fault":
        raise Fault("It failed", "Do otherwise")
    elif what == "usage":
        raise UsageFault("It was wrong", "Correct it")
    elif what == "value":
        raise ValueError("Amina Example of Nowhere")
    elif what == "full":
        raise OSError(28, "No space left on device", "Amina Example")
    elif what == "busy":
        raise OSError(16, "Device or resource busy")
    elif what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "wait":
        tell({"prepared": True})
        wait_to_begin()
        tell({"begun": True})
    elif what == "sleep":
        tell({"pid": os.getpid()})
        time.sleep(600)


if __name__ == "__main__":
    sys.exit(serve("The work", work))
