"""What a home's builds know of a record that is to be erased, and the end of those that may hold it.

A build notes the seal of the tombstones under which it was made. One with another seal was made before the last erasure:
it goes, of either edition, whether or not it held the record. So a run that was killed is finished by the next one, without
a note of what it was about.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.normal import collapse, fold, has_mark
from oh_pipeline.validation.tombstones import Erased, Tombstones
from oh_pipeline.validation.typed import named_outcome
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import EDITIONS, Home
from oh_pipeline.warehouse.reader import open_edition

_OUTCOMES = """
    select fragments.fragment_id, fragments.programme, fragments.id_key, fragments.text_key, versions.outcome_key
    from raw.fragments as fragments
    inner join staging.int_versions as versions on fragments.fragment_key = versions.fragment_key
    where versions.outcome_key = ? or fragments.id_key = ? or (? and contains(fragments.fragment_id, '<'))
"""
_OTHERS = """
    select fragment_id from raw.quarantine where fragment_id is not null
    union all
    select fragment_id from raw.substantiations where id_key = ?
    union all
    select fragment_id from raw.previous_outcomes where fragment_id is not null
"""
_SAME_TEXT = """
    select versions.outcome_key
    from raw.fragments as fragments
    inner join staging.int_versions as versions on fragments.fragment_key = versions.fragment_key
    where fragments.text_key = ?
"""
_BEFORE = "select outcome_key, fragment_id from raw.previous_outcomes where outcome_key = ?"
_SEAL = "select tombstones from raw.builds"


@dataclass(frozen=True)
class Found:
    """What a key means. `outcomes` and `records` are counted in the newest build that knows it."""

    erased: Erased = field(default_factory=Erased)
    outcomes: int = 0
    records: int = 0


def look_up(home: Home, key: str, codebook: Codebook) -> Found:
    """What the builds of a home know under a fragment id or an outcome key; `erased` is empty where that is nothing.

    Raises UsageFault for a withheld id that several outcomes share.
    """
    found = Found()
    for file in reversed(home.builds("restricted")):
        with suppress(duckdb.Error, Fault), open_edition(file, home.key_file) as connection:
            here = _look_up_in(connection, key.strip(), codebook)
            if found.erased and has_mark(key):
                continue  # whose text it was before cannot be known
            is_first = not (found.outcomes or found.records)
            outcomes, records = (here.outcomes, here.records) if is_first else (found.outcomes, found.records)
            found = Found(found.erased | here.erased, outcomes, records)
    if has_mark(key) and len(found.erased.texts) > 1:
        raise UsageFault(
            "Several outcomes share this id, which is withheld", "Name the outcome key of the one you mean"
        )
    return found


def _look_up_in(connection: duckdb.DuckDBPyConnection, key: str, codebook: Codebook) -> Found:
    folded, outcome, is_withheld = fold(key), key.lower(), has_mark(key)
    erased, outcomes, records = Erased(), set[str](), 0
    rows = connection.execute(_OUTCOMES, [outcome, folded, is_withheld]).fetchall()
    for fragment_id, programme, id_key, text_key, outcome_key in rows:
        if outcome_key != outcome and fold(fragment_id or "") != folded:
            continue
        outcomes.add(outcome_key)
        records += 1
        if id_key is not None and (id_key == folded or outcome_key == _key_of(programme, id_key)):
            erased |= Erased(ids=frozenset([id_key]))
        else:
            erased |= Erased(texts=frozenset([(fragment_id or "", text_key)]), outcomes=frozenset([outcome_key]))
    if not is_withheld and folded:
        others = [one for (one,) in connection.execute(_OTHERS, [folded]).fetchall() if fold(one) == folded]
        records += len(others)
        erased |= Erased(ids=frozenset([folded] if others else []))
    for outcome_key, fragment_id in connection.execute(_BEFORE, [outcome]).fetchall():
        outcomes.add(outcome_key)
        erased |= Erased(ids=_identified(outcome_key, fragment_id, codebook), outcomes=frozenset([outcome_key]))
    for fragment_id, text_key in erased.texts:
        if has_mark(fragment_id) or not fragment_id:  # then its text is all that it is, under whatever id
            told = [one for (one,) in connection.execute(_SAME_TEXT, [text_key]).fetchall()]
            records += len(told) - sum(one in outcomes for one in told)
            outcomes.update(told)
            erased |= Erased(outcomes=frozenset(told))
    return Found(erased, len(outcomes), records)


def _identified(outcome_key: str, fragment_id: str | None, codebook: Codebook) -> frozenset[str]:
    """The id of an outcome of a build before, where it is its identity."""
    if fragment_id is None:
        return frozenset()
    given, normal = (pl.Series([text], dtype=pl.String) for text in (fragment_id, collapse(fragment_id)))
    programme, id_key = (column.item() for column in named_outcome(given, normal, codebook))
    return frozenset([id_key] if id_key is not None and _key_of(programme, id_key) == outcome_key else [])


def _key_of(programme: str, id_key: str) -> str:
    """The outcome key of an id, as `int_identities` makes it."""
    return hashlib.md5("\x1f".join(("id", programme, id_key)).encode()).hexdigest()  # noqa: S324 - a name, no secret


def seal_of(file: Path, key_file: Path | None = None) -> str | None:
    """The seal under which a restricted build was made; None for none, and where the build cannot tell."""
    with suppress(duckdb.Error, Fault), open_edition(file, key_file) as connection:
        row = connection.execute(_SEAL).fetchone()
        return None if row is None else row[0]
    return None


def is_pending(home: Home, tombstones: Tombstones) -> bool:
    """Whether something in the home was made before the last erasure."""
    return tombstones.seal is not None and any(True for _ in _older(home, tombstones.seal))


def clear_working_files(home: Home) -> None:
    """Before a build that is to be without a record: what earlier runs kept for themselves, and the reports. Comes back."""
    with guarded("Clearing what earlier runs kept"):
        for folder in (home.cache, home.root / "reports"):
            for entry in sorted(folder.glob("*")):
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                elif entry != home.lock_file:
                    entry.unlink(missing_ok=True)


def remove_older(home: Home, tombstones: Tombstones) -> int:
    """Remove every build that was made before the last erasure; how many. Only under the lock, after publishing."""
    if tombstones.seal is None:
        return 0
    removed = 0
    with guarded("Removing the builds that may hold what was erased"):
        for file in list(_older(home, tombstones.seal)):
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _older(home: Home, seal: str) -> Iterator[Path]:
    """Builds without this seal, with what lies beside them under their names; published ones too."""
    kept = {file.name for file in home.builds("restricted") if seal_of(file, home.key_file) == seal}
    for edition in EDITIONS:
        for file in sorted(home.edition(edition).glob("outcomes-*.duckdb*")):
            if f"{file.name.partition('.duckdb')[0]}.duckdb" not in kept:
                yield file
