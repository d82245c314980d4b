"""In which encoding a text file lies: told by its mark, proved to be UTF-8, or guessed and said so.

Sees bytes only; what the text means is nobody's business here.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_WHOLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Outside the Western alphabets, text in a one-byte code page has long runs of high letters.
_HIGH_RUN = re.compile(rb"[\xc0-\xff]{4}")
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÑÓÔÖÕØŒÚÙÛÜ‘’“”«»–—…•°€·¿¡§ºª\u00a0")
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "mac_roman", "utf_16_le", "utf_16_be"]
LONGEST_LINE = 16 << 20
_UTF8 = codecs.getincrementaldecoder("utf-8")


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8, in a file that else is, as what it is in the code page it most often comes from."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error("cp1252", _one_byte)


def error_handler(encoding: str) -> str:
    """How bytes that are none of the encoding are decoded: strays in UTF-8 one by one, any other not at all."""
    return "cp1252" if encoding == "utf-8" else "strict"


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, and whether it was guessed. `problem` says why the bytes are no text at all."""

    name: str
    guessed: bool = False
    problem: str | None = None


class EncodingProbe:
    """Takes a file's bytes chunk by chunk and tells its encoding at the end; memory stays that of a chunk.

    `in_lines`: the format has lines, so that one without end is no text.
    """

    def __init__(self, *, in_lines: bool = True) -> None:
        self._in_lines = in_lines
        self._marked: str | None = None
        self._started = False
        self._decoder = _UTF8()
        self._pending = False
        self._utf8 = True
        self._nul = False
        self._head = self._sample = b""
        self._line = 0
        self._long_line = False

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        if not self._started:
            self._started = True
            self._head = chunk[:4096]
            if not chunk[:1].isascii() or chunk.startswith(b"\0"):
                self._marked = next((name for mark, name in _MARKS if chunk.startswith(mark)), None)
        self._measure_lines(chunk)
        if self._marked not in (None, "utf-8-sig"):
            return
        self._nul = self._nul or b"\0" in chunk
        if chunk.isascii() and not self._pending:
            return
        if len(self._sample) < _SAMPLE:
            high = next((i for i, byte in enumerate(chunk) if byte > 127), 0)
            begin = chunk.rfind(b"\n", 0, high) + 1
            self._sample += chunk[begin : begin + _SAMPLE]
        if self._utf8:
            try:
                self._decoder.decode(chunk)
                self._pending = bool(self._decoder.getstate()[0])
            except UnicodeDecodeError:
                self._utf8 = False

    def _measure_lines(self, chunk: bytes) -> None:
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line = self._line + len(chunk) if last < 0 else len(chunk) - last
        self._long_line = self._long_line or self._line > LONGEST_LINE

    def result(self) -> Encoding:
        """What the whole file is."""
        if self._long_line and self._in_lines:
            return Encoding("", problem="a line of it is longer than 16 MiB")
        if self._marked == "utf-8-sig" and (self._nul or not self._utf8):
            return Encoding("", problem="it is marked as UTF-8 and is not")
        if self._marked:
            return Encoding(self._marked, guessed=self._marked == "utf-32")
        if self._nul:
            return _without_mark(self._head)
        if self._utf8 and not self._pending:
            return Encoding("utf-8")
        return Encoding(_guess(self._sample), guessed=True)


def _without_mark(sample: bytes) -> Encoding:
    """Bytes with NULs: UTF-16 whose mark is missing, or no text."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.3 * half and even < 0.03 * half:
        return Encoding("utf-16-le", guessed=True)
    if even > 0.3 * half and odd < 0.03 * half:
        return Encoding("utf-16-be", guessed=True)
    return Encoding("", problem="it holds NUL bytes and is no text")


def _guess(sample: bytes) -> str:
    """UTF-8 with a few bytes that are none, or the likeliest one-byte code page.

    Western first: on short texts a general detector takes it for its neighbours.
    """
    strays = len(_WHOLE.sub(b"", sample).translate(None, bytes(range(128))))
    if len(_WHOLE.findall(sample)) > 4 * strays:
        return "utf-8"
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    high = [char for char in western if ord(char) > 127]
    if western and not _HIGH_RUN.search(sample) and sum(char in _WESTERN for char in high) >= 0.9 * len(high):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is not None and not best.encoding.startswith("utf_8"):
        return best.encoding
    return "cp1252" if western else "latin-1"
