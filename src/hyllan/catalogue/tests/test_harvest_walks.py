"""A walk over a whole source finds what vanished; what came back returns."""

from collections.abc import Mapping

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.models import Item, Quarantined, Record, Source
from hyllan.catalogue.services import HarvestResult
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_item
from hyllan.protocols.marc import write_marc
from hyllan.protocols.oai_pmh import DeletedRecords
from hyllan.region.errors import Refused
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db
BROKEN = b'<record xmlns="http://www.loc.gov/MARC21/slim"><datafield/></record>'


def shelf(number: int, deletes: DeletedRecords = DeletedRecords.NO) -> Repository:
    repository = Repository(deletes=deletes)
    for n in range(number):
        repository.put(f"oai:lund:{n:04}", marc(f"Bok {n}", marc_item(f"{n}")))
    repository.later()
    return repository


def harvest(repository: Repository, source: Source, *, full: bool = False) -> HarvestResult:
    return services.harvest(source_id=source.pk, now=repository.clock, fetch=repository, full=full)


def live() -> list[str]:
    rows = Record.objects.filter(deleted=False).order_by("identifier")
    return list(rows.values_list("identifier", flat=True))


def test_what_vanished_is_found_by_a_walk_and_what_came_back_returns() -> None:
    source, repository = make.source(), shelf(7)
    harvest(repository, source)
    kept = repository.records.pop("oai:lund:0003")
    repository.later()

    incremental = harvest(repository, source)
    walked = harvest(repository, source, full=True)

    assert (incremental.deleted, walked) == (0, HarvestResult(read=6, loaded=6, deleted=1))
    assert "oai:lund:0003" not in live()
    assert make.item("3").status == "withdrawn"

    repository.records["oai:lund:0003"] = kept
    harvest(repository, source, full=True)

    assert (len(live()), make.item("3").status) == (7, "available")


@pytest.mark.parametrize(
    ("deletes", "walks"),
    [
        (DeletedRecords.NO, [True, False, False, True]),
        (DeletedRecords.TRANSIENT, [True, False, False, True]),
        (DeletedRecords.PERSISTENT, [True, False, False, False]),
    ],
)
def test_where_deletes_are_not_told_a_walk_is_made_every_week(
    deletes: DeletedRecords, walks: list[bool]
) -> None:
    source, repository = make.source(), shelf(1, deletes)
    full = []
    for days in (0, 1, 5, 1):
        repository.later(days=days) if days else None
        harvest(repository, source)
        full.append(Source.objects.get().last_result["full"])

    assert full == walks


def test_a_walk_that_is_broken_off_takes_nothing_away() -> None:
    source, repository = make.source(), shelf(7)
    harvest(repository, source)
    del repository.records["oai:lund:0003"]

    def dies(arguments: Mapping[str, str]) -> bytes:
        if "resumptionToken" in arguments:
            return b"<html/>"
        return repository(arguments)

    with pytest.raises(Refused):
        services.harvest(source_id=source.pk, now=NOON, fetch=dies, full=True)

    assert len(live()) == 7
    assert harvest(repository, source) == HarvestResult(read=6, loaded=6, deleted=1)
    assert len(live()) == 6


def test_a_walk_with_a_nameless_record_takes_nothing_away() -> None:
    source, repository = make.source(), shelf(4)
    harvest(repository, source)
    del repository.records["oai:lund:0003"]

    def nameless(arguments: Mapping[str, str]) -> bytes:
        return repository(arguments).replace(b"<identifier>oai:lund:0000</identifier>", b"")

    result = services.harvest(source_id=source.pk, now=NOON, fetch=nameless, full=True)

    assert (result.deleted, result.quarantined, len(live())) == (0, 1, 4)


def test_a_record_that_comes_broken_has_not_vanished() -> None:
    source, repository = make.source(), shelf(4)
    harvest(repository, source)
    repository.put("oai:lund:0003", BROKEN)

    result = harvest(repository, source, full=True)

    assert (result.deleted, result.quarantined, len(live())) == (0, 1, 4)


def test_records_of_files_are_in_no_list_and_stay() -> None:
    source, repository = make.source(), shelf(2)
    at = region.library("LUND")
    files = [("a.mrc", write_marc(marc("Ur en fil", marc_item("f"))))]
    services.import_records(library=at, files=files, now=NOON)

    harvest(repository, source, full=True)

    assert (len(live()), make.item("f").status) == (3, "available")


def test_more_than_half_does_not_vanish_unless_a_person_asks() -> None:
    source, repository = make.source(), shelf(50)
    repository.page_size = 100
    harvest(repository, source)
    for n in range(10, 50):
        del repository.records[f"oai:lund:{n:04}"]
    repository.later(days=8)

    harvest(repository, source)

    assert len(live()) == 50
    assert Source.objects.get().last_result["remarks"]["too_many_vanished"] == 40

    harvest(repository, source, full=True)

    assert len(live()) == 10


def test_a_sweep_that_is_killed_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hyllan.catalogue.services.harvesting.SWEEP", 2)
    source, repository = make.source(), shelf(9)
    harvest(repository, source)
    for n in range(2, 9):
        del repository.records[f"oai:lund:{n:04}"]
    calls = []

    class Killed(BaseException):
        pass

    def watch(progress: services.Progress) -> None:
        calls.append(progress)
        if len(calls) == 3:
            raise Killed

    with pytest.raises(Killed):
        services.harvest(
            source_id=source.pk, now=repository.clock, fetch=repository, full=True, watch=watch
        )
    half = len(live())
    asked = len(repository.asked)
    result = harvest(repository, source)

    assert (half, len(live()), result.deleted) == (5, 2, 7)
    assert len(repository.asked) == asked  # the list was at its end


def test_what_stood_aside_and_vanished_leaves_quarantine() -> None:
    source, repository = make.source(), shelf(2)
    repository.put("oai:lund:0009", BROKEN)
    harvest(repository, source)
    del repository.records["oai:lund:0009"]
    repository.later()

    harvest(repository, source, full=True)

    assert Quarantined.objects.count() == 0


def test_an_empty_list_takes_few_records_away_and_many_only_when_asked() -> None:
    source, repository = make.source(), shelf(30)
    harvest(repository, source)
    repository.records.clear()
    repository.later(days=8)

    harvest(repository, source)

    assert (len(live()), Item.objects.filter(status="withdrawn").count()) == (30, 0)
