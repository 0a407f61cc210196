"""Our harvester against a repository that somebody else wrote: PyPI's oaipmh 4, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import etree

from hyllan.catalogue import services
from hyllan.catalogue.models import Item, Record, Source
from hyllan.catalogue.services import HarvestResult
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, marc, marc_item
from hyllan.protocols.marc import to_element
from hyllan.region.tests import make as region

pytest.importorskip("oaipmh", reason="oaipmh 4 is not installed")
from oaipmh import common, error, metadata, server

pytestmark = [pytest.mark.django_db, pytest.mark.peers]
START = datetime(2020, 1, 1)  # noqa: DTZ001 - this library counts in naive UTC


@dataclass
class Shelf:
    """What oaipmh asks of a repository: the IOAI interface."""

    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    deleted: str = "persistent"
    prefix: str = "marc21"
    records: dict[str, tuple[common.Header, common.Metadata | None]] = field(default_factory=dict)

    def put(self, number: int, title: str | None, *, days: int = 0, spec: str = "") -> None:
        name = f"oai:peer:{number:03}"
        stamp = START + timedelta(days=days, minutes=number)
        header = common.Header(None, name, stamp, [spec] if spec else [], title is None)
        told = {"title": [title], "creator": ["Holm, Jorun"], "number": [f"{number}"]}
        self.records[name] = (header, common.Metadata(None, told) if title else None)

    def identify(self) -> common.Identify:
        return common.Identify(
            repositoryName="Peer",
            baseURL="http://127.0.0.1/oai",
            protocolVersion="2.0",
            adminEmails=["oai@lund.se"],
            earliestDatestamp=START,
            deletedRecord=self.deleted,
            granularity=self.granularity,
            compression=["identity"],
        )

    def listMetadataFormats(self, identifier: str | None = None) -> list[Any]:  # noqa: N802
        namespaces = {
            "marc21": "http://www.loc.gov/MARC21/slim",
            "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
        }
        return [(self.prefix, "http://schema/", namespaces[self.prefix])]

    def listSets(self) -> list[Any]:  # noqa: N802
        return [("barn", "Barn", [])]

    def listRecords(  # noqa: N802
        self,
        metadataPrefix: str,  # noqa: N803
        set: str | None = None,  # noqa: A002
        from_: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Any]:
        if metadataPrefix != self.prefix:
            raise error.CannotDisseminateFormatError(metadataPrefix)
        return [
            (header, told, None)
            for header, told in self.records.values()
            if (not set or set in header.setSpec())
            and (not from_ or header.datestamp() >= from_)
            and (not until or header.datestamp() <= until)
        ]


def write_marc21(element: etree._Element, told: common.Metadata) -> None:
    number = told["number"][0]
    element.append(to_element(marc(told["title"][0], marc_item(number), author=told["creator"][0])))


@pytest.fixture
def peer() -> Iterator[tuple[Shelf, str]]:
    shelf = Shelf()
    for number in range(25):
        shelf.put(number, f"Böcker & blad <{number}>", spec="barn" if number % 5 == 0 else "")
    registry = metadata.MetadataRegistry()
    registry.registerWriter("marc21", write_marc21)
    registry.registerWriter("oai_dc", server.oai_dc_writer)
    oai = server.Server(shelf, metadata_registry=registry, resumption_batch_size=10)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = oai.handleRequest(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield shelf, f"http://127.0.0.1:{http.server_port}/oai"
    http.shutdown()
    http.server_close()
    thread.join()


def source_at(address: str) -> Source:
    owner = region.library("LUND").organisation
    return services.add_source(organisation=owner, base_url=address, now=NOON)


def harvest(source: Source, *, full: bool = False) -> HarvestResult:
    return services.harvest(source_id=source.pk, now=datetime.now(UTC), full=full)


def test_a_whole_repository_is_harvested_over_pages(peer: tuple[Shelf, str]) -> None:
    _shelf, address = peer

    result = harvest(source_at(address))

    assert result == HarvestResult(read=25, loaded=25)
    assert (Record.objects.count(), Item.objects.count()) == (25, 25)
    assert Record.objects.get(identifier="oai:peer:007").description["title"] == (
        "Böcker & blad <7>"
    )
    assert Source.objects.get().last_result["remarks"] == {}


@pytest.mark.parametrize("granularity", ["YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD"])
def test_only_what_changed_is_fetched_the_next_time(
    peer: tuple[Shelf, str], granularity: str
) -> None:
    shelf, address = peer
    shelf.granularity = granularity
    source = source_at(address)
    harvest(source)
    ahead = (datetime.now(UTC).replace(tzinfo=None) - START).days + 1
    shelf.put(3, "Ny titel", days=ahead)
    shelf.put(4, None, days=ahead)

    result = harvest(source)

    assert result == HarvestResult(read=2, loaded=1, deleted=1)
    assert (make.item("4").status, Record.objects.filter(deleted=True).count()) == ("withdrawn", 1)
    assert harvest(source).loaded == 1  # the future is always asked for again


def test_nothing_new_is_no_error(peer: tuple[Shelf, str]) -> None:
    source = source_at(peer[1])
    harvest(source)

    assert harvest(source) == HarvestResult()


def test_a_set_alone(peer: tuple[Shelf, str]) -> None:
    source = source_at(peer[1])
    Source.objects.update(set_spec="barn")

    assert harvest(source).loaded == 5


def test_dublin_core(peer: tuple[Shelf, str]) -> None:
    shelf, address = peer
    shelf.prefix = "oai_dc"

    assert harvest(source_at(address)).loaded == 25
    assert Record.objects.first().description["responsible"] == "Jorun Holm"  # type: ignore[union-attr]


def test_what_vanishes_without_a_word_is_found(peer: tuple[Shelf, str]) -> None:
    shelf, address = peer
    shelf.deleted = "no"
    source = source_at(address)
    harvest(source)
    del shelf.records["oai:peer:011"]

    assert harvest(source, full=True) == HarvestResult(read=24, loaded=24, deleted=1)


def test_a_token_it_does_not_know_begins_the_list_anew(peer: tuple[Shelf, str]) -> None:
    source = source_at(peer[1])
    run = {"began": NOON.isoformat(), "full": True, "record_format": "marc21"}
    Source.objects.update(resumption_token="nonsense", run=run)

    harvest(source)

    assert Record.objects.count() == 25
