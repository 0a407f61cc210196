import re

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils.html import format_html
from django.utils.safestring import SafeString
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, marc, marc_field, marc_item
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_slots(settings: Settings) -> None:
    settings.HYLLAN_RECORD_PANEL = settings.HYLLAN_HIT_ARRIVALS = ""


def text_of(content: bytes) -> str:
    main = content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(re.sub("<[^>]*>", " ", main).split())


def page(client: Client, address: str, **arguments: str) -> str:
    answer = client.get(address, arguments, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return text_of(answer.content)


def search_url() -> str:
    return "/en/search/"


def test_search_page_without_a_query_asks_for_one(client: Client) -> None:
    assert page(client, search_url()).startswith("Search all libraries")


def test_search_page_shows_hits_with_what_readers_choose_by(client: Client) -> None:
    make.edition("Pippi Långstrump", "1", "2")

    shown = page(client, search_url(), q="långstrump")

    assert shown.startswith("1 hit for “långstrump”")
    assert "Hcf LIN Pippi Långstrump Astrid Lindgren · 1945 Book At 1 library" in shown


def test_search_page_says_what_to_do_when_nothing_is_found(client: Client) -> None:
    shown = page(client, search_url(), q="finnsinte")

    assert "No title is called that. Try fewer words, or ask your library to buy it." in shown


def test_search_page_in_swedish(client: Client) -> None:
    answer = client.get("/search/", {"q": "finnsinte"})

    assert "Ingen titel heter så. Prova färre ord" in text_of(answer.content)


def test_search_page_keeps_to_a_library_and_forgets_one_that_is_none(client: Client) -> None:
    make.edition("Pippi", "1")
    region.library("MALMO")

    assert page(client, search_url(), q="pippi", library="MALMO").startswith("0 hits")
    assert page(client, search_url(), q="pippi", library="'; DROP").startswith("1 hit ")


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999", "²", "3"])
def test_any_page_number_gives_a_page(client: Client, number: str) -> None:
    make.edition("Pippi")

    shown = page(client, search_url(), q="pippi", page=number)

    assert shown.startswith("1 hit ")
    assert "Astrid Lindgren" in shown


def test_what_is_asked_stands_on_the_page_as_text(client: Client) -> None:
    answer = client.get("/search/", {"q": "<script>alert(1)</script>"})

    assert b"<script>alert" not in answer.content


def arrivals(request: HttpRequest, edition_ids: list[int]) -> dict[int, str]:
    return dict.fromkeys(edition_ids, "På Eslöv i dag · hos dig torsdag")


def panel(request: HttpRequest, edition_id: int) -> SafeString:
    return format_html("<p>panel of {}</p>", edition_id)


def test_a_higher_room_fills_the_slots(client: Client, settings: Settings) -> None:
    settings.HYLLAN_HIT_ARRIVALS = f"{__name__}.arrivals"
    settings.HYLLAN_RECORD_PANEL = f"{__name__}.panel"
    edition = make.edition("Pippi")

    assert "På Eslöv i dag · hos dig torsdag" in page(client, search_url(), q="pippi")
    assert f"panel of {edition.pk}" in page(client, f"/en/record/{edition.pk}/")


def test_search_page_costs_the_same_for_one_hit_and_for_twenty(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.harvested(
        marc("Ensam", marc_item("0")), *[marc(f"Bok {n}", marc_item(f"{n + 1}")) for n in range(20)]
    )
    services.index_changed(now=NOON)
    page(client, search_url(), q="ensam")
    with django_assert_num_queries(4) as one:
        page(client, search_url(), q="ensam")

    with django_assert_num_queries(len(one)):
        page(client, search_url(), q="bok")


def test_record_page_tells_facts_places_and_other_editions(client: Client) -> None:
    make.harvested(
        marc("Pippi", marc_item("1"), marc_item("2", status="on loan"), year=1945),
        marc(
            "Pippi",
            marc_item("3", status="missing"),
            year=1999,
            more=(marc_field("650", a="Barn"),),
        ),
    )
    first, second = Edition.objects.order_by("year")

    shown, other = (page(client, f"/en/record/{edition.pk}/") for edition in (first, second))

    assert "Biblioteket i Lund Hcf 1 available, 1 on loan" in shown
    assert "Published 1945 Language Swedish" in shown
    assert "Other editions Pippi Book, 1999, Swedish" in shown
    assert "Biblioteket i Lund Hcf 1 missing" in other
    assert "Subjects Barn" in other


def test_record_page_costs_the_same_for_few_items_and_for_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = make.edition("Få", "1")
    make.harvested(marc("Många", *[marc_item(f"{n}", "MALMO") for n in range(30)]), code="MALMO")
    many = Edition.objects.get(title="Många")
    page(client, f"/en/record/{few.pk}/")
    with django_assert_num_queries(6) as one:
        page(client, f"/en/record/{few.pk}/")

    with django_assert_num_queries(len(one)):
        page(client, f"/en/record/{many.pk}/")


def test_record_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/record/12345/").status_code == 404


def test_a_number_no_record_can_have_is_not_found(client: Client) -> None:
    assert client.get("/record/99999999999999999999/").status_code == 404
