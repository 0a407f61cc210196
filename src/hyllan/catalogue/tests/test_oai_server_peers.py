"""Harvesters of others, and our own, fetch from our OAI-PMH server over real HTTP."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.connectors.oai_pmh import Fetcher
from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.views import oai_pmh
from hyllan.catalogue.views.oai_pmh import identifier
from hyllan.protocols.marc import MarcRecord, read_marcxml
from hyllan.protocols.oai_pmh import Page, parse
from hyllan.region import clock
from hyllan.region.tests import make as region

sickle = pytest.importorskip("sickle", reason="sickle is not installed")
scythe = pytest.importorskip("oaipmh_scythe", reason="oaipmh-scythe is not installed")

pytestmark = pytest.mark.peers
Listing = Callable[..., Any]


@pytest.fixture
def address(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:  # transactional
    """Return where a site with a dozen editions is served, five to a page."""
    monkeypatch.setattr(oai_pmh, "PAGE", 5)
    for number in range(11):
        make.edition(f"Röda rummet {number}", at=("LUND",), responsible="Strindberg, August")
    make.edition("Filmen", at=("OSBY",), material="film")
    Edition.objects.update(changed_at=NOON)
    return f"{live_server.url.replace('localhost', '127.0.0.1')}/oai"


@pytest.fixture(params=["sickle", "scythe"])
def listing(request: pytest.FixtureRequest, address: str) -> Iterator[Listing]:
    """Return what lists records with the program of somebody else's."""
    if request.param == "sickle":
        client = sickle.Sickle(address)
        yield lambda **asked: client.ListRecords(ignore_deleted=False, **asked)
        return
    with scythe.Scythe(address) as client:

        def listed(**asked: str) -> Any:
            named: dict[str, Any] = {
                "metadata_prefix": asked["metadataPrefix"],
                "ignore_deleted": False,
            }
            for theirs, ours in (("from_", "from"), ("until", "until"), ("set_", "set")):
                if ours in asked:
                    named[theirs] = asked[ours]
            return client.list_records(**named)

        yield listed


def marc_of(record: Any) -> MarcRecord:
    (found,) = read_marcxml(str(record).encode())
    assert isinstance(found, MarcRecord)
    return found


def test_a_harvester_fetches_every_record_once(listing: Listing) -> None:
    found = list(listing(metadataPrefix="oai_dc"))

    titles = [record.metadata["title"][0] for record in found]
    assert sorted(titles) == sorted(["Filmen", *(f"Röda rummet {n}" for n in range(11))])
    assert len({record.header.identifier for record in found}) == 12


def test_a_harvester_fetches_what_has_changed_and_what_is_gone(listing: Listing) -> None:
    first, second = Edition.objects.order_by("pk")[:2]
    Edition.objects.filter(pk=first.pk).update(title="Ny", changed_at=NOON + timedelta(days=1))
    Edition.objects.filter(pk=second.pk).update(gone=True, changed_at=NOON + timedelta(days=2))

    found = list(listing(metadataPrefix="oai_dc", **{"from": "2026-11-24"}))

    assert [(record.header.identifier, record.deleted) for record in found] == [
        (identifier(first.pk), False),
        (identifier(second.pk), True),
    ]
    assert found[0].metadata["title"] == ["Ny"]


def test_a_harvester_fetches_a_set(listing: Listing) -> None:
    (found,) = listing(metadataPrefix="oai_dc", set="material.film")

    assert found.metadata["title"] == ["Filmen"]


def test_sickle_reads_marc_identity_formats_sets_and_errors(address: str) -> None:
    client = sickle.Sickle(address)

    record = next(client.ListRecords(metadataPrefix="marc21"))

    assert record.header.setSpecs == ["organisation.LUND", "material.book"]
    assert client.Identify().deletedRecord == "persistent"
    assert [each.metadataPrefix for each in client.ListMetadataFormats()] == ["marc21", "oai_dc"]
    assert "organisation.OSBY" in [each.setSpec for each in client.ListSets()]
    with pytest.raises(sickle.oaiexceptions.NoRecordsMatch):
        client.ListRecords(metadataPrefix="marc21", until="1990-01-01")
    with pytest.raises(sickle.oaiexceptions.IdDoesNotExist):
        client.GetRecord(metadataPrefix="marc21", identifier="oai:x:1")
    with pytest.raises(sickle.oaiexceptions.BadResumptionToken):
        client.ListRecords(resumptionToken="old")


def test_our_own_fetcher_reads_the_records_as_they_were_merged(address: str) -> None:
    titles, token = [], ""
    with Fetcher(address) as fetch:
        while True:
            asked = {"resumptionToken": token} if token else {"metadataPrefix": "marc21"}
            found = parse(fetch({"verb": "ListRecords", **asked}))
            assert isinstance(found, Page)
            for record in found.records:
                (marc,) = read_marcxml(record.metadata)
                assert isinstance(marc, MarcRecord)
                titles.append(marc.first("245", "a"))
            token = found.token
            if not token:
                break

    assert len(titles) == len(set(titles)) == 12


def test_another_hyllan_harvests_us_and_follows_what_changes(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=1))
    theirs = services.add_source(
        organisation=region.library("MALMO").organisation, base_url=address, now=NOON
    )
    changed, gone = Edition.objects.order_by("pk")[:2]

    first = services.harvest(source_id=theirs.pk, now=NOON + timedelta(hours=1))
    # A moment that is in both: the second in which the first harvest was answered
    Edition.objects.filter(pk=changed.pk).update(
        title="Ny", changed_at=NOON + timedelta(hours=1, microseconds=1)
    )
    Edition.objects.filter(pk=gone.pk).update(gone=True, changed_at=NOON + timedelta(hours=2))
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=3))
    second = services.harvest(source_id=theirs.pk, now=NOON + timedelta(hours=3))

    records = {record.identifier: record for record in theirs.records.all()}
    assert (first.read, first.loaded, len(records)) == (12, 12, 12)
    assert (second.read, second.loaded, second.deleted) == (2, 1, 1)
    assert records[identifier(changed.pk)].description["title"] == "Ny"
    assert records[identifier(gone.pk)].deleted
