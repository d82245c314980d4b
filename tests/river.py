"""Records of an invented programme with a codebook of its own, which shares no label and no value with the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BOOK = Path(__file__).parent / "fixtures" / "codebook_river"

MERGED = (
    "Ce qui a changé:  {description} Ce que cela change:  La berge ne s'effondre plus sous les barques. "
    "Ce que le projet a fait:  {contribution}"
)
CONTRIBUTION = "Le projet a réuni les deux rives et payé le géomètre qui a tracé les bornes."
FIELDS = {
    "Numéro du récit": "RIV-AMT/EAU007",
    "État du récit": "Retenu",
    "Campagne": "campagne d'étiage",
    "Tronçon": "Delta, rive gauche",
    "Millésime": "2011",
    "Récit du changement": "En 2011 le comité a fermé deux prises d'eau sauvages et l'a affiché au ponton.",
    "Pourquoi cela compte": "La berge ne s'effondre plus sous les barques.",
    "Précisions": "",
    "Poids du changement": "vague",
    "Qui a changé": "Comité de bassin, Pêcheurs, mareyeuses",
    "Étendue": "Bief",
    "Part du projet": CONTRIBUTION,
    "Part des autres": "non",
    "Poids de la part du projet": "décisive",
    "Imprévu": "oui",
    "Sources": "Procès-verbal du comité, folio 12",
    "À ne pas diffuser": "0",
    "Repère du cadre": "3.1",
    "Axe": "EAU: De l'eau propre, pour tous; Une pêche qui dure",
    "Recul": "non",
    "Nature du changement": "Usages  Arrosage, au goutte, Règles  Tour d'eau",
    "Famille de changement": "Usages, Règles",
}
SPANISH = {
    "Numéro du récit": "Número del relato",
    "Campagne": "Campaña",
    "Tronçon": "Tramo",
    "Millésime": "Gestión",
    "Récit du changement": "Relato del cambio",
    "Pourquoi cela compte": "Por qué importa",
    "Poids du changement": "Peso del cambio",
    "Qui a changé": "Quién cambió",
    "Part du projet": "Parte del proyecto",
    "Poids de la part du projet": "Peso de la parte del proyecto",
    "Sources": "Fuentes",
    "À ne pas diffuser": "No difundir",
    "Axe": "Eje",
}


def record(changes: Mapping[str, str | None] | None = None, *, spanish: bool = False) -> str:
    """A record in order, with labels changed, added or (None) left out; under its Spanish labels where there are some."""
    fields: dict[str, str | None] = {**FIELDS, **(changes or {})}
    labels = SPANISH if spanish else {}
    return "".join(f"**{labels.get(label, label)}**: {value}\n" for label, value in fields.items() if value is not None)


def merged() -> str:
    """The merged text that agrees with a record in order."""
    return MERGED.format(description=FIELDS["Récit du changement"], contribution=CONTRIBUTION)
