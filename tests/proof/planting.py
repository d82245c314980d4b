"""What is put before every process of the real `oh`: another clock, or the fault that a test plants."""

from __future__ import annotations

from pathlib import Path

CLOCK = """
# Another clock for whoever asks Python for the time: so many seconds off, from PROOF_CLOCK_SECONDS.
import ctypes, datetime, gc, os, time

_by, _clock, _ns, _now = int(os.environ["PROOF_CLOCK_SECONDS"]), time.time, time.time_ns, datetime.datetime.__dict__["now"]
time.time = lambda: _clock() + _by
time.time_ns = lambda: _ns() + _by * 10**9


def _off(cls, tz=None):
    return _now.__get__(None, cls)(tz) + datetime.timedelta(seconds=_by)


# In the class itself: libraries in other languages know no other class.
_methods = gc.get_referents(datetime.datetime.__dict__)[0]
_methods["now"] = classmethod(_off)
_methods["utcnow"] = classmethod(lambda cls: _off(cls, datetime.timezone.utc).replace(tzinfo=None))
_methods["today"] = classmethod(_off)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
"""


def planted(folder: Path, *codes: str) -> dict[str, str]:
    """The environment under which every Python process runs these codes before anything else."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text("\n".join(codes), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}
