"""SRU is walked: it tells neither changes nor deletes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.services import HarvestResult
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, marc, marc_item
from hyllan.protocols import sru
from hyllan.protocols.marc import ControlField, MarcRecord, to_marcxml
from hyllan.protocols.sru import Found, SearchRequest, SruRecord
from hyllan.region.errors import Refused

pytestmark = pytest.mark.django_db


def numbered(title: str, number: int) -> MarcRecord:
    record = marc(title, marc_item(f"{number}"))
    numbers = ControlField("001", f"{number}"), ControlField("003", "LUND")
    return MarcRecord(record.leader, (*numbers, *record.control_fields), record.data_fields)


@dataclass
class Server:
    """An SRU server in memory that gives three records at a time."""

    records: list[bytes] = field(default_factory=list)
    identifiers: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, arguments: Mapping[str, str]) -> bytes:
        self.asked.append(dict(arguments))
        request = sru.read_request(list(arguments.items()))
        assert isinstance(request, SearchRequest), request
        chosen = self.records[request.start - 1 :][:3]
        found = tuple(
            SruRecord(request.start + n, data, identifier=f"id-{data[-60:]!r}" * self.identifiers)
            for n, data in enumerate(chosen)
        )
        return sru.write_found(request, Found(len(self.records), found))


def shelf(number: int) -> Server:
    return Server([to_marcxml(numbered(f"Bok {n}", n)) for n in range(number)])


@pytest.fixture
def source() -> Source:
    make.source()
    Source.objects.update(protocol="sru")
    return Source.objects.get()


def harvest(server: Server, source: Source, *, hours: int = 0) -> HarvestResult:
    now = NOON + timedelta(hours=hours)
    return services.harvest(source_id=source.pk, now=now, fetch=server)


def test_all_that_the_query_finds_is_loaded_page_by_page(source: Source) -> None:
    Source.objects.update(set_spec="dc.subject=barn")
    server = shelf(7)

    result = harvest(server, source)

    assert result == HarvestResult(read=7, loaded=7)
    assert [asked["startRecord"] for asked in server.asked] == ["1", "4", "7"]
    assert {asked["query"] for asked in server.asked} == {"dc.subject=barn"}
    assert Record.objects.filter(identifier="LUND:3").exists()


def test_what_vanished_is_taken_away_by_the_next_walk(source: Source) -> None:
    server = shelf(7)
    harvest(server, source)
    server.records[2] = to_marcxml(numbered("Bok 2, ny upplaga", 2))
    del server.records[5]

    result = harvest(server, source, hours=1)

    assert result == HarvestResult(read=6, loaded=6, deleted=1)
    assert list(Record.objects.filter(deleted=True).values_list("identifier", flat=True)) == [
        "LUND:5"
    ]


def test_a_record_without_number_is_known_by_its_content(source: Source) -> None:
    server = Server([to_marcxml(marc("Pippi"))])
    harvest(server, source)
    server.records = [to_marcxml(marc("Pippi går ombord"))]

    harvest(server, source, hours=1)

    live = Record.objects.filter(deleted=False).get()
    assert (live.description["title"], Record.objects.count()) == ("Pippi går ombord", 2)


def test_a_walk_that_was_broken_off_goes_on_at_its_position(source: Source) -> None:
    server = shelf(7)

    def dies(arguments: Mapping[str, str]) -> bytes:
        return b"<html/>" if arguments["startRecord"] == "4" else server(arguments)

    with pytest.raises(Refused, match="not an answer of SRU"):
        services.harvest(source_id=source.pk, now=NOON, fetch=dies)
    result = harvest(server, source)

    assert (result.read, [it["startRecord"] for it in server.asked]) == (7, ["1", "4", "7"])


def test_a_refused_search_is_told(source: Source) -> None:
    refusal = (
        b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version>'
        b'<diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/">'
        b"<uri>info:srw/diagnostic/1/16</uri><details>allRecords</details>"
        b"</diagnostic></diagnostics></searchRetrieveResponse>"
    )

    with pytest.raises(Refused, match="allRecords"):
        services.harvest(source_id=source.pk, now=NOON, fetch=lambda arguments: refusal)


def test_with_all_others_sru_is_walked_once_a_day(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = shelf(1)
    monkeypatch.setattr("hyllan.catalogue.services.harvesting.Fetcher", lambda url: _Opened(server))
    walked = [
        "LUND" in services.harvest_all(now=NOON + timedelta(hours=hours))
        for hours in (0, 1, 23, 24)
    ]

    assert walked == [True, False, False, True]


class _Opened:
    def __init__(self, server: Server) -> None:
        self.server = server

    def __enter__(self) -> Server:
        return self.server

    def __exit__(self, *args: object) -> None:
        pass


def test_a_diagnostic_in_place_of_a_record_is_set_aside(source: Source) -> None:
    server = shelf(2)

    def spoilt(arguments: Mapping[str, str]) -> bytes:
        told = server(arguments)
        begin, end = told.index(b"<record xmlns"), told.index(b"</record>") + len(b"</record>")
        return told[:begin] + b"not a record &lt;" + told[end:]

    result = services.harvest(source_id=source.pk, now=NOON, fetch=spoilt)

    assert (result.loaded, result.quarantined, Quarantined.objects.count()) == (1, 1, 1)
