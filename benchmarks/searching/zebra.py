"""
Zebra 2.2 as a whole server, asked over Z39.50 by YAZ's own client library.

The DOM filter, which Zebra's documentation recommends, fed with documents that say themselves how
they are indexed, so that no style sheet runs for the index; a style sheet keeps what is shown of a
hit. ICU's rules for words, that Swedish letters stay. Hits are not ranked: ranking would cost it
more. Ten records come with the answer to the search, in one round trip. Without modulePath in
zebra.cfg no record is indexed and nothing complains.

Zebra counts facets by its element set `zebra::facet`, a round trip of its own and so slow that only
some of the mix are asked with them. With ICU it has no truncation that forgives a letter (103), so
it finds nothing for typos.
"""

import re
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import orjson

from searching.documents import SHOWN
from searching.engines import FACETS, Answer, Built, folder_size
from searching.missing import Missing
from searching.questions import Clause, Question, clauses
from searching.z3950 import Connection

_BETWEEN = "qzbetweenqz"  # a word between two texts: no phrase goes from one to the other
_FILE = 20_000  # documents in a file
_FACETS = b"zebra::facet::" + b",".join(f"{name}:0".encode() for name in FACETS)
_FIELDS = {
    "organisations": "organisations",
    "materials": "material",
    "languages": "languages",
    "decades": "decade",
    "identifiers": "identifiers",
}
_CONFIGURATION = """\
profilePath: {home}:/usr/share/idzebra-2.0/tab
modulePath: {modules}
register: {home}/register:100G
lockDir: {home}/lock
keyTmpDir: {home}/tmp
setTmpDir: {home}/tmp
index: {home}/index.idx
attset: bib1.att
recordType: dom.{home}/dom.xml
encoding: UTF-8
memMax: 512
truncmax: 1000000
facetNumRecs: 1000
perm.anonymous: r
"""
_INDEX = """\
index w
completeness 0
position 1
alwaysmatches 0
firstinfield 0
icuchain {home}/words.xml
index 0
completeness 0
position 1
charmap @
"""
_WORDS = """<icu_chain locale="sv"><tokenize rule="w"/></icu_chain>"""
_DOM = """\
<dom xmlns="http://indexdata.com/zebra-2.0">
  <input><xmlreader level="1"/></input>
  <extract name="index"/>
  <store><xslt stylesheet="{home}/store.xsl"/></store>
  <retrieve name="F"/>
</dom>
"""
_STORE = """\
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:z="http://indexdata.com/zebra-2.0" exclude-result-prefixes="z">
  <xsl:template match="/"><xsl:copy-of select="z:record/shown"/></xsl:template>
</xsl:stylesheet>
"""


class _Request(NamedTuple):
    pqf: bytes
    facets: bytes


class Zebra:
    """A server with its folder below the home; `documents` as documents.py writes them."""

    def __init__(self, home: Path, documents: Path, *, port: int) -> None:
        """Say where it is."""
        self._home, self._documents, self._port = (home / "zebra").resolve(), documents, port
        self._facets = False
        self._server: subprocess.Popen[bytes] | None = None
        if shutil.which("zebrasrv") is None:
            raise Missing("Zebra is a Debian package: apt install idzebra-2.0 yaz.")

    def build(self) -> Built:
        """Index the documents anew."""
        shutil.rmtree(self._home, ignore_errors=True)
        for name in ("register", "lock", "tmp", "records"):
            (self._home / name).mkdir(parents=True)
        self._configure()
        number = _write(self._documents, self._home / "records")
        began, used = time.perf_counter(), _children_cpu()
        for command in (["init"], ["update", str(self._home / "records")], ["commit"]):
            self._zebraidx(command)
        seconds, cpu = time.perf_counter() - began, _children_cpu() - used
        shutil.rmtree(self._home / "records")
        return Built(number, seconds, cpu, folder_size(self._home / "register"))

    def count_facets(self) -> None:
        """Ask for facets from now on."""
        self._facets = True

    def start(self) -> None:
        """Start the server, unless it runs, and wait until it listens."""
        if self._server is not None:
            return
        command = [
            *("zebrasrv", "-c", str(self._home / "zebra.cfg"), "-v", "fatal,warn"),
            *("-l", str(self._home / "server.log"), f"tcp:127.0.0.1:{self._port}"),
        ]
        self._server = subprocess.Popen(command, cwd=self._home)  # noqa: S603
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._server.poll() is None:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self._port)):
                    return
            time.sleep(0.1)
        raise RuntimeError(f"Zebra did not start: see {self._home / 'server.log'}")

    def request(self, question: Question) -> _Request:
        """Return the search, the second try, and how facets are asked for."""
        asked = clauses(question.text)
        kept = []
        if question.language:
            kept.append(_key("languages", question.language))
        if question.material:
            kept.append(_key("materials", question.material))
        facets = _FACETS if question.facets and self._facets else b""
        return _Request(_all([*map(_clause, asked), *kept]), facets)

    def client(self) -> Callable[[_Request], Any]:
        """Return what asks over a connection of its own."""
        link = Connection("127.0.0.1", self._port, records=10)

        return lambda request: link.search(request.pqf, facets=request.facets)

    def answer(self, told: Any) -> Answer:
        """Return what the records and the facets' XML say."""
        total, records, xml = told
        hits = tuple(
            int(each[1]) for each in map(re.compile(rb"<id>(\d+)").search, records) if each
        )
        return Answer(total, hits, dict(_read_facets(xml)) if xml else None)

    def version(self) -> str:
        """Return what the server says of itself."""
        command = ["zebraidx", "-V"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        found = re.search(r"Zebra (\S+)", told.stdout)
        return f"Zebra {found[1] if found else ''} over Z39.50, records as XML"

    def process(self) -> int:
        """Return the server; each connection is a child of it."""
        if self._server is None:
            raise RuntimeError("The server is not started.")
        return self._server.pid

    def stop(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(60)
            self._server = None

    def _configure(self) -> None:
        modules = next(iter(sorted(Path("/usr/lib").glob("*/idzebra-2.0/modules"))), None)
        if modules is None:
            raise Missing("Zebra's modules are not there: apt install libidzebra-2.0-modules.")
        for name, text in (
            ("zebra.cfg", _CONFIGURATION.format(home=self._home, modules=modules)),
            ("index.idx", _INDEX.format(home=self._home)),
            ("words.xml", _WORDS),
            ("dom.xml", _DOM.format(home=self._home)),
            ("store.xsl", _STORE),
        ):
            (self._home / name).write_text(text, "utf-8")

    def _zebraidx(self, arguments: Sequence[str]) -> None:
        log = self._home / "zebraidx.log"
        command = ["zebraidx", "-c", str(self._home / "zebra.cfg"), "-l", str(log), *arguments]
        subprocess.run(command, check=True, cwd=self._home)  # noqa: S603


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(documents: Path, folder: Path) -> int:
    number = 0
    rows: list[str] = []
    with documents.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            rows.append(_xml(orjson.loads(line)))
            if len(rows) == _FILE:
                _close(rows, folder / f"{number:09}.xml")
    _close(rows, folder / "last.xml")
    return number


def _close(rows: list[str], path: Path) -> None:
    if rows:
        path.write_text(f"<all>{''.join(rows)}</all>", "utf-8")
        rows.clear()


def _xml(document: dict[str, Any]) -> str:
    made = [f'<z:record xmlns:z="http://indexdata.com/zebra-2.0" z:id="{document["id"]}">']
    made.append(_index("words:w", document["words"]))
    made.append(_index("texts:w", f" {_BETWEEN} ".join(document["texts"])))
    for name, field in _FIELDS.items():
        value = document[field]
        values = value if isinstance(value, list) else [value]
        made += [_index(f"{name}:0", str(each)) for each in values if each]
    shown = (f"<{name}>{escape(_shown(document[name]))}</{name}>" for name in SHOWN)
    return "".join([*made, "<shown>", *shown, "</shown></z:record>"])


def _index(name: str, text: str) -> str:
    return f'<z:index name="{name}">{escape(text)}</z:index>' if text else ""


def _shown(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _all(found: Sequence[str]) -> bytes:
    return ("@and " * (len(found) - 1) + " ".join(found)).encode()


def _any(found: Sequence[str]) -> str:
    return "@or " * (len(found) - 1) + " ".join(found)


def _key(name: str, value: str) -> str:
    return f'@attr 1={name} @attr 4=3 "{value}"'


def _clause(clause: Clause) -> str:
    if clause.number:
        return _key("identifiers", clause.number)
    if clause.begins:
        return f'@attr 1=words @attr 5=1 "{clause.begins}"'
    if clause.phrase:
        return f'@attr 1=texts @attr 4=1 "{" ".join(clause.phrase)}"'
    return _any([f'@attr 1=words "{term}"' for term in clause.any_of])


def _read_facets(xml: bytes) -> Iterator[tuple[str, dict[str, int]]]:
    for facet in re.finditer(rb'<facet type="0" index="(\w+)">(.*?)</facet>', xml, re.DOTALL):
        terms = re.findall(rb'<term[^>]*occur="(\d+)"[^>]*>([^<]*)<', facet[2])
        yield facet[1].decode(), {term.decode(): int(count) for count, term in terms}
