"""The record page: one edition, where it stands, and its work's others."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue.models import Item
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.test_pages import Filled, link_called, page, text_of

pytestmark = pytest.mark.django_db
SLOTS = f"{Filled.__module__}.{Filled.__name__}"


@pytest.fixture(autouse=True)
def _no_slots(settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = ""


def test_record_page_tells_facts_and_leads_on_by_them(client: Client) -> None:
    edition = make.edition(
        "Röda rummet",
        year=1879,
        language="swe",
        subjects=["Stockholm"],
        easy=True,
        isbn="9789129688313",
        details={"names": ["Strindberg, August"], "series": "Klassiker", "form": "large_print"},
    )

    html = client.get(f"/en/record/{edition.pk}/").content.decode()
    shown = text_of(html.encode())

    assert "Röda rummet Book Large print Easy to read" in shown
    assert "Published 1879 Language Swedish Series Klassiker Subjects Stockholm" in shown
    assert "ISBN 9789129688313" in shown
    assert link_called(html, "Strindberg, August") == {"q": 'author:"Strindberg, August"'}
    assert link_called(html, "Stockholm") == {"q": 'subject:"Stockholm"'}
    assert link_called(html, "Klassiker") == {"q": 'series:"Klassiker"'}
    assert link_called(html, "Swedish") == {"language": "swe"}
    assert f'<link rel="canonical" href="http://testserver/en/record/{edition.pk}/">' in html


@pytest.mark.parametrize("name", ["Strindberg, August", "Stockholm", "Klassiker"])
def test_what_a_record_leads_to_finds_the_record(client: Client, name: str) -> None:
    edition = make.edition(
        "Röda rummet",
        subjects=["Stockholm"],
        details={"names": ["Strindberg, August"], "series": "Klassiker"},
    )
    make.index()
    leads_to = link_called(client.get(f"/en/record/{edition.pk}/").content.decode(), name)

    assert page(client, "/en/search/", leads_to).startswith("1 hit ")


def test_record_page_says_where_it_stands(client: Client) -> None:
    edition = make.edition("Pippi", at=("LUND",))
    make.item(edition, "LUND", "on_loan")
    make.item(edition, "MALMO", "missing")

    shown = page(client, f"/en/record/{edition.pk}/")

    said = "As the library said Monday 23 November 13:00"
    assert f"Right now Biblioteket i Lund Hcf 1 available, 1 on loan {said}" in shown
    assert f"Biblioteket i Malmo Hcf 1 missing {said}" in shown


def test_record_page_says_on_which_day_each_copy_can_come_the_soonest_first(
    client: Client, settings: Settings
) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = SLOTS
    edition = make.edition("Pippi", at={"MALMO": "available", "ESLOV": "on_loan"})
    make.item(edition, "LUND", "available")

    shown = page(client, f"/en/record/{edition.pk}/", pickup="LUND")

    assert f"panel of {edition.pk}" in shown
    rows = re.findall(r"Biblioteket i (\w+) Hcf 1 (available|on loan) As .*? 13:00 (\S+)", shown)
    assert "Library Shelf Right now With you at Biblioteket i Lund" in shown
    assert rows == [
        ("Lund", "available", "i"),
        ("Malmo", "available", "fredag"),
        ("Eslov", "on loan", "\u2013"),
    ]


def test_the_fragment_says_the_same_days_as_the_page(client: Client, settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS, settings.HYLLAN_LIBRARY_SYSTEMS = SLOTS, ""
    edition = make.edition("Pippi", at=("MALMO", "LUND"))

    def table(address: str) -> str:
        answer = client.get(address, headers={"hx-request": "true"}).content.decode()
        return answer.partition("<table")[2].partition("</table>")[0].strip()

    address = f"/en/record/{edition.pk}/"
    whole = client.get(f"{address}?pickup=LUND").content.decode()
    fragment = table(f"{address}availability/?pickup=LUND")
    assert f'hx-get="{address}availability/?pickup=LUND"' in whole
    assert fragment == table(f"{address}?pickup=LUND")
    assert "fredag" in fragment


def test_other_editions_are_narrowed_by_material_and_language(client: Client) -> None:
    of = make.work()
    first = make.edition("Pippi", of=of, language="swe", year=1945)
    make.edition("Pippi på film", of=of, material="film", language="swe", year=1969)
    make.edition("Pippi Longstocking", of=of, language="eng", year=1950, at=("LUND", "MALMO"))
    gone = make.edition("Pippi som gick", of=of, gone=True)
    make.edition("Pippi som blev en annan", of=of, merged_into=gone)

    def others(**chosen: str) -> str:
        return page(client, f"/en/record/{first.pk}/", chosen).partition("Show editions ")[2]

    film = "Pippi på film Film, Swedish, 1969 At 1 library"
    english = "Pippi Longstocking Book, English, 1950 At 2 libraries"
    assert others().startswith(f"{film} {english} Did")
    assert others(material="film").startswith(f"{film} Did")
    assert others(language="eng").startswith(f"{english} Did")
    assert others(language="eng", material="film").startswith("No edition is like that. Did")
    assert others(material="x").startswith(f"{film} {english} Did")


def test_other_editions_come_in_pages(client: Client) -> None:
    of = make.work()
    first = make.edition("Bibeln", of=of)
    for year in range(1900, 1925):
        make.edition("Bibeln", of=of, year=year)

    second = page(client, f"/en/record/{first.pk}/", page="2")

    assert re.findall(r"Book, (\d{4})", second) == ["1904", "1903", "1902", "1901", "1900"]


def test_a_merged_edition_leads_for_good_to_what_it_has_become(client: Client) -> None:
    last = make.edition("Pippi")
    middle = make.edition("Pippi", merged_into=last)
    first = make.edition("Pippi", merged_into=middle)

    answer = client.get(f"/en/record/{first.pk}/?pickup=LUND")

    assert (answer.status_code, answer["Location"]) == (301, f"/en/record/{last.pk}/?pickup=LUND")


def test_editions_that_became_each_other_are_shown_all_the_same(client: Client) -> None:
    one = make.edition("Pippi")
    two = make.edition("Pippi", merged_into=one, gone=True)
    one.merged_into = two
    one.save()

    assert client.get(f"/en/record/{one.pk}/").status_code == 410


@pytest.mark.parametrize("by_way_of_another", [False, True])
def test_an_edition_that_is_gone_says_so_and_leads_on(
    client: Client, by_way_of_another: bool
) -> None:
    of = make.work()
    edition = make.edition("Pippi", of=of, gone=True)
    make.edition("Pippi i ny utgåva", of=of)
    asked = make.edition("Pippi", of=of, merged_into=edition) if by_way_of_another else edition

    answer = client.get(f"/en/record/{asked.pk}/")

    shown = text_of(answer.content)
    assert answer.status_code == 410
    assert shown.startswith("No library has this title any longer Pippi")
    assert "Other editions of it Pippi i ny utgåva" in shown
    assert link_called(answer.content.decode(), "Search for the same title") == {"q": "Pippi"}


@pytest.mark.parametrize("number", ["12345", "99999999999999999999"])
def test_a_record_that_is_not_there_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/record/{number}/").status_code == 404


def test_record_page_costs_the_same_for_few_and_for_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, work = make.edition("Få"), make.work()
    make.edition("Få till", of=few.work)
    many = make.edition("Många", of=work, at=("LUND", "MALMO", "YSTAD"))
    for _ in range(15):
        make.item(many, "LUND")
        make.edition("Många fler", of=work, at=("LUND", "MALMO"))
    assert Item.objects.filter(edition=many).count() == 18
    page(client, f"/en/record/{few.pk}/")
    with django_assert_num_queries(9) as one:
        page(client, f"/en/record/{few.pk}/")

    with django_assert_num_queries(len(one)):
        page(client, f"/en/record/{many.pk}/")
