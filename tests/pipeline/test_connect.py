"""`docs/connect.md`: its Python runs as it stands, on a home and on exports in the places that it names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PROJECT, RunHome, oh

PAGE = (PROJECT / "docs" / "connect.md").read_text(encoding="utf-8")
# The project itself does not need pandas, so it is not there.
BLOCKS = [code for code in re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S) if "import pandas" not in code]


@pytest.fixture(scope="module")
def place(opened: RunHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page's paths lead somewhere."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "data").symlink_to(opened.root)
    for form in ("parquet", "csv"):
        assert oh("export", folder / form, "--format", form, home=opened.root).returncode == 0
    return folder


def test_the_page_shows_python() -> None:
    assert len(BLOCKS) >= 3


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_python_runs_as_it_stands(place: Path, number: int) -> None:
    (place / "export").unlink(missing_ok=True)
    (place / "export").symlink_to("csv" if ".csv" in BLOCKS[number] else "parquet")
    name = re.findall(r"^\s*(\w+) = ", BLOCKS[number], re.M)[-1]
    code = f"{BLOCKS[number]}\nassert len({name}) > 3\n"
    said = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-500:]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (PROJECT / "docs" / target).exists(), target
