"""What a reader of structured files gave, as its tests ask for it: records, notes, and why it ended."""

from __future__ import annotations

from collections.abc import Iterable

from oh_pipeline.sources.records import Note, Record, Row, Unreadable


class Read:
    """All that a reader gave; `problem` is what it raised."""

    def __init__(self, items: Iterable[Record | Row | Note]) -> None:
        self.all: list[Record | Row | Note] = []
        self.problem: Unreadable | None = None
        try:
            for item in items:
                self.all.append(item)
        except Unreadable as error:
            self.problem = error

    @property
    def records(self) -> list[Record | Row]:
        return [item for item in self.all if not isinstance(item, Note)]

    @property
    def rows(self) -> list[list[str]]:
        return [[item.value for item in record.fields] for record in self.records]

    @property
    def fields(self) -> list[list[tuple[str, str]]]:
        return [[(item.label, item.value) for item in record.fields] for record in self.records]

    @property
    def places(self) -> list[str]:
        return [record.place for record in self.records]

    @property
    def ragged(self) -> list[bool]:
        return [record.ragged for record in self.records]

    @property
    def notes(self) -> list[tuple[str, str | None]]:
        return [(item.rule, item.place) for item in self.all if isinstance(item, Note)]

    @property
    def reasons(self) -> list[str]:
        return [item.reason for item in self.all if isinstance(item, Note)]

    @property
    def told(self) -> tuple[str, str | None] | None:
        return (self.problem.reason, self.problem.place) if self.problem else None

    @property
    def reason(self) -> str:
        assert self.problem is not None
        return self.problem.reason
