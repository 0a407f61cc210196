"""What a reader sees and does: the day first, and her own requests alone."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue.models import Item
from hyllan.lending import services, story
from hyllan.lending.models import Connection, PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.lending.tests.make_views import words
from hyllan.lending.views.panels import OnTheShelf
from hyllan.region.models import Person

pytestmark = pytest.mark.usefixtures("tiny_region")


def asking(person: Person | None = None, **query: str) -> HttpRequest:
    """Return the record page's request, as middleware hands it over."""
    request = RequestFactory().get("/record/1/", query)
    request.user = person or AnonymousUser()
    return request


# --- the record page's panel


def test_panel_shows_a_visitor_where_it_is_in_and_the_way_to_sign_in() -> None:
    title = make.edition("Svampar", ESLOV="E1", LUND="L1")

    panel = OnTheShelf(asking()).panel(title.pk)

    assert "Inne på 2 bibliotek" in words(panel)
    assert 'href="/sign-in/?next=%2Frecord%2F1%2F"' in panel
    assert "<form" not in panel


def test_panel_shows_a_resident_the_day_at_her_library_and_one_button() -> None:
    title = make.edition("Svampar", ESLOV="E1")

    panel = OnTheShelf(asking(make.resident())).panel(title.pk)

    assert "Inne på Biblioteket i Eslov · hos dig i morgon" in words(panel)
    assert "Beställ till Biblioteket i Hoor" in words(panel)
    assert '<input type="hidden" name="pickup" value="HOOR">' in panel


def test_panel_offers_her_own_libraries_first_and_shows_the_day_where_she_chooses() -> None:
    title = make.edition("Svampar", ESLOV="E1")
    reader = make.resident("7002", of="LUND")

    panel = OnTheShelf(asking(reader, pickup="LANDSKRONA")).panel(title.pk)

    offered = re.findall(r'<option value="([A-Z-]+)"', panel)
    assert offered[:2] == ["LUND", "LUND-DALBY"]
    assert sorted(offered) == sorted(set(offered))
    assert '<option value="LANDSKRONA" selected>' in panel
    assert "Beställ till Biblioteket i Landskrona" in words(panel)


def test_panel_says_when_nothing_is_free_that_she_can_stand_in_line() -> None:
    title = make.edition("Svampar", ESLOV="E1")
    make.asked_for(title, by=make.resident("7002"))

    panel = words(OnTheShelf(asking(make.resident())).panel(title.pk))

    assert "Alla exemplar är utlånade eller beställda" in panel
    assert "du ställs i kö" in panel
    assert "Beställ till Biblioteket i Hoor" in panel


def test_what_the_panel_says_of_now_comes_anew_when_the_libraries_have_answered(
    client: Client, settings: Settings
) -> None:
    settings.HYLLAN_LIBRARY_SYSTEMS = ""  # nobody is asked: what is known has changed
    title = make.edition("Svampar", ESLOV="E1")
    live, page = f"/record/{title.pk}/availability/", f"/record/{title.pk}/"
    assert "Inne på 1 bibliotek" in words(client.get(page).content.decode())

    title.items.update(status=Item.Status.ON_LOAN)
    part = client.get(live, headers={"hx-request": "true"}).content.decode()

    told = part.partition('<div id="standing" hx-swap-oob="innerHTML">')[2].partition("</div>")[0]
    assert words(told) == (
        "Alla exemplar är utlånade eller beställda "
        "Du kan beställa ändå: du ställs i kö och får det första exemplar som kommer tillbaka."
    )


def test_panel_shows_the_request_she_has_already_made() -> None:
    title = make.edition("Svampar", ESLOV="E1")
    reader = make.resident()
    wish = make.asked_for(title, by=reader)

    panel = OnTheShelf(asking(reader)).panel(title.pk)

    assert f'href="/my/requests/{wish.number}/"' in panel
    assert "Beställ till" not in words(panel)


def test_hit_arrivals_tell_residents_the_day_visitors_the_places_and_nothing_of_the_rest() -> None:
    title = make.edition("Svampar", ESLOV="E1", HOOR="H1")
    far = make.edition("Lavar", LANDSKRONA="K1")
    gone = make.edition("Mossor", LUND="L1")
    make.asked_for(gone, by=make.resident("7002"))
    each = [title.pk, far.pk, gone.pk]

    assert OnTheShelf(asking()).arrivals(each) == {
        title.pk: "Inne på 2 bibliotek",
        far.pk: "Inne på 1 bibliotek",
    }
    assert OnTheShelf(asking(make.resident())).arrivals(each) == {
        title.pk: "Inne där du hämtar · hos dig i dag",
        far.pk: "Inne på Biblioteket i Landskrona · hos dig onsdag",
    }


def test_hit_arrivals_ask_the_database_as_often_for_twenty_hits_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    hits = [title.pk for title in make.editions(20)]
    reader = make.resident()

    with django_assert_max_num_queries(20) as one:
        OnTheShelf(asking(reader)).arrivals(hits[:1])
    with django_assert_max_num_queries(len(one)):
        found = OnTheShelf(asking(reader)).arrivals(hits)

    assert len(found) == 20


# --- where she fetches, and how soon things are there


def test_a_visitor_sees_the_day_at_the_library_that_the_address_names() -> None:
    title = make.edition("Svampar", ESLOV="E1")

    shelf = OnTheShelf(asking(pickup="HOOR"))

    assert shelf.pickup == make.library("HOOR")
    assert shelf.arrivals([title.pk]) == {
        title.pk: "Inne på Biblioteket i Eslov · hos dig i morgon"
    }
    assert "hos dig i morgon" in words(shelf.panel(title.pk))


def test_a_library_that_is_none_is_no_place_to_fetch_at() -> None:
    nobody, reader = (
        OnTheShelf(asking(pickup="'; DROP")),
        OnTheShelf(asking(make.resident(), pickup="X")),
    )

    assert (nobody.pickup, nobody.tiers(), nobody.days()) == (None, (), {})
    assert reader.pickup == make.library("HOOR")


def test_libraries_stand_in_the_tier_of_the_day_on_which_their_copies_can_be_fetched() -> None:
    shelf = OnTheShelf(asking(make.resident()))

    assert shelf.tiers() == (
        {"HOOR"},
        {"ESLOV", "HELSINGBORG", "LUND", "LUND-DALBY"},
        {"LANDSKRONA"},
    )
    assert shelf.days() == {
        "HOOR": "i dag",
        **dict.fromkeys(["ESLOV", "HELSINGBORG", "LUND", "LUND-DALBY"], "i morgon"),
        "LANDSKRONA": "onsdag",
    }


def test_a_library_whose_system_is_not_connected_is_in_no_tier() -> None:
    assert "ESLOV" in OnTheShelf(asking(make.resident())).days()

    Connection.objects.get(organisation__code="ESLOV").delete()

    assert "ESLOV" not in OnTheShelf(asking(make.resident())).days()


def test_the_day_of_a_library_is_the_day_that_a_hit_there_shows() -> None:
    at = {"ESLOV": "E1", "LUND": "L1", "LANDSKRONA": "K1", "HOOR": "H1"}
    titles = {code: make.edition(f"Titel i {code}", **{code: item}) for code, item in at.items()}

    shelf = OnTheShelf(asking(make.resident()))

    said = shelf.arrivals([title.pk for title in titles.values()])
    assert {code: said[title.pk].rpartition("hos dig ")[2] for code, title in titles.items()} == {
        code: shelf.days()[code] for code in at
    }


# --- to request, to follow, to cancel


def test_place_request_leads_to_the_requests_own_page_with_the_day_first(client: Client) -> None:
    title = make.edition("Svampar", ESLOV="E1")
    make.signed_in(client, make.resident())

    page = client.post(
        "/my/requests/place/", {"edition": title.pk, "pickup": "HOOR"}, follow=True
    ).text

    wish = PatronRequest.objects.get()
    assert (wish.pickup.code, wish.supplier and wish.supplier.code) == ("HOOR", "ESLOV")
    assert '<h1 class="huge">Hos dig i morgon</h1>' in page
    assert "Du har beställt Svampar." in page
    assert "Beställd, hämtas på Biblioteket i Hoor." in page


def test_place_request_without_a_card_asks_to_sign_in_and_makes_nothing(client: Client) -> None:
    title = make.edition("Svampar", ESLOV="E1")

    response = client.post(
        "/my/requests/place/", {"edition": title.pk, "pickup": "HOOR", "next": "/record/1/"}
    )

    assert response.headers["Location"] == "/sign-in/?next=%2Frecord%2F1%2F"
    assert not PatronRequest.objects.exists()


def test_place_request_twice_says_that_it_is_made_already(client: Client) -> None:
    title = make.edition("Svampar", ESLOV="E1", LUND="L1")
    make.signed_in(client, make.resident())
    order = {"edition": title.pk, "pickup": "HOOR"}

    client.post("/my/requests/place/", order)
    page = client.post("/my/requests/place/", order, follow=True).text

    assert "Du har redan beställt den här titeln." in page
    assert PatronRequest.objects.count() == 1


def test_my_requests_is_empty_in_words(client: Client) -> None:
    make.signed_in(client, make.resident())

    assert "Du har inget beställt just nu." in client.get("/my/requests/").text


def test_my_requests_shows_each_with_its_day_and_nobody_elses(client: Client) -> None:
    reader = make.resident()
    make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader)
    make.asked_for(make.edition("Lavar", LUND="L1"), by=make.resident("7002"))
    make.signed_in(client, reader)

    page = client.get("/my/requests/").text

    assert "Hos dig i morgon" in words(page)
    assert "Svampar" in page
    assert "Lavar" not in page


def test_my_requests_ask_the_database_as_often_for_twenty_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader, titles = make.resident(), make.editions(20)
    make.signed_in(client, reader)
    make.asked_for(titles[0], by=reader)

    with django_assert_max_num_queries(40) as one:
        client.get("/my/requests/")
    for title in titles[1:]:
        make.asked_for(title, by=reader)
    with django_assert_max_num_queries(len(one)):
        page = client.get("/my/requests/").text

    assert page.count('class="hit"') == 20


def test_request_detail_tells_what_happened_what_is_and_what_comes(client: Client) -> None:
    reader = make.resident()
    wish = make.packed(make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader))
    make.signed_in(client, reader)

    page = client.get(f"/my/requests/{wish.number}/").text

    told = re.findall(r"<li( class=\"done\"| aria-current=\"step\"|)><p>(.*?)</p>", page)
    assert [(state.strip(), words(sentence)) for state, sentence in told] == [
        ('class="done"', "Beställd, hämtas på Biblioteket i Hoor."),
        (
            'class="done"',
            "Biblioteket i Eslov skickar sitt exemplar, det enda lediga. "
            "Det kan stå på din hämthylla tisdag 24 november.",
        ),
        ('class="done"', "Biblioteket i Eslov har plockat exemplaret."),
        ('class="done"', f"Packad i låda {wish.crate_code} till Biblioteket i Hoor."),
        ('aria-current="step"', "Lådan väntar på bilen: Biblioteket i Eslov."),
        ("", "Med bilen från Biblioteket i Eslov till Biblioteket i Hoor (Mitt)."),
        ("", "Klar att hämta: Biblioteket i Hoor."),
    ]


def test_request_detail_of_somebody_else_is_as_unknown_as_none(client: Client) -> None:
    wish = make.asked_for(make.edition("Svampar", ESLOV="E1"), by=make.resident("7002"))
    make.signed_in(client, make.resident())

    hers = client.get(f"/my/requests/{wish.number}/")
    cancelled = client.post(f"/my/requests/{wish.number}/cancel/")
    wish.refresh_from_db()

    assert (hers.status_code, cancelled.status_code) == (404, 404)
    assert "Svampar" not in hers.text
    assert wish.outcome == "open"


def test_request_detail_of_a_closed_request_leads_to_the_list_that_says_why(client: Client) -> None:
    wish = make.asked_for(make.edition("Svampar", ESLOV="E1"))
    make.signed_in(client, make.resident())
    services.cancel(number=wish.number, by=make.actor(make.resident()), now=make.NOW)

    answer = client.get(f"/my/requests/{wish.number}/", follow=True)

    assert answer.redirect_chain == [("/my/requests/", 302)]
    assert "tar vi bort ditt namn" in answer.text
    assert "Svampar" not in answer.text


def test_request_detail_says_number_and_last_day_when_it_waits(client: Client) -> None:
    reader = make.resident()
    wish = make.on_hold_shelf(make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader))
    make.signed_in(client, reader)

    page = words(client.get(f"/my/requests/{wish.number}/").text)

    assert "Klar att hämta" in page
    assert "Hämta den med ditt lånekort senast måndag 30 november." in page
    assert f"Nummer {wish.number[-4:]}" in page


def test_request_detail_keeps_what_a_system_said_no_to_from_the_reader(client: Client) -> None:
    reader = make.resident()
    wish = make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader)
    services.told_problem(message_id=0, number=wish.number, problem="Item X-9", now=make.NOW)

    hers = make.signed_in(client, reader).get(f"/my/requests/{wish.number}/").text
    staffs = make.at_work(Client(), "ESLOV").get(f"/staff/requests/{wish.number}/").text

    assert "Item X-9" not in hers
    assert "Ett bibliotekssystem sa nej: Item X-9" in words(staffs)


def test_cancel_asks_first_and_works_without_scripts(client: Client) -> None:
    reader = make.resident()
    wish = make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader)
    make.signed_in(client, reader)

    question = client.get(f"/my/requests/{wish.number}/cancel/").text
    still_open = PatronRequest.objects.get().outcome
    answer = client.post(f"/my/requests/{wish.number}/cancel/", follow=True).text

    assert "Vill du avbeställa?" in question
    assert still_open == "open"
    assert "Svampar är avbeställd." in answer
    assert PatronRequest.objects.get().outcome == "cancelled"


def test_request_detail_offers_no_cancelling_once_it_is_lent(client: Client) -> None:
    reader = make.resident()
    wish = make.on_loan(make.asked_for(make.edition("Svampar", ESLOV="E1"), by=reader))
    make.signed_in(client, reader)

    page = client.get(f"/my/requests/{wish.number}/").text
    refused = client.post(f"/my/requests/{wish.number}/cancel/", follow=True).text

    assert "/cancel/" not in page
    assert "går inte längre att avbeställa" in refused


def test_headline_is_never_a_day_that_has_passed() -> None:
    wish = make.asked_for(make.edition("Svampar", ESLOV="E1"))

    assert story.headline(wish, now=make.NOW + timedelta(days=3)) == "Försenad"


def test_a_title_with_markup_in_it_is_shown_as_it_is_written(client: Client) -> None:
    nasty = '<script>alert(1)</script> & "co"'
    reader = make.resident()
    wish = make.asked_for(make.edition(nasty, ESLOV="E1"), by=reader)
    make.signed_in(client, reader)
    worker = make.at_work(Client(), "ESLOV")

    pages = [
        client.get(f"/my/requests/{wish.number}/").text,
        client.get("/my/requests/").text,
        client.get(f"/my/requests/{wish.number}/cancel/").text,
        worker.get("/staff/pick/").text,
        worker.get(f"/staff/requests/{wish.number}/").text,
        worker.get(f"/staff/slip/{wish.number}/").text,
    ]

    assert [page.count("<script>alert") for page in pages] == [0] * 6
    assert [escape(nasty) in page for page in pages] == [True] * 6
