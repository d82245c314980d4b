"""The reading child: whatever a file does to it, that file has a reason, the next one is read, and nothing stays behind."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources import contained, patience
from oh_pipeline.sources.chunk import CHUNK_FIELDS, CHUNK_RECORDS, LONGEST_LABEL
from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import probe
from oh_pipeline.sources.kept import Reading
from oh_pipeline.sources.reader import MOST_NOTES, SHORT_OF_MEMORY
from oh_pipeline.sources.records import LONGEST_RECORD
from oh_pipeline.validation.form_tasks import labels_of, read_form

from .child import CHILD, living_children, put_in_place_of_the_child

MISBEHAVING = '''
import os, signal, sys, time
from oh_pipeline.sources import reader
from oh_pipeline.sources.records import Field, Note, Record, Unreadable

left_behind = []


def record(number, *fields):
    return Record(f"record {number}", [Field(label, value, f"record {number}") for label, value in fields])


class Panic(BaseException):
    """What some libraries raise that are not written in Python."""


def records(file, kind, encoding, labels):
    deed, _, rest = open(file).read().partition(" ")
    if deed == "die":
        os.kill(os.getpid(), int(rest))
    if deed == "fall":
        os._exit(int(rest))
    if deed == "hang":
        yield record(1, ("FragmentID", "SCC-1"))
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
        while True:
            time.sleep(60)
    if deed == "rest":
        time.sleep(float(rest))
    if deed == "spin":
        while True:
            pass
    if deed == "grow":
        yield record(1, ("FragmentID", "SCC-1"))
        while True:
            left_behind.append(bytearray(1 << 20))
    if deed == "keep":
        left_behind.append(bytearray(int(rest) << 20))
    if deed == "print":
        print(rest)
        os.write(1, b"no message\\\\n")
    if deed == "say":
        os.write(upwards.fileno(), eval(rest))
    if deed == "mute":
        os.close(upwards.fileno())
        time.sleep(60)
    if deed == "note":
        for number in range(int(rest)):
            yield Note("skipped_sheet", f"sheet {number}")
    if deed == "raise":
        raise {"panic": Panic, "value": ValueError, "deep": RecursionError, "os": OSError, "memory": MemoryError}[rest](
            "SECRET"
        )
    if deed == "break":
        yield record(1, ("FragmentID", "SCC-1"))
        raise Unreadable("it breaks off", "Send it again", "record 2")
    if deed == "late":
        for number in range(5_000):
            yield record(number, ("Mine", "x"))
    if deed == "flood":
        while True:
            yield record(1, ("FragmentID", "x" * 1_000_000))
    if deed == "wide":
        for number in range(3):
            yield record(number, *((f"Mine {column}", "x") for column in range(int(rest))))
    if deed == "label":
        yield record(2, ("x" * int(rest), "x"))
    if deed == "heavy":
        yield record(1, ("FragmentID", "SCC-1"))
        yield record(2, *((f"Mine {column}", rest * 15_000_000) for column in range(3)))
    if deed == "change":
        open(file, "a").write(" more")
    if deed == "stranger":
        yield record(1, ("Mine", "x"))
        return
    yield record(1, ("FragmentID", "SCC-1"), ("Year", "2023"))


reader.records = records
begin = reader._upwards


def _upwards():
    global upwards
    upwards = begin()
    return upwards


reader._upwards = _upwards
sys.exit(reader.main())
'''


@pytest.fixture
def reader(tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Contained]:
    """A reader whose child does what the file says."""
    scratch = put_in_place_of_the_child(MISBEHAVING, tmp_path, monkeypatch)
    with Contained(labels_of(codebook), scratch) as made:
        yield made
    assert list(scratch.iterdir()) == [], "something stays behind"


def told(reader: Contained, tmp_path: Path, deed: str, size: int = 10) -> Reading:
    file = tmp_path / "deed"
    file.write_text(deed)
    return reader.read(str(file), "json", "utf-8", size)


def why(reader: Contained, tmp_path: Path, deed: str) -> str | None:
    """The problem alone."""
    reading = told(reader, tmp_path, deed)
    reading.drop()
    return reading.problem


def ids(reading: Reading) -> list[str]:
    return [value for chunk in reading.chunks() for value in chunk["values"] if value.startswith("SCC")]


def assert_reads_on(reader: Contained, tmp_path: Path) -> None:
    reading = told(reader, tmp_path, "well")
    assert (reading.problem, ids(reading)) == (None, ["SCC-1"])


def test_a_file_that_is_well(reader: Contained, tmp_path: Path) -> None:
    reading = told(reader, tmp_path, "well")
    assert reading.problem is None
    assert reading.has_records
    assert reading.sha256 == hashlib.sha256(b"well").hexdigest()
    assert [chunk["labels"] for chunk in reading.chunks()] == [["FragmentID", "Year"]]
    assert list(reading.chunks()) == [], "records are taken once"


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("die 9", "it broke the program that read it (SIGKILL)"),
        ("die 11", "it broke the program that read it (SIGSEGV)"),
        ("die 6", SHORT_OF_MEMORY),
        ("fall 3", "it broke the program that read it (exit 3)"),
        ("fall 0", "it broke the program that read it (exit 0)"),
        ("grow", SHORT_OF_MEMORY),
        ("raise memory", SHORT_OF_MEMORY),
        ("raise deep", "it is nested too deeply"),
        ("raise value", "it is damaged (ValueError)"),
        ("raise panic", "it is damaged (Panic)"),
        ("raise os", "it cannot be opened or read (OSError)"),
        ("stranger", "nothing in it is a field that the codebook knows"),
        *[
            (f"say {words!r}", "it broke the program that read it")
            for words in (b"garbage\n", b"\xff\xfe\n", b"{}\n", b"[]\n", b'{"end": 3}\n', b'{"note": []}\n', b"null\n")
        ],
    ],
)
def test_it_dies_or_fails(reader: Contained, tmp_path: Path, deed: str, reason: str) -> None:
    for _ in range(2):  # in a child of its own, and in one that has read before
        reading = told(reader, tmp_path, deed)
        assert reading.problem == reason
        assert ids(reading) == []
        assert_reads_on(reader, tmp_path)


@pytest.mark.parametrize("deed", ["hang", "spin"])
def test_it_takes_too_long(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    monkeypatch.setattr(contained, "SECONDS", 1.0)
    begin = time.monotonic()
    reading = told(reader, tmp_path, deed)
    assert reading.problem == "reading it takes longer than 1 seconds"
    assert ids(reading) == []
    assert time.monotonic() - begin < 2.5
    assert_reads_on(reader, tmp_path)


@pytest.mark.parametrize(("deed", "reason"), [("rest 1", None), ("hang", "reading it takes longer than 0 seconds")])
def test_a_starved_child_has_longer(
    reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str, reason: str | None
) -> None:
    assert_reads_on(reader, tmp_path)
    monkeypatch.setattr(contained, "SECONDS", 0.3)
    monkeypatch.setattr(patience, "_used", lambda _: 0.0)
    monkeypatch.setattr(patience, "_stood_ready", lambda _: time.monotonic())
    reading = told(reader, tmp_path, deed)
    assert (reading.problem, ids(reading)) == (reason, [] if reason else ["SCC-1"])


def test_a_child_that_waits_for_nothing_has_not(
    reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_reads_on(reader, tmp_path)
    monkeypatch.setattr(contained, "SECONDS", 0.3)
    assert told(reader, tmp_path, "rest 5").problem == "reading it takes longer than 0 seconds"


def test_a_larger_file_has_longer(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    assert told(reader, tmp_path, "hang", size=18 << 20).problem == "reading it takes longer than 1 seconds"


def test_it_falls_silent_and_does_not_end(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "_GOODBYE", 0.2)
    assert told(reader, tmp_path, "mute").problem == "it broke the program that read it"
    assert_reads_on(reader, tmp_path)


def test_what_a_library_prints_is_no_message(reader: Contained, tmp_path: Path) -> None:
    reading = told(reader, tmp_path, 'print {"end": {}}')
    assert (reading.problem, ids(reading)) == (None, ["SCC-1"])


def test_it_unfolds_without_end(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "_MOST_TOLD", 20 << 20)
    monkeypatch.setattr(contained, "SECONDS", 60.0)
    assert told(reader, tmp_path, "flood").problem == "it unfolds to far more than its size"
    assert_reads_on(reader, tmp_path)


def test_a_line_without_end(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "_LONGEST_LINE", 4 << 20)
    assert told(reader, tmp_path, 'say b"x" * (20 << 20)').problem == "it unfolds to far more than its size"
    assert_reads_on(reader, tmp_path)


def test_what_is_told_before_a_file_breaks_off_counts(reader: Contained, tmp_path: Path) -> None:
    reading = told(reader, tmp_path, "break")
    assert (reading.problem, reading.remedy, reading.place) == ("it breaks off", "Send it again", "record 2")
    assert reading.sha256 is not None
    assert ids(reading) == ["SCC-1"]


def test_findings_without_end(reader: Contained, tmp_path: Path) -> None:
    some = told(reader, tmp_path, f"note {MOST_NOTES}")
    assert (some.problem, len(some.notes), ids(some)) == (None, MOST_NOTES, ["SCC-1"])
    many = told(reader, tmp_path, f"note {MOST_NOTES + 1}")
    assert many.problem is not None and "more than 1,000 parts of it" in many.problem
    assert len(many.notes) == MOST_NOTES
    assert not many.has_records


def test_a_known_field_that_comes_late(reader: Contained, tmp_path: Path) -> None:
    reading = told(reader, tmp_path, "late")
    records = [place for chunk in reading.chunks() for place in chunk["record_places"]]
    assert len(records) == 5_001
    assert len(records) > CHUNK_RECORDS


@pytest.mark.parametrize(
    ("deed", "reason", "before"),
    [
        (f"label {LONGEST_LABEL}", None, []),
        (f"label {LONGEST_LABEL + 1}", "a label of it is longer than 10,000 characters", []),
        ("heavy \u00e9", f"a record of it is longer than {LONGEST_RECORD >> 20} MiB", ["SCC-1"]),
    ],
)
def test_a_record_beyond_the_limits(
    reader: Contained, tmp_path: Path, deed: str, reason: str | None, before: list[str]
) -> None:
    reading = told(reader, tmp_path, deed)
    assert (reading.problem, reading.place) == (reason, "record 2" if reason else None)
    assert ids(reading) == (before if reason else ["SCC-1"])


def test_wide_records_go_up_few_at_a_time(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "SECONDS", 60.0)  # making them takes the child seconds
    reading = told(reader, tmp_path, f"wide {CHUNK_FIELDS}")
    assert [len(chunk["record_places"]) for chunk in reading.chunks()] == [1, 1, 1, 1]


def test_a_file_does_not_pay_for_the_one_before(reader: Contained, tmp_path: Path) -> None:
    """A child that has kept memory is short of it sooner; a file's fate must not hang on its neighbours."""
    for _ in range(3):
        assert why(reader, tmp_path, "keep 200") is None
    assert why(reader, tmp_path, "keep 450") is None
    assert why(reader, tmp_path, "keep 600") == SHORT_OF_MEMORY


def test_a_child_that_died_between_two_files_costs_none(reader: Contained, tmp_path: Path) -> None:
    assert_reads_on(reader, tmp_path)
    (child,) = living_children()
    child.send_signal(signal.SIGKILL)
    psutil.wait_procs([child], timeout=1)
    assert_reads_on(reader, tmp_path)


def test_a_child_that_has_grown_is_replaced(reader: Contained, tmp_path: Path) -> None:
    assert_reads_on(reader, tmp_path)
    (child,) = living_children()
    assert_reads_on(reader, tmp_path)
    assert living_children() == [child]
    assert why(reader, tmp_path, "keep 300") is None
    assert_reads_on(reader, tmp_path)
    assert child not in living_children()


def test_no_child_is_left(reader: Contained, tmp_path: Path) -> None:
    assert_reads_on(reader, tmp_path)
    reader.close()
    reader.close()
    assert living_children() == []


def test_a_file_that_changes_while_it_is_read(reader: Contained, tmp_path: Path) -> None:
    file = tmp_path / "changing.json"
    file.write_text("change")
    before = probe("changing.json", str(file), 0)
    reading = reader.read(str(file), "json", "utf-8", 10)
    assert reading.sha256 not in (None, before.sha256)
    reading.drop()
    file.write_text("well")
    item, reading = read_form(before, reader)
    assert (item.problem, reading.problem, ids(reading)) == (None, None, ["SCC-1"])
    assert item.sha256 == hashlib.sha256(b"well").hexdigest()


def test_a_file_that_never_settles(reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from oh_pipeline.validation import form_tasks, text_tasks

    monkeypatch.setattr(form_tasks, "SETTLE_TRIES", 3)
    monkeypatch.setattr(text_tasks, "_SETTLE_SECONDS", 0)
    file = tmp_path / "changing.json"
    file.write_text("change")
    _, reading = read_form(probe("changing.json", str(file), 0), reader)
    assert reading.problem == "it is still being written"
    assert ids(reading) == []


@pytest.mark.parametrize(
    "name", [b"caf\xe9.json", b"a\nb.json", b"\"'; drop table x; --.json", "\u202enosj.json".encode()]
)
def test_names_of_any_bytes(reader: Contained, tmp_path: Path, name: bytes) -> None:
    file = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    with open(file, "w") as handle:
        handle.write("well")
    assert ids(reader.read(file, "json", "utf-8", 4)) == ["SCC-1"]


def test_a_file_that_is_gone(reader: Contained, tmp_path: Path) -> None:
    reading = reader.read(str(tmp_path / "gone"), "json", "utf-8", 4)
    assert reading.problem == "it cannot be opened or read (No such file or directory)"
    assert reading.sha256 is None
    assert_reads_on(reader, tmp_path)


def test_unpacking_that_breaks_leaves_nothing(
    reader: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is empty before a second try and after the last."""
    script = tmp_path / CHILD
    script.write_text(
        MISBEHAVING.replace(
            "reader.records = records",
            """
def unpack(order):
    kept = os.path.join(order["target"], "0")
    os.close(os.open(kept, os.O_CREAT | os.O_EXCL))
    yield {"member": ["a.txt", kept, None]}
    if open(order["file"]).read() == "die":
        os._exit(1)


reader._unpack = unpack
reader.records = records""",
        )
    )
    assert_reads_on(reader, tmp_path)
    target = tmp_path / "target"
    target.mkdir()
    file = tmp_path / "archive"
    file.write_text("die")
    broken = reader.read(str(file), "zip", None, 3, str(target))
    assert (broken.problem, broken.members) == ("it broke the program that read it (exit 1)", [])
    assert list(target.iterdir()) == []
    file.write_text("well")
    whole = reader.read(str(file), "zip", None, 4, str(target))
    assert (whole.problem, whole.members) == (None, [("a.txt", str(target / "0"), None)])
    monkeypatch.setattr(contained, "_MOST_SAID", 0)
    (target / "0").unlink()
    assert reader.read(str(file), "zip", None, 4, str(target)).problem == "it unfolds to far more than its size"
    assert list(target.iterdir()) == []


def test_a_child_whose_parent_is_gone_ends_by_itself(reader: Contained, tmp_path: Path) -> None:
    """Told of a limit long past, by the system: it can no longer hear anybody."""
    script = tmp_path / CHILD
    script.write_text(MISBEHAVING.replace("left_behind = []", "left_behind = []\nreader._UNHEARD = -7"))
    assert told(reader, tmp_path, "spin").problem == "it broke the program that read it (SIGALRM)"


def test_messages_are_what_json_can_hold(reader: Contained, tmp_path: Path) -> None:
    """Half a surrogate pair is no text that can go up; it must not take the file down."""
    script = tmp_path / CHILD
    script.write_text(MISBEHAVING.replace('"2023"', r'"20\\ud83923"'.replace("\\\\", "\\")))
    values: list[Any] = [chunk["values"] for chunk in told(reader, tmp_path, "well").chunks()]
    assert values == [["SCC-1", "20?23"]]
    assert json.dumps(values)
