"""What every comparison measures with: the cost of a command, and runs in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Wall seconds and the peak memory of the largest process, in MB."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str | Path], env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end and measure it with its children."""
    probe = (
        "import json,resource,subprocess,sys,time;b=time.perf_counter();r=subprocess.run(sys.argv[1:],stdout=2);"
        "m=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024;"
        "print(json.dumps([time.perf_counter()-b,m,r.returncode]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, *map(str, command)],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes, code = json.loads(done.stdout)
    if code:
        raise SystemExit(f"{command[0]} ended with {code}:\n{done.stderr[-3000:]}")
    return Cost(seconds, megabytes)


def in_turn(repeats: int, **runs: Callable[[], Cost]) -> dict[str, list[Cost]]:
    """Each run once, then each again: what disturbs the machine meets all of them."""
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            found[name].append(run())
    return found
