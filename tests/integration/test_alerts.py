"""A failed run of the scheduler's is told to the file that somebody named; one that went well, and one without a file, is not."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import dagster as dg
import pytest

from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.alerts import ALERT_NAME, build_alert, tell
from oh_pipeline.orchestration.assembly import assemble
from oh_pipeline.settings import Settings, load_settings

CANARY = "zanquo"


@dg.op
def breaking() -> None:
    raise ValueError(f"could not convert string '{CANARY}' to int")


@dg.job
def outcome_job() -> None:
    breaking()


def look(instance: dg.DagsterInstance) -> object:
    """The sensor's answer to a run that failed."""
    result = outcome_job.execute_in_process(instance=instance, raise_on_error=False)
    (event,) = [each for each in result.all_events if each.event_type_value == "PIPELINE_FAILURE"]
    context = dg.build_run_status_sensor_context(
        sensor_name=ALERT_NAME, dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    )
    return build_alert(Settings())(context.for_run_failure())


def test_a_failed_run_is_told_without_its_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "failed.jsonl"
    monkeypatch.setenv("OH_ALERT_FILE", str(file))
    with dg.DagsterInstance.ephemeral() as instance:
        look(instance)
        look(instance)
        ids = {run.run_id for run in instance.get_runs()}
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {each["run_id"] for each in told} == ids and len(ids) == 2
    assert all((each["job"], each["steps"]) == ("outcome_job", ["breaking"]) for each in told)
    assert CANARY not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_file_nobody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        assert isinstance(look(instance), dg.SkipReason)
    assert list(tmp_path.iterdir()) == []


def test_it_listens_to_failures_only_and_is_on() -> None:
    sensor = assemble().resolve_sensor_def(ALERT_NAME)
    assert isinstance(sensor, dg.RunStatusSensorDefinition)
    assert sensor._run_status == dg.DagsterRunStatus.FAILURE
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="Writing the alert"):
        tell(tmp_path / "gone" / "failed.jsonl", "job", "id", [])


def test_the_setting_is_a_path_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().alert_file is None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OH_ALERT_FILE", "failed.jsonl")
    assert load_settings().alert_file == tmp_path / "failed.jsonl"
