from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hyllan.catalogue import services
from hyllan.catalogue.connectors.oai_pmh import Unanswered
from hyllan.catalogue.models import Item, Quarantined, Record, Source
from hyllan.catalogue.services import HarvestResult
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_item
from hyllan.jobs.models import Exchange
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


def full(number: int) -> Repository:
    repository = Repository()
    for n in range(number):
        record = marc(f"Bok {n}", marc_item(f"{n}-a"), marc_item(f"{n}-b", status="on loan"))
        repository.put(f"oai:lund:{n:04}", record)
    repository.later()
    return repository


def harvest(repository: Repository, source: Source) -> HarvestResult:
    return services.harvest(source_id=source.pk, now=repository.clock, fetch=repository)


def test_harvest_loads_records_and_items() -> None:
    source, repository = make.source(), full(7)

    result = harvest(repository, source)

    assert result == HarvestResult(read=7, loaded=7, deleted=0, quarantined=0)
    assert (Record.objects.count(), Item.objects.count()) == (7, 14)
    assert (make.item("3-a").status, make.item("3-b").status) == ("available", "on_loan")
    assert [asked["verb"] for asked in repository.asked] == [
        "Identify",
        "ListMetadataFormats",
        *["ListRecords"] * 3,
    ]
    assert bytes(Record.objects.get(identifier="oai:lund:0000").raw).startswith(b"<record")


def test_harvest_again_asks_only_for_what_has_changed() -> None:
    source, repository = make.source(), full(7)
    harvest(repository, source)
    repository.later()
    repository.put("oai:lund:0003", marc("Bok 3", marc_item("3-a", status="on loan")))
    repository.asked.clear()

    result = harvest(repository, source)

    assert result == HarvestResult(read=1, loaded=1, deleted=0, quarantined=0)
    assert (make.item("3-a").status, make.item("3-b").status) == ("on_loan", "withdrawn")
    assert repository.asked[-1]["from"] == "2026-11-23T13:00:00Z"


def test_harvest_of_nothing_new_moves_on() -> None:
    source, repository = make.source(), full(1)
    harvest(repository, source)
    repository.later()

    result = harvest(repository, source)

    source.refresh_from_db()
    assert (result, source.harvested_until) == (HarvestResult(), NOON + timedelta(hours=2))


class Killed(BaseException):
    pass


class Forgetful:
    """A repository that forgets its tokens the first times they are used."""

    def __init__(self, repository: Repository, times: int, *, after: int = 0) -> None:
        self.repository, self.times, self.after = repository, times, after

    def __call__(self, arguments: Mapping[str, str]) -> bytes:
        if "resumptionToken" in arguments and self.times:
            if self.after == 0:
                self.times -= 1
                return self.repository({**arguments, "resumptionToken": "old"})
            self.after -= 1
        return self.repository(arguments)


def test_harvest_killed_at_any_request_goes_on_where_it_was() -> None:
    for death in range(5):
        source, repository = make.source(f"L{death}"), Repository()
        for n in range(7):
            item = marc_item(f"{n}", f"L{death}")
            repository.put(f"oai:{n}", marc(f"Bok {n}", item))

        def dies(arguments: Mapping[str, str]) -> bytes:
            if len(repository.asked) == death:  # noqa: B023 - called in this round only
                raise Killed
            return repository(arguments)  # noqa: B023 - called in this round only

        with pytest.raises(Killed):
            services.harvest(source_id=source.pk, now=NOON, fetch=dies)
        result = harvest(repository, source)

        assert result == HarvestResult(read=7, loaded=7)
        assert Record.objects.filter(source=source).count() == 7
        listed = [asked for asked in repository.asked if asked["verb"] == "ListRecords"]
        assert len(listed) == 3


def test_harvest_that_dies_while_loading_leaves_nothing_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, repository = make.source(), full(7)

    def dies(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Quarantined.objects, "bulk_create", dies)
        with pytest.raises(Killed):
            harvest(repository, source)

    source.refresh_from_db()
    assert (Record.objects.count(), Item.objects.count(), source.resumption_token) == (0, 0, "")
    assert harvest(repository, source).loaded == 7


def test_harvest_begins_again_when_the_token_has_run_out() -> None:
    source, repository = make.source(), full(7)

    result = services.harvest(
        source_id=source.pk, now=repository.clock, fetch=Forgetful(repository, 1)
    )

    source.refresh_from_db()
    assert (result.read, Record.objects.count()) == (10, 7)
    assert (source.list_read, source.last_result["remarks"]) == (7, {"token_expired": 1})


def test_harvest_in_days_where_the_system_keeps_days() -> None:
    source, repository = make.source(), full(1)
    harvest(repository, source)
    repository.later()

    def keeps_days(arguments: Mapping[str, str]) -> bytes:
        told = repository(arguments)
        return told.replace(b"YYYY-MM-DDThh:mm:ssZ", b"YYYY-MM-DD")

    services.harvest(source_id=source.pk, now=NOON, fetch=keeps_days)

    assert repository.asked[-1]["from"] == "2026-11-23"


def test_two_harvests_at_once_load_each_page_once() -> None:
    source, repository = make.source(), full(7)

    def overtaken(arguments: Mapping[str, str]) -> bytes:
        page = repository(arguments)
        if len(repository.asked) == 4:
            harvest(repository, Source.objects.get(pk=source.pk))
        return page

    with pytest.raises(Refused, match="being harvested already"):
        services.harvest(source_id=source.pk, now=NOON, fetch=overtaken)

    assert Record.objects.count() == 7


def test_deleted_record_withdraws_its_items() -> None:
    source, repository = make.source(), full(2)
    harvest(repository, source)
    repository.later()
    repository.delete("oai:lund:0001")

    result = harvest(repository, source)

    assert result == HarvestResult(read=1, loaded=0, deleted=1, quarantined=0)
    assert (make.item("1-a").status, make.item("0-a").status) == ("withdrawn", "available")


def test_record_that_comes_back_is_there_again() -> None:
    source, repository = make.source(), full(1)
    harvest(repository, source)
    repository.later()
    repository.delete("oai:lund:0000")
    harvest(repository, source)
    repository.later()
    repository.put("oai:lund:0000", marc("Bok 0", marc_item("0-a")))

    harvest(repository, source)

    assert (make.item("0-a").status, make.item("0-b").status) == ("available", "withdrawn")
    assert Record.objects.get().deleted is False


BROKEN = b'<record xmlns="http://www.loc.gov/MARC21/slim"><datafield/></record>'


def test_broken_record_is_kept_with_its_reason_and_stops_no_other() -> None:
    source, repository = make.source(), full(2)
    repository.put("oai:lund:0000x", BROKEN)
    repository.put("oai:lund:0000y", marc(""))

    result = harvest(repository, source)

    assert result == HarvestResult(read=4, loaded=2, deleted=0, quarantined=2)
    kept = Quarantined.objects.order_by("identifier").values_list("identifier", "reason", "raw")
    assert [(name, reason) for name, reason, _ in kept] == [
        ("oai:lund:0000x", "a datafield has no tag"),
        ("oai:lund:0000y", "the record has no title (245)"),
    ]
    assert bytes(kept[0][2]) == BROKEN


def test_item_of_an_unknown_library_stands_aside_but_its_record_is_loaded() -> None:
    source, repository = make.source(), Repository()
    region.library("MALMO")
    items = marc_item("1"), marc_item("2", "NOWHERE"), marc_item("3", "MALMO")
    repository.put("oai:1", marc("Bok", *items))

    result = harvest(repository, source)

    assert result == HarvestResult(read=1, loaded=1, deleted=0, quarantined=1)
    assert list(Item.objects.values_list("barcode", flat=True)) == ["1"]
    assert Quarantined.objects.get().reason == (
        "NOWHERE is no library of this organisation (item 2);"
        " MALMO is no library of this organisation (item 3)"
    )


def test_record_that_came_right_leaves_quarantine() -> None:
    source, repository = make.source(), Repository()
    repository.put("oai:1", BROKEN)
    harvest(repository, source)
    repository.later()
    repository.put("oai:1", marc("Bok"))

    harvest(repository, source)

    assert (Quarantined.objects.count(), Record.objects.count()) == (0, 1)


def test_broken_version_leaves_the_one_that_could_be_read() -> None:
    source, repository = make.source(), full(1)
    harvest(repository, source)
    repository.later()
    repository.put("oai:lund:0000", BROKEN)

    result = harvest(repository, source)

    assert (result.quarantined, make.item("0-a").status) == (1, "available")
    assert Record.objects.get().description["title"] == "Bok 0"


def test_item_that_moves_to_another_record_is_still_one_item() -> None:
    source, repository = make.source(), Repository()
    repository.put("oai:1", marc("Ett", marc_item("1")))
    repository.put("oai:2", marc("Två"))
    harvest(repository, source)
    before = make.item("1").pk
    repository.later()
    repository.put("oai:1", marc("Ett"))
    repository.put("oai:2", marc("Två", marc_item("1")))

    harvest(repository, source)

    after = make.item("1")
    assert (after.pk, after.record.identifier, after.status) == (before, "oai:2", "available")


def test_system_that_does_not_answer_is_told_and_written_down() -> None:
    source = make.source()

    def silent(arguments: Mapping[str, str]) -> bytes:
        raise Unanswered("HTTP 500")

    with pytest.raises(Refused, match=r"Lund could not be harvested: HTTP 500\."):
        services.harvest(source_id=source.pk, now=NOON, fetch=silent)

    source.refresh_from_db()
    assert (source.last_error, source.last_run_at) == ("HTTP 500", NOON)
    assert Exchange.objects.get().result == "HTTP 500"
    assert source.run == {}


def test_list_that_would_never_end_is_given_up() -> None:
    source, repository = make.source(), full(7)
    first = repository({"verb": "ListRecords", "metadataPrefix": "marc21"})

    def again(arguments: Mapping[str, str]) -> bytes:
        return first if arguments["verb"] == "ListRecords" else repository(arguments)

    with pytest.raises(Refused, match="came twice: the list would never end"):
        services.harvest(source_id=source.pk, now=NOON, fetch=again)


def test_harvest_is_audited_and_each_message_logged() -> None:
    source, repository = make.source(), full(7)

    harvest(repository, source)

    entry = AuditEntry.objects.get(action="catalogue.harvest")
    assert (entry.subject, entry.detail["loaded"]) == ("source:LUND", 7)
    assert (
        list(Exchange.objects.values_list("receiver", "protocol", "type", "result"))
        == [
            ("LUND", "OAI-PMH", "Identify", "ok"),
            ("LUND", "OAI-PMH", "ListMetadataFormats", "ok"),
        ]
        + [("LUND", "OAI-PMH", "ListRecords", "ok")] * 3
    )


def test_a_page_costs_as_many_queries_however_many_records_it_has() -> None:
    spent = []
    for code, number in (("FEW", 3), ("MANY", 30)):
        source, repository = make.source(code), Repository(page_size=100)
        for n in range(number):
            record = marc(f"{code} {n}", marc_item(f"{n}", code), marc_item(f"{n}b", code))
            repository.put(f"oai:{n}", record)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            harvest(repository, source)
        spent.append(len(queries))

    assert spent[0] == spent[1]
    assert spent[1] < 40
