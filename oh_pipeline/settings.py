"""Every setting, once: where the data lies, which codebook, thresholds, schedule and limits.

Environment variables of the prefix `OH_` set them. No path is created here, no file is read, nothing is opened.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from oh_pipeline.errors import UsageFault
from oh_pipeline.validation.rulebook import Language

_CRON = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a run, the UI and the readers agree on."""

    model_config = SettingsConfigDict(env_prefix="OH_", frozen=True, extra="ignore", hide_input_in_errors=True)

    home: Path = Field(PROJECT_ROOT / "data", description="data home: holds raw/, gets everything else")
    codebook: Path = Field(PROJECT_ROOT / "dbt_project" / "seeds", description="folder of the codebook's CSV files")
    language: Language = "en"
    """In which words issues are told: English or French."""
    k: Annotated[int, Field(ge=3)] = 5
    """Fewest open outcomes that may share a combination in the open edition."""
    keep_builds: Annotated[int, Field(ge=1)] = 3
    """Published builds kept for each edition, the linked one included."""
    schedule: str = "0 5 * * *"
    """Cron line of the daily materialisation."""
    schedule_timezone: str = "UTC"
    sensor_seconds: Annotated[int, Field(ge=30)] = 60
    """Shortest time between two looks at the raw folder."""
    max_run_seconds: Annotated[int, Field(ge=60)] = 6 * 3600
    """A run launched by Dagster that takes longer is ended."""
    alert_file: Path | None = None
    """File that gets a line for every failed run of the scheduler's; not set: nobody is told."""
    lock_wait_seconds: Annotated[float, Field(ge=0)] | None = None
    """Longest time a run waits for another one to end; not set: as long as that one takes."""
    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)?\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$")] = "768MB"
    """Memory that the engine may use before it spills to disk."""
    threads: Annotated[int, Field(ge=1)] | None = None
    """Threads of the engine; not set: as many as there are cores."""
    warehouse_key_file: Path | None = None
    """File with the key of the restricted edition; not set: it is not encrypted."""

    @field_validator("alert_file", "warehouse_key_file", mode="before")
    @classmethod
    def _none_if_blank(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("home", "codebook", "alert_file", "warehouse_key_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else Path(os.path.abspath(value.expanduser()))  # noqa: PTH100 - without following links

    @field_validator("schedule")
    @classmethod
    def _cron(cls, value: str) -> str:
        fields = value.split()
        if len(fields) != 5:
            raise ValueError("a cron line has five fields")
        for text, (name, least, most) in zip(fields, _CRON, strict=True):
            numbers = [int(number) for number in re.findall(r"[0-9]+", re.sub(r"/[0-9]+", "", text))]
            if not re.fullmatch(r"[0-9A-Za-z*/,-]+", text) or any(not least <= number <= most for number in numbers):
                raise ValueError(f"its {name} is none from {least} to {most}")
        return value

    @field_validator("schedule_timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no time zone of the IANA list, such as Africa/Nairobi") from None
        return value

    @cached_property
    def project_root(self) -> Path:
        """The checkout: dbt project, workspace file, instance settings."""
        return PROJECT_ROOT

    @cached_property
    def dbt_project(self) -> Path:
        """Folder of the dbt project."""
        return PROJECT_ROOT / "dbt_project"

    @property
    def engine_threads(self) -> int:
        """Threads of the engine, resolved."""
        return self.threads or os.cpu_count() or 2


def load_settings(home: Path | None = None) -> Settings:
    """The settings of this process; `home` goes before OH_HOME. Raises UsageFault, one line without the value."""
    given: dict[str, Path] = {} if home is None else {"home": home}
    wrong = ""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(
            f"OH_{'_'.join(str(part) for part in entry['loc']).upper()}: {entry['msg']}"
            for entry in error.errors(include_input=False, include_url=False, include_context=False)
        )
    except SettingsError:
        wrong = "a setting of the prefix OH_ cannot be read"
    raise UsageFault(f"Wrong setting: {wrong}", "Correct or unset the environment variable")
