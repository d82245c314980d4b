"""Markup that reaches for files, unfolds without end or goes too deep: shared by workbooks and Word forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .kinds import PASSWD

Wrap = Callable[[str, str], bytes]
"""Makes a part of a package from a document type declaration and a text in it."""

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def declarations() -> Iterator[tuple[str, str, str]]:
    """Name, declaration, and the text that calls upon it."""
    yield "a declaration alone", "<!DOCTYPE x>", "x"
    yield "an entity", '<!DOCTYPE x [<!ENTITY a "b">]>', "&a;"
    yield "a billion laughs", f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;"
    yield "a quadratic blowup", f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 50_000
    yield "an external entity", f'<!DOCTYPE x [<!ENTITY a SYSTEM "{PASSWD}">]>', "&a;"
    yield "an external entity of the network", '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>', "&a;"
    yield "an external subset", f'<!DOCTYPE x SYSTEM "{PASSWD}">', "x"
    yield "a parameter entity", f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{PASSWD}"> %a;]>', "x"


def attacks(folder: str, wrap: Wrap) -> Iterator[tuple[str, bytes]]:
    """A name and a part for each declaration, and for some ways to hide one."""
    for name, declaration, text in declarations():
        yield f"{folder}/{name}", wrap(f'<?xml version="1.0" encoding="UTF-8"?>{declaration}', text)
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{PASSWD}">]>'
    yield f"{folder}/an entity behind a comment", wrap(f"<?xml version='1.0'?><!-- {'x' * 5_000} -->\n{entity}", "&a;")
    yield f"{folder}/an entity far behind", wrap(f"<?xml version='1.0'?>{' ' * 300_000}{entity}", "&a;")
    for encoding, codec in (
        ("UTF-16", "utf-16"),
        ("UTF-16LE", "utf-16-le"),
        ("UTF-32", "utf-32"),
        ("cp037", "cp037"),
        ("UTF-7", "utf-7"),
    ):
        part = wrap(f'<?xml version="1.0" encoding="{encoding}"?>{entity}', "&a;").decode()
        data = part.encode(codec)
        if encoding == "UTF-7":
            head, mark, rest = part.partition("?>")
            data = (head + mark).encode() + rest.replace("<", "+ADw-").replace("&", "+ACY-").encode()
        yield f"{folder}/an entity in {encoding}", data


def nested(tag: str, depth: int, inside: str = "") -> str:
    """An element in an element in an element."""
    return f"<{tag}>" * depth + inside + f"</{tag}>" * depth
