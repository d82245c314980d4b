"""ZIP containers: what is refused as a package, and what becomes of the members of a delivered archive."""

from __future__ import annotations

import io
import os
import stat
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from oh_pipeline.sources.archives import archive
from oh_pipeline.sources.archives.archive import Member, check_package, package_part, unpack
from oh_pipeline.sources.records import Unreadable

MEGABYTE = 1 << 20


def package(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return str(path)


def by_hand(
    path: Path,
    members: list[tuple[bytes, bytes]],
    *,
    flags: int = 0,
    method: int = 8,
    size: int | None = None,
    crc: int | None = None,
    at: list[int] | None = None,
    count: int | None = None,
) -> str:
    """A package whose directory says what it is told to say. `members` are names and packed bytes."""
    body, directory = b"", b""
    for number, (name, packed) in enumerate(members):
        offset = len(body) if at is None else at[number]
        told = (crc or 0, len(packed), size if size is not None else len(packed))
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 0, *told, len(name), 0) + name + packed
        directory += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, flags, method, 0, 0, *told, len(name), 0, 0, 0, 0, 0, offset
        )
        directory += name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *[count or len(members)] * 2, len(directory), len(body), 0)
    path.write_bytes(body + directory + end)
    return str(path)


def zeros(megabytes: int) -> bytes:
    """A deflate stream of so many megabytes, made at once: one block over and over."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = pack.compress(bytes(MEGABYTE)) + pack.flush(zlib.Z_FULL_FLUSH)
    again = pack.compress(bytes(MEGABYTE)) + pack.flush(zlib.Z_FULL_FLUSH)
    return first + again * (megabytes - 1) + pack.flush()


def reason(path: str) -> str:
    with pytest.raises(Unreadable) as caught:
        check_package(path)
    return caught.value.reason


def unpacked(path: str, target: Path) -> list[Member]:
    target.mkdir(exist_ok=True)
    return list(unpack(path, str(target)))


def problems(path: str, target: Path) -> dict[str, str | None]:
    return {member.name: member.problem for member in unpacked(path, target)}


# packages


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_whole_package_passes(tmp_path: Path, method: int) -> None:
    path = package(
        tmp_path / "a.xlsx", {"a.xml": b"<?xml version='1.0'?>\n<a>" + b"text" * MEGABYTE, "b.bin": b""}, method
    )
    check_package(path)
    pieces = list(package_part(path, "/A.xml") or ())
    assert b"".join(pieces).startswith(b"<?xml")
    assert max(map(len, pieces)) <= MEGABYTE
    assert package_part(path, "c.xml") is None


def test_a_package_behind_other_bytes_passes(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"a.xml": b"<a/>"})
    Path(path).write_bytes(b"PK" + b"x" * 1000 + Path(path).read_bytes())
    check_package(path)


def test_a_package_with_64_bit_sizes_passes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made, made.open("a.xml", "w", force_zip64=True) as part:
        part.write(b"<a/>")
    check_package(str(tmp_path / "a.xlsx"))


def test_a_64_bit_directory_is_read(tmp_path: Path) -> None:
    whole = Path(package(tmp_path / "a.xlsx", {"a.xml": b"<a/>"})).read_bytes()
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    directory = bytearray(whole[start:end] + struct.pack("<2H3Q", 1, 24, 4, 6, 0))
    directory[20:28] = b"\xff" * 8
    directory[30:32] = struct.pack("<H", 28)
    directory[42:46] = b"\xff" * 4
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(directory), 1)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "b.xlsx").write_bytes(whole[:start] + directory + record + locator + last)
    check_package(str(tmp_path / "b.xlsx"))


def test_a_flat_bomb_is_stopped_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    take = archive._Budget.take

    def counted(self: archive._Budget, size: int) -> None:
        seen.append(size)
        take(self, size)

    monkeypatch.setattr(archive._Budget, "take", counted)
    assert reason(by_hand(tmp_path / "a.xlsx", [(b"a.bin", zeros(1024))])) == "it unpacks to more than 64 MB"
    assert sum(seen) <= 65 * MEGABYTE
    assert reason(by_hand(tmp_path / "b.xlsx", [(b"a.bin", zeros(80))], size=10)) == "it unpacks to more than 64 MB"
    check_package(package(tmp_path / "c.xlsx", {"a.bin": bytes(60 * MEGABYTE)}))


def test_many_parts_count_together(tmp_path: Path) -> None:
    parts = [(b"%d.bin" % number, zeros(20)) for number in range(4)]
    crc = zlib.crc32(bytes(20 * MEGABYTE))
    path = by_hand(tmp_path / "a.xlsx", parts, size=20 * MEGABYTE, crc=crc)
    assert reason(path) == "it unpacks to more than 64 MB"
    check_package(by_hand(tmp_path / "b.xlsx", parts[:3], size=20 * MEGABYTE, crc=crc))


def test_members_over_each_other_are_refused(tmp_path: Path) -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b"a") + packed.flush()
    crc = zlib.crc32(b"a")
    members = [(b"a.bin", data), (b"b.bin", data)]
    check_package(by_hand(tmp_path / "a.xlsx", members, size=1, crc=crc))
    path = by_hand(tmp_path / "b.xlsx", members, at=[0, 0], size=1, crc=crc)
    assert reason(path) == "its members lie over each other"
    with pytest.raises(Unreadable, match="over each other"):
        unpacked(path, tmp_path / "out")


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {f"{number}": b"" for number in range(10_001)}, zipfile.ZIP_STORED)
    assert reason(path) == "it holds more than 10,000 members"
    with pytest.raises(Unreadable, match="more than 10,000"):
        unpacked(path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made:
        made.writestr("xl/a.xml", b"<a/>")
        made.writestr("xl/A.xml", b"<b/>")
    assert reason(str(tmp_path / "a.xlsx")) == "two parts of it bear one name"


DECLARED = '<?xml version="1.0"?>\n<!-- > --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
PLAIN = "<?xml version='1.0'?><!-- <!DOCTYPE a> --><?x <!DOCTYPE?>\n <a><![CDATA[<!DOCTYPE a>]]></a>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("name", ["word/document.xml", "_rels/.rels", "odd.bin"])
def test_a_document_type_declaration_is_refused(tmp_path: Path, encoding: str, name: str) -> None:
    path = package(tmp_path / "a.docx", {"first.xml": b"<a/>", name: DECLARED.encode(encoding)})
    assert reason(path) == "an XML part of it holds a document type declaration"
    check_package(package(tmp_path / "b.docx", {name: PLAIN.encode(encoding)}))


@pytest.mark.parametrize("before", [" \n", "<!--" + "x" * 300_000 + "-->", "<?a?>" * 50_000])
def test_a_declaration_is_found_behind_what_may_stand_before_it(tmp_path: Path, before: str) -> None:
    path = package(tmp_path / "a.docx", {"a.xml": (before + "<!DOCTYPE a><a/>").encode()})
    assert reason(path) == "an XML part of it holds a document type declaration"
    check_package(package(tmp_path / "b.docx", {"a.xml": (before + "<a/>").encode()}))


def test_a_beginning_without_end_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "a.docx", {"a.xml": b"<!--" + b"x" * (3 * MEGABYTE)})
    assert reason(path) == "an XML part of it has no beginning that can be read"


def test_pictures_and_text_may_look_like_xml(tmp_path: Path) -> None:
    parts = {"media/a.svg": DECLARED.encode(), "a.txt": b"1 <!DOCTYPE", "b.bin": b"<", "c.xml": b"", "d.xml": b"<!DOC"}
    check_package(package(tmp_path / "a.docx", parts))


def test_encrypted_and_older_files_are_told_apart(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    file = tmp_path / "a.docx"
    file.write_bytes(ole + bytes(2 * MEGABYTE - 20) + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    assert reason(str(file)) == "it is encrypted"
    file.write_bytes(ole + bytes(2 * MEGABYTE) + "WordDocument".encode("utf-16-le"))
    assert reason(str(file)) == "it is an Office file of the older kind under a newer name"
    assert reason(by_hand(file, [(b"a.xml", b"x")], flags=1)) == "it is encrypted"
    manifest = b'<manifest><file-entry full-path="content.xml"><encryption-data/></file-entry></manifest>'
    assert reason(package(file, {"META-INF/manifest.xml": manifest})) == "it is encrypted"
    check_package(package(file, {"META-INF/manifest.xml": manifest.replace(b"encryption-", b"")}))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"<html><table></table></html>", "it is no Office or OpenDocument file, whatever its name says"),
        (b"PK\x03\x04" + bytes(100), "it is damaged or was not copied to its end"),
        (b"PK\x05\x06" + b"\xff" * 18, "it is one part of an archive in several"),
        (b"PK\x05\x06" + bytes(8) + b"\xff" * 8 + bytes(2), "it is damaged"),
    ],
)
def test_what_is_no_package(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert reason(str(tmp_path / "a.xlsx")) == told


def test_a_part_that_is_not_what_the_directory_says(tmp_path: Path) -> None:
    whole = package(tmp_path / "a.xlsx", {"a.xml": b"<a>" + b"text" * 100 + b"</a>"}, zipfile.ZIP_STORED)
    content = Path(whole).read_bytes()
    Path(whole).write_bytes(content.replace(b"texttext", b"textTEXT", 1))
    assert reason(whole) == "it is damaged"
    Path(whole).write_bytes(content.replace(b"PK\x01\x02", b"PK\x01\x03"))
    assert reason(whole) == "it is damaged"
    assert reason(by_hand(tmp_path / "b.xlsx", [(b"a.bin", b"\xff\xff\xff")])) == "it is damaged"
    assert reason(by_hand(tmp_path / "c.xlsx", [(b"a.bin", zeros(1)[:-3])])) == "it is damaged"
    assert (
        reason(by_hand(tmp_path / "d.xlsx", [(b"a.bin", b"x")], method=12)) == "it is packed in a way that is not read"
    )


def test_a_package_cut_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    content = Path(package(tmp_path / "a.xlsx", {f"{n}.xml": b"<a>%d</a>" % n for n in range(9)})).read_bytes()
    for size in range(0, len(content), 10):
        (tmp_path / "cut.xlsx").write_bytes(content[:size])
        reason(str(tmp_path / "cut.xlsx"))
        with pytest.raises(Unreadable):
            unpacked(str(tmp_path / "cut.xlsx"), tmp_path / f"out{size}")


def test_a_package_with_any_byte_changed_is_refused_or_whole(tmp_path: Path) -> None:
    content = Path(package(tmp_path / "a.xlsx", {"a.xml": b"<a>1</a>", "b/c.xml": b"<a>2</a>"})).read_bytes()
    for at in range(len(content)):
        for byte in (0, 255, content[at] ^ 1):
            (tmp_path / "odd.xlsx").write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
            try:
                check_package(str(tmp_path / "odd.xlsx"))
            except Unreadable as error:
                assert error.reason


# delivered archives


def test_members_are_unpacked_in_their_order_under_numbers(tmp_path: Path) -> None:
    parts = {"b/Zeta.CSV": b"one", "a.txt": b"two", "odd.na me": b"three", "noname": b"", "x.tar.gz": b"four"}
    found = unpacked(package(tmp_path / "a.zip", parts), tmp_path / "out")
    assert [member.name for member in found] == list(parts)
    assert [Path(member.file or "").name for member in found] == [
        "000001.csv",
        "000002.txt",
        "000003",
        "000004",
        "000005.gz",
    ]
    assert [Path(member.file or "").read_bytes() for member in found] == list(parts.values())
    assert {stat.S_IMODE(os.stat(member.file or "").st_mode) for member in found} == {0o600}
    assert {member.problem for member in found} == {None}


def test_folders_and_what_systems_leave_are_no_members(tmp_path: Path) -> None:
    names = [
        "a/",
        "__MACOSX/._a.txt",
        "__MACOSX/a.txt",
        ".hidden/a.txt",
        "b/.DS_Store",
        "~$a.docx",
        "w\\",
        "b/c.txt",
        "./d.txt",
    ]
    found = unpacked(package(tmp_path / "a.zip", dict.fromkeys(names, b"")), tmp_path / "out")
    assert [member.name for member in found] == ["b/c.txt", "d.txt"]


@pytest.mark.parametrize(
    "name", ["/etc/x.txt", "../x.txt", "a/../../x.txt", "..\\x.txt", "C:\\x.txt", "c:x.txt", "\\\\a\\b.txt"]
)
def test_a_name_that_leads_out_is_a_problem(tmp_path: Path, name: str) -> None:
    path = by_hand(
        tmp_path / "a.zip", [(name.encode(), b"x"), (b"b.txt", b"x")], method=0, size=1, crc=zlib.crc32(b"x")
    )
    shown = name.replace("\\", "/")
    assert problems(path, tmp_path / "out") == {shown: "its name leads out of the archive", "b.txt": None}
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "out"]
    assert os.listdir(tmp_path / "out") == ["000002.txt"]


def test_links_pipes_and_devices_are_problems(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for name, kind in {
            "link": stat.S_IFLNK,
            "pipe": stat.S_IFIFO,
            "device": stat.S_IFBLK,
            "file": stat.S_IFREG,
        }.items():
            info = zipfile.ZipInfo(f"{name}.txt")
            info.create_system, info.external_attr = 3, (kind | 0o644) << 16
            made.writestr(info, "/etc/passwd")
    assert problems(str(tmp_path / "a.zip"), tmp_path / "out") == {
        "link.txt": "it is a link",
        "pipe.txt": "it is a pipe or a device",
        "device.txt": "it is a pipe or a device",
        "file.txt": None,
    }


def test_members_that_cannot_be_unpacked_stop_no_other(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("a.txt", "text")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("in.ZIP", inner.getvalue())
        made.writestr("bz2.txt", b"text", zipfile.ZIP_BZIP2)
        made.writestr("damaged.txt", b"good text")
        made.writestr("last.txt", b"text")
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(b"good text", b"evil text"))
    assert problems(str(tmp_path / "a.zip"), tmp_path / "out") == {
        "in.ZIP": "it is an archive within an archive",
        "bz2.txt": "it is packed in a way that is not read",
        "damaged.txt": "it is damaged",
        "last.txt": None,
    }
    assert os.listdir(tmp_path / "out") == ["000004.txt"]
    path = by_hand(tmp_path / "b.zip", [(b"a.txt", b"x")], flags=1)
    assert problems(path, tmp_path / "out2") == {"a.txt": "it is encrypted"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_thousands_of_one_name_take_no_longer_each(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for _ in range(9_999):
            made.writestr("a.txt", b"")
    begin = time.monotonic()
    found = problems(str(tmp_path / "a.zip"), tmp_path / "out")
    assert list(found)[:3] == ["a.txt", "a.txt (2)", "a.txt (3)"] and len(found) == 9_999
    assert time.monotonic() - begin < 8  # what a reader is given; with each name looked for from the start it is forty


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_second_of_one_name_is_a_problem_under_a_name_of_its_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for name in ("a/b.txt", "a\\b.txt", "a/b.txt", "a/b.txt (2)", "a/B.txt"):
            made.writestr(name, b"")
    twice = "another file of the archive bears the same name"
    assert problems(str(tmp_path / "a.zip"), tmp_path / "out") == {
        "a/b.txt": None,
        "a/b.txt (2)": twice,
        "a/b.txt (3)": twice,
        "a/b.txt (2) (2)": twice,
        "a/B.txt": None,
    }


@pytest.mark.parametrize(
    ("name", "flags", "shown"),
    [
        ("été.txt".encode(), 0x800, "été.txt"),
        ("été.txt".encode(), 0, "été.txt"),
        ("été.txt".encode("cp437"), 0, "été.txt"),
        (b"\xff\xfe.txt", 0x800, r"\xff\xfe.txt"),
        (b"a\0b.txt", 0, r"a\x00b.txt"),
        (b'it\'s\n"x"; drop table.txt', 0, 'it\'s\n"x"; drop table.txt'),
    ],
)
def test_names_are_shown_as_they_are(tmp_path: Path, name: bytes, flags: int, shown: str) -> None:
    path = by_hand(tmp_path / "a.zip", [(name, b"x")], flags=flags, method=0, crc=zlib.crc32(b"x"))
    found = unpacked(path, tmp_path / "out")
    assert [(member.name, member.problem) for member in found] == [(shown, None)]
    assert os.listdir(tmp_path / "out") == ["000001.txt"]


def test_a_bomb_stops_the_whole_archive(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "a.zip", [(b"a.txt", zeros(200))])
    with pytest.raises(Unreadable, match="it unpacks to more than 128 MB"):
        unpacked(path, tmp_path / "out")
    with pytest.raises(Unreadable, match="no ZIP archive"):
        (tmp_path / "b.zip").write_bytes(b"Rar!")
        unpacked(str(tmp_path / "b.zip"), tmp_path / "out")
    assert unpacked(package(tmp_path / "c.zip", {}), tmp_path / "out2") == []
