"""`oh dev`: the Dagster UI of a home, for this machine only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from rich.console import Console

from oh_pipeline.orchestration.instance import environment, place_settings
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.home import Home

HOST = "127.0.0.1"


def open_ui(settings: Settings, port: int) -> int:
    """Start the webserver and the daemon and wait for them; gives their exit code."""
    os.umask(0o077)
    home = Home.of(settings)
    home.prepare()
    place_settings(settings, home)
    Console(stderr=True, highlight=False).print(f"http://{HOST}:{port}  (Ctrl-C ends it)")
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(settings.project_root / "workspace.yaml")]
    command += ["-h", HOST, "-p", str(port)]
    if os.environ.get("NO_COLOR"):  # Dagster's other forms are coloured even in a file
        command += ["--log-format", "json"]
    # Not the caller's working directory: Dagster puts it on the import path.
    # Started in the background of a shell it would ignore Ctrl-C, and Dagster with it every other way to end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, cwd=settings.project_root, env={**os.environ, **environment(settings, home)})
    # A terminal sends Ctrl-C to Dagster too; what is sent to this process alone is handed on. Both let it end in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return 0 if process.wait() in (0, -signal.SIGINT, -signal.SIGTERM, 130, 143) else 3
