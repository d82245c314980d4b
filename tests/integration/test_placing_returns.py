"""Returns on their way into their folder: broken off half way, none is taken for true by the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from oh_pipeline.delivery.deliver import Prepared, place_returns
from oh_pipeline.warehouse.home import Home


def prepared(home: Home, *names: str) -> Prepared:
    """Returns of these names, as a run prepares them."""
    folder = home.cache / "returns-made"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"workbook")
    return Prepared(folder, names, (), {"one.txt": "state"})


def test_what_was_prepared_lies_there_and_is_remembered(home: Home) -> None:
    assert place_returns(home, prepared(home, "one.txt.return.xlsx")) == [home.returns / "one.txt.return.xlsx"]
    assert (home.cache / "returns.json").read_text() == '{"one.txt": "state"}'
    assert not (home.cache / "returns-made").exists()


def test_broken_off_nothing_is_remembered(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.cache / "returns.json").write_text('{"one.txt": "state before"}')

    def fail(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    there = prepared(home, "one.txt.return.xlsx", "two.txt.return.xlsx")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        place_returns(home, there)
    assert not (home.cache / "returns.json").exists()
