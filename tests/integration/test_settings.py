"""Settings from the environment: what they default to, what is refused, and that a refusal quotes no value."""

from __future__ import annotations

from pathlib import Path

import pytest

from oh_pipeline.errors import UsageFault
from oh_pipeline.settings import PROJECT_ROOT, load_settings


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OH_HOME", raising=False)
    settings = load_settings()
    assert settings.home == PROJECT_ROOT / "data"
    assert settings.codebook == PROJECT_ROOT / "dbt_project" / "seeds"
    assert (settings.k, settings.keep_builds) == (5, 3)


def test_an_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OH_HOME", str(tmp_path / "one"))
    assert load_settings().home == tmp_path / "one"
    assert load_settings(tmp_path / "two").home == tmp_path / "two"


def test_paths_are_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert load_settings(Path("here")).home == tmp_path / "here"
    assert load_settings(Path("~/data")).home == tmp_path / "user" / "data"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OH_K", "2"),
        ("OH_K", "0"),
        ("OH_K", "-5"),
        ("OH_K", "five"),
        ("OH_K", ""),
        ("OH_KEEP_BUILDS", "0"),
        ("OH_SENSOR_SECONDS", "1"),
        ("OH_MAX_RUN_SECONDS", "1"),
        ("OH_LOCK_WAIT_SECONDS", "-1"),
        ("OH_MEMORY_LIMIT", "much"),
        ("OH_MEMORY_LIMIT", "1GB'; drop table x; --"),
        ("OH_THREADS", "0"),
        ("OH_SCHEDULE", "daily"),
        ("OH_SCHEDULE", "61 99 * * *"),
        ("OH_SCHEDULE_TIMEZONE", "Nowhere/Land"),
    ],
)
def test_wrong_values_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageFault, match=name) as caught:
        load_settings()
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert len(value) < 5 or value not in str(caught.value)


@pytest.mark.parametrize("value", ["3", "12"])
def test_k_from_three_on(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OH_K", value)
    assert load_settings().k == int(value)
