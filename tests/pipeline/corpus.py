"""The rich corpus: some eighty synthetic fragments in many files, each planted for one sentence of the contract.

Every fragment has a description of its own unless two are meant to share one, so that no rule fires by chance. Nothing
of the pipeline is imported: what is to come of the corpus is written down by hand in the tests.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..fragments import fragment

# Stands in every field of records that nobody but the restricted edition may show.
CANARY = "zanquo"

OTHERS = "Contribution of other actors and factors"
UNINTENDED = "The change was unintended"
NEGATIVE = "Outcome is negative"
EVIDENCE = "Evidence supporting the outcome statement"
CONTRIBUTION = "Contribution of the programme"
SIGNIFICANCE = "Significance of the outcome"
STATUS = "Outcome status"
CLOSED = "Outcome statements is CONFIDENTIAL"
MERGED = "StoryFragment_Merged"
GENDER = "More equal gender roles and relationships and transformation of harmful gender norms"
CIVIC = "Less suppression of civic space"
LONG_PLACE = "Qx" * 100
HOSTILE = """It's a "quoted" name; drop table main.fct_outcomes; -- {{ ref('x') }} [bold]red[/bold] %s"""


def text(name: str) -> str:
    """A description that no other name has."""
    return f"The council of {name} adopted a charter for open sittings and put it on its wall for all to read."


def piece(number: int, note: str = "", /, changes: dict[str, str | None] | None = None, **fields: str | None) -> str:
    """A fragment in order with id SCC-KEN/CIV<number> and a description of its own."""
    return fragment(
        changes, **{"id": f"SCC-KEN/CIV{number}", "description": text(f"{number} {note}".strip()), **fields}
    )


def blanks_doubled(content: str) -> str:
    """The same content with other blanks in its values."""
    return content.replace("charter for", "charter   for").replace("for all ", "for  all ")


def canaries(changes: dict[str, str | None]) -> str:
    """A fragment with a canary in each field of free text, and in codes, id and a label of its own."""
    return fragment(
        {
            "FragmentID": f"SCC-KEN/{CANARY}id",
            "Outcome description": f"The {CANARY}description changed in 2023.",
            SIGNIFICANCE: f"Why {CANARY}significance matters here.",
            "Additional information (use if needed) ": f"More {CANARY}additional things.",
            CONTRIBUTION: f"The programme {CANARY}contribution did it and it took a long time to do.",
            OTHERS: f"Others {CANARY}others helped.",
            EVIDENCE: f"Minutes {CANARY}evidence of the day.",
            MERGED: f"Outcome description:  {CANARY}merged text",
            "OH-harvesting period": f"{CANARY}harvest",
            "coutnry": f"{CANARY}country",
            "Year": f"{CANARY}year",
            "Rating significance": f"{CANARY}rating",
            "Social actor": f"{CANARY}actor",
            "Scale": f"{CANARY}scale",
            "Rating contribution": f"{CANARY}contrating",
            STATUS: f"{CANARY}status",
            UNINTENDED: f"{CANARY}unintended",
            NEGATIVE: f"{CANARY}negative",
            "Link to Outcomes in Results Framework ": f"{CANARY}result",
            "Link to SCC Specific Objectives": f"{CANARY}objective",
            "MCQType of change": f"{CANARY}type",
            "TypeOfChangeCluster": f"{CANARY}cluster",
            f"{CANARY}label": f"{CANARY}extra",
            **changes,
        }
    )


_SHARED = text("the shared text")
_COLLIDING = text("colliding one")

TEXTS: dict[str, str] = {
    # natural order of paths: harvest_2 before harvest_10
    "a_order/harvest_10.txt": piece(100, "from ten"),
    "a_order/harvest_2.txt": piece(100, "from two"),
    # order by number of harvest, none first, before that of paths
    "b_harvests/01.txt": piece(101, "fifth", harvest="harvest 5"),
    "b_harvests/02.txt": piece(101, "second", harvest="harvest 2"),
    "b_harvests/03.txt": piece(101, "none", harvest=""),
    # one id in other case and other blanks
    "c_ids/one.txt": piece(102, "first"),
    "c_ids/two.txt": piece(102, "second", id=" scc-ken/civ102  ", harvest="harvest 4"),
    # A, B, A
    "d_aba/1.txt": piece(103, "same", year="2021"),
    "d_aba/2.txt": piece(103, "same", year="2022"),
    "d_aba/3.txt": piece(103, "same", year="2021"),
    # A, A, B, B: blanks, decomposed letters and the merged text make no difference
    "e_same/1.txt": piece(104, "café", scale="Galactic"),
    "e_same/2.txt": blanks_doubled(piece(104, "cafe\u0301", {MERGED: "Anything"}, scale="Galactic")),
    "e_same/3.txt": piece(104, "café", scale="Galactic", year="2022"),
    "e_same/4.txt": piece(104, "café", scale="Galactic", year="2022"),
    # an id that collides in one file identifies nothing in any
    "f_collision/collide.txt": piece(105, description=_COLLIDING) + piece(105, "two"),
    "f_collision/other.txt": piece(105, description=_COLLIDING.upper()),
    "f_collision/third.txt": piece(105, "three"),
    # a quarantined fragment makes no collision
    "f_quarantine/1.txt": piece(106, "sound") + piece(106, description=""),
    "f_quarantine/2.txt": piece(106, "later"),
    # blank and marked ids: as given, together with the text
    "g_blank/blank.txt": piece(0, description=_SHARED + " A", id="", year="2021")
    + piece(0, description=(_SHARED + "  a").upper(), id="", year="2022")
    + piece(0, description=_SHARED + " B", id=""),
    "g_blank/marked.txt": piece(0, description=_SHARED + " C", id="SCC-<redacted>/CIV900", year="2021")
    + piece(0, description=_SHARED + " C", id="SCC-<redacted>/CIV900", year="2022")
    + piece(0, description=_SHARED + " D", id="SCC-<redacted>/CIV900")
    + piece(0, description=_SHARED + " C ", id="SCC-<person>/CIV900", year="2023"),
    # confidential if any version is
    "h_closed/1.txt": piece(107, "v", harvest="harvest 1", confidential="1")
    + piece(108, "v", harvest="harvest 1", confidential="")
    + piece(110, "v", harvest="harvest 1", confidential="1")
    + piece(111, "v", harvest="harvest 1", confidential="0"),
    "h_closed/2.txt": piece(107, "v", harvest="harvest 2", confidential="0")
    + piece(108, "v", harvest="harvest 2", confidential="maybe")
    + piece(110, "v", harvest="harvest 2", confidential="")
    + piece(111, "v", harvest="harvest 2", confidential="non"),
    "h_closed/3.txt": piece(108, "v", harvest="harvest 3", confidential="0")
    + piece(112, confidential="<redacted>")
    + piece(113, confidential=None),
    # quarantine
    "i_held/quarantine.txt": piece(140, changes={"Village": "Elmham"}, description="")
    + piece(141)
    + "**Year**: 2019\n"
    + piece(142)
    + "**Scale**: Local\n"
    + piece(143, description="<redacted>, <person>.")
    + piece(140, changes={"Village": "Elmham"}, description=""),
    # members that no list has
    "j_observed/members.txt": piece(150, actor="Foo-bar")
    + piece(151, actor="Foo bar")
    + piece(152, actor="المرأة")
    + piece(153, actor="Not coded")
    + piece(154, actor="withheld")
    + piece(155, scale="Galactic")
    + piece(156, country=LONG_PLACE)
    + piece(157, country="<redacted>", year="<redacted>", actor="<person>", scale=" <redacted> ")
    + piece(158, changes={STATUS: "Not an outcome"})
    + piece(159, changes={STATUS: "Draft"})
    + piece(160, harvest="harvest 17"),
    # several members in one field
    "k_several/several.txt": piece(
        170,
        actor="Authorities; Media, Private sector",
        objective=f"CIV: {CIVIC}; {GENDER}",
        country="Sahel",
        result="Outcome 1.2, Outcome 2.1",
        types="Capacity change  Safety and Security, Practice change",
        clusters="Capacity change, Practice change",
    )
    + piece(171, types=None, clusters="Policy change")
    + piece(172, types=None, clusters=None, actor="", objective="")
    + piece(173, country="Kenya", result="Outcome 1.2")
    + piece(174, actor="Media, <redacted>")
    + piece(175, actor="Media; Media"),
    # flags and years
    "l_flags/flags.txt": piece(180, changes={UNINTENDED: "YES", NEGATIVE: "1.0", OTHERS: "The mayor"}, year="2023.0")
    + piece(181, changes={UNINTENDED: "", NEGATIVE: "<redacted>", OTHERS: "<redacted>"}, year="1999")
    + piece(182, changes={UNINTENDED: "perhaps", NEGATIVE: "no", OTHERS: ""}, year="soon")
    + piece(183, changes={OTHERS: "non"}, year="")
    + piece(184, changes={MERGED: "<redacted> <redacted>", EVIDENCE: "<person> and <redacted> saw it"}),
    # advice and contradictions
    "m_advice/craft.txt": piece(190, objective=GENDER)
    + piece(191, types="Capacity change  Safety and Security", clusters="Policy change")
    + piece(
        192, description="In 2024 the clerks of the western post opened a desk where anyone may complain.", year="2022"
    )
    + piece(193, changes={CONTRIBUTION: "We trained."})
    + piece(194, changes={EVIDENCE: "Photos"})
    + piece(195, changes={SIGNIFICANCE: text("195")})
    + piece(196, changes={MERGED: "Outcome description:  Something else altogether was written in this place."})
    + piece(197, description=text("near duplicates"))
    + piece(198, description=text("near duplicates").upper().replace(" ", "  ").replace(".", " !")),
    "n_extra/1.txt": piece(200, "same", {"Village": "Ash"}),
    "n_extra/2.txt": piece(200, "same", {"Village": "Elm"}),
    "o_preamble.txt": "Export of the spring\n\n" + piece(201),
    # blanks around labels, lines that are none of a field, separators that end no line, a record of a text alone
    "o_lines.txt": (
        "  **FragmentID** : SCC-KEN/CIV202\n"
        "\t**Outcome description**  :first line\n\nthird ** line\n** no field\n**Scale** Local\nplain"
        "\u2028**Year**: 1887 \u0085 goes on\n"
        "**Outcome statements is CONFIDENTIAL**:0\n"
        "**FragmentID**: SCC-KEN/CIV203\n**Outcome description**: the only one\n"
    ),
    "p_hostile/one.txt": piece(
        204, changes={SIGNIFICANCE: HOSTILE, "'); drop table raw.fragments; --": HOSTILE}, actor=HOSTILE
    ),
    'p_hostile/it\'s "odd"; drop table x; --\n[red].txt': piece(205),
    "q_ignored/.hidden.txt": piece(206),
    "q_ignored/~$lock.txt": piece(207),
    ".q_folder/inside.txt": piece(208),
    "~$folder/inside.txt": piece(209),
    # what nobody else may see
    "r_canary/closed.txt": canaries({CLOSED: "1"}),
    "r_canary/undeclared.txt": canaries({CLOSED: f"{CANARY}confidential", "FragmentID": f"SCC-KEN/{CANARY}two"}),
    "r_canary/held.txt": canaries({"Outcome description": "", "FragmentID": f"SCC-KEN/{CANARY}three"})
    + canaries({"FragmentID": f"SCC-KEN/{CANARY}four", CLOSED: "0"})
    + f"**Year**: {CANARY}again\n**{CANARY}label**: {CANARY}other\n",
}
FRENCH = "L'assemblée a ouvert ses séances à Béni; l'État a reçu où était dû près de l'Hôtel, çà et là, dès l'été."

FILES: dict[str, bytes] = {
    **{name: content.encode() for name, content in TEXTS.items()},
    "s_encodings/utf8sig.txt": piece(210, description=FRENCH + " 1").encode("utf-8-sig"),
    "s_encodings/utf16.txt": piece(211, description=FRENCH + " 2").encode("utf-16"),
    "s_encodings/cp1252.txt": piece(212, description=FRENCH + " 3").encode("cp1252"),
    "s_encodings/crlf.txt": piece(213, description="one\ntwo").replace("\n", "\r\n").encode(),
    "s_encodings/cr.txt": piece(214, description="one\ntwo again").replace("\n", "\r").encode(),
    "t_bad/binary.txt": bytes(range(256)) * 8 + f"{CANARY}binary".encode(),
    "t_bad/empty.txt": b"",
    "t_bad/unsupported.pdf": b"%PDF-1.4 " + f"{CANARY}pdf".encode(),
    "t_bad/nofield.txt": f"Only prose with {CANARY}prose in it.\n**Own label**: {CANARY}own\n".encode(),
    "t_bad/marked_not_utf8.txt": b"\xef\xbb\xbf**FragmentID**: x\n**Outcome description**: \xff\xfe"
    + b" zanquobytes\n",
}

UNREADABLE = {
    "t_bad/binary.txt",
    "t_bad/empty.txt",
    "t_bad/unsupported.pdf",
    "t_bad/nofield.txt",
    "t_bad/marked_not_utf8.txt",
    "u_odd/out.txt",
    "u_odd/above",
    "u_odd/pipe.txt",
    "u_odd/nowhere.txt",
}
NOT_UTF8 = "u_odd/name_\\xff.txt"
LINKED = "u_odd/inside.txt"


def plant_oddities(raw: Path, outside: Path) -> None:
    """What no mapping of names to bytes can hold: links, a pipe, a name that is no UTF-8."""
    odd = raw / "u_odd"
    odd.mkdir()
    (outside / "secret.txt").write_text(piece(220), encoding="utf-8")
    (odd / "out.txt").symlink_to(outside / "secret.txt")
    (odd / "above").symlink_to(raw)
    (odd / "nowhere.txt").symlink_to(raw / "gone.txt")
    (odd / "inside.txt").symlink_to(raw / "o_preamble.txt")
    os.mkfifo(odd / "pipe.txt")
    with open(os.fsencode(odd) + b"/name_\xff.txt", "wb") as file:
        file.write(piece(221).encode())
