"""Coded fields: from a delivered spelling to members of a vocabulary, listed or observed.

Works on distinct spellings, so that a million fragments cost what their few hundred spellings cost. Fields that may hold
several members are split here. Reports nothing: what is unknown is marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook, Member
from oh_pipeline.normal import collapse, fold, has_mark, only_marks
from oh_pipeline.sources.batch import Ints
from oh_pipeline.spellings import SEPARATOR
from oh_pipeline.validation.columns import Spellings, spellings

_KEY = "\0"  # parts a combined key; no text holds it
_ID_SLOT = re.compile(r"/\s*([A-Za-z]{2,8})[-_ ]?\d+\s*$")

LONG = {
    "record": pl.Int64,
    "vocabulary": pl.String,
    "position": pl.Int32,
    "scope_member": pl.String,
    "member": pl.String,
    "label": pl.String,
    "field": pl.String,
    "known": pl.Boolean,
    "value": pl.String,
    "scope_label": pl.String,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One member named in a field. `value` is the delivered spelling of an unknown one."""

    vocabulary: str
    member: str
    label: str
    known: bool
    value: str
    field: str
    scope: str | None = None
    scope_label: str | None = None


def single(codebook: Codebook, vocabulary: str, column: pl.Series) -> tuple[pl.Series, Ints]:
    """Member a row (null where blank or withheld), and the rows whose spelling is unknown."""

    def meaning(value: str) -> tuple[str | None, bool]:
        if only_marks(value):
            return None, False
        found = codebook.match(vocabulary, value)
        return (found.member, False) if found else (fold(value), True)

    spelled = spellings(column)
    meanings = spelled.each(meaning)
    members = spelled.column([member for member, _ in meanings], pl.String)
    return members, np.flatnonzero(spelled.mask([new for _, new in meanings]))


def split(text: str, match: Callable[[str], Member | None], longest: int) -> list[tuple[Member | None, str]]:
    """The values named in a field: at each place the longest listed spelling, else what stands up to the separator.

    `longest` is the number of parts that a listed spelling can have. Marks that stand alone are left out. A form app joins
    the names of the options chosen by blanks: words in small letters that are all listed are several values.
    """
    parts = SEPARATOR.split(f"{text} " if text.endswith((",", ";")) else text)  # trimmed off a separator at the end
    found: list[tuple[Member | None, str]] = []
    start = 0
    while start < len(parts):
        for end in range(min(len(parts), start + 2 * longest - 1), start, -2):
            piece = "".join(parts[start:end]).strip()
            member = match(piece)
            if member is not None or end - start == 1:
                break
        names = piece.split(" ") if member is None and piece == piece.lower() else []
        if len(names) > 1 and all(map(match, names)):
            found += [(match(name), name) for name in names]
        elif member is not None or (piece and not only_marks(piece)):
            found.append((member, piece))
        start = end + 1
    return found


def split_listed(codebook: Codebook, vocabulary: str, text: str) -> list[tuple[Member | None, str]]:
    """`split` against the spellings of a vocabulary."""
    return split(text, lambda value: codebook.match(vocabulary, value), codebook.most_parts[vocabulary])


def group(codebook: Codebook, vocabulary: str, field: str, column: pl.Series, scope: pl.Series | None) -> pl.DataFrame:
    """One row a record and member of a field that may hold several, in the shape of LONG."""
    longest = codebook.most_parts[vocabulary]

    def pieces(key: str) -> list[Piece]:
        scoped, _, text = key.rpartition(_KEY)
        within = (scoped or None) if vocabulary == "result" else None

        def match(value: str) -> Member | None:
            if vocabulary == "result":
                return codebook.result(within, value)
            return codebook.objective(scoped, value) if vocabulary == "objective" else codebook.match(vocabulary, value)

        return [
            Piece(
                vocabulary,
                member.member if member else fold(value),
                member.label if member else collapse(value),
                member is not None,
                value,
                field,
                member.scope if member else within,
            )
            for member, value in split(text, match, longest)
        ]

    keys = (
        column if scope is None else pl.select(pl.concat_str(scope.fill_null(""), column, separator=_KEY)).to_series()
    )
    return _expand(spellings(keys), pieces)


def change_types(codebook: Codebook, types: pl.Series, clusters: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Types of change with their clusters, in the shape of LONG; and the cluster that a type needs and the field lacks.

    A cluster without a type is the member that bears its own label.
    """

    def coded(key: str) -> tuple[list[Piece], str | None]:
        type_text, _, cluster_text = key.partition(_KEY)
        named = split_listed(codebook, "change_cluster", cluster_text)
        scopes = {
            member.member if member else fold(value): member.label if member else value for member, value in named
        }
        pieces = [
            _type_piece(codebook, member, value, scopes)
            for member, value in split_listed(codebook, "change_type", type_text)
        ]
        # A type that no list has and that names no listed cluster contradicts none.
        sure = [piece for piece in pieces if piece.known or piece.scope in codebook.aliases["change_cluster"]]
        missing = next((p for p in sure if p.scope not in scopes), None) if scopes else None
        covered = {piece.scope for piece in pieces}
        for member, value in named:
            folded = member.member if member else fold(value)
            if folded not in covered:
                label = member.label if member else collapse(value)
                pieces.append(
                    Piece("change_type", folded, label, member is not None, value, "change_cluster", folded, label)
                )
        told = None if missing is None or has_mark(cluster_text) else _cluster_label(codebook, missing)
        return pieces, told

    coded = lru_cache(maxsize=None)(coded)
    keys = pl.select(
        pl.when(types.is_not_null() | clusters.is_not_null()).then(
            pl.concat_str(types.fill_null(""), clusters.fill_null(""), separator=_KEY)
        )
    ).to_series()
    spelled = spellings(keys)
    members = _expand(spelled, lambda key: coded(key)[0])
    return members, spelled.column(spelled.each(lambda key: coded(key)[1]), pl.String)


def objectives(codebook: Codebook, programme: str, text: str) -> list[tuple[Member | None, str]]:
    """`split` against the objectives, the programme's own codes first."""
    return split(text, lambda value: codebook.objective(programme, value), codebook.most_parts["objective"])


def objective_conflict(codebook: Codebook, programme: str, fragment_id: str, coded: Iterable[str]) -> str | None:
    """The objective code in an id that contradicts the coded objectives (members), or None.

    An id ends in `/CODE123`. A listed code contradicts every other objective; an unlisted one that has the form of the
    listed codes contradicts an objective whose code is known. One that is spelled with the id's own code agrees with it,
    whatever its label.
    """
    slot = _ID_SLOT.search(fragment_id)
    members = set(coded)
    if slot is None or not members:
        return None
    code = slot.group(1).upper()
    if any(member.partition(":")[0].strip().upper() == code for member in members):
        return None
    listed = codebook.objective_codes.get((programme, code))
    if listed is not None:
        return None if listed.member in members else code
    codes = {
        listed_code
        for (owner, listed_code), member in codebook.objective_codes.items()
        if owner == programme and member.member in members
    }
    return code if codes and all(len(code) == len(other) for other in codes) else None


def _type_piece(codebook: Codebook, member: Member | None, value: str, scopes: Mapping[str, str]) -> Piece:
    """`scopes`: the clusters that the cluster field names, folded, with their labels."""
    if member is None:
        # Listed in several clusters: the one that the cluster field names, if it is one.
        listed = [kind for kind in codebook.types_by_label.get(fold(value), ()) if kind.scope in scopes]
        member = listed[0] if len(listed) == 1 else None
    if member is not None:
        return Piece("change_type", member.member, member.label, True, value, "change_type", member.scope)
    halves = re.split(r"[^\S\n]{2,}|: ", value, maxsplit=1)
    if len(halves) == 1:
        folded = fold(value)
        clusters = sorted(codebook.aliases["change_cluster"], key=len, reverse=True)
        for cluster in clusters:
            if folded.startswith(cluster + " "):
                halves = [collapse(value)[: len(cluster)], collapse(value)[len(cluster) :]]
                break
    if len(halves) == 1 and len(scopes) == 1:
        scope, scope_label = next(iter(scopes.items()))
        return Piece("change_type", fold(value), collapse(value), False, value, "change_type", scope, scope_label)
    cluster_text, label = (halves[0], halves[1]) if len(halves) == 2 else (value, value)
    known = codebook.match("change_cluster", cluster_text)
    scope = known.member if known else fold(cluster_text)
    scope_label = known.label if known else collapse(cluster_text)
    return Piece("change_type", fold(label), collapse(label), False, value, "change_type", scope, scope_label)


def _cluster_label(codebook: Codebook, piece: Piece) -> str:
    known = codebook.aliases["change_cluster"].get(piece.scope or "")
    return known.label if known else piece.scope or piece.label


def _expand(spelled: Spellings, pieces: Callable[[str], list[Piece]]) -> pl.DataFrame:
    """A row a record and member, from what each spelling names."""
    rows: list[tuple[object, ...]] = []
    begin = [0]
    for key in spelled.values:
        seen: set[tuple[str | None, str]] = set()
        for piece in pieces(key):
            if (piece.scope, piece.member) not in seen:
                seen.add((piece.scope, piece.member))
                rows.append(
                    (piece.vocabulary, len(seen), piece.scope, piece.member)
                    + (piece.label, piece.field, piece.known, piece.value, piece.scope_label)
                )
        begin.append(len(rows))
    meaning = pl.DataFrame(rows, schema={name: kind for name, kind in LONG.items() if name != "record"}, orient="row")
    counts = np.diff([*begin, begin[-1]])[spelled.which]  # nothing where null
    records = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(records)) - np.repeat(np.cumsum(counts) - counts, counts)
    taken: pl.DataFrame = meaning[np.array(begin)[spelled.which[records]] + nth]
    return taken.insert_column(0, pl.Series("record", records)).select(list(LONG))
