"""Programs of others search our SRU over real HTTP, and we theirs (Debian: yaz)."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hyllan.catalogue.connectors.oai_pmh import Fetcher
from hyllan.catalogue.connectors.sru import Asked, pages
from hyllan.catalogue.tests import make_editions as make
from hyllan.protocols.marc import MarcRecord, read_marcxml
from hyllan.protocols.sru import Version

pytestmark = pytest.mark.peers
_HITS = re.compile(r"Number of hits: (\d+)")


@pytest.fixture
def address(live_server: Any) -> str:  # which makes the test transactional
    """Return where a site with a dozen editions is served."""
    for number in range(1, 12):
        make.edition(f"Röda rummet {number}", responsible="Strindberg, August", year=1878 + number)
    make.edition("Pippi Långstrump", responsible="Lindgren, Astrid", year=1945)
    make.index()
    return f"{live_server.url.replace('localhost', '127.0.0.1')}/sru"


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not here (apt install yaz)")
    return found


def said_by(*command: str, typed: str | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - programs of Debian
        command, input=typed, capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout


def yaz(address: str, folder: Path, *commands: str) -> str:
    script = folder / "commands"
    script.write_text("\n".join([f"open {address}", *commands, "quit", ""]))
    return said_by(program("yaz-client"), "-f", str(script), typed="")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_yaz_client_finds_and_shows(
    address: str, tmp_path: Path, method: str, version: str
) -> None:
    said = yaz(
        address,
        tmp_path,
        f"sru {method} {version}",
        'find dc.title = pippi and dc.date within "1940 1950"',
        "show 1",
        'find dc.creator any "strindberg lindgren"',
        "show 3+2",
    )

    assert _HITS.findall(said)[:1] == ["1"]
    assert _HITS.findall(said)[-1:] == ["12"]
    assert '<subfield code="a">Pippi Långstrump</subfield>' in said
    assert re.findall(r"pos=(\d+)", said) == ["1", "3", "4"]
    assert "schema=info:srw/schema/1/marcxml-v1.1" in said
    assert "iagnostic" not in said


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
@pytest.mark.parametrize(
    ("query", "number"),
    [("foo.title = a", 15), ("dc.shoes = a", 16), ("(a", 13), ("dc.title encloses a", 19)],
)
def test_yaz_client_is_told_why_not(
    address: str, tmp_path: Path, version: str, query: str, number: int
) -> None:
    said = yaz(address, tmp_path, f"sru get {version}", f"find {query}")

    assert f"info:srw/diagnostic/1/{number}" in said
    assert set(_HITS.findall(said)) <= {"0"}


@pytest.mark.parametrize("version", ["1.2", "2.0"])
def test_yaz_client_reads_what_we_say_of_ourselves(
    address: str, tmp_path: Path, version: str
) -> None:
    said = yaz(address, tmp_path, f"sru get {version}", "explain")

    assert '<name set="dc">title</name>' in said
    assert "schema=http://explain.z3950.org/dtd/2.0/" in said


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_zoomsh_finds_and_shows(address: str, version: str) -> None:
    said = said_by(
        program("zoomsh"),
        "set sru get",
        f"set sru_version {version}",
        "set preferredRecordSyntax xml",
        f"connect {address}",
        "search cql:dc.title=pippi",
        "show 0 1",
        "quit",
    )

    assert "1 hits" in said
    assert '<subfield code="a">Pippi Långstrump</subfield>' in said


def test_zoomsh_reads_dublin_core(address: str) -> None:
    said = said_by(
        program("zoomsh"),
        "set sru get",
        "set schema dc",
        f"connect {address}",
        "search cql:dc.title=pippi",
        "show 0 1",
        "quit",
    )

    assert "<dc:title>Pippi Långstrump</dc:title>" in said


@pytest.mark.parametrize("version", list(Version))
def test_our_own_client_fetches_every_record_once(address: str, version: Version) -> None:
    with Fetcher(address) as fetch:
        found = list(pages(fetch, Asked("cql.allRecords = 1", version=version, count=5)))

    data = [record.data for page in found for record in page.records]
    assert [len(page.records) for page in found] == [5, 5, 2]
    assert len(set(data)) == 12


@pytest.fixture
def toy_server(tmp_path: Path) -> Iterator[str]:
    """Return the address of YAZ's own server, which holds records of its own."""
    command = program("yaz-ztest")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - a program of Debian
            [command, f"tcp:127.0.0.1:{port}"], cwd=tmp_path, stderr=log, start_new_session=True
        )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/Default"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.parametrize("version", list(Version))
def test_our_client_walks_through_all_of_a_server_of_others(
    toy_server: str, version: Version
) -> None:
    with Fetcher(toy_server) as fetch:
        found = list(pages(fetch, Asked("computer", version=version, count=4)))

    records = [record for page in found for record in page.records]
    assert [record.position for record in records] == list(range(1, (found[0].total or 0) + 1))
    assert len(records) > 4
    for record in records:
        assert isinstance(record.data, bytes)
        (marc,) = read_marcxml(record.data)
        assert isinstance(marc, MarcRecord)
