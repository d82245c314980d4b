"""Another clock for every process of the real `oh`; planted by `homes.planted`."""

from __future__ import annotations

import ctypes
import datetime as times
import gc
import os
import time

SECONDS = "PROOF_CLOCK_SECONDS"


def off() -> dict[str, object]:
    """Whoever asks Python for the time gets it so many seconds off."""
    by, real, real_ns = int(os.environ[SECONDS]), time.time, time.time_ns
    time.time = lambda: real() + by
    time.time_ns = lambda: real_ns() + by * 10**9
    now = times.datetime.__dict__["now"]

    def shifted(cls: type, tz: times.tzinfo | None = None) -> times.datetime:
        found: times.datetime = now.__get__(None, cls)(tz)
        return found + times.timedelta(seconds=by)

    # In the class itself: libraries in other languages know no other class.
    methods = gc.get_referents(times.datetime.__dict__)[0]
    methods["now"] = methods["today"] = classmethod(shifted)
    methods["utcnow"] = classmethod(lambda cls: shifted(cls, times.UTC).replace(tzinfo=None))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(times.datetime))
    return {}
