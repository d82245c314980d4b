"""Real places: some first-level regions of countries, by ISO 3166-1 alpha-3. Which countries there are says the codebook."""

from __future__ import annotations

REGIONS = {
    "BDI": ("Gitega", "Ngozi", "Rumonge", "Muyinga", "Makamba", "Cibitoke", "Ruyigi"),
    "BFA": ("Boucle du Mouhoun", "Cascades", "Centre-Nord", "Hauts-Bassins", "Plateau-Central", "Sud-Ouest"),
    "COD": ("North Kivu", "South Kivu", "Ituri", "Tanganyika", "Kasaï", "Équateur", "Lomami"),
    "ETH": ("Oromia", "Amhara", "Sidama", "Afar", "Gambela", "Harari"),
    "IRQ": ("Nineveh", "Basra", "Kirkuk", "Anbar", "Diyala", "Dhi Qar", "Maysan"),
    "KEN": ("Nakuru", "Kisumu", "Turkana", "Garissa", "Kilifi", "Marsabit", "Isiolo", "Kitui"),
    "LBN": ("Akkar", "Baalbek-Hermel", "Beqaa", "Nabatieh", "Mount Lebanon", "South Lebanon"),
    "MLI": ("Mopti", "Gao", "Ségou", "Sikasso", "Kayes", "Koulikoro"),
    "NER": ("Agadez", "Diffa", "Dosso", "Maradi", "Tahoua", "Tillabéri", "Zinder"),
    "PSE": ("Hebron", "Nablus", "Jenin", "Tulkarm", "Bethlehem", "Jericho"),
    "SSD": ("Jonglei", "Warrap", "Lakes", "Eastern Equatoria", "Western Equatoria", "Upper Nile"),
    "SYR": ("Aleppo", "Homs", "Hama", "Daraa", "Raqqa", "Tartus"),
    "YEM": ("Taiz", "Aden", "Marib", "Hadramawt", "Ibb", "Lahij", "Shabwah"),
    "UGA": ("Gulu", "Arua", "Mbale", "Moroto", "Kabale"),
    "RWA": ("Huye", "Musanze", "Rubavu", "Nyagatare"),
    "SDN": ("Kassala", "Gedaref", "Blue Nile", "White Nile"),
    "NGA": ("Kaduna", "Plateau", "Benue", "Bauchi", "Kano"),
    "TCD": ("Guéra", "Mayo-Kebbi", "Ouaddaï", "Moyen-Chari"),
    "COL": ("Cauca", "Chocó", "Nariño", "Antioquia", "Arauca"),
    "GTM": ("Alta Verapaz", "Quiché", "Huehuetenango", "Petén"),
    "MOZ": ("Nampula", "Sofala", "Zambezia", "Tete"),
    "BGD": ("Khulna", "Sylhet", "Barisal", "Rangpur"),
    "NPL": ("Lumbini", "Karnali", "Gandaki", "Madhesh"),
    "PHL": ("Ilocos", "Bicol", "Caraga", "Davao"),
}
FRENCH_SPOKEN = frozenset({"BDI", "BFA", "COD", "LBN", "MLI", "NER", "TCD"})
"""Where some records are written in French."""
NAMELESS = ("the northern district", "the southern district", "the border district", "the river district")
"""Where no region of a country is known here."""
NAMELESS_FRENCH = ("le district du nord", "le district du sud", "le district frontalier", "le district du fleuve")
