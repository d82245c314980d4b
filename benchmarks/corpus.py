"""Synthetic fragments for measuring: invented places and people, shaped on the one real record.

Deterministic for a seed. About a tenth of the fragments carry a mark, a blank or an unknown value, as real ones do.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

_SUBJECTS = (
    "the association of market women", "the youth council of the northern district", "three village committees",
    "the provincial assembly", "the network of human rights defenders", "the traditional council", "the local radio",
    "the police commissioner of the southern zone", "the coalition of civil society organisations", "the mayor's office",
)  # fmt: skip
_VERBS = (
    "adopted a written procedure for", "publicly committed to", "revised its position on", "started to hold hearings about",
    "allocated a budget line to", "stopped interfering with", "convened a first meeting on", "published its decisions on",
)  # fmt: skip
_OBJECTS = (
    "complaints of residents about land", "the participation of women in local peace talks", "requests for protection",
    "the transparency of the annual budget", "the registration of community groups", "the return of displaced families",
    "the use of force during demonstrations", "early warning of tensions between herders and farmers",
)  # fmt: skip
_TAILS = (
    "after two years of silence on the matter", "although the authorities had refused this before",
    "in the presence of the regional administration", "and informed all wards of the municipality about it",
    "which nobody in the district had expected", "with the support of elders from both communities",
)  # fmt: skip
_COUNTRIES = ("Kenya", "Burundi", "Sahel", "Ethiopia", "South Sudan", "Iraq", "Lebanon", "Yemen", "DR Congo", "Syria")
_ACTORS = ("Civic change agents", "Authorities", "Citizens and communities", "Security actors", "Media")
_TYPES = (
    ("Capacity change  Safety and Security", "Capacity change"), ("Practice change", "Practice change"),
    ("Policy change", "Policy change"), ("", ""),
)  # fmt: skip
_OBJECTIVES = (
    "CIV: Less suppression of civic space",
    "More equal gender roles and relationships and transformation of harmful gender norms",
    "More effective efforts of society and authorities to transform conflict and pursue peace and human rights",
)


def fragments(count: int, seed: int = 7) -> Iterator[str]:
    """`count` fragments of 2 to 3 KB each, ending in a line end."""
    draw = random.Random(seed)
    sentences = [_sentence(draw) for _ in range(4000)]
    for number in range(count):
        yield _fragment(draw, sentences, number)


def write(folder: Path, count: int, *, per_file: int, seed: int = 7) -> None:
    """The fragments as text files of `per_file` fragments each below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = None
    for number, fragment in enumerate(fragments(count, seed)):
        if number % per_file == 0:
            if handle is not None:
                handle.close()
            handle = (folder / f"fragments_{number // per_file:06d}.txt").open("w", encoding="utf-8")
        assert handle is not None
        handle.write(fragment)
    if handle is not None:
        handle.close()


def _sentence(draw: random.Random) -> str:
    words = (draw.choice(_SUBJECTS), draw.choice(_VERBS), draw.choice(_OBJECTS), draw.choice(_TAILS))
    return f"In {draw.choice(_COUNTRIES)}, {' '.join(words)} ({draw.randrange(1000, 10000)} people)."


def _fragment(draw: random.Random, sentences: list[str], number: int) -> str:
    text = [" ".join(draw.choices(sentences, k=k)) for k in (1, 2, 1, 1)]
    year = draw.randrange(2021, 2026)
    description = f"In {year}, {text[0]}"
    mess = draw.random()
    if mess < 0.04:
        description = description.replace(" the ", " <redacted> ", 1)
    others = draw.choice(("No", text[3], ""))
    merged = (
        f"Outcome description:  {description} Significance:  {text[1]} Contribution:  {text[3]} "
        f"Additional information:  {text[2]}" + (f" Contribution of Other factors:  {others}" if others else "")
    )
    if 0.04 <= mess < 0.05:
        merged = merged.replace(" the ", " <redacted> ", 1)
    kind, cluster = draw.choice(_TYPES)
    objective = draw.choice(_OBJECTIVES)
    country = draw.choice(_COUNTRIES)
    code = "CIV" if objective.startswith("CIV") else "OUT"
    fields = (
        ("FragmentID", "" if 0.05 <= mess < 0.055 else f"SCC-{draw.choice('ABCDEF')}/{code}{number:07d}"),
        ("Outcome status", "Outcome"),
        ("OH-harvesting period", f"harvest {draw.randrange(1, 6)}"),
        ("coutnry", "Atlantis" if 0.055 <= mess < 0.06 else country),
        ("Year", f"{year}.0" if mess > 0.9 else str(year)),
        ("Outcome description", "" if 0.06 <= mess < 0.065 else description),
        ("Significance of the outcome", text[1]),
        ("Additional information (use if needed) ", text[2]),
        ("Rating significance", draw.choice(("large", "medium", "small"))),
        ("Social actor", draw.choice(_ACTORS)),
        ("Scale", draw.choice(("Organisation", "Local", "National", "Community"))),
        ("Contribution of the programme", text[3]),
        ("Contribution of other actors and factors", others),
        ("Rating contribution", draw.choice(("great", "some", "little"))),
        ("The change was unintended", draw.choice(("NO", "NO", "YES", ""))),
        ("Evidence supporting the outcome statement", draw.choice(("Photos", "Minutes of the session of the council"))),
        ("Outcome statements is CONFIDENTIAL", "" if 0.065 <= mess < 0.07 else draw.choice(("1.0", "0.0", "0"))),
        ("Link to Outcomes in Results Framework ", "Outcome 1.2" if country == "Sahel" else ""),
        ("Link to SCC Specific Objectives", objective),
        ("StoryFragment_Merged", merged),
        ("Outcome is negative", draw.choice(("NO", "NO", "NO", "YES"))),
        ("MCQType of change", kind),
        ("TypeOfChangeCluster", cluster),
    )
    return "".join(f"**{label}**: {value}\n" for label, value in fields)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--per-file", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.records, per_file=arguments.per_file, seed=arguments.seed)
