"""Whatever is handed in, in whatever form: every record and every value of it is somewhere, and the counts add up."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import collapse
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.check import check
from oh_pipeline.validation.intake import intake

from ..forms import FORMATS, Record
from ..fragments import DEFAULTS, SUBSTANTIATION

# What every format can hold: no control characters, and nothing that is a field line or a formula of its own.
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="*=\ufeff\ufffe\uffff")
WORDS = st.text(LETTERS, max_size=30).map(collapse)
TEXTS = st.lists(WORDS.filter(bool), min_size=1, max_size=3).map("\n".join)
VALUES = st.one_of(
    TEXTS,
    st.sampled_from(
        ["", "<redacted>", "1", "1.0", "0", "YES", "2023", "harvest 3", "Kenya", "a, b; c", "none", "disagree"]
    ),
)
LABELS = [
    *DEFAULTS,
    *(label for label in SUBSTANTIATION if label not in DEFAULTS),
    "A label of its own",
    "Remarks / notes",
]
FORMS = sorted(set(FORMATS) - {"packed.zip"})


@st.composite
def deliveries(draw: st.DrawFn) -> list[Record]:
    """Some records with the labels of the form in any order; alike ones and ones without an id among them."""
    labels = draw(st.permutations(LABELS))
    ids = st.sampled_from(["SCC-KEN/CIV001", "SCC-KEN/CIV002", "", "SCC-<redacted>/1", "x"])
    kept = draw(st.lists(st.sampled_from(labels), min_size=6, unique=True))
    record = st.fixed_dictionaries({"FragmentID": ids, **{label: VALUES for label in kept if label != "FragmentID"}})
    # A record of blanks alone is none; so each has one word at least.
    filled = record.map(lambda values: {**values, "Year": values.get("Year") or "2022"})
    return draw(st.lists(filled, min_size=1, max_size=4))


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(records=deliveries())
def test_nothing_is_lost(codebook: Codebook, name: str, records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        raw.mkdir()
        (raw / name).write_bytes(FORMATS[name](records))
        files = take_inventory(raw)
        checked = check(files, codebook, scratch=Path(folder))
        held: set[str] = set()
        for frames in intake(files, codebook):
            if "fragments" in frames:
                for row in frames["fragments"].select(FIELDS).iter_rows():
                    held |= {collapse(value) for value in row if value}
                for row in frames["substantiations"].select("fragment_id", *SUBSTANTIATION_FIELDS).iter_rows():
                    held |= {collapse(value) for value in row if value}
                held |= {collapse(value) for value in frames["extra_fields"]["value"].to_list() if value}
                for fields in frames["quarantine"]["fields"].to_list():
                    held |= {collapse(value) for _, value in json.loads(fields)}
    (counts,) = checked.files.to_dicts()
    assert counts["found"] == len(records)
    assert counts["found"] == counts["accepted"] + counts["quarantined"] + counts["duplicate"]
    option = {"MCQType of change"} if name.startswith("submitted") else set()
    for record in records:
        for label, value in record.items():
            assert not collapse(value) or label in option or collapse(value) in held, f"a value of {label!r} is nowhere"
