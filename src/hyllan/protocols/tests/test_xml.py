"""Hostile documents are refused, in bounded time and memory, and never with another error."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.xml import parse

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><lolz>&j;</lolz>"
)
QUADRATIC = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><x>' + b"&a;" * 50_000 + b"</x>"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "billion laughs": lambda: LAUGHS,
    "quadratic blowup": lambda: QUADRATIC,
    "external entity": lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "external DTD": lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "DOCTYPE after comments": lambda: b"<!-- a --> <?b c?>\n<!-- <x/> --><!DOCTYPE x><x/>",
    "DOCTYPE in UTF-16": lambda: "<!DOCTYPE x><x/>".encode("utf-16"),
    "undefined entity": lambda: b"<x>&e;</x>",
    "deep": lambda: b"<a>" * 1_000_000,
    "deep and closed": lambda: b"<a>" * 150 + b"</a>" * 150,
    "just too deep": lambda: b"<a>" * 101 + b"</a>" * 101,
    "huge": lambda: b"<a>" + b"x" * (10 * 1024 * 1024) + b"</a>",
    "too many elements": lambda: b"<a>" + b"<b/>" * 1_500_000 + b"</a>",
    "too many attributes": lambda: (
        b"<a " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b"/>"
    ),
    "comment without end": lambda: b"<!--" + b"-" * 9_000_000,
    "not UTF-8": lambda: b"<a>\xff</a>",
    "not what it declares": lambda: b'<?xml version="1.0" encoding="us-ascii"?><a>\xc3\xa5</a>',
    "half UTF-16": lambda: "<a>å</a>".encode("utf-16")[:-1],
    "UTF-16 only declared": lambda: b'<?xml version="1.0" encoding="utf-16"?><a/>',
    "UTF-7": lambda: b'<?xml version="1.0" encoding="utf-7"?><a>+AOU-</a>',
    "EBCDIC": lambda: "<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037"),
    "unknown encoding": lambda: b'<?xml version="1.0" encoding="x-none"?><a/>',
    "a codec that is no text": lambda: b'<?xml version="1.0" encoding="zlib"?><a/>',
    "a null byte": lambda: b"<a>\0</a>",
    "nothing": lambda: b"",
    "two roots": lambda: b"<a/><b/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_parse_refuses_hostile_documents_soon(name: str) -> None:
    data = HOSTILE[name]()

    begun = time.perf_counter()
    with pytest.raises(Malformed):
        parse(data)

    assert time.perf_counter() - begun < 2


def test_parse_stays_within_memory() -> None:
    """The dearest document within the limits, in a process that may have 800 MB."""
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (800 * 2**20,) * 2)\n"
        "from hyllan.protocols.xml import parse\n"
        'data = b"<r " + b" ".join(b\'a%d=""\' % n for n in range(900_000)) + b"/>"\n'
        "print(len(parse(data).attrib))\n"
    )

    answer = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (answer.stdout, answer.stderr) == ("900000\n", "")


def test_parse_needs_no_django() -> None:
    program = "import sys, hyllan.protocols.xml; print('django' in sys.modules)"

    answer = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "False\n"


@given(st.binary(max_size=300) | st.text(alphabet="<>/!-?&;a=\"' []DOCTYPE\n", max_size=300))
def test_parse_meets_garbage_with_malformed_and_nothing_else(garbage: bytes | str) -> None:
    data = garbage if isinstance(garbage, bytes) else b"<a>" + garbage.encode() + b"</a>"
    with suppress(Malformed):
        assert isinstance(parse(data).tag, str)


@pytest.mark.parametrize(
    "data",
    [
        "<a>å</a>".encode(),
        "\ufeff<a>å</a>".encode(),
        "<?xml version='1.0' encoding='UTF-16'?><a>å</a>".encode("utf-16"),
        "<a>å</a>".encode("utf-16"),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe5</a>",
        b'<?xml version="1.0" encoding="windows-1252"?>\n<!-- c --><?pi p?><a>\xe5</a>',
    ],
)
def test_parse_reads_the_encodings_in_use(data: bytes) -> None:
    assert parse(data).text == "å"


def test_parse_joins_text_around_comments_and_keeps_a_quoted_doctype() -> None:
    root = parse(b"<a>on<!-- x -->e <![CDATA[<!DOCTYPE html>]]></a>")

    assert etree.tostring(root) == b"<a>one &lt;!DOCTYPE html&gt;</a>"


def test_parse_allows_just_as_deep_as_said() -> None:
    root = parse(b"<a>" * 3 + b"</a>" * 3, max_depth=3)

    assert len(root) == 1
    with pytest.raises(Malformed, match="deeper than 2"):
        parse(b"<a>" * 3 + b"</a>" * 3, max_depth=2)


def test_malformed_says_where() -> None:
    with pytest.raises(Malformed) as caught:
        parse(b"<a>\n<b>\n</a>")

    assert (caught.value.line, str(caught.value)[:7]) == (3, "line 3:")
    assert str(Malformed("no leader", offset=17)) == "byte 17: no leader"
