"""What `oh dev` hands to Dagster, which is not started here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oh_pipeline.console import dev
from oh_pipeline.settings import load_settings


@pytest.mark.parametrize("no_color", ["", "1"])
def test_the_ui_is_local_and_as_plain_as_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    called: list[list[str]] = []

    class Started:
        def __init__(self, command: list[str], **_: Any) -> None:
            called.append(command)

        def wait(self) -> int:
            return 0

        def terminate(self) -> None:
            """Nothing runs."""

    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("oh_pipeline.console.dev.subprocess.Popen", Started)
    monkeypatch.setattr("oh_pipeline.console.dev.signal.signal", lambda *_: None)
    monkeypatch.setattr("oh_pipeline.console.dev.os.umask", lambda _: 0)
    assert dev.open_ui(load_settings(tmp_path), 3001) == 0
    (command,) = called
    assert command[command.index("-h") :][:4] == ["-h", "127.0.0.1", "-p", "3001"]
    assert (command[-2:] == ["--log-format", "json"]) == bool(no_color)
