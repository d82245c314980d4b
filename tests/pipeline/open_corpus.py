"""Outcomes whose combinations of geography, year, social actor and type of change are counted by hand.

Each group is named for its country, so that no group's rows count for another's.
"""

from __future__ import annotations

from ..fragments import fragment

CANARY = "quilbex"
_serial = 0


def _several(count: int, **fields: str | None) -> str:
    global _serial
    made = []
    for _ in range(count):
        _serial += 1
        description = f"Group {_serial} of the {CANARY}text opened its books in the market of the {_serial}th ward."
        made.append(
            fragment(
                {
                    "Significance of the outcome": f"{CANARY}significance {_serial}",
                    "Evidence supporting the outcome statement": f"{CANARY}evidence {_serial}",
                    "Village": f"{CANARY}village",
                },
                **{"id": f"SCC-{CANARY}/{_serial}", "description": description, "year": "2023", "result": "", **fields},
            )
        )
    return "".join(made)


CAPACITY = "Capacity change  Safety and Security"

FILES = {
    # five are shown, four are not
    f"{CANARY}_five.txt": _several(5, country="Kenya").encode(),
    f"{CANARY}_four.txt": _several(4, country="Burundi").encode(),
    # five of which one is confidential
    f"{CANARY}_closed.txt": (_several(4, country="Iraq") + _several(1, country="Iraq", confidential="1")).encode(),
    # five of which one does not say
    f"{CANARY}_blank.txt": (_several(4, country="Syria") + _several(1, country="Syria", confidential="")).encode(),
    # a cascade: four with Media and Authorities, one with Authorities alone, five with Media alone. The four go for
    # nobody else has both... Authorities: 4 + 1 = 5 and Media: 4 + 5 = 9 are carried, so all ten stay
    f"{CANARY}_pairs.txt": (
        _several(4, country="Mali", actor="Authorities; Media")
        + _several(1, country="Mali", actor="Authorities")
        + _several(5, country="Mali", actor="Media")
    ).encode(),
    # Authorities 3 + 1 = 4: those four lose types and actors; of Media 3 + 4 = 7 four are left, which lose them too; eight of
    # one country and year are left to tell
    f"{CANARY}_cascade.txt": (
        _several(3, country="Niger", actor="Authorities; Media")
        + _several(1, country="Niger", actor="Authorities")
        + _several(4, country="Niger", actor="Media")
    ).encode(),
    # the same, but five of Media stand alone and stay; the four others are too few for the country
    f"{CANARY}_partly.txt": (
        _several(3, country="Ethiopia", actor="Authorities; Media")
        + _several(1, country="Ethiopia", actor="Authorities")
        + _several(5, country="Ethiopia", actor="Media")
    ).encode(),
    # types of change count as actors do
    f"{CANARY}_types.txt": (
        _several(5, country="Yemen", types=f"{CAPACITY}, Practice change", clusters="Capacity change, Practice change")
        + _several(2, country="Yemen", types="Policy change", clusters="Policy change")
    ).encode(),
    # years apart
    f"{CANARY}_years.txt": (_several(5, country="Lebanon") + _several(3, country="Lebanon", year="2022")).encode(),
    # members that no list has: five are shown, four are withheld
    f"{CANARY}_observed.txt": (
        _several(5, country="Palestine", scale="Five-fold scale")
        + _several(4, country="Palestine", scale=f"{CANARY}scale")
        + _several(5, country="Palestine", scale="Local", confidential="1", actor=f"{CANARY}actor")
    ).encode(),
    # a geography of four open outcomes that nobody lists; with five of the same kind under another such
    f"{CANARY}_places.txt": (
        _several(3, country=f"{CANARY}land", result="Outcome 7.7")
        + _several(3, country=f"{CANARY}stan", result="Outcome 7.7")
        + _several(5, country="Newland", result="Outcome 8.8")
    ).encode(),
    # an outcome that is open in its newest version and was confidential before
    f"{CANARY}_v1.txt": _several(5, country="South Sudan").encode(),
    "harvest/later.txt": (
        _several(4, country="DR Congo")
        + fragment(
            {"Village": CANARY}, id=f"SCC-{CANARY}/once", country="DR Congo", harvest="harvest 1", confidential="1"
        )
    ).encode(),
    "harvest/latest.txt": fragment(
        {"Village": CANARY}, id=f"SCC-{CANARY}/once", country="DR Congo", harvest="harvest 4", confidential="0"
    ).encode(),
}

# What is shown of each country, counted by hand.
KEPT = {
    "kenya": 5,
    "mali": 10,
    "niger": 8,
    "ethiopia": 5,
    "yemen": 5,
    "lebanon": 5,
    "palestine": 9,
    "newland": 5,
    "south_sudan": 5,
}
GONE = ("burundi", "iraq", "syria", "dr_congo")
# Those tell no geography: 4 + 4 + 4 + 4, 4 of Ethiopia, 2 of Yemen, 3 of Lebanon, 6 of places that no list has.
WITHHELD = 31
