"""Files examined while they are read: what counts is the same as if nothing had been done before their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources import contained
from oh_pipeline.sources.inventory import SourceFile, probe
from oh_pipeline.validation import ahead, examine, form_tasks, gathered, text_tasks
from oh_pipeline.validation.intake import intake

from .child import living_children, put_in_place_of_the_child

GIVING = """
import os, sys, time
from oh_pipeline.sources import chunk, reader
from oh_pipeline.sources.records import Column, Columns, Field, Record, Row, Unreadable

chunk.CHUNK_RECORDS = 7
begin = reader._upwards


def records(file, kind, encoding, labels):
    count, deed = open(file).read().split()[:2]
    name = os.path.basename(file)[0].upper()
    columns = Columns([Column("FragmentID", "S!A", ""), Column("Outcome description", "S!B", "")])
    for number in range(1, int(count) + 1):
        identity, text = f"SCC-{name}/CIV{number:04}", f"In 2023 the council of {name} met {number} times"
        if number % 3:
            others = [Field("Own", "x", f"S!C{number}")] if number % 4 == 0 else []
            yield Row(f"S!A{number}", str(number), columns, [identity, text], others)
        else:
            fields = [Field("FragmentID", identity, f"at {number}"), Field("Outcome description", text, f"in {number}")]
            yield Record(f"record {number}", fields if number % 5 else fields[:1])
    if deed == "die":
        os._exit(3)
    if deed == "once" and not os.path.exists(file + ".died"):
        open(file + ".died", "w").close()
        os._exit(3)
    if deed == "hang":
        time.sleep(60)
    if deed == "spin":
        while True:
            pass
    if deed == "break":
        raise Unreadable("it breaks off", "Send it again", "record 100")
    if deed == "change":
        open(file, "a").write(" more")
    if deed == "settle":
        open(file, "w").write(f"{count} well")


reader.records = records
sys.exit(reader.main())
"""

Take = Callable[..., dict[str, pl.DataFrame]]
TABLES = ("fragments", "extra_fields", "coded_members", "issues", "quarantine", "source_files", "members")


@pytest.fixture
def take(tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Take]:
    """Takes in files that say how many records they give and what happens then."""
    scratch = put_in_place_of_the_child(GIVING, tmp_path, monkeypatch)
    monkeypatch.setattr(gathered, "_BATCH_RECORDS", 20)
    monkeypatch.setattr(form_tasks, "SETTLE_TRIES", 3)
    monkeypatch.setattr(text_tasks, "_SETTLE_SECONDS", 0)

    def taken(**deeds: str) -> dict[str, pl.DataFrame]:
        files: list[SourceFile] = []
        for name, deed in deeds.items():
            file = tmp_path / f"{name}.json"
            file.write_text(deed)
            files.append(probe(f"{name}.json", str(file), len(files)))
        frames = list(intake(files, codebook, scratch=scratch))
        return {table: pl.concat([part[table] for part in frames if table in part]) for table in TABLES}

    yield taken
    assert list(scratch.iterdir()) == [], "something stays behind"
    assert living_children() == []


def counts(frames: dict[str, pl.DataFrame]) -> dict[str, int]:
    """Records by file, as they are told; they are those that there are, each once, in their order."""
    parts = [
        frames[table].select("source_file", "record_number", "fragment_key") for table in ("fragments", "quarantine")
    ]
    there = pl.concat(parts).sort("fragment_key")
    assert there["fragment_key"].is_unique().all()
    told = dict(frames["source_files"].select("source_file", "found").iter_rows())
    found = {name: len(there.filter(source_file=name)) for name in told}
    assert found == told
    for name, count in found.items():
        assert there.filter(source_file=name)["record_number"].to_list() == list(range(1, count + 1))
    assert frames["fragments"]["fragment_key"].is_sorted()
    return {name.removesuffix(".json"): count for name, count in found.items()}


def reasons(frames: dict[str, pl.DataFrame]) -> dict[str, str]:
    found = frames["issues"].filter(rule="unreadable_file")
    return dict(zip(found["source_file"].str.strip_suffix(".json"), found["message"], strict=True))


def test_every_record_is_there_once(take: Take) -> None:
    frames = take(a="3 well", b="100 well", c="41 well", d="2 well", e="0 well", f="20 well")
    assert counts(frames) == {"a": 3, "b": 100, "c": 41, "d": 2, "e": 0, "f": 20}
    assert set(reasons(frames)) == {"e"}
    missing = frames["issues"].filter(rule="missing_description")
    assert missing["location"].to_list() == [f"record {n}" for n in (15, 30, 45, 60, 75, 90, 15, 30, 15)]
    own = frames["issues"].filter(rule="unmapped_field", source_file="b.json")
    assert own["location"].to_list()[:3] == ["S!C4", "S!C8", "S!C16"]


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("die", "it broke the program that read it (exit 3)"),
        ("hang", "reading it takes longer than 1 seconds"),
        ("spin", "reading it takes longer than 1 seconds"),
        ("change", "it is still being written"),
    ],
)
def test_what_a_file_gave_that_broke_the_limits_does_not_count(
    take: Take, monkeypatch: pytest.MonkeyPatch, deed: str, reason: str
) -> None:
    monkeypatch.setattr(ahead, "_HELD", 0)
    if deed in ("hang", "spin"):
        monkeypatch.setattr(contained, "SECONDS", 1.0)
    frames = take(a="3 well", b=f"100 {deed}", c="30 well")
    assert counts(frames) == {"a": 3, "b": 0, "c": 30}
    assert reasons(frames) == {"b": f"The file was not read: {reason}"}
    for table in ("extra_fields", "coded_members", "issues"):
        assert frames[table].filter(pl.col("source_file") == "b.json", ~pl.lit(table == "issues")).is_empty()
    assert frames["issues"].filter(source_file="b.json")["fragment_key"].null_count() == 1


def test_what_a_broken_file_gave_within_its_limits_counts(take: Take) -> None:
    frames = take(a="3 well", b="100 break", c="30 well")
    assert counts(frames) == {"a": 3, "b": 100, "c": 30}
    assert reasons(frames) == {"b": "The file was not read: it breaks off"}


@pytest.mark.parametrize("deed", ["once", "settle"])
def test_a_file_that_is_read_again_counts_once(take: Take, deed: str) -> None:
    frames = take(a="3 well", b=f"100 {deed}", c="30 well")
    assert (counts(frames), reasons(frames)) == ({"a": 3, "b": 100, "c": 30}, {})


@pytest.mark.parametrize(
    ("held", "batch", "cores"), [(0, 20, 2), (1 << 30, 20, 1), (1 << 30, 7, 2), (1 << 30, 10_000, 2)]
)
def test_the_rows_are_the_same_however_they_are_held(
    take: Take, monkeypatch: pytest.MonkeyPatch, held: int, batch: int, cores: int
) -> None:
    deeds = {"a": "3 well", "b": "100 well", "c": "41 break", "d": "50 die", "e": "15 well"}
    before = take(**deeds)
    monkeypatch.setattr(ahead, "_HELD", held)
    monkeypatch.setattr(ahead, "_cores", lambda: cores)
    monkeypatch.setattr(gathered, "_BATCH_RECORDS", batch)
    after = take(**deeds)
    assert counts(after)["b"] == 100
    for table in TABLES:
        key = [name for name in ("fragment_key", "source_file") if name in before[table].columns]
        assert_frame_equal(*(frames[table].sort(key, maintain_order=True) for frames in (before, after)))


def test_a_batch_is_examined_while_the_file_is_read(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    whole, end = examine.examine, contained.Contained._end

    def examined(*arguments: object) -> examine.Examined:
        seen.append("batch")
        return whole(*arguments)  # type: ignore[arg-type]

    def ended(*arguments: object) -> None:
        seen.append("end")
        end(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ahead, "examine", examined)
    monkeypatch.setattr(contained.Contained, "_end", ended)
    monkeypatch.setattr(ahead, "_cores", lambda: 1)
    take(a="50 well")
    assert seen == ["batch", "batch", "end"]


def test_a_fault_in_the_rules_is_no_fault_of_the_file(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> examine.Examined:
        raise ValueError("ours")

    monkeypatch.setattr(ahead, "examine", broken)
    with pytest.raises(ValueError, match="ours"):
        take(a="100 well")
