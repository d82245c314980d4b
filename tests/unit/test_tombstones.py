"""What was erased: hashes that fold as identity does, records told apart before anything is done with them, no value kept."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import polars as pl
import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.rulebook import rules
from oh_pipeline.validation.schemas import SCHEMAS
from oh_pipeline.validation.tombstones import RULE, Erased, Tombstones, text_keys
from oh_pipeline.validation.whereabouts import decisions_about, places_in

from ..fragments import fragment, substantiation

SECRET = Tombstones(b"a key of the test's own")
TEXT = "In 2023 the assembly of the northern ward opened its sessions to the public."


def of_ids(*ids: str) -> Tombstones:
    return SECRET.only(Erased(ids=frozenset(ids)))


def of_text(fragment_id: str, text: str = TEXT) -> Tombstones:
    (key,) = text_keys(pl.Series([text])).to_list()
    return SECRET.only(Erased(texts=frozenset([(fragment_id, key)])))


def read(folder: Path, book: Codebook, gone: Tombstones, files: dict[str, str]) -> dict[str, pl.DataFrame]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found: dict[str, list[pl.DataFrame]] = {}
    for frames in intake(take_inventory(folder), book, threads=2, gone=gone):
        for table, frame in frames.items():
            found.setdefault(table, []).append(frame)
    return {table: pl.concat(frames) for table, frames in found.items()}


@pytest.mark.parametrize("spelling", ["SCC-Côte/CIV 001", "scc-CÔTE/civ  001", "  Scc-Co\u0302te/Civ 001\n"])
def test_an_id_in_every_spelling_that_identity_folds(spelling: str) -> None:
    assert of_ids("SCC-Côte/CIV 001").have_id(spelling)


@pytest.mark.parametrize("other", ["SCC-KEN/CIV002", "SCC-KEN/CIV 001", "", None])
def test_another_id_is_none(other: str | None) -> None:
    assert not of_ids("SCC-KEN/CIV001").have_id(other)


def test_a_hash_needs_the_key() -> None:
    erased = Erased(ids=frozenset(["SCC-KEN/CIV001"]), outcomes=frozenset(["ab" * 16]))
    assert SECRET.of(erased).isdisjoint(Tombstones(b"another").of(erased))
    assert all(len(one) == 64 and "ken" not in one for one in SECRET.of(erased))
    assert SECRET.only(erased).have_outcome("ab" * 16)
    assert not SECRET.only(erased).have_outcome("cd" * 16)


def test_texts_are_told_by_their_length() -> None:
    assert {len(one) for one in of_text("").hashes} == {96}


def test_a_seal_is_of_this_key_and_of_these_hashes() -> None:
    one, two = of_ids("a"), of_ids("a", "b")
    seals = {one.seal, two.seal, Tombstones(b"another", one.hashes).seal}
    assert len(seals) == 3 and None not in seals
    assert SECRET.seal is None


FILES = {
    "a.txt": "Dear colleagues, of Zainab.\n" + fragment(country="Zainabia") + fragment(id="SCC-KEN/CIV002"),
    "b.csv": "FragmentID,Year,Outcome description,Own\n"
    "scc-ken/civ001 ,2024,Zainab spoke,Zainab\nSCC-KEN/CIV003,2024,Others spoke,x\n",
    "c.jsonl": json.dumps({"FragmentID": "SCC-KEN/Civ001", "Outcome description": "", "Year": "Zainab"}) + "\n",
    "d.txt": substantiation({"Substantiation comment": "Zainab"}),
}


def test_every_record_of_an_id_is_held_back_without_a_value(tmp_path: Path, codebook: Codebook) -> None:
    frames = read(tmp_path, codebook, of_ids("SCC-KEN/CIV001"), FILES)
    for table, frame in frames.items():
        SCHEMAS[table].validate(frame, lazy=True)
        assert "zainab" not in frame.write_json().lower(), table
        assert "civ001" not in frame.write_json().lower(), table
    held = frames["quarantine"].select("source_file", "source_location", "fragment_id", "fields", "rules").rows()
    held.sort()  # a batch of text comes before one of forms
    assert held == [
        ("a.txt", "line 2", None, "[]", [RULE]),
        ("b.csv", "line 2", None, "[]", [RULE]),
        ("c.jsonl", "line 1", None, "[]", [RULE]),
        ("d.txt", "line 1", None, "[]", [RULE]),
    ]
    told = frames["issues"].filter(rule=RULE)
    assert set(told["severity"]) == {"error"} and set(told["message"]) == {rules()[RULE].message}
    assert told["location"].sort().to_list() == frames["quarantine"]["source_location"].sort().to_list()
    assert sorted(frames["fragments"]["fragment_id"]) == ["SCC-KEN/CIV002", "SCC-KEN/CIV003"]
    assert dict(frames["source_files"].select("source_file", "found").iter_rows()) == {
        "a.txt": 2,
        "b.csv": 2,
        "c.jsonl": 1,
        "d.txt": 1,
    }


def test_the_others_are_read_as_if_it_were_not_there(tmp_path: Path, codebook: Codebook) -> None:
    frames = read(tmp_path, codebook, of_ids("SCC-KEN/CIV001"), FILES)
    (tmp_path / "a.txt").write_text(FILES["a.txt"].replace(fragment(country="Zainabia"), fragment(id="SCC-KEN/CIV009")))
    whole = read(tmp_path, codebook, SECRET, {})
    kept = whole["fragments"].filter(pl.col("fragment_id").is_in(["SCC-KEN/CIV002", "SCC-KEN/CIV003"]))
    assert frames["fragments"].equals(kept)


def test_without_tombstones_nothing_is_looked_for(tmp_path: Path, codebook: Codebook) -> None:
    frames = read(tmp_path, codebook, SECRET, FILES)
    assert RULE not in frames["issues"]["rule"]
    assert "Dear" in frames["source_files"]["preamble"].drop_nulls().item()


def test_a_second_id_in_the_same_record_counts(tmp_path: Path, codebook: Codebook) -> None:
    text = "FragmentID,Fragment ID,Outcome description,Year\nSCC-KEN/CIV005,SCC-KEN/CIV001,Somebody spoke,2024\n"
    assert len(read(tmp_path, codebook, of_ids("SCC-KEN/CIV001"), {"a.csv": text})["quarantine"]) == 1


@pytest.mark.parametrize("later", ["", "SCC-<redacted>/1", "SCC-KEN/CIV777"])
@pytest.mark.parametrize("then", ["", "SCC-<person>/1"])
def test_a_record_without_an_id_is_its_text(tmp_path: Path, codebook: Codebook, then: str, later: str) -> None:
    files = {
        "a.txt": fragment(id=later, description=TEXT.upper().replace(" ", "  ")),
        "b.txt": fragment(description="Other."),
    }
    frames = read(tmp_path, codebook, of_text(then), files)
    assert frames["quarantine"]["source_file"].to_list() == ["a.txt"]


def test_a_record_whose_id_collides_is_its_id_and_text(tmp_path: Path, codebook: Codebook) -> None:
    files = {"a.txt": fragment(), "b.txt": fragment(description="Other."), "c.txt": fragment(id="SCC-KEN/CIV002")}
    frames = read(tmp_path, codebook, of_text("SCC-KEN/CIV001"), files)
    assert frames["quarantine"]["source_file"].to_list() == ["a.txt"]


def test_records_of_a_large_file_are_numbered_through(
    tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oh_pipeline.sources.text import cutting

    monkeypatch.setattr(cutting, "BLOCK", 4_000)
    text = "Dear Zainab\n" + "".join(fragment(id=f"SCC-KEN/CIV{number:03}") for number in range(40))
    frames = read(tmp_path, codebook, of_ids("SCC-KEN/CIV020", "SCC-KEN/CIV021"), {"a.txt": text})
    assert frames["quarantine"]["record_number"].to_list() == [21, 22]
    assert len(frames["fragments"]) == 38
    assert frames["source_files"]["preamble"].item() is None
    keys = pl.concat([frames["fragments"]["fragment_key"], frames["quarantine"]["fragment_key"]])
    assert keys.n_unique() == 40


def test_where_it_still_stands(tmp_path: Path, codebook: Codebook) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = list(places_in(take_inventory(tmp_path), of_ids("SCC-KEN/CIV001"), codebook))
    assert found == [("a.txt", "line 2"), ("b.csv", "line 2"), ("c.jsonl", "line 1"), ("d.txt", "line 1")]
    assert list(places_in(take_inventory(tmp_path), of_ids("SCC-KEN/CIV004"), codebook)) == []


def test_decisions_that_name_it(tmp_path: Path) -> None:
    lines = ["fragment_id,other_fragment_id,decision,reason,source", "a,b,different,,", "c, SCC-KEN/civ001 ,same,,"]
    (tmp_path / "near_duplicate_decisions.csv").write_text("\n".join(lines))
    assert decisions_about(tmp_path, of_ids("SCC-KEN/CIV001")) == ["near_duplicate_decisions.csv line 3"]
    assert decisions_about(tmp_path, of_ids("SCC-KEN/CIV002")) == []


def test_nothing_of_it_is_in_what_is_kept() -> None:
    assert {field.name for field in dataclasses.fields(Tombstones)} == {"key", "hashes"}
