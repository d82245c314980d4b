"""A Word document's paragraphs and tables as the text a person sees, streamed from its XML.

Insertions count, deletions and hidden text do not; content controls and form fields show what is chosen in them. What the
text means is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from oh_pipeline.sources.documents.wordparts import (
    TICKED,
    UNTICKED,
    Attributes,
    Control,
    FormField,
    Import,
    OpenParagraph,
    OpenRun,
    OpenTable,
    Paragraph,
    Parts,
    Row,
    Table,
    is_on,
    joined,
    number_of,
    symbol,
    value_of,
)
from oh_pipeline.sources.documents.wordxml import Walk
from oh_pipeline.sources.records import DEEPEST, Unreadable

Block = Paragraph | Table | Import

_CHARACTERS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_BOLD_STYLE = re.compile("strong|bold|fett|gras", re.IGNORECASE)
_HEADING_STYLE = re.compile("(?:sub|unter)?(?:head|tit|ü?berschrift|kop|rubri)", re.IGNORECASE)


def blocks(pieces: Iterator[bytes], stands_alone: Callable[[list[Row]], bool]) -> Iterator[Block]:
    """What stands in the document's body, in its order.

    A table inside a table is text of its cell, but for one that `stands_alone`. Raises Unreadable, once what came before is
    given.
    """
    return _Document(stands_alone).given(pieces)


class _Document(Walk[Block]):
    """The document while it is walked: what is open in it."""

    def __init__(self, stands_alone: Callable[[list[Row]], bool]) -> None:
        super().__init__()
        self._stands_alone = stands_alone
        self._prompts = 0  # open controls that only say what to enter
        self._paragraphs: list[OpenParagraph] = []
        self._carried: Parts = []
        self._runs: list[OpenRun] = []
        self._tables: list[OpenTable] = []
        self._controls: list[Control] = []
        self._form_field = FormField()
        self._paragraph_number = self._table_number = self._import_number = 0
        self.begins = {
            "w:p": self._begin_paragraph,
            "w:pStyle": self._paragraph_style,
            "w:r": self._begin_run,
            "w:b": self._run_property,
            "w:rStyle": self._run_property,
            "w:vanish": self._run_property,
            "w:t": self._begin_text,
            "m:t": self._begin_text,
            "w:sym": self._symbol,
            "w:tbl": self._begin_table,
            "w:tr": self._begin_row,
            "w:gridBefore": self._columns_before,
            "w:tc": self._begin_cell,
            "w:gridSpan": self._cell_property,
            "w:cellDel": self._cell_property,
            "w:sdt": self._begin_control,
            "w:showingPlcHdr": self._control_property,
            "w14:checked": self._control_property,
            "w:sdtContent": self._begin_content,
            "w:ffData": self._begin_form_field,
            "w:altChunk": self._import,
        }
        self.ends = {
            "w:p": self._end_paragraph,
            "w:r": self._end_run,
            "w:t": self._end_text,
            "m:t": self._end_text,
            "w:tbl": self._end_table,
            "w:tr": self._end_row,
            "w:tc": self._end_cell,
            "w:body": self._end_body,
            "w:sdt": self._end_control,
            "w:sdtContent": self._end_content,
            "w:fldChar": self._end_form_field,
        }

    def other(self, name: str, attributes: Attributes) -> None:
        """Characters that have an element of their own, and what is told of a form field."""
        if name in _CHARACTERS and self.is_in("w:r"):
            self._add(_CHARACTERS[name])
        elif self.is_in("w:checkBox", "w:ddList", "w:ffData"):
            self._form_field.tell(name, attributes)

    def _add(self, text: str) -> None:
        run = self._runs[-1] if self._runs else OpenRun()
        if run.is_hidden or self._prompts or not self._paragraphs:
            return
        control = self._controls[-1] if self._controls else None
        if control is not None and control.shown is not None:
            text, control.shown = control.shown, ""
        self._paragraphs[-1].parts.append((text, run.is_bold))

    def deleted(self) -> None:
        """What is deleted lies in a mark of a paragraph or row, or is the content itself."""
        if self.path[-1:] == ["w:trPr"] and self._tables:
            self._tables[-1].row_is_gone = True
        elif self.path[-2:] == ["w:pPr", "w:rPr"] and self._paragraphs:
            self._paragraphs[-1].goes_on = True

    def _begin_paragraph(self, _: Attributes) -> None:
        if not self._tables:
            self._paragraph_number += 1
        self._paragraphs.append(OpenParagraph(self._paragraph_number, self._carried))
        self._carried = []

    def _paragraph_style(self, attributes: Attributes) -> None:
        if self._paragraphs and self.is_in("w:pPr") and _HEADING_STYLE.match(value_of(attributes)):
            self._paragraphs[-1].is_heading = True

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        if paragraph.goes_on:
            self._carried = paragraph.parts
        elif self._tables:
            self._tables[-1].lines.append(joined(paragraph.parts))
        else:
            self.done.append(paragraph.done())

    def _begin_run(self, _: Attributes) -> None:
        self._runs.append(OpenRun())

    def _end_run(self) -> None:
        self._runs.pop()

    def _run_property(self, attributes: Attributes) -> None:
        if not self._runs or self.path[-3:-1] != ["w:r", "w:rPr"]:
            return
        run = self._runs[-1]
        if self.path[-1] == "w:vanish":
            run.is_hidden = is_on(attributes)
        elif self.path[-1] == "w:b":
            run.is_bold = is_on(attributes)
        elif _BOLD_STYLE.search(value_of(attributes)):
            run.is_bold = True

    def _begin_text(self, _: Attributes) -> None:
        self.text = []

    def _end_text(self) -> None:
        text, self.text = "".join(self.text or ()), None
        self._add(text)

    def _symbol(self, attributes: Attributes) -> None:
        self._add(symbol(attributes))

    def _begin_table(self, _: Attributes) -> None:
        if len(self._tables) >= DEEPEST:
            raise Unreadable(f"its tables are nested more than {DEEPEST} levels deep")
        self._table_number += not self._tables
        self._tables.append(OpenTable(self._table_number))

    def _end_table(self) -> None:
        table = self._tables.pop()
        if self._tables and not self._stands_alone(table.rows):
            self._tables[-1].lines.append(table.text())
            return
        if self._tables:
            self._table_number += 1
            table.number = self._table_number
        self.done.append(Table(table.number, table.rows))

    def _begin_row(self, _: Attributes) -> None:
        if self._tables:
            self._tables[-1].begin_row()

    def _end_row(self) -> None:
        if self._tables:
            self._tables[-1].end_row()

    def _begin_cell(self, _: Attributes) -> None:
        if self._tables:
            self._tables[-1].begin_cell()

    def _end_cell(self) -> None:
        if self._tables:
            self._flush(self._tables[-1])
            self._tables[-1].end_cell()

    def _flush(self, table: OpenTable | None) -> None:
        """Keep a last paragraph whose mark is deleted."""
        if self._carried and table is not None:
            table.lines.append(joined(self._carried))
        elif self._carried:
            self.done.append(OpenParagraph(self._paragraph_number, self._carried).done())
        self._carried = []

    def _end_body(self) -> None:
        self._flush(None)

    def _cell_property(self, attributes: Attributes) -> None:
        if self._tables and self.is_in("w:tcPr"):
            if self.path[-1] == "w:gridSpan":
                self._tables[-1].span = number_of(attributes)
            else:
                self._tables[-1].cell_is_gone = True

    def _columns_before(self, attributes: Attributes) -> None:
        if self._tables and self.is_in("w:trPr"):
            self._tables[-1].row = self._tables[-1].row._replace(before=number_of(attributes))

    def _begin_control(self, _: Attributes) -> None:
        self._controls.append(Control())

    def _end_control(self) -> None:
        self._controls.pop()

    def _control_property(self, attributes: Attributes) -> None:
        if not self._controls:
            return
        if self.path[-1] == "w:showingPlcHdr":
            self._controls[-1].is_prompt = is_on(attributes)
        else:
            self._controls[-1].shown = TICKED if is_on(attributes) else UNTICKED

    def _begin_content(self, _: Attributes) -> None:
        if self._controls and self._controls[-1].is_prompt and self._controls[-1].shown is None:
            self._prompts += 1

    def _end_content(self) -> None:
        if self._controls and self._controls[-1].is_prompt and self._controls[-1].shown is None:
            self._prompts -= 1

    def _import(self, _: Attributes) -> None:
        self._import_number += 1
        self.done.append(Import(self._import_number))

    def _begin_form_field(self, _: Attributes) -> None:
        self._form_field = FormField()

    def _end_form_field(self) -> None:
        if self._form_field.kind:
            self._add(self._form_field.text())
            self._form_field = FormField()
