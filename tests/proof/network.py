"""Whole runs without a network, and every address that a process asks for, connects to or listens on: none but this machine's own.

Where strace is there it sees what libraries in other languages do, too; elsewhere Python's own hooks see what Python does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..pipeline.conftest import OH
from .homes import SECONDS, end_group, free_port, fresh, last_line, planted
from .proving import Found, Proof, Task

_HERE = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")
_CALLED = re.compile(r"^\S+ \('?([^',)]*)'?|^\S+ '?([^']*)'?$")
_TRACED = re.compile(r'sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
COMMANDS: tuple[Sequence[str], ...] = (
    ("run",),
    ("sql", "select count(*) from fct_outcomes"),
    ("check", "RAW", "--json"),
    ("doctor",),
)


def without_network() -> list[str]:
    """What runs a command in a place without any network, or nothing where this machine does not let us."""
    words = ["unshare", "-rn"]
    if shutil.which(words[0]) and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
        return words
    return []


def network(task: Task, *plants: str) -> Found:
    """The commands by turns, in a place without network where that can be had; then the UI, with its listeners counted."""
    home, apart = fresh(task.scratch / "home"), without_network()
    strace = [shutil.which("strace") or ""] if shutil.which("strace") else []
    broken: list[str] = []
    for at in range(task.tries - 1):
        words = [str(home / "raw") if word == "RAW" else word for word in COMMANDS[at % len(COMMANDS)]]
        seen, traced = task.scratch / f"listened-{at}", task.scratch / f"traced-{at}"
        trace = (
            [*strace, "-f", "-qq", "-e", "trace=connect,bind,sendto", "-o", str(traced)] if strace and at == 0 else []
        )
        place = [] if words[0] == "check" else ["--home", str(home)]
        said = _finished([*apart, *trace, str(OH), *words, *place], _hooked(seen, plants))
        if said.returncode not in (0, 1):
            broken.append(f"oh {words[0]} ended with {said.returncode}: {last_line(said)}")
        broken += [f"oh {words[0]}: {each}" for each in _strange(seen, traced)]
    broken += [f"oh dev: {each}" for each in _listeners(home, _hooked(task.scratch / "listened", plants))]
    ways = (
        f"{len(COMMANDS)} commands and the UI",
        "no network" if apart else "the machine's network",
        "strace" if strace else "Python's hooks",
    )
    return Found(task.tries, broken, ", ".join(ways))


def _hooked(seen: Path, plants: Sequence[str]) -> dict[str, str]:
    return planted("tests.proof.breaking:listened", *plants, LISTENED=str(seen))


def _finished(words: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)


def _strange(seen: Path, traced: Path) -> Iterator[str]:
    """Addresses that are not of this machine."""
    asked = {
        next(filter(None, match.groups()), "")
        for line in (seen.read_text(encoding="utf-8").splitlines() if seen.exists() else [])
        if (match := _CALLED.match(line))
    }
    calls = _TRACED.findall(traced.read_text(encoding="utf-8", errors="replace")) if traced.exists() else []
    asked |= {four or six for four, six in calls}
    for address in sorted(asked):
        if address and not address.startswith("/") and not _HERE.fullmatch(address):
            yield f"it asked for {address}"


def _listeners(home: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Where `oh dev` listens once it answers, as the kernel tells it."""
    port = free_port()
    ui = subprocess.Popen(
        [str(OH), "dev", "--home", str(home), "--port", str(port)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + SECONDS
        while not any(at.endswith(f":{port:04X}") for at in _listening(ui.pid)):
            if ui.poll() is not None or time.monotonic() > until:
                yield "it never listened"
                return
            time.sleep(0.3)
        time.sleep(3)
        for address in sorted(_listening(ui.pid)):
            host = address.rpartition(":")[0]
            if not host.endswith("7F") and host != "00000000000000000000000001000000":
                yield f"it listens on {address}"
    finally:
        end_group(ui)


def _listening(session: int) -> set[str]:
    """Local addresses, in the kernel's hex, of listening sockets of all processes of a session."""
    inodes = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(folder.name)) == session:
                links = [os.readlink(link) for link in (folder / "fd").iterdir()]
                inodes |= {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]:
                parts = line.split()
                if parts[3] == "0A" and parts[9] in inodes:
                    found.add(parts[1])
    return found


PROOF = Proof(
    "network",
    "no command listens on or asks for an address but this machine's own, and all succeed without a network",
    "commands",
    2 * len(COMMANDS) + 1,
    network,
    least=2,
)
PROOFS = (PROOF,)
