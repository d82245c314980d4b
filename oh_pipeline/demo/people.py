"""Who acts in the stories: invented organisations and offices, told by what they do. No name of a person stands anywhere."""

from __future__ import annotations

FIRST = (
    "Blue", "Open", "Second", "Quiet", "Green", "Long", "Early", "Silver", "Upper", "Twin", "New", "Red", "Broad",
    "Old",
    "Bright", "Far", "Hidden", "Seven", "White", "Standing", "Rolling", "Amber", "Stone", "Golden", "Lower", "Round",
)  # fmt: skip
SECOND = (
    "Baobab", "Bridge", "Lantern", "River", "Acacia", "Threshold", "Harbour", "Orchard", "Well", "Cedar", "Horizon",
    "Drum",
    "Kite", "Field", "Gate", "Heron", "Loom", "Spring", "Terrace", "Olive", "Ford", "Shade", "Basket", "Anchor",
    "Mirror",
    "Plough", "Canoe", "Pepper", "Swallow", "Mosaic", "Granary", "Sail",
)  # fmt: skip
AREAS = (
    "northern", "southern", "eastern", "western", "central", "upper", "lower", "border", "river", "hill", "lakeside",
    "old town", "valley", "station", "market",
)  # fmt: skip

# `{name}` is an invented name, `{area}` a part of a place. Keys are kinds of actor.
ROLES = {
    "civic": (
        "the {name} Women's League", "the {name} Youth Forum", "the {name} Network of Human Rights Defenders",
        "the {name} Legal Aid Circle", "the {name} Association of Persons with Disabilities",
        "the {name} Observers' Group",
        "the {name} Coalition of Civil Society Organisations", "the {name} Peace Club",
        "volunteers of the {name} Help Desk",
        "the steering group of the {name} Platform", "the {name} Students' Union", "the {name} Widows' Association",
    ),
    "citizens": (
        "the residents' committee of the {area} quarter", "families of the {name} camp",
        "water users of the {area} villages",
        "herders and farmers of the {area} plain", "parents of the {name} school", "market women of the {area} town",
        "young people of the {area} wards", "the neighbourhood assembly of {name}",
        "fishing crews of the {name} landing",
        "displaced families in the {area} settlement", "the village savings groups of {name}",
    ),
    "authorities": (
        "the {area} district council", "the land office of the {area} zone",
        "the county assembly's committee on petitions",
        "the municipal council of the {area} commune", "the provincial department of social affairs",
        "the {area} magistrates' court", "the regional directorate of education", "the ombudsman's {area} office",
        "the sub-prefecture of the {area} circle", "the town clerk's office of the {area} municipality",
        "the electoral office of the {area} constituency", "the prison administration of the {area} province",
    ),
    "security": (
        "the police post of the {area} ward", "the border guard unit at the {area} crossing",
        "the {area} gendarmerie brigade",
        "the commanders of the {area} garrison", "the community policing cell of the {area} quarter",
        "the training centre of the {area} police", "the checkpoint commanders along the {area} road",
        "the inspectorate of the {area} police division",
    ),
    "customary": (
        "the council of elders of the {area} clans", "imams and pastors of the {area} quarter",
        "the customary chiefs of the {area} canton", "the interfaith committee of {name}",
        "the {area} council of queen mothers",
        "the wise men's circle of the {area} valley", "the diocesan commission of the {area} deanery",
    ),
    "media": (
        "{name} Radio", "the editors of the {name} Weekly", "the {area} community radio station",
        "the {name} bloggers' guild",
        "the journalists' club of the {area} region", "the production team of {name} Television",
    ),
    "private": (
        "the {name} Transport Cooperative", "the traders' union of the {area} market", "the {name} Mining Company",
        "the {name} Millers' Group", "the hotel owners of the {area} town", "the {name} Mobile Money Agency",
        "the landowners' board of the {area} estates",
    ),
    "international": (
        "the field mission of {name} Relief", "the {name} donors' group", "the protection cluster of the {area} region",
        "the observers of the {name} monitoring mission", "the secretariat of the {name} basin authority",
        "the regional desk of the {name} Fund",
    ),
}  # fmt: skip

# Words in a label of the codebook that tell the kind of actor; the first that fits.
KIND_WORDS = (
    ("international", ("international", "donor", "regional body", "embass")),
    ("security", ("security", "police", "army", "military", "armed")),
    ("customary", ("custom", "religious", "traditional", "elder", "faith")),
    ("media", ("media", "journalist", "press", "radio")),
    ("private", ("private", "business", "compan", "trader")),
    ("authorities", ("authorit", "government", "official", "parliament", "court", "council", "minist")),
    ("civic", ("civic", "civil society", "defender", "activist", "organisation", "ngo", "cso")),
    ("citizens", ("citizen", "communit", "people", "women", "youth", "famil", "household")),
)


def kind_of(label: str, words: tuple[tuple[str, tuple[str, ...]], ...], otherwise: str) -> str:
    """The kind that a label of the codebook speaks of."""
    text = label.casefold()
    return next((kind for kind, parts in words if any(part in text for part in parts)), otherwise)
