"""Saved searches: one's own, with what is new since one looked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue import queries, services
from hyllan.catalogue.models import SavedSearch
from hyllan.catalogue.queries import MOST_SAVED
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.test_pages import page, text_of
from hyllan.region import queries as region_queries
from hyllan.region import services as region_services
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry, Person
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db
NOON = datetime(2020, 1, 7, 12, tzinfo=UTC)  # long before the clock that pages ask
LATER = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def _no_slots(settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = ""


def actor(person: Person) -> Actor:
    return region_queries.actor(person)


def saved(by: Person, address: str = "q=svamp", name: str = "Svamp") -> SavedSearch:
    return services.save_search(address=address, name=name, by=actor(by), now=NOON)


def arrived(title: str, language: str = "swe", *, at: datetime = LATER) -> None:
    """Make an edition that came into the catalogue then."""
    edition = make.edition(title, language=language)
    edition.first_seen_at = at
    edition.save()


def new_titles(person: Person) -> dict[str, int]:
    return {each.name: each.new for each in queries.saved_searches(person.pk)}


def test_a_search_is_saved_as_its_one_address() -> None:
    made = saved(region.resident(), "page=3&language=swe&q=+svamp&pickup=HOOR&x=y&sort=newest")

    assert (made.name, made.query_string, made.saved_at, made.seen_at) == (
        "Svamp",
        "q=svamp&language=swe&sort=newest",
        NOON,
        NOON,
    )


def test_a_search_saved_again_gets_the_new_name_and_forgets_nothing() -> None:
    reader = region.resident()
    first = saved(reader)

    again = services.save_search(address="q=svamp&page=2", name="Ny", by=actor(reader), now=LATER)

    assert (again.pk, again.name, again.seen_at) == (first.pk, "Ny", NOON)
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "name", "why"),
    [
        ("", "Svamp", "nothing to save"),
        ("page=2", "Svamp", "nothing to save"),
        ("q=" + "%C3%A5" * 400, "Svamp", "too long"),
        ("q=svamp", "  ", "a name"),
    ],
)
def test_what_cannot_be_saved_is_refused(address: str, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        saved(region.resident(), address, name)


def test_nobody_saves_without_signing_in() -> None:
    with pytest.raises(Refused, match="Sign in"):
        services.save_search(address="q=svamp", name="Svamp", by=SYSTEM, now=NOON)


def test_no_more_are_saved_than_can_be_looked_through() -> None:
    reader = region.resident()
    for number in range(MOST_SAVED):
        saved(reader, f"q=svamp{number}")

    with pytest.raises(Refused, match="Remove one first"):
        saved(reader, "q=en+till")
    assert saved(reader, "q=svamp0", "Nytt namn").name == "Nytt namn"


def test_another_persons_search_is_as_unknown_as_none() -> None:
    hers, other = saved(region.resident("1")), actor(region.resident("2"))

    for use in (
        lambda: services.rename_search(search_id=hers.pk, name="Min", by=other),
        lambda: services.forget_search(search_id=hers.pk, by=other),
        lambda: services.mark_seen(search_id=hers.pk, by=other, now=LATER),
    ):
        with pytest.raises(SavedSearch.DoesNotExist):
            use()
    hers.refresh_from_db()
    assert (hers.name, hers.seen_at) == ("Svamp", NOON)


def test_new_is_what_came_into_the_catalogue_since_one_looked() -> None:
    reader = region.resident()
    arrived("Gammal svamp", at=NOON)
    arrived("Ny svamp")
    arrived("Ny svamp på finska", "fin")
    make.index()
    saved(reader, "q=svamp", "Alla")
    saved(reader, "q=svamp&language=fin", "Finska")
    mine = saved(reader, "cql=dc.title+%3D+svamp", "CQL")
    before = new_titles(reader)

    services.mark_seen(search_id=mine.pk, by=actor(reader), now=LATER)

    assert before == {"Alla": 2, "CQL": 2, "Finska": 1}
    assert new_titles(reader) == {"Alla": 2, "CQL": 0, "Finska": 1}


def test_what_somebody_searches_for_is_in_no_audit_log() -> None:
    reader = region.resident()
    before = AuditEntry.objects.count()

    services.forget_search(search_id=saved(reader).pk, by=actor(reader))

    assert AuditEntry.objects.count() == before


def test_an_erased_persons_searches_are_gone() -> None:
    saved(region.resident(now=NOON))

    region_services.erase_residents(now=NOON + timedelta(days=400))

    assert (SavedSearch.objects.count(), Person.objects.count()) == (0, 0)


# --- the pages


@pytest.fixture
def reader(client: Client) -> Person:
    arrived("Svamp", at=NOON)
    arrived("Svamp igen")
    make.index()
    person = region.resident()
    client.force_login(person, backend="hyllan.lending.backends.LibraryCardBackend")
    return person


def test_a_search_is_saved_named_and_found_again(client: Client, reader: Person) -> None:
    address = "q=svamp&language=swe"
    assert "Save this search" in page(client, f"/en/search/?{address}")

    answer = client.post("/en/my/searches/save/", {"address": address}, follow=True)

    shown = text_of(answer.content)
    assert answer.redirect_chain == [(f"/en/search/?{address}", 302)]
    assert "“svamp, Swedish” is among your saved searches." in shown
    assert "You have saved this search." in shown
    assert "svamp, Swedish" in page(client, "/en/my/searches/")


def test_what_is_new_is_shown_once(client: Client, reader: Person) -> None:
    mine = saved(reader)
    assert "Show 1 new title" in page(client, "/en/my/searches/")

    answer = client.post(f"/en/my/searches/{mine.pk}/new/", follow=True)

    shown = text_of(answer.content)
    assert "1 hit for “svamp”" in shown
    assert "New since last time" in shown
    assert "Svamp igen" in shown
    assert "Nothing new since you looked last." in page(client, "/en/my/searches/")


def test_a_search_is_renamed_and_removed(client: Client, reader: Person) -> None:
    mine = saved(reader)

    client.post(f"/en/my/searches/{mine.pk}/rename/", {"name": "Höstens svampar"})
    renamed = page(client, "/en/my/searches/")
    client.post(f"/en/my/searches/{mine.pk}/forget/")

    assert "Höstens svampar" in renamed
    assert "You have saved no search yet." in page(client, "/en/my/searches/")


def test_a_name_of_nothing_is_refused_on_the_page(client: Client, reader: Person) -> None:
    mine = saved(reader)

    answer = client.post(f"/en/my/searches/{mine.pk}/rename/", {"name": " "}, follow=True)

    assert "Give the search a name." in text_of(answer.content)


@pytest.mark.parametrize("use", ["rename", "forget", "new"])
def test_the_pages_know_only_ones_own(client: Client, reader: Person, use: str) -> None:
    hers = saved(region.resident("2"))

    assert client.post(f"/en/my/searches/{hers.pk}/{use}/").status_code == 404
    assert SavedSearch.objects.filter(pk=hers.pk, name="Svamp", seen_at=NOON).exists()


@pytest.mark.parametrize("use", ["forget", "new"])
def test_nothing_is_changed_by_following_a_link(client: Client, reader: Person, use: str) -> None:
    assert client.get(f"/en/my/searches/{saved(reader).pk}/{use}/").status_code == 405


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    make.edition("Svamp")
    make.index()

    asked = client.get("/en/my/searches/")
    shown = page(client, "/en/search/", q="svamp")

    assert asked["Location"] == "/en/sign-in/?next=/en/my/searches/"
    assert "Sign in to save this search" in shown


def test_saved_searches_cost_one_query_however_many_there_are(
    reader: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    saved(reader)
    with django_assert_num_queries(1) as one:
        queries.saved_searches(reader.pk)
    for number in range(10):
        saved(reader, f"q=svamp{number}")
    with django_assert_num_queries(len(one)):
        queries.saved_searches(reader.pk)
