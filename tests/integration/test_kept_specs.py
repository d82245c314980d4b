"""What a run knows of dbt's assets without dbt: the same as with it, from a file that may be missing, broken or another's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pandera.polars as pa
import pytest
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.orchestration.kept_specs import UNIQUE_ID, kept_specs
from oh_pipeline.orchestration.schema_checks import table_schema
from oh_pipeline.orchestration.translation import Specs, translate
from oh_pipeline.validation.schemas import SCHEMAS


@pytest.fixture(scope="module")
def translated(ready: ReadyManifest) -> Specs:
    return translate(ready)


@pytest.fixture
def project(ready: ReadyManifest, tmp_path: Path) -> ReadyManifest:
    """The parsed project in a folder where nothing is kept yet."""
    for name in ("manifest.json", "lineage.json"):
        (tmp_path / name).write_bytes((ready.folder / name).read_bytes())
    return ReadyManifest(tmp_path)


def _kept(project: ReadyManifest) -> Path:
    (file,) = project.folder.glob("specs-*.json")
    return file


def test_what_is_kept_is_what_dagster_dbt_says(project: ReadyManifest, translated: Specs) -> None:
    assert kept_specs(project) == translated
    file = _kept(project)
    before = file.stat().st_mtime_ns
    assert kept_specs(project) == translated
    assert file.stat().st_mtime_ns == before
    assets, checks = translated
    assert len(assets) > 80
    assert len(checks) > 40
    assert all(spec.deps for spec in assets if spec.group_name != "codebook" and spec.key.path[-1] != "rules")


@pytest.mark.parametrize("broken", ["", "{", "[]", "{}", '{"assets": [], "checks": [{"name": 1}]}', "\x00"])
def test_what_cannot_be_read_is_made_anew(project: ReadyManifest, translated: Specs, broken: str) -> None:
    kept_specs(project)
    file = _kept(project)
    whole = file.read_bytes()
    file.write_text(broken, encoding="utf-8")
    assert kept_specs(project) == translated
    assert file.read_bytes() == whole
    file.write_bytes(whole[: len(whole) // 2])
    assert kept_specs(project) == translated
    assert file.read_bytes() == whole


def test_what_other_code_made_is_not_looked_at(
    project: ReadyManifest, translated: Specs, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_specs(project)
    _kept(project).write_text("another's", encoding="utf-8")
    monkeypatch.setattr("oh_pipeline.orchestration.kept_specs.version", lambda _: "another")
    assert kept_specs(project) == translated
    assert len(list(project.folder.glob("specs-*.json"))) == 2


def test_a_folder_that_cannot_be_written_keeps_nothing(
    project: ReadyManifest, translated: Specs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert kept_specs(project) == translated
    assert list(project.folder.glob("specs-*")) == []


def test_a_run_imports_neither_dbt_nor_pandera(ready: ReadyManifest) -> None:
    """What is kept saves nothing otherwise."""
    kept_specs(ready)
    script = (
        "import sys; from pathlib import Path; from oh_pipeline.modelling.manifest import ReadyManifest\n"
        "from oh_pipeline.orchestration import assembly\n"
        f"assembly.build_dbt_assets(ReadyManifest(Path({str(ready.folder)!r})))\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'dbt', 'dagster_dbt', 'pandera'}))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_names_are_those_of_dagster_dbt() -> None:
    assert UNIQUE_ID == DAGSTER_DBT_UNIQUE_ID_METADATA_KEY


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_columns_are_shown_as_pandera_has_them(table: str) -> None:
    schema: pa.DataFrameSchema = SCHEMAS[table]
    shown = table_schema(table)
    assert [column.name for column in shown.columns] == list(schema.columns)
    for column, declared in zip(shown.columns, schema.columns.values(), strict=True):
        assert column.type == str(declared.dtype)
        assert column.description == declared.description
        assert column.constraints == dg.TableColumnConstraints(
            nullable=declared.nullable,
            unique=declared.unique,
            other=[str(check.error or check.name) for check in declared.checks],
        )
    assert shown.constraints == dg.TableConstraints(other=[str(check.error or check.name) for check in schema.checks])
