"""Ways in which a run of the real `oh` fails while it has values in its hands, and leaks to be found; planted by `homes.planted`."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Plants = dict[str, Callable[[ModuleType], object]]
_RAISED = "quezzalitraised01"


def _rewritten(name: str, rewrite: Callable[[str], str]) -> Plants:
    """One of dbt's nodes has other SQL."""

    def plant(module: ModuleType) -> None:
        real = module.ReadyManifest.load_rendered

        def load_rendered(self: Any, *rest: Any) -> Any:
            manifest = real(self, *rest)
            (node,) = [node for node in manifest.nodes.values() if node.name == name]
            node.raw_code = rewrite(node.raw_code)
            return manifest

        module.ReadyManifest.load_rendered = load_rendered

    return {"oh_pipeline.modelling.manifest": plant}


def cast_fails() -> Plants:
    """A model casts what cannot be cast; the engine quotes it."""
    return _rewritten(
        "outcome_narratives", lambda sql: f"select * from (\n{sql}\n) where cast(description as integer) = 1"
    )


def test_fails() -> Plants:
    """A test gives rows of values."""
    return _rewritten(
        "outcome_narratives_key_is_unique", lambda _: "select description from outcomes.main.outcome_narratives"
    )


def test_raises() -> Plants:
    """A test ends in an error that quotes a value."""
    query = "select error(description) as told from outcomes.main.outcome_narratives"
    return _rewritten("outcome_narratives_key_is_unique", lambda _: query)


def schema_fails() -> Plants:
    """Every description breaks its pandera schema."""

    def plant(module: ModuleType) -> None:
        import pandera.polars as pa

        module.SCHEMAS["fragments"].columns["description"].checks.append(pa.Check.str_length(max_value=3))

    return {"oh_pipeline.validation.watch": plant}


def older_builds_stay() -> Plants:
    """An erasure does not see the builds that were kept."""
    return {"oh_pipeline.warehouse.erasure": lambda module: setattr(module, "_older", lambda *_: iter(()))}


def order_by_hash() -> Plants:
    """Files are gone through in the order of a set."""
    return {"oh_pipeline.sources.inventory": lambda module: setattr(module, "_order", hash)}


def ends_at_once() -> Plants:
    """No process comes to anything."""
    os._exit(3)


def _raises(*_: object, **__: object) -> Any:
    raise ValueError(f"could not make anything of {_RAISED}")


def reading_raises() -> Plants:
    """The reading child ends in an exception that quotes a frame."""

    def plant(module: ModuleType) -> None:
        def append(_: object, table: str, frame: Any) -> None:
            raise ValueError(f"could not append to {table}: {frame.rows()}")

        module._append = append  # type: ignore[attr-defined]

    return {"oh_pipeline.warehouse.build": plant}


def publishing_raises() -> Plants:
    """So does the orchestrator."""
    return {"oh_pipeline.orchestration.edition_assets": lambda module: setattr(module, "prepare_returns", _raises)}


def leaking_faults() -> Plants:
    """A leak: a fault says what the exception said."""

    def plant(module: ModuleType) -> None:
        module.to_fault = lambda error, place: module.Fault(f"{place} failed: {error}")  # type: ignore[attr-defined]

    return {"oh_pipeline.warehouse.faults": plant}


def leaking_file() -> Plants:
    """A leak: a value lies in a temporary file for a moment."""

    def plant(module: ModuleType) -> None:
        real = module.settle

        def settle(*values: Any) -> None:
            with tempfile.NamedTemporaryFile() as file:
                Path(file.name).write_text(_RAISED, encoding="utf-16")
                time.sleep(1)
            real(*values)

        module.settle = settle  # type: ignore[attr-defined]

    return {"oh_pipeline.orchestration.edition_assets": plant}


def leaking_history() -> Plants:
    """A leak: a check's metadata names a value."""

    def plant(module: ModuleType) -> None:
        real = module.audit.audit_restricted

        def audit_restricted(*values: Any) -> Any:
            for finding in real(*values):
                yield module.audit.Finding(finding.name, finding.faults, _RAISED)

        module.audit.audit_restricted = audit_restricted

    return {"oh_pipeline.orchestration.edition_assets": plant}


def lenient_flags() -> Plants:
    """A leak: one word more opens a record."""

    def plant(module: ModuleType) -> None:
        module._OPEN_WORDS = frozenset({*module._OPEN_WORDS, "nope"})  # type: ignore[attr-defined]

    return {"oh_pipeline.validation.readings": plant}


def doors_left_open() -> Plants:
    """A leak: `oh sql` may reach files."""
    return {"oh_pipeline.warehouse.reader": lambda module: module.CONFIG.update(enable_external_access=True)}


def calling_home() -> Plants:
    """A leak: a process asks another machine; nobody is there."""

    def plant(_: ModuleType) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.connect(("192.0.2.1", 9))

    return {"oh_pipeline.modelling.dbt": plant}


def listening_everywhere() -> Plants:
    """A leak: the UI is there for everybody."""
    return {"oh_pipeline.console.dev": lambda module: setattr(module, "HOST", "0.0.0.0")}


def everybody_may_read() -> Plants:
    """A leak: no process closes what it makes."""

    def plant(_: ModuleType) -> None:
        os.umask(0)
        os.umask = lambda _: 0

    return {"oh_pipeline.errors": plant}


def listened() -> Plants:
    """Writes down every address that Python asks for, binds or connects to, in the file LISTENED; no leak."""

    def plant(_: ModuleType) -> None:
        def hook(event: str, values: tuple[object, ...]) -> None:
            if event in (
                "socket.connect",
                "socket.bind",
                "socket.sendto",
                "socket.getaddrinfo",
                "socket.gethostbyname",
            ):
                about = values[1] if event in ("socket.connect", "socket.bind", "socket.sendto") else values[0]
                with Path(os.environ["LISTENED"]).open("a", encoding="utf-8") as file:
                    file.write(f"{event} {about!r}\n")

        sys.addaudithook(hook)

    return {"socket": plant}
