"""No process that holds cell values leaves an image of its memory, or a file that others may read."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

CRASH = "import os, resource\n{first}\nopen('made', 'w').close()\nos.abort()\n"
PRIVATE = "from oh_pipeline.private import keep_private\nkeep_private()"
HELPER = "from oh_pipeline.helper import serve\nserve('x', lambda *_: (open('made', 'w').close(), os.abort()))"
CHECKOUT = Path(__file__).parents[2]


def crash(folder: Path, first: str) -> set[str]:
    """What a process leaves that makes a file and dies, under a umask of 0 and with room for a core dump."""

    def open_wide() -> None:
        os.umask(0)
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))

    with subprocess.Popen(
        [sys.executable, "-c", CRASH.format(first=first)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        preexec_fn=open_wide,
    ) as died:
        assert died.stdin is not None
        with suppress(BrokenPipeError):  # one that asks for nothing may be gone
            died.stdin.write(b"{}\n")
            died.stdin.flush()
        code = died.wait(60)  # before stdin closes: a helper ends with it
    assert code < 0, "it did not crash"
    return {entry.name for entry in folder.iterdir()}


@pytest.mark.parametrize("first", [PRIVATE, HELPER], ids=["by itself", "a helper"])
def test_a_crash_leaves_nothing_for_others(tmp_path: Path, first: str) -> None:
    assert crash(tmp_path, first) == {"made"}
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600


def test_a_crash_of_anybody_else_does(tmp_path: Path) -> None:
    left = crash(tmp_path, "")
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o666
    if left == {"made"}:
        pytest.skip("this machine keeps core dumps elsewhere or none, so the tests above say little")
