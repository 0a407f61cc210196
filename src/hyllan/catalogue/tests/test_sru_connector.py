from collections.abc import Mapping
from itertools import chain

import pytest

from hyllan.catalogue.connectors.sru import Asked, NotServed, pages
from hyllan.protocols.sru import (
    DUBLIN_CORE,
    MARCXML,
    Diagnostic,
    Explanation,
    Found,
    SearchRequest,
    SruPage,
    SruRecord,
    read_request,
    refused,
    write_found,
    write_refusal,
)

RECORD = b"<record><leader>%d</leader></record>"
NOBODY = Explanation("", 80, "", "", "", {}, (), {}, (), (), (), 10, 100)


class Server:
    """Answers searches over a number of records."""

    def __init__(
        self, total: int, *, most: int = 3, says_next: bool = True, says_total: bool = True
    ):
        self.total = total
        self.most = most
        self.changes = [] if says_next else [(b"nextRecordPosition", b"extra")]
        self.changes += [] if says_total else [(b"numberOfRecords", b"extra")]
        self.asked: list[dict[str, str]] = []

    def __call__(self, parameters: Mapping[str, str]) -> bytes:
        self.asked.append(dict(parameters))
        request = read_request(parameters.items(), schemas=(MARCXML, DUBLIN_CORE))
        assert isinstance(request, SearchRequest)
        if request.start > max(1, self.total):
            return write_refusal(refused(request, 61, str(self.total)), explanation=NOBODY)
        positions = range(request.start, min(request.start + self.most, self.total + 1))
        records = tuple(SruRecord(each, RECORD % each) for each in positions)
        answer = write_found(request, Found(self.total, records))
        for old, new in self.changes:
            answer = answer.replace(old, new)
        return answer


def positions(found: list[SruPage]) -> list[list[int]]:
    return [[record.position for record in page.records] for page in found]


@pytest.mark.parametrize("total", [1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize("says_next", [True, False])
def test_every_record_comes_once(total: int, says_next: bool) -> None:
    server = Server(total, says_next=says_next)

    found = list(pages(server, Asked("title = a", count=3)))

    assert list(chain(*positions(found))) == list(range(1, total + 1))
    assert found[-1].next_position is None
    assert len(server.asked) == -(-total // 3)


def test_the_query_and_its_wishes_are_sent() -> None:
    server = Server(1)

    list(pages(server, Asked("title = å", schema="dc", count=7)))

    assert [
        (asked["query"], asked["recordSchema"], asked["startRecord"], asked["maximumRecords"])
        for asked in server.asked
    ] == [("title = å", "dc", "1", "7")]


def test_a_walk_goes_on_where_it_was_broken_off() -> None:
    server = Server(7)
    broken = next(pages(server, Asked("a")))
    assert broken.next_position

    rest = list(pages(server, Asked("a"), start=broken.next_position))

    assert positions(rest) == [[4, 5, 6], [7]]


def test_a_query_that_finds_nothing_is_one_empty_page() -> None:
    assert list(pages(Server(0), Asked("a"))) == [SruPage(0, (), None)]


def test_a_server_that_counts_nothing_is_read_as_long_as_it_names_a_next_page() -> None:
    server = Server(7, says_total=False)

    assert positions(list(pages(server, Asked("a")))) == [[1, 2, 3], [4, 5, 6], [7]]


def test_beginning_behind_the_last_record_is_the_end() -> None:
    found = list(pages(Server(3), Asked("a"), start=4))

    assert positions(found) == [[]]
    assert found[0].next_position is None


def test_a_refusal_says_why() -> None:
    def refuse(parameters: Mapping[str, str]) -> bytes:
        request = read_request(parameters.items())
        assert isinstance(request, SearchRequest)
        return write_refusal(refused(request, 16, "dc.shoes"), explanation=NOBODY)

    with pytest.raises(NotServed, match=r"^Unsupported index: dc\.shoes$"):
        list(pages(refuse, Asked("dc.shoes = 1")))


def test_a_server_that_keeps_its_records_is_found_out() -> None:
    with pytest.raises(NotServed, match="finds 5 records and gives none at position 1"):
        list(pages(Server(5, most=0), Asked("a")))


def test_a_server_that_leads_in_a_circle_is_left() -> None:
    server = Server(9)

    def circling(parameters: Mapping[str, str]) -> bytes:
        return server(parameters).replace(b"nextRecordPosition>4<", b"nextRecordPosition>1<")

    with pytest.raises(NotServed, match="after position 1 it sends us to 1"):
        list(pages(circling, Asked("a")))


def test_a_record_that_cannot_be_given_stands_in_its_place() -> None:
    def one(parameters: Mapping[str, str]) -> bytes:
        request = read_request(parameters.items())
        assert isinstance(request, SearchRequest)
        records = (SruRecord(1, RECORD % 1), SruRecord(2, Diagnostic(65, "2")))
        return write_found(request, Found(2, records))

    (page,) = pages(one, Asked("a"))

    assert [type(record.data) for record in page.records] == [bytes, Diagnostic]
