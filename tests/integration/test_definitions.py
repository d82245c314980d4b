"""The code location loads; its graph is the one written down beside this file; checks, job, schedule and sensor are there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from oh_pipeline.orchestration.assembly import assemble
from oh_pipeline.orchestration.jobs import JOB_NAME, SENSOR_NAME, notice
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.home import Home

from ..fragments import fragment

SNAPSHOT = Path(__file__).with_name("asset_keys.txt")
GROUPS = {"sources", "raw", "codebook", "staging", "intermediate", "marts", "open", "editions", "delivery"}


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return assemble(settings)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


def test_asset_keys_are_those_written_down(graph: Any) -> None:
    """After a change on purpose, `SNAPSHOT=1` writes them anew; look at the difference before you keep it."""
    found = sorted(key.to_user_string() for key in graph.get_all_asset_keys())
    if os.environ.get("SNAPSHOT"):
        SNAPSHOT.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == SNAPSHOT.read_text(encoding="utf-8").split()


def test_groups_are_the_layers(graph: Any) -> None:
    assert {node.group_name for node in graph.asset_nodes} == GROUPS


def test_every_asset_says_what_it_is(graph: Any) -> None:
    bare = [n.key.to_user_string() for n in graph.asset_nodes if not n.description or not n.owners or not n.kinds]
    assert bare == []


def test_every_dbt_test_is_a_check(graph: Any, manifest: dict[str, Any]) -> None:
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert tests <= {key.name for key in graph.asset_check_keys}
    names = [(key.asset_key, key.name) for key in graph.asset_check_keys]
    assert len(names) == len(set(names))


def test_every_raw_table_has_its_schema_check_and_columns(graph: Any) -> None:
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    for node in graph.asset_nodes:
        if node.group_name == "raw":
            assert node.key.to_user_string() in checked
            assert node.metadata.get("dagster/column_schema") is not None


def test_lineage_is_unbroken(graph: Any) -> None:
    """Both editions go back to the raw folder, and nothing but the folder and the codebook has no parent."""
    for edition in ("restricted", "open"):
        above, queue = set(), [dg.AssetKey(["editions", edition])]
        while queue:
            key = queue.pop()
            for parent in graph.get(key).parent_keys:
                if parent not in above:
                    above.add(parent)
                    queue.append(parent)
        assert dg.AssetKey("raw_folder") in above
        assert dg.AssetKey(["raw", "fragments"]) in above
    roots = {node.key.to_user_string() for node in graph.asset_nodes if not node.parent_keys}
    assert {root for root in roots if not root.startswith("codebook/")} <= {"raw_folder"}


def test_everything_leads_to_what_goes_out(graph: Any) -> None:
    ends = {node.key.to_user_string() for node in graph.asset_nodes if not node.child_keys}
    stray = {end for end in ends if not end.startswith(("editions/", "delivery/", "codebook/"))}
    assert stray <= {"raw/extra_fields", "raw/quarantine"}


def test_the_job_takes_everything(definitions: dg.Definitions, graph: Any) -> None:
    job = definitions.resolve_job_def(JOB_NAME)
    made = {node.key for node in graph.asset_nodes if node.is_materializable}
    assert set(job.asset_layer.executable_asset_keys) == made


def test_freshness_of_the_editions(graph: Any) -> None:
    fresh = {node.key.to_user_string() for node in graph.asset_nodes if node.freshness_policy is not None}
    assert fresh == {"editions/restricted", "editions/open"}


def test_the_schedule(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("daily")
    assert schedule.cron_schedule == "0 5 * * *"
    assert schedule.execution_timezone == "UTC"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == JOB_NAME


def test_the_sensor_is_on(definitions: dg.Definitions) -> None:
    sensor = definitions.resolve_sensor_def(SENSOR_NAME)
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 60


def look(home: Home, cursor: str | None) -> tuple[bool, str]:
    found = notice(home, cursor)
    assert isinstance(found, dg.SensorResult)
    assert found.cursor is not None
    return bool(found.run_requests), found.cursor


def test_the_sensor_notices_what_is_added_changed_and_removed(home: Home) -> None:
    empty, cursor = look(home, None)
    assert not empty
    file = home.raw / "deep" / "one.txt"
    file.parent.mkdir()
    keys = []
    for change in (fragment(), fragment(year="2022"), None):
        file.write_text(change, encoding="utf-8") if change else (home.raw / "two.txt").write_text(fragment())
        if change is None:
            file.unlink()
        found = notice(home, cursor)
        assert isinstance(found, dg.SensorResult)
        assert found.run_requests
        assert found.cursor
        cursor = found.cursor
        keys.append(found.run_requests[0].run_key)
    assert len(set(keys)) == 3
    assert "Kenya" not in cursor


def test_the_sensor_asks_once_for_one_state(home: Home) -> None:
    (home.raw / "one.txt").write_text(fragment(), encoding="utf-8")
    first = notice(home, None)
    again = notice(home, first.cursor)  # type: ignore[union-attr]
    assert isinstance(first, dg.SensorResult)
    assert isinstance(again, dg.SensorResult)
    requests = [*(first.run_requests or []), *(again.run_requests or [])]
    assert len({request.run_key for request in requests}) == 1


def test_the_sensor_sees_content_and_not_times(finished: tuple[Build, object], settings: Settings) -> None:
    """The folder that a published build was made from is no news, whatever the times of its files."""
    home = Home(settings.home)
    place = home.edition("restricted") / "outcomes-x.duckdb"
    place.write_bytes(finished[0].file.read_bytes())
    home.link("restricted").symlink_to(place.name)
    try:
        assert look(home, None)[0] is False
        os.utime(home.raw / "six.txt", (1, 1))
        assert look(home, json.dumps({"states": "", "fingerprint": ""}))[0] is False
        (home.raw / "seven.txt").write_text(fragment(), encoding="utf-8")
        assert look(home, None)[0] is True
    finally:
        (home.raw / "seven.txt").unlink(missing_ok=True)
        home.link("restricted").unlink()
        place.unlink()


def test_the_sensor_without_a_raw_folder(tmp_path: Path) -> None:
    assert isinstance(notice(Home(tmp_path), None), dg.SkipReason)
