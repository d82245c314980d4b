"""ZIP archives: bombs, members that lie of themselves, and names that lead elsewhere."""

from __future__ import annotations

import random
import stat

from .books import book, sheet
from .kinds import ANY, MEBI, Fate, Hostile, Make, csv_text, cut, lines, rows, unread
from .markup import attacks
from .packing import STORED, Part, deflated, zipped

READ = Fate(1, None)
_OUT = Fate(0, "leads out")
_BROKEN = Fate(0, "damaged")


def _holding(name: str, make: Make, inside: dict[str, Fate]) -> Hostile:
    """An archive that is read, with the fates of its members."""
    return Hostile(name, make, Fate(0, None), inside)


def _good(name: str | bytes = "good.txt", **more: int) -> Part:
    return Part(name, lines().encode(), **more)  # type: ignore[arg-type]


def _whole() -> list[Hostile]:
    good = zipped([_good(), _good("other.txt")])
    noise = random.Random(8).randbytes(20_000)
    zeros = bytes(MEBI)
    within = zipped([_good()])
    for depth in range(20):
        within = zipped([Part(f"{depth}.zip", within, STORED)])
    return [
        unread("archives/noise.zip", noise, "no ZIP"),
        unread("archives/text.zip", lines().encode(), "no ZIP"),
        unread("archives/another kind.zip", b"Rar!\x1a\7\0" + noise, "no ZIP"),
        unread("archives/nothing in it.zip", zipped([])),
        unread(
            "archives/folders alone.zip",
            zipped([Part("a/", method=STORED), Part("a/b/", method=STORED)]),
            "supported kind",
        ),
        unread(
            "archives/what systems put there.zip",
            zipped([_good("__MACOSX/._a.txt"), _good(".DS_Store"), _good("~$a.xlsx")]),
            "supported kind",
        ),
        *[unread(f"archives/cut off at {share}.zip", cut(good, share / 100)) for share in (10, 60, 99)],
        unread("archives/its end alone.zip", good[-22:]),
        unread(
            "archives/20,000 members.zip", zipped([Part(f"{i}.txt", b"x", STORED) for i in range(20_000)]), "members"
        ),
        unread("archives/members over each other.zip", zipped([_good(), _good("b.txt", offset=0)]), "over each other"),
        unread("archives/a member beyond the end.zip", zipped([_good(offset=0x7FFFFFFF)])),
        unread("archives/one part of several.zip", _in_parts(good)),
        unread("archives/a directory that lies.zip", good[:-10] + b"\xff\xff\xff\x7f\xff\xff\xff\x7f\0\0"),
        unread("archives/a gigabyte.zip", zipped([Part("a.txt", deflated((zeros, 1024)))]), "unpacks"),
        unread(
            "archives/a gigabyte in parts.zip",
            zipped([Part(f"{i}.txt", deflated((zeros, 8))) for i in range(128)]),
            "unpacks",
        ),
        unread(
            "archives/a gigabyte that is told to be small.zip",
            zipped([Part("a.txt", deflated((zeros, 1024)), size=10)]),
            "unpacks",
        ),
        _holding("archives/archives in archives.zip", within, {"19.zip": Fate(0, "archive within")}),
        unread("archives/bytes before it.zip", zipped([_good()], before=b"MZ" + noise), "no ZIP"),
        unread("archives/another end behind it.zip", zipped([_good()], comment=b"PK\5\6" * 9_000)),
        _holding("archives/words behind it.zip", zipped([_good()], comment=b"x" * 65_000), {"good.txt": READ}),
        _holding("archives/a count that lies.zip", zipped([_good()], members=60_000), {"good.txt": READ}),
    ]


def _in_parts(good: bytes) -> bytes:
    end = bytearray(good)
    end[-18:-14] = b"\7\0\7\0"
    return bytes(end)


def _members() -> list[Hostile]:
    good = _good()
    text = lines().encode()
    bomb = book(deflated((bytes(MEBI), 100)))
    entity = next(
        part
        for name, part in attacks("", lambda head, called: sheet(called, head).encode())
        if "external entity" in name
    )
    return [
        _holding(
            "archives/a wrong sum.zip",
            zipped([good, Part("bad.txt", text, crc=5)]),
            {"good.txt": READ, "bad.txt": _BROKEN},
        ),
        _holding(
            "archives/a wrong size.zip",
            zipped([good, Part("bad.txt", text, size=5)]),
            {"good.txt": READ, "bad.txt": _BROKEN},
        ),
        _holding(
            "archives/no stream.zip",
            zipped([good, Part("bad.txt", b"\xff" * 900, STORED, size=900)]),
            {"good.txt": READ, "bad.txt": Fate(0)},
        ),
        _holding(
            "archives/with a password.zip",
            zipped([good, Part("locked.txt", text, flags=1)]),
            {"good.txt": READ, "locked.txt": Fate(0, "encrypted")},
        ),
        _holding(
            "archives/packed in another way.zip",
            zipped([good, Part("a.txt", text, method=99), Part("b.txt", text, method=14)]),
            {"good.txt": READ, "a.txt": Fate(0, "packed"), "b.txt": Fate(0, "packed")},
        ),
        _holding(
            "archives/links.zip",
            zipped(
                [
                    good,
                    Part("passwd.txt", b"/etc/passwd", STORED, mode=stat.S_IFLNK | 0o777),
                    Part("up", b"..", STORED, mode=stat.S_IFLNK | 0o777),
                ]
            ),
            {"good.txt": READ, "passwd.txt": Fate(0, "link"), "up": Fate(0, "link")},
        ),
        _holding(
            "archives/devices.zip",
            zipped(
                [
                    good,
                    Part("pipe.txt", b"", STORED, mode=stat.S_IFIFO),
                    Part("null.txt", b"", STORED, mode=stat.S_IFCHR),
                ]
            ),
            {"good.txt": READ, "pipe.txt": Fate(0, "pipe"), "null.txt": Fate(0, "device")},
        ),
        _holding("archives/modes.zip", zipped([_good(mode=stat.S_IFREG | 0o7777)]), {"good.txt": READ}),
        _holding(
            "archives/ways out.zip",
            zipped(
                [
                    good,
                    _good("../evil.txt"),
                    _good("a/../../../evil2.txt"),
                    _good("/etc/evil.txt"),
                    _good("C:\\evil.txt"),
                    _good("..\\evil3.txt"),
                ]
            ),
            {
                "good.txt": READ,
                "../evil.txt": _OUT,
                "a/../../../evil2.txt": _OUT,
                "/etc/evil.txt": _OUT,
                "C:/evil.txt": _OUT,
                "../evil3.txt": _OUT,
            },
        ),
        _holding(
            "archives/one name twice.zip",
            zipped([good, _good(), _good("good.txt (2)")]),
            {
                "good.txt": READ,
                "good.txt (2)": Fate(0, "same name"),
                "good.txt (2) (2)": Fate(0, "same name"),
            },
        ),
        _holding(
            "archives/a file and a folder of one name.zip",
            zipped([_good("a.txt"), _good("a.txt/b.txt")]),
            {"a.txt": READ, "a.txt/b.txt": READ},
        ),
        _holding(
            "archives/names in two spellings.zip",
            zipped([_good("A.txt"), _good("a.TXT"), _good("./c.txt"), _good("d//e.txt")]),
            {"A.txt": READ, "a.TXT": READ, "c.txt": READ, "d//e.txt": READ},
        ),
        _holding(
            "archives/empty and unsupported.zip",
            zipped([good, Part("empty.txt"), Part("a.pdf", b"%PDF"), Part("README", b"x")]),
            {
                "good.txt": READ,
                "empty.txt": Fate(0, "empty"),
                "a.pdf": Fate(0, "not supported"),
                "README": Fate(0, "not supported"),
            },
        ),
        _holding(
            "archives/hostile members.zip",
            zipped(
                [
                    good,
                    Part("bomb.xlsx", bomb, STORED),
                    Part("entity.xlsx", book(entity), STORED),
                    Part("broken.csv", csv_text(rows()).encode()[:-9]),
                    Part("NULs.txt", bytes(500)),
                ]
            ),
            {
                "good.txt": READ,
                "bomb.xlsx": Fate(0, "unpacks"),
                "entity.xlsx": Fate(0, "declaration"),
                "broken.csv": Fate(0, "quotation"),
                "NULs.txt": Fate(0, "NUL"),
            },
        ),
        _holding("archives/a day that is none.zip", zipped([_good(date=0xFFFF)]), {"good.txt": READ}),
        _holding("archives/odd names.zip", zipped([_good(name) for name in _ODD]), dict.fromkeys(_ODD.values(), READ)),
        *[
            _holding(
                f"archives/a name {name}.zip", zipped([good, _good(long)]), {"good.txt": READ, ANY: Fate(0, "too long")}
            )
            for name, long in (
                ("of 5,000 digits", "7" * 5_000 + ".txt"),
                ("of 60,000 letters", "n" * 60_000 + ".txt"),
                ("of 20,000 folders", "d/" * 20_000 + "a.txt"),
            )
        ],
        _holding(
            "archives/marks on marks in a name.zip",
            zipped([good, _good("a" + "\u0315\u0300" * 400 + ".txt")]),
            {"good.txt": READ, "a" + "\u0315\u0300" * 400 + ".txt": READ},
        ),
    ]


_ODD: dict[str | bytes, str] = {
    'it\'s "said".txt': 'it\'s "said".txt',
    "two\nlines.txt": "two\nlines.txt",
    "'; drop table fct_outcomes; --.txt": "'; drop table fct_outcomes; --.txt",
    "\x1b[31mred.txt": "\x1b[31mred.txt",
    "\u202etxt.exe.txt": "\u202etxt.exe.txt",
    "{reason}{{ env_var('HOME') }}%s.txt": "{reason}{{ env_var('HOME') }}%s.txt",
    " leading.txt": " leading.txt",
    "-rf.txt": "-rf.txt",
}


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [*_whole(), *_members()]
