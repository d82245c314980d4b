"""dbt's documentation in one file: whole, with nothing of this machine, of a record or from the network in it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from oh_pipeline.errors import Fault
from oh_pipeline.modelling.docs_site import make_site, without_paths
from oh_pipeline.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_site(settings, tmp_path_factory.mktemp("docs") / "new" / "index.html").read_text(encoding="utf-8")


def test_every_model_and_metric_is_in_it(site: str, manifest: dict[str, Any]) -> None:
    named = [
        key for key in (*manifest["nodes"], *manifest["metrics"], *manifest["exposures"]) if f'"{key}"' not in site
    ]
    assert named == []
    assert '"type": "VARCHAR"' in site, "the catalog is not in it"


def test_nothing_of_this_machine_is_in_it(site: str) -> None:
    for folder in (PROJECT_ROOT, Path(tempfile.gettempdir()), Path.home()):
        assert f"{folder}/" not in site


def test_nothing_of_a_record_is_in_it(site: str, settings: Settings) -> None:
    assert "opened its books" in (settings.home / "raw" / "six.txt").read_text(encoding="utf-8")
    assert "opened its books" not in site


def test_nothing_is_fetched(site: str) -> None:
    assert re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=.?(?:https?:)?//[^ >]+", site) == []
    assert '"send_anonymous_usage_stats": false' in site


def test_a_path_that_is_left_stops_it() -> None:
    inside = Path(tempfile.gettempdir()) / "somewhere"
    assert without_paths(f'{{"a": "{inside}/x"}}', [inside]) == '{"a": "./x"}'
    with pytest.raises(Fault):
        without_paths(f'{{"a": "{inside}/x"}}', [])
