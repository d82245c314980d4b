"""A raw folder and a codebook that people keep changing: what is in them, and every kind of change they make.

Each change takes `pick`, which chooses one of several: so the same changes are drawn by hypothesis and by a seeded random.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..forms import FORMATS, zipped
from ..fragments import DEFAULTS, SUBSTANTIATION
from .twin import SEEDS

Record = dict[str, str]
PLACES = ("harvest_1", "harvest_2", "harvest_10", ".", "késő")
FORMS = ("plain.txt", "comma.csv", "book.xlsx", "list.json", "lines.jsonl", "tables.docx", "submitted.csv", "wide.csv")
IDS = ("SCC-KEN/CIV001", "scc-ken/civ001", "SCC-KEN/CIV002", "SCC-MLI/CIV003", "SCC-<redacted>/1", "", "KEN-7", "KEN-8")
VALUES: dict[str, tuple[str, ...]] = {
    "FragmentID": IDS,
    "OH-harvesting period": ("harvest 1", "harvest 2", "harvest 3", ""),
    "coutnry": ("Kenya", "Mali", "Iraq", "Atlantis", ""),
    "Year": ("2021", "2022", "2023", "2099", "soon", ""),
    "Outcome description": (
        "In 2023 the assembly of the northern ward opened its sessions to the public.",
        "In 2023 the Assembly of the northern  ward opened its sessions to the public.",
        "In 2022 the fishers' committee published the accounts of the landing place.",
        "In 2021 two ministries agreed to hear the elders before each sale of land.",
        "<redacted>",
        "",
    ),
    "Social actor": ("Authorities", "Media", "Authorities, Media", "Lighthouse keepers"),
    "Scale": ("Local", "National", "Locally", "Galactic"),
    "Rating significance": ("large", "small", ""),
    "Outcome statements is CONFIDENTIAL": ("0", "0", "0", "1", "", "perhaps"),
    "Outcome is negative": ("NO", "YES", ""),
    "MCQType of change": ("Capacity change  Safety and Security", "Practice change", ""),
    "Own label": ("", "what one office keeps"),
    "Evidence supporting the outcome statement": ("Minutes of the session", "report", ""),
}
# What may be added to the codebook: file, and the line.
ENTRIES = (
    ("scales", {"label": "Galactic", "rank": "9", "source": "inferred"}),
    ("aliases", {"vocabulary": "scale", "alias": "Locally", "label": "Local", "language": "en", "source": "inferred"}),
    ("social_actors", {"label": "Lighthouse keepers", "source": "inferred"}),
    ("fields", {"field": "additional_information", "label": "Own label", "language": "en", "source": "inferred"}),
)
Pick = Callable[[Sequence[Any]], Any]


class Folder:
    """A home's raw folder, file by file, and the codebook beside. `told` names the changes, never a value."""

    def __init__(self, root: Path, codebook: Path) -> None:
        self.raw, self.codebook = root / "raw", codebook
        self.raw.mkdir(parents=True, exist_ok=True)
        if not codebook.exists():
            shutil.copytree(SEEDS, codebook)
        self.files: dict[str, tuple[str, list[Record]]] = {}
        self.entries: set[int] = set()
        self.told: list[str] = []
        self.number = 0

    # what people do

    def add(self, pick: Pick) -> None:
        """A new file."""
        form = pick(FORMS)
        self._put(self._name(pick, form), form, [self._record(pick) for _ in range(pick((1, 2, 3, 5)))])

    def edit(self, pick: Pick) -> None:
        """Another value in one record."""
        name, (form, records) = self._one(pick)
        at, label = pick(range(len(records))), pick(tuple(VALUES))
        self._put(name, form, [*records[:at], records[at] | {label: pick(VALUES[label])}, *records[at + 1 :]])

    def insert(self, pick: Pick) -> None:
        """A record more, in front of the others."""
        name, (form, records) = self._one(pick)
        self._put(name, form, [self._record(pick), *records])

    def answer(self, pick: Pick) -> None:
        """Somebody answers: a file of substantiations."""
        record = SUBSTANTIATION | {
            "FragmentID": pick(IDS),
            "Substantiation date": f"2024-05-0{pick(range(1, 9))}",
        }
        self._put(self._name(pick, "plain.txt"), "plain.txt", [record])

    def rename(self, pick: Pick) -> None:
        """The same file elsewhere."""
        name, (form, records) = self._one(pick)
        self._drop(name)
        self._put(self._name(pick, form), form, records)

    def remove(self, pick: Pick) -> None:
        """A file is taken away; the last one stays."""
        if len(self.files) > 1:
            self._drop(self._one(pick)[0])

    def duplicate(self, pick: Pick) -> None:
        """The same file a second time."""
        _, (form, records) = self._one(pick)
        self._put(self._name(pick, form), form, records)

    def touch(self, pick: Pick) -> None:
        """Another time, the same bytes."""
        name = self._one(pick)[0]
        os.utime(self.raw / name, (pick((1, 10**9, 2 * 10**9)),) * 2)

    def rewrite(self, pick: Pick) -> None:
        """The same bytes in a new file, in the place of the old."""
        file = self.raw / self._one(pick)[0]
        file.with_name(".fresh").write_bytes(file.read_bytes())
        file.with_name(".fresh").replace(file)

    def reorder(self, pick: Pick) -> None:
        """The records of a file the other way round."""
        name, (form, records) = self._one(pick)
        self._put(name, form, records[::-1])

    def swap(self, pick: Pick) -> None:
        """Two files change their contents."""
        one, two = self._one(pick)[0], self._one(pick)[0]
        if self.files[one][0] == self.files[two][0]:
            first, second = self.files[one][1], self.files[two][1]
            self._put(one, self.files[one][0], second)
            self._put(two, self.files[two][0], first)

    def pack(self, pick: Pick) -> None:
        """A file goes into an archive, or comes out of it."""
        name, (form, records) = self._one(pick)
        self._drop(name)
        other = form.removeprefix("packed ") if form.startswith("packed ") else f"packed {form}"
        self._put(self._name(pick, other), other, records)

    def recase(self, pick: Pick) -> None:
        """The ids of a file in other letters and blanks: the same ids."""
        name, (form, records) = self._one(pick)
        self._put(name, form, [{**one, "FragmentID": f" {one['FragmentID'].swapcase()}"} for one in records])

    def rule(self, pick: Pick) -> None:
        """A line of the codebook, added or taken out."""
        self.entries ^= {pick(range(len(ENTRIES)))}
        for name in {name for name, _ in ENTRIES}:
            text = (SEEDS / f"{name}.csv").read_text(encoding="utf-8")
            out = io.StringIO(newline="")
            columns = text.splitlines()[0].split(",")
            lines = csv.DictWriter(out, columns, lineterminator="\n")
            lines.writerows(entry for at, (file, entry) in enumerate(ENTRIES) if file == name and at in self.entries)
            (self.codebook / f"{name}.csv").write_text(text.rstrip("\n") + "\n" + out.getvalue(), encoding="utf-8")

    # how

    def do(self, kind: str, pick: Pick) -> None:
        """One change by its name."""
        self.told.append(kind)
        getattr(self, kind)(pick)

    def _one(self, pick: Pick) -> tuple[str, tuple[str, list[Record]]]:
        name: str = pick(sorted(self.files))
        return name, self.files[name]

    def _name(self, pick: Pick, form: str) -> str:
        self.number += 1
        stem, _, suffix = form.removeprefix("packed ").rpartition(".")
        suffix = "zip" if form.startswith("packed ") else suffix
        return os.path.normpath(f"{pick(PLACES)}/{pick(('a', 'm', 'z'))}{self.number}_{stem}.{suffix}")

    def _record(self, pick: Pick) -> Record:
        return {**DEFAULTS, **{label: pick(VALUES[label]) for label in ("FragmentID", *CHOSEN)}}

    def _put(self, name: str, form: str, records: list[Record]) -> None:
        content = FORMATS[form.removeprefix("packed ")](records)
        if form.startswith("packed "):
            content = zipped({f"in/{form.removeprefix('packed ')}": content})
        file = self.raw / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.files[name] = (form, records)

    def _drop(self, name: str) -> None:
        (self.raw / name).unlink()
        del self.files[name]


CHOSEN = ("coutnry", "Year", "Outcome description", "Outcome statements is CONFIDENTIAL", "Scale")
"""What a new record differs in from one in order."""
KINDS = (
    *("add", "edit", "insert", "answer", "rename", "remove", "duplicate", "touch", "rewrite", "reorder"),
    *("swap", "pack", "recase", "rule"),
)
"""Every kind of change."""


def furnish(folder: Folder, pick: Pick) -> None:
    """What lies there at first: a file of each form, and answers."""
    for form in FORMS:
        records = [folder._record(pick) for _ in range(4)]
        folder._put(folder._name(pick, form), form, records)
    folder.answer(pick)
