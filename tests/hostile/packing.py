"""Containers that say what they like of themselves: ZIP archives with lies in them, and the older Office container.

Made byte by byte, because libraries refuse to write what is wrong.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
_SUMMED = 128 << 20


@dataclass(frozen=True)
class Packed:
    """Deflated bytes, and the sum and size of what they unpack to."""

    data: bytes
    crc: int
    size: int


def deflated(*pieces: tuple[bytes, int]) -> Packed:
    """Pieces, each repeated, as one stream; a repetition costs no packing. The sum of what is beyond all limits is wrong."""
    made, crc, size = [], 0, 0
    for block, times in pieces:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        made.append((packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * times)
        for _ in range(times if len(block) * times <= _SUMMED else 0):
            crc = zlib.crc32(block, crc)
        size += len(block) * times
    made.append(zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush())
    return Packed(b"".join(made), crc, size)


@dataclass(frozen=True)
class Part:
    """A member of an archive. What is given wins over what is true; `local` is its name in front of its bytes."""

    name: bytes | str
    content: bytes | Packed = b""
    method: int = DEFLATED
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    mode: int = 0
    local: bytes | None = None
    offset: int | None = None
    date: int = 0x5821


def zipped(parts: Sequence[Part], *, before: bytes = b"", comment: bytes = b"", members: int | None = None) -> bytes:
    """An archive; `members` is how many it says it has."""
    body, directory = [before], []
    at = len(before)
    for part in parts:
        content = part.content if isinstance(part.content, Packed) else _packed(part.content, part.method)
        name = part.name.encode() if isinstance(part.name, str) else part.name
        told = (
            part.crc if part.crc is not None else content.crc,
            part.packed_size if part.packed_size is not None else len(content.data),
            part.size if part.size is not None else content.size,
        )
        local = name if part.local is None else part.local
        head = (
            struct.pack("<4s5H3L2H", b"PK\3\4", 20, part.flags, part.method, 0, part.date, *told, len(local), 0) + local
        )
        offset = at if part.offset is None else part.offset
        directory.append(
            struct.pack("<4s6H", b"PK\1\2", 0x0314, 20, part.flags, part.method, 0, part.date)
            + struct.pack("<3L5H2L", *told, len(name), 0, 0, 0, 0, part.mode << 16, offset)
            + name
        )
        body += [head, content.data]
        at += len(head) + len(content.data)
    listed = b"".join(directory)
    count = (len(parts) if members is None else members) & 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), at, len(comment)) + comment
    return b"".join(body) + listed + end


def _packed(content: bytes, method: int) -> Packed:
    if method == DEFLATED:
        return deflated((content, 1))
    return Packed(content, zlib.crc32(content), len(content))


FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALLEST = 512, 4096


def compound(streams: dict[str, bytes], *, shift: int = 9, fat: dict[int, int] | None = None) -> bytes:
    """An older Office container of these streams. `fat` overrides links between sectors, `shift` is the sector size told."""
    chains: list[int] = []
    body, entries = [], [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content + b"\0" * max(0, _SMALLEST - len(content))
        padded += b"\0" * (-len(padded) % _SECTOR)
        first, count = len(chains), len(padded) // _SECTOR
        chains += [*range(first + 1, first + count), END]
        body.append(padded)
        following = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, first, max(len(content), _SMALLEST), right=following))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = len(chains)
    count = len(entries) // 4
    chains += [*range(directory + 1, directory + count), END]
    table = len(chains)
    sectors = 1 + (len(chains) + 8) // 128
    chains += [FAT] * sectors
    for sector, following in (fat or {}).items():
        chains[sector] = following
    chains += [FREE] * (128 * sectors - len(chains))
    head = struct.pack("<8s16s5H6s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, shift, 6, b"")
    head += struct.pack("<9L", 0, sectors, directory, 0, _SMALLEST, END, 0, END, 0)
    difat = [*range(table, table + sectors), *[FREE] * (109 - sectors)]
    head += struct.pack("<109L", *difat)
    return head + b"".join(body) + b"".join(entries) + struct.pack(f"<{len(chains)}L", *chains)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBB3L", len(letters), kind, 1, FREE, right, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)
