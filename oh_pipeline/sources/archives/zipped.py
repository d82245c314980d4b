"""The ZIP format: the directory of a package, and its members piece by piece as they lie there, whatever it says of them.

Raises Unreadable for all that is damaged. What a member may be and how much of it is read is decided elsewhere.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from oh_pipeline.sources.records import Unreadable

PIECE = 1 << 20
MOST_MEMBERS = 10_000
_LARGEST_DIRECTORY = 16 << 20
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _PATCHED, _UTF8_NAME = 0x1, 0x20, 0x800
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_NONE32 = 0xFFFFFFFF
_AGAIN = "Copy or save it again"


class Part(NamedTuple):
    """A member as the directory tells of it. `offset` is where it begins; `mode` its kind under Unix, 0 where unknown."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int

    @property
    def is_encrypted(self) -> bool:
        """Whether it takes a password."""
        return bool(self.flags & _ENCRYPTED)


def damaged(reason: str = "it is damaged") -> Unreadable:
    """Why what is no whole package is not read."""
    return Unreadable(reason, _AGAIN)


def directory(handle: BinaryIO) -> list[Part]:
    """The members in their order. No two of them may share bytes."""
    start, size, end = _directory_place(handle)
    if size > _LARGEST_DIRECTORY:
        raise Unreadable(f"it holds more than {MOST_MEMBERS:,} members")
    handle.seek(start)
    data = handle.read(size)
    shift = start - end  # bytes put before the package
    parts: list[Part] = []
    at = 0
    while at < len(data):
        if len(parts) >= MOST_MEMBERS:
            raise Unreadable(f"it holds more than {MOST_MEMBERS:,} members")
        part, at = _part(data, at, shift)
        parts.append(part)
    _check_overlap(handle, parts, start)
    return parts


def content(handle: BinaryIO, part: Part) -> Iterator[bytes]:
    """A member's bytes, at most a megabyte at a time."""
    if part.is_encrypted:
        raise Unreadable("it is encrypted", "Save it without a password")
    if part.method not in (_STORED, _DEFLATED) or part.flags & _PATCHED:
        raise Unreadable("it is packed in a way that is not read", "Pack it as an ordinary ZIP archive")
    handle.seek(_data_start(handle, part))
    crc = size = 0
    for piece in _stored(handle, part.packed) if part.method == _STORED else _inflated(handle, part.packed):
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        yield piece
    if size != part.size or crc != part.crc:
        raise damaged()


def _stored(handle: BinaryIO, left: int) -> Iterator[bytes]:
    while left:
        piece = handle.read(min(left, PIECE))
        if not piece:
            raise damaged()
        left -= len(piece)
        yield piece


def _inflated(handle: BinaryIO, left: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = b""
    while not unpacker.eof:
        if not packed:
            packed = handle.read(min(left, PIECE))
            left -= len(packed)
            if not packed:
                raise damaged()
        try:
            piece = unpacker.decompress(packed, PIECE)
        except zlib.error:
            raise damaged() from None
        packed = unpacker.unconsumed_tail
        if piece:
            yield piece


def _directory_place(handle: BinaryIO) -> tuple[int, int, int]:
    """Where the directory lies, how long it is, and where it says that it lies."""
    length = handle.seek(0, 2)
    tail_start = max(0, length - _END.size - 0xFFFF)
    handle.seek(tail_start)
    tail = handle.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged("it is damaged or was not copied to its end")
    _, disk, _, _, _, size, said, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    handle.seek(max(0, end - _LOCATOR.size))
    locator = handle.read(_LOCATOR.size)
    if locator.startswith(b"PK\x06\x07"):
        end -= _LOCATOR.size + _END64.size
        handle.seek(max(0, end))
        record = handle.read(_END64.size)
        if end < 0 or not record.startswith(b"PK\x06\x06"):
            raise damaged()
        _, _, _, _, disk, _, _, _, size, said = _END64.unpack(record)
    if disk:
        raise Unreadable("it is one part of an archive in several", "Pack it as one ZIP archive")
    start = end - size
    if start < said:
        raise damaged()
    return start, size, said


def _part(data: bytes, at: int, shift: int) -> tuple[Part, int]:
    """The member that the directory tells of here, and where the next begins."""
    if len(data) - at < _CENTRAL.size or data[at : at + 4] != b"PK\x01\x02":
        raise damaged()
    fields = _CENTRAL.unpack_from(data, at)
    system, flags, method = fields[2], fields[5], fields[6]
    crc, packed, size, name_size, extra_size, comment_size = fields[9:15]
    attributes, offset = fields[17:]
    at += _CENTRAL.size
    name, extra = data[at : at + name_size], data[at + name_size : at + name_size + extra_size]
    size, packed, offset = _wide(extra, size, packed, offset)
    mode = attributes >> 16 if system == 3 else 0
    part = Part(_name(name, flags), flags, method, crc, packed, size, offset + shift, mode)
    return part, at + name_size + extra_size + comment_size


def _wide(extra: bytes, *values: int) -> list[int]:
    """Sizes and offset, those from the extra field that do not fit into 32 bits."""
    found = list(values)
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        wide = extra[at + 4 : at + 4 + size]
        at += 4 + size
        if kind != 1:
            continue
        for number, value in enumerate(found):
            if value == _NONE32:
                if len(wide) < 8:
                    raise damaged()
                found[number] = int.from_bytes(wide[:8], "little")
                wide = wide[8:]
    return found


def _name(name: bytes, flags: int) -> str:
    r"""A member's name as a POSIX path; bytes that are none of its encoding as `\xNN`. Windows may write backslashes.

    Where nothing says UTF-8 it is the old code page, but for what can only be UTF-8: macOS forgets to say so.
    """
    name = name.replace(b"\\", b"/")
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("utf-8", "backslashreplace") if flags & _UTF8_NAME else name.decode("cp437")


def _data_start(handle: BinaryIO, part: Part) -> int:
    handle.seek(part.offset)
    head = handle.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise damaged()
    name_size, extra_size = _LOCAL.unpack(head)[-2:]
    return int(part.offset + _LOCAL.size + name_size + extra_size)


def _check_overlap(handle: BinaryIO, parts: list[Part], end: int) -> None:
    """Refuse members that share bytes: a small package of that kind unpacks to any size."""
    limit = end
    for part in sorted(parts, key=lambda part: part.offset, reverse=True):
        if part.offset < 0 or _data_start(handle, part) + part.packed > limit:
            raise damaged("its members lie over each other")
        limit = part.offset
