"""Staff's word through real matching: it is heard, it lasts, and it can be taken back."""

from datetime import timedelta

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, MatchDecision, Record
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_item
from hyllan.jobs import services as jobs
from hyllan.jobs.models import OutboxMessage
from hyllan.region.engine.roles import SYSTEM

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
ISBN = "9789129688313"


@pytest.fixture
def lund() -> Repository:
    return Repository(page_size=100)


def harvest(repository: Repository, code: str) -> None:
    services.harvest(source_id=make.source(code).pk, now=NOON, fetch=repository)
    services.match_changed(now=NOON)


def shelved(lund: Repository, *, other: str = "Emil i Lönneberga") -> tuple[int, int, int]:
    """Return three records of two libraries, all of one edition unless the third has a title."""
    malmo = Repository(page_size=100)
    lund.put("a", marc("Emil i Lönneberga", marc_item("1"), isbn=ISBN))
    lund.put("b", marc("Emil i Lönneberga", marc_item("2"), isbn=ISBN))
    malmo.put("c", marc(other, marc_item("3", "MALMO"), isbn=ISBN if other[0] == "E" else ""))
    harvest(lund, "LUND")
    harvest(malmo, "MALMO")
    a, b, c = Record.objects.order_by("identifier").values_list("pk", flat=True)
    return a, b, c


def together() -> set[frozenset[str]]:
    """Return the records that are one edition, by their identifiers."""
    found: dict[int | None, set[str]] = {}
    for identifier, edition in Record.objects.values_list("identifier", "edition"):
        found.setdefault(edition, set()).add(identifier)
    return {frozenset(each) for each in found.values()}


def groups(*told: str) -> set[frozenset[str]]:
    return {frozenset(each) for each in told}


def edition_of(record_id: int) -> int:
    return Edition.objects.get(records=record_id).pk


def test_a_record_split_out_stays_out_and_returns_when_it_is_taken_back(lund: Repository) -> None:
    _a, b, _c = shelved(lund)
    before = together()

    services.split_record(record_id=b, reason="", by=SYSTEM, now=LATER)
    services.match_changed(now=LATER)
    split = together()
    lund.later()
    lund.put("b", marc("Emil i Lönneberga", marc_item("2"), isbn=ISBN, year=1946))
    harvest(lund, "LUND")
    harvested = together()
    services.match_all(now=LATER)
    anew = together()
    lund.put("b", marc("Emil i Lönneberga", marc_item("2"), isbn=ISBN))
    harvest(lund, "LUND")
    services.take_back(decision_id=MatchDecision.objects.earliest("pk").pk, by=SYSTEM, now=LATER)
    services.match_changed(now=LATER)

    assert [before, split, harvested, anew, together()] == [
        groups("abc"),
        groups("ac", "b"),
        groups("ac", "b"),
        groups("ac", "b"),
        groups("abc"),
    ]


def test_editions_joined_stay_one_and_part_when_it_is_taken_back(lund: Repository) -> None:
    a, _b, c = shelved(lund, other="Pippi Långstrump")
    before = together()

    services.join_editions(
        edition_id=edition_of(a), other_id=edition_of(c), reason="", by=SYSTEM, now=LATER
    )
    services.match_changed(now=LATER)
    joined = together()
    lund.later()
    lund.delete("a")  # b speaks for the edition as well
    harvest(lund, "LUND")
    harvested = together()
    services.match_all(now=LATER)
    anew = together()
    services.take_back(decision_id=MatchDecision.objects.earliest("pk").pk, by=SYSTEM, now=LATER)
    services.match_changed(now=LATER)

    assert [before, joined, harvested, anew] == [
        groups("ab", "c"),
        groups("abc"),
        groups("abc"),
        groups("abc"),
    ]
    assert Record.objects.get(identifier="b").edition_id != Record.objects.get(pk=c).edition_id


def test_the_later_word_is_heard(lund: Repository) -> None:
    _a, b, c = shelved(lund)
    services.split_record(record_id=b, reason="", by=SYSTEM, now=NOON)
    services.match_changed(now=NOON)

    services.join_editions(
        edition_id=edition_of(b), other_id=edition_of(c), reason="", by=SYSTEM, now=LATER
    )
    services.match_changed(now=LATER)

    assert together() == groups("abc")


def test_works_are_split_and_joined_and_left_to_the_model_again() -> None:
    make.harvested(marc("Emil i Lönneberga", year=1963), marc("Emil i Lönneberga", year=1990))
    services.match_changed(now=NOON)
    one, other = Edition.objects.order_by("pk").values_list("pk", flat=True)

    def works() -> int:
        return len(set(Edition.objects.values_list("work", flat=True)))

    def matched() -> int:
        services.match_changed(now=LATER)
        small = works()
        services.match_all(now=LATER)
        assert works() == small
        return small

    before = matched()
    services.split_edition(edition_id=one, reason="", by=SYSTEM, now=NOON)
    split = matched()
    services.join_works(edition_id=one, other_id=other, reason="", by=SYSTEM, now=LATER)
    joined = matched()
    services.split_edition(edition_id=other, reason="", by=SYSTEM, now=NOON)
    services.match_changed(now=NOON)
    services.take_back(decision_id=MatchDecision.objects.get().pk, by=SYSTEM, now=LATER)

    assert [before, split, joined, matched()] == [1, 2, 1, 1]


def test_the_worker_matches_and_indexes_what_was_said(lund: Repository) -> None:
    _a, b, _c = shelved(lund)
    services.split_record(record_id=b, reason="", by=SYSTEM, now=LATER)

    jobs.deliver_due(now=LATER)

    assert together() == groups("ac", "b")
    assert OutboxMessage.objects.get(topic=services.MATCH).status == OutboxMessage.Status.SENT
    assert {edition.indexed == edition.changes for edition in Edition.objects.all()} == {True}
