"""Records become editions and works in the tables: in part or whole, again and again, the same."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hyllan.catalogue import queries, services
from hyllan.catalogue.engine.arrivals import Arrival, arrival_of_description
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.models import (
    Edition,
    Fingerprint,
    Item,
    MatchDecision,
    MatchKey,
    MatchState,
    Record,
    Source,
    Work,
    WorkKey,
)
from hyllan.catalogue.services import matching
from hyllan.catalogue.services.loading import load
from hyllan.catalogue.services.matching import whole
from hyllan.catalogue.services.matching.alone import alone
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.tests.make_profiles import descriptions, room
from hyllan.region.errors import Refused
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


@dataclass
class Shelf:
    """A source whose records a test says."""

    source: Source

    def puts(self, **described: Description) -> None:
        self.load(
            arrival_of_description(it, identifier=name, datestamp=NOON, raw=b"")
            for name, it in described.items()
        )

    def takes(self, *names: str) -> None:
        self.load(Arrival(name, NOON, b"", deleted=True) for name in names)

    def load(self, arrivals: Iterable[Arrival]) -> None:
        load(source=self.source, arrivals=[*arrivals], now=NOON)


def shelf(code: str = "LUND") -> Shelf:
    return Shelf(make.source(code))


def match() -> None:
    services.match_changed(now=NOON)


def make_due() -> None:
    """Let matching look at all records again, as a word of staff does."""
    Record.objects.update(changes=F("changes") + 1)
    Fingerprint.objects.update(matched_mark=None)


def editions() -> dict[str, int]:
    """Return the edition of each record that is there."""
    rows = Record.objects.filter(deleted=False).values_list("identifier", "edition_id")
    return {name: edition or 0 for name, edition in rows}


def groups(of: dict[str, int]) -> set[frozenset[str]]:
    return {frozenset(name for name in of if of[name] == number) for number in of.values()}


OTHER = room(title="Svarta fanor", isbns=(), year=1907, extent="210 s.", publisher="Bille")


def test_records_of_one_book_are_one_edition_and_others_are_not() -> None:
    at = shelf()
    at.puts(a=room(), b=room(extent="312 sidor"), c=OTHER)

    match()

    assert groups(editions()) == {frozenset("ab"), frozenset("c")}
    assert sorted(Edition.objects.values_list("title", flat=True)) == [room().title, "Svarta fanor"]
    assert not Record.objects.filter(changes__gt=F("matched")).exists()


def test_another_edition_is_of_the_same_work() -> None:
    at = shelf()
    at.puts(a=room(), b=room(year=2005, isbns=("9789100123456",), publisher="Bonnier"), c=OTHER)

    match()

    of = editions()
    work = dict(Edition.objects.values_list("pk", "work_id"))
    assert len(set(of.values())) == 3
    assert work[of["a"]] == work[of["b"]] != work[of["c"]]
    assert sorted(Work.objects.values_list("title", flat=True)) == ["Röda rummet", "Svarta fanor"]


def test_a_record_that_comes_later_joins_and_the_edition_keeps_its_number() -> None:
    at = shelf()
    at.puts(a=room(), c=OTHER)
    match()
    before = editions()

    at.puts(b=room(publisher="Norstedts"))
    match()

    assert editions() == before | {"b": before["a"]}


def test_a_record_that_becomes_another_book_leaves() -> None:
    at = shelf()
    at.puts(a=room(), b=room())
    match()
    before = editions()

    at.puts(b=OTHER)
    match()

    after = editions()
    assert after["a"] == before["a"] != after["b"]
    assert Edition.objects.get(pk=after["b"]).title == "Svarta fanor"


def test_an_edition_without_records_is_gone_and_returns_with_its_number() -> None:
    at = shelf()
    at.puts(a=room())
    match()
    number = editions()["a"]

    at.takes("a")
    match()
    gone = Edition.objects.get(pk=number).gone
    at.puts(a=room())
    match()

    assert gone
    assert editions() == {"a": number}
    assert not Edition.objects.get(pk=number).gone


def test_an_edition_that_is_joined_to_another_says_where_it_went() -> None:
    at = shelf()
    at.puts(a=room(), b=room(), c=OTHER)
    match()
    before = editions()

    at.puts(c=room())
    match()

    merged = Edition.objects.get(pk=before["c"])
    assert set(editions().values()) == {before["a"]}
    assert merged.merged_into_id == before["a"]
    assert merged.work_id == Edition.objects.get(pk=before["a"]).work_id
    assert Work.objects.count() == 1


def test_an_edition_no_longer_says_what_a_record_that_is_gone_said() -> None:
    at = shelf()
    at.puts(a=room(publisher=""), b=room())
    match()
    number = editions()["a"]
    said = Edition.objects.get(pk=number).publisher

    at.takes("b")
    match()

    assert (said, Edition.objects.get(pk=number).publisher) == ("Norstedt", "")


def test_an_edition_that_returns_is_of_its_old_work_only_if_it_still_belongs_there() -> None:
    at = shelf()
    at.puts(a=room(), b=room(year=2005, isbns=("9789100123456",), publisher="Bonnier"))
    match()
    at.takes("b")
    match()

    at.puts(b=OTHER)
    match()

    assert _works() == {frozenset("a"), frozenset("b")}


def test_items_follow_their_record_and_are_found_by_the_edition_that_was() -> None:
    make.harvested(make.marc("Svampar", make.marc_item("1")))
    make.harvested(make.marc("Lavar", make.marc_item("2")))
    lichens = Edition.objects.get(title="Lavar")
    record = Record.objects.get(items__barcode="2")
    other = Record.objects.get(items__barcode="1")

    MatchDecision.objects.create(
        record=min(record, other, key=lambda it: it.pk),
        other=max(record, other, key=lambda it: it.pk),
        level="edition",
        together=True,
        at=NOON,
    )
    make_due()
    match()

    assert set(Item.objects.values_list("edition__title", flat=True)) == {"Svampar"}
    assert {item.barcode for item in queries.available_items(lichens.pk)} == {"1", "2"}


def test_what_has_not_changed_is_left_alone() -> None:
    at = shelf()
    at.puts(a=room(), b=room(), c=OTHER)
    match()
    before = list(Edition.objects.order_by("pk").values_list())

    at.puts(a=room(), b=room(), c=OTHER)
    match()
    services.match_all(now=NOON)

    assert list(Edition.objects.order_by("pk").values_list()) == before


def test_a_record_that_only_says_more_changes_what_its_edition_says() -> None:
    at = shelf()
    at.puts(a=room(), b=room(), c=OTHER)
    match()
    before = editions()

    at.puts(a=room(summary="Arvid Falk lämnar ämbetsverket."))
    match()

    said = Edition.objects.get(pk=before["a"])
    assert editions() == before
    assert (said.details["summary"], said.changes) == ("Arvid Falk lämnar ämbetsverket.", 2)
    assert not Record.objects.filter(changes__gt=F("matched")).exists()


def test_staff_said_they_are_apart_and_every_later_run_heard() -> None:
    at = shelf()
    at.puts(a=room(), b=room())
    first, second = Record.objects.order_by("pk")
    MatchDecision.objects.create(
        record=first, other=second, level="edition", together=False, at=NOON
    )

    match()
    parted = groups(editions())
    at.puts(c=OTHER, b=room(publisher="Norstedts"))
    match()
    services.match_all(now=NOON)

    assert parted == {frozenset("a"), frozenset("b")}
    assert groups(editions()) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_staff_said_that_editions_are_one_work() -> None:
    at = shelf()
    at.puts(a=room(), c=OTHER)
    first, second = Record.objects.order_by("pk")
    MatchDecision.objects.create(record=first, other=second, level="work", together=True, at=NOON)

    match()
    together = Work.objects.count()
    MatchDecision.objects.all().delete()
    make_due()
    match()

    assert together == 1
    assert Work.objects.count() == 2


def test_keys_are_those_of_the_records_that_are_there() -> None:
    at = shelf()
    at.puts(a=room(), b=OTHER, c=room(year=2005))
    match()
    at.puts(b=room(publisher="Norstedts"))
    at.takes("c")
    match()
    after_parts = set(MatchKey.objects.values_list("key", "record"))
    works_after_parts = set(WorkKey.objects.values_list("key", "edition"))

    services.match_all(now=NOON)

    assert set(MatchKey.objects.values_list("key", "record")) == after_parts
    assert set(WorkKey.objects.values_list("key", "edition")) == works_after_parts


def test_one_process_matches_at_a_time() -> None:
    with alone(), pytest.raises(Refused):
        match()


def test_a_whole_run_that_was_killed_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    at = shelf()
    at.puts(a=room(), b=room(), c=OTHER)
    match()
    before = editions()

    def killed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(whole, "_write_keys", killed)
        at.puts(d=room())
        with pytest.raises(KeyboardInterrupt):
            services.match_all(now=NOON)
    whole_after_kill = MatchState.objects.get().whole
    at.puts(e=OTHER)
    match()

    assert not whole_after_kill
    assert MatchState.objects.get().whole
    assert editions() == before | {"d": before["a"], "e": before["c"]}


def test_records_of_an_older_version_are_read_again() -> None:
    make.harvested(make.marc("Svampar", make.marc_item("1")))
    Fingerprint.objects.all().delete()
    Record.objects.update(described_by=0, description={}, changes=F("changes") + 1)

    match()

    assert Edition.objects.get().title == "Svampar"
    assert Record.objects.get().description["title"] == "Svampar"


def test_matching_costs_the_same_for_few_records_and_for_many(
    django_assert_max_num_queries: object,
) -> None:
    at = shelf()
    at.puts(**{f"r{n}": room(title=f"Bok {n} om ån", isbns=(), year=1900 + n) for n in range(60)})

    with django_assert_max_num_queries(70):  # type: ignore[operator]
        match()

    assert Edition.objects.count() == 60


edits = st.lists(
    st.dictionaries(st.sampled_from("abcdefg"), st.none() | descriptions, min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)


class Runs(TestCase):
    """What runs of parts end with is what one run over all ends with."""

    @settings(max_examples=15, deadline=None)
    @given(st.dictionaries(st.sampled_from("abcdefg"), descriptions, max_size=6), edits)
    def test_parts_end_as_the_whole(
        self, first: dict[str, Description], later: list[dict[str, Description | None]]
    ) -> None:
        region.library("LUND")
        at = shelf()
        at.puts(**first)
        match()
        for edit in later:
            at.puts(**{name: it for name, it in edit.items() if it is not None})
            at.takes(*(name for name, it in edit.items() if it is None))
            match()
        parts = groups(editions()), _works()

        services.match_all(now=NOON)

        assert (groups(editions()), _works()) == parts
        assert matching.match_changed(now=NOON).matched == 0


def _works() -> set[frozenset[str]]:
    rows = Record.objects.filter(deleted=False).values_list("identifier", "edition__work_id")
    return groups({name: work or 0 for name, work in rows})
