"""Word's XML told element by element: short names, no document type, nothing of what a person does not see.

Knows which elements exist and are seen; what they make up is told by `wordtext`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, XMLParser  # type: ignore[import-untyped]

from oh_pipeline.sources.archives.zipped import damaged
from oh_pipeline.sources.documents.wordparts import Attributes
from oh_pipeline.sources.records import Unreadable

DECLARES_TYPE = "an XML part of it holds a document type declaration"
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
}
_DELETED = ("w:del", "w:moveFrom")
_UNSEEN = frozenset(
    [*_DELETED, "w:instrText", "w:rt", "w:tblPr", "w:tblGrid", "w:sectPr", "mc:Fallback"]
    + [f"w:{name}PrChange" for name in ("p", "r", "tbl", "tblEx", "tr", "tc", "sect")]
)

Done = TypeVar("Done")


class Walk(Generic[Done]):
    """Target of the parser: hears of every element that is seen, and gives what is made of them.

    `begins` and `ends` are what is done where an element of a name begins and ends; `path` are the names of those open.
    """

    def __init__(self) -> None:
        self.begins: dict[str, Callable[[Attributes], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}
        self.path: list[str] = []
        self.done: list[Done] = []
        self.text: list[str] | None = None
        self._names: dict[str, str] = {}
        self._unseen = 0  # levels below an element that is not seen

    def given(self, pieces: Iterator[bytes]) -> Iterator[Done]:
        """What is made of the XML, piece by piece. Raises Unreadable, once what came before is given."""
        parser = XMLParser(target=self, forbid_dtd=True)
        problem: Unreadable | None = None
        is_read = False
        while not is_read and problem is None:
            try:
                piece = next(pieces, None)
                if piece is None:
                    is_read = True
                    parser.close()
                else:
                    parser.feed(piece)
            except DefusedXmlException:
                problem = Unreadable(DECLARES_TYPE)
            except ParseError:
                problem = damaged()
            except Unreadable as error:
                problem = error
            yield from self.done
            self.done = []
        if problem is not None:
            raise problem

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        if self._unseen:
            self._unseen += 1
            return
        name = self._names.get(tag) or self._name(tag)
        if name in _UNSEEN:
            self._unseen = 1
            if name in _DELETED:
                self.deleted()
            return
        if not self.path and name != "w:document":
            raise Unreadable("it is no Word document, whatever its name says", "Save it in the format of its name")
        self.path.append(name)
        begin = self.begins.get(name)
        if begin is None:
            self.other(name, attributes)
        else:
            begin(attributes)

    def end(self, _: str) -> None:
        """An element ends: the parser sees to it that it is the one that is open."""
        if self._unseen:
            self._unseen -= 1
            return
        end = self.ends.get(self.path[-1])
        self.path.pop()
        if end is not None:
            end()

    def data(self, text: str) -> None:
        """Some text."""
        if self.text is not None:
            self.text.append(text)

    def close(self) -> None:
        """The document is read."""

    def deleted(self) -> None:
        """A deletion begins in the element that is open; what it holds is not seen."""

    def other(self, name: str, attributes: Attributes) -> None:
        """An element begins that has no entry in `begins`."""

    def is_in(self, *parents: str) -> bool:
        """Whether the element that just began lies right in one of these."""
        return len(self.path) > 1 and self.path[-2] in parents

    def _name(self, tag: str) -> str:
        namespace, _, local = tag.removeprefix("{").rpartition("}")
        return self._names.setdefault(tag, f"{_PREFIXES.get(namespace, '')}:{local}")
