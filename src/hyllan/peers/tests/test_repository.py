"""A pretend system's OAI-PMH: pages, deletions, stamps that move, and every error."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from hyllan.peers.system import PretendSystem
from hyllan.protocols import ncip
from hyllan.protocols import oai_pmh as oai
from hyllan.protocols.marc import MarcRecord, read_marcxml

from . import make
from .make import ask, harvest

BASE = "http://127.0.0.1/oai"
LATER = make.NOW + timedelta(hours=1)
SINCE = "2026-11-26T09:30:01Z"  # a second after the stock was loaded


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = make.NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[PretendSystem]:
    system = make.system(
        make.record(1, "A1"), make.record(2, "B1", "B2"), home=tmp_path, clock=clock
    )
    yield system
    system.close()


def request(library: PretendSystem, **arguments: str) -> oai.Page | oai.Refusal:
    return oai.parse(library.oai(arguments.items(), base_url=BASE))


def statuses(record: oai.OaiRecord) -> dict[str, str]:
    (marc,) = read_marcxml(record.metadata)
    assert isinstance(marc, MarcRecord)
    return {field.first("p"): field.first("j") for field in marc.fields("876")}


def test_a_harvest_of_many_pages_gives_every_record_once_in_order(tmp_path: Path) -> None:
    library = make.system(*(make.record(n, f"I{n}") for n in range(1, 251)), home=tmp_path)

    first = request(library, verb="ListRecords", metadataPrefix="marcxml")
    records = harvest(library).records

    assert isinstance(first, oai.Page)
    assert (len(first.records), first.size, first.cursor) == (100, 250, 0)
    assert [each.identifier for each in records] == [
        f"oai:horby.pretend:{n:06d}" for n in range(1, 251)
    ]
    library.close()


def test_the_last_page_has_an_empty_token_and_one_page_has_none(
    tmp_path: Path, library: PretendSystem
) -> None:
    long = make.system(*(make.record(n) for n in range(1, 102)), home=tmp_path / "long")
    answer = long.oai([("verb", "ListIdentifiers"), ("metadataPrefix", "marcxml")], base_url=BASE)
    page = oai.parse(answer)
    assert isinstance(page, oai.Page)

    last = long.oai([("verb", "ListIdentifiers"), ("resumptionToken", page.token)], base_url=BASE)
    only = library.oai([("verb", "ListRecords"), ("metadataPrefix", "oai_dc")], base_url=BASE)

    tokens = [etree.fromstring(each).findall(".//{*}resumptionToken") for each in (last, only)]
    assert [[token.text for token in found] for found in tokens] == [[None], []]
    assert len(etree.fromstring(last).findall(".//{*}header")) == 1
    long.close()


def test_a_change_moves_the_records_stamp_and_tells_the_new_status(
    library: PretendSystem, clock: Clock
) -> None:
    clock.time = LATER
    assert harvest(library, since=SINCE).records == ()

    ask(library, ncip.CheckOutItem(user_id="INST-LUND", item_id="B1"))
    (lent,) = harvest(library, since=SINCE).records
    ask(library, ncip.CheckInItem(item_id="B1"))
    ask(library, ncip.RequestItem(user_id="INST-LUND", item_id="B2"))
    (held,) = harvest(library, since=SINCE).records

    assert lent.datestamp == held.datestamp == LATER
    assert statuses(lent) == {"B1": "on loan", "B2": "available"}
    assert statuses(held) == {"B1": "available", "B2": "on loan"}


def test_an_item_that_is_not_for_loan_keeps_what_its_record_says(tmp_path: Path) -> None:
    library = make.system(
        make.record(1, "REF", use="Not for loan"), make.record(2, "ODD", status="In repair"),
        home=tmp_path,
    )  # fmt: skip

    told = [statuses(record) for record in harvest(library).records]

    assert told == [{"REF": "available"}, {"ODD": "In repair"}]
    assert make.problem(library, ncip.CheckOutItem(user_id="INST-X", item_id="ODD")) == (
        "Item Does Not Circulate"
    )
    library.close()


def test_stamps_never_go_back_when_the_clock_does(library: PretendSystem, clock: Clock) -> None:
    first = harvest(library)
    clock.time = make.NOW - timedelta(days=5)

    ask(library, ncip.CheckOutItem(user_id="INST-LUND", item_id="A1"))

    (changed, _) = harvest(library, since="2026-11-26T09:30:00Z").records
    assert first.responded == make.NOW
    assert (changed.datestamp, statuses(changed)) == (make.NOW, {"A1": "on loan"})


def test_temporary_items_are_not_in_the_catalogue(library: PretendSystem, clock: Clock) -> None:
    clock.time = LATER

    ask(library, ncip.AcceptItem(request_id="R", user_id="INST-LUND", item_id="X1", title="T"))

    assert harvest(library, since=SINCE).records == ()


def test_a_withdrawn_item_leaves_the_record_and_the_last_one_deletes_it(
    library: PretendSystem, clock: Clock
) -> None:
    clock.time = LATER

    library.control(b'{"withdraw": ["A1", "B1"]}')

    deleted, kept = harvest(library, since=SINCE).records
    assert (deleted.deleted, deleted.metadata, deleted.identifier) == (
        True,
        b"",
        "oai:horby.pretend:000001",
    )
    assert (kept.deleted, statuses(kept)) == (False, {"B2": "available"})


def test_an_item_on_loan_is_not_withdrawn(library: PretendSystem) -> None:
    ask(library, ncip.CheckOutItem(user_id="INST-LUND", item_id="B1"))

    with pytest.raises(ValueError, match="B1 is on loan"):
        library.control(b'{"withdraw": ["A1", "B1"]}')

    assert library.state()["items"] == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Steal"}, "badVerb"),
        ({"verb": "Identify", "from": "2026-01-01"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml", "from": "soon"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "mods"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml", "set": "x"}, "noSetHierarchy"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml", "from": "2099-01-01"},
         "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({"verb": "GetRecord", "metadataPrefix": "marcxml", "identifier": "oai:x:1"},
         "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "oai:x:1"}, "idDoesNotExist"),
    ],
)  # fmt: skip
def test_each_wrong_request_gets_its_error(
    library: PretendSystem, arguments: dict[str, str], code: str
) -> None:
    answer = request(library, **arguments)

    assert isinstance(answer, oai.Refusal)
    assert [error.code for error in answer.errors] == [code]


@pytest.mark.parametrize(
    "after", ["x", "-1", "9" * 30, "1 OR 1=1", "", "²"],
)  # fmt: skip
def test_a_forged_token_is_refused(library: PretendSystem, after: str) -> None:
    token = oai.write_token(oai.Token("marcxml", None, None, "", after, 100, None))

    answer = request(library, verb="ListRecords", resumptionToken=token)

    assert isinstance(answer, oai.Refusal)
    assert [error.code for error in answer.errors] == ["badResumptionToken"]


def test_identify_and_formats_say_what_there_is(library: PretendSystem) -> None:
    identity = oai.parse_identify(library.oai([("verb", "Identify")], base_url=BASE))
    formats = etree.fromstring(library.oai([("verb", "ListMetadataFormats")], base_url=BASE))

    assert (identity.name, identity.earliest, identity.deleted) == (
        "Pretend library system of HORBY",
        make.NOW,
        "persistent",
    )
    assert [each.text for each in formats.findall(".//{*}metadataPrefix")] == [
        "marc21",
        "marcxml",
        "oai_dc",
    ]


def test_records_are_valid_marcxml(library: PretendSystem, shared: Path) -> None:
    schema = etree.XMLSchema(file=str(shared / "schemas" / "MARC21slim.xsd"))

    for record in harvest(library).records:
        schema.assertValid(etree.fromstring(record.metadata))


def test_dublin_core_says_who_and_what(library: PretendSystem) -> None:
    record = request(
        library,
        verb="GetRecord",
        metadataPrefix="oai_dc",
        identifier="oai:horby.pretend:000001",
    )

    assert isinstance(record, oai.Page)
    told = etree.fromstring(record.records[0].metadata)
    assert [(etree.QName(each).localname, each.text) for each in told] == [
        ("title", "Title 1"),
        ("creator", "Writer, A"),
        ("language", "swe"),
    ]


def test_two_records_of_one_number_keep_two_identifiers(tmp_path: Path) -> None:
    library = make.system(make.record(1, "A1"), make.record(1, "A2"), home=tmp_path)

    assert [record.identifier for record in harvest(library).records] == [
        "oai:horby.pretend:000001",
        "oai:horby.pretend:000001-2",
    ]
    library.close()
