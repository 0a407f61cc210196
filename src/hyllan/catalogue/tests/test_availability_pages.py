"""Where an edition stands, as the record page says it: at once, with when it was last known."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue import queries, services
from hyllan.catalogue.models import Edition, Item, Source
from hyllan.catalogue.tests import make as harvest
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.views.availability import Place, standing

pytestmark = pytest.mark.django_db
NOW = NOON + timedelta(minutes=20)  # 13.20 in Sweden
DUE = datetime(2026, 12, 3, 22, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nobody_is_asked(settings: Settings) -> None:
    settings.HYLLAN_LIBRARY_SYSTEMS = ""


def places(edition: Edition) -> list[Place]:
    shown: Any = standing(queries.items_of(edition.pk), now=NOW)["places"]
    return list(shown)


def said(edition: Edition) -> str:
    return str(standing(queries.items_of(edition.pk), now=NOW)["said"])


def silent(code: str, at: datetime = NOW) -> None:
    Source.objects.filter(organisation__code=code).update(silent_at=at)


def fragment(client: Client, edition: Edition) -> str:
    answer = client.get(f"/en/record/{edition.pk}/availability/", headers={"hx-request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_place_says_what_stands_there_and_when_that_was_last_known() -> None:
    edition = make.edition(at={"LUND": "available"})

    assert places(edition) == [
        Place("Biblioteket i Lund", "Hcf", "1 available", True, "", "As the library said 13:00")
    ]
    with translation.override("sv"):
        assert places(edition)[0].known == "Enligt biblioteket 13.00"


@pytest.mark.parametrize(
    ("ago", "known"),
    [
        (timedelta(0), "As the library said 13:00"),
        (timedelta(days=1), "As the library said yesterday 13:00"),
        (timedelta(days=3), "As the library said Friday 20 November 13:00"),
    ],
)
def test_what_was_known_before_today_says_which_day(ago: timedelta, known: str) -> None:
    edition = make.edition()
    Item.objects.update(status_at=NOON - ago)

    assert places(edition)[0].known == known


def test_a_place_is_as_fresh_as_its_oldest_news() -> None:
    edition = make.edition()
    Item.objects.update(status_at=NOON - timedelta(hours=1))
    make.item(edition, "LUND")

    assert places(edition)[0].known == "As the library said 12:00"


def test_a_system_that_gave_no_answer_is_said_with_what_was_last_known() -> None:
    edition = make.edition()
    silent("LUND")

    assert places(edition)[0].known == "Asked 13:20, no answer. Last known 13:00"
    with translation.override("sv"):
        assert places(edition)[0].known == "Frågade 13.20, inget svar. Senast känt 13.00"


def test_a_silence_before_the_latest_news_is_forgotten() -> None:
    edition = make.edition()
    silent("LUND", NOON - timedelta(minutes=1))

    assert places(edition)[0].known == "As the library said 13:00"


def test_the_day_it_is_back_is_told_where_none_is_in() -> None:
    edition = make.edition(at={"LUND": "on_loan"})
    Item.objects.update(due=DUE)
    assert places(edition)[0].back == "Back Thursday 3 December"
    with translation.override("sv"):
        assert places(edition)[0].back == "Tillbaka torsdag 3 december"

    later = make.item(edition, "LUND", "on_loan")
    Item.objects.filter(pk=later.pk).update(due=DUE + timedelta(days=4))
    assert places(edition)[0].back == "The next one is back Thursday 3 December"

    make.item(edition, "LUND", "available")
    assert (places(edition)[0].states, places(edition)[0].back) == ("1 available, 2 on loan", "")


def test_a_day_that_has_passed_or_of_what_is_no_longer_on_loan_is_not_told() -> None:
    late = make.edition(at={"LUND": "on_loan"})
    away = make.edition(at={"LUND": "away"})
    Item.objects.filter(edition=late).update(due=NOON)
    Item.objects.filter(edition=away).update(due=DUE)

    assert [places(each)[0].back for each in (late, away)] == ["", ""]
    assert places(away)[0].states == "1 reserved or on its way"


def test_the_line_above_says_when_the_libraries_were_asked_and_who_was_silent() -> None:
    edition = make.edition(at=("LUND", "MALMO", "ESLOV"))
    assert said(edition) == ""

    Item.objects.update(asked_at=NOW)
    assert said(edition) == "The libraries were asked 13:20."

    silent("LUND")
    assert said(edition) == (
        "The libraries were asked 13:20. "
        "1 library system did not answer: you see what was last known."
    )
    silent("MALMO")
    with translation.override("sv"):
        assert said(edition) == (
            "Vi frågade biblioteken 13.20. "
            "2 bibliotekssystem svarade inte: där ser du det som senast var känt."
        )


def test_the_record_page_fetches_the_fragment_and_the_fragment_nothing_more(
    client: Client,
) -> None:
    edition = make.edition()
    address = f"/en/record/{edition.pk}/availability/"

    page = client.get(f"/en/record/{edition.pk}/").content.decode()
    part = fragment(client, edition)

    assert f'<div id="availability" hx-get="{address}" hx-trigger="load"' in page
    assert f'<a href="{address}" rel="nofollow"' in page
    assert '<span id="availability-said" class="said" role="status">' in page
    assert '<div id="availability">' in part
    assert "hx-trigger" not in part
    assert '<span id="availability-said" hx-swap-oob="innerHTML">' in part
    assert table(part) == table(page)


def table(text: str) -> str:
    return re.sub(r"\s+", " ", text[text.index("<table") : text.index("</table>")])


def test_without_javascript_the_link_leads_back_to_the_page(client: Client) -> None:
    edition = make.edition()

    answer = client.get(f"/en/record/{edition.pk}/availability/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/en/record/{edition.pk}/#availability"


def test_the_fragment_is_neither_kept_nor_found_by_search_engines(client: Client) -> None:
    edition = make.edition()

    answer = client.get(f"/en/record/{edition.pk}/availability/", headers={"hx-request": "true"})

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_availability_of_what_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/record/12345/availability/").status_code == 404
    edition = make.edition()
    assert client.post(f"/en/record/{edition.pk}/availability/").status_code == 405


def test_the_fragment_costs_the_same_for_few_items_and_for_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = make.edition(), make.edition(at={f"B{n}": "on_loan" for n in range(20)})
    fragment(client, few)
    with django_assert_num_queries(4) as one:
        fragment(client, few)

    with django_assert_num_queries(len(one)):
        fragment(client, many)


def test_an_edition_without_copies_says_so(client: Client) -> None:
    edition = make.edition(at=())

    assert "No library has a copy of it now." in fragment(client, edition)


def test_a_day_told_of_an_older_loan_is_void_when_the_record_comes_anew() -> None:
    source = harvest.harvested(harvest.marc("Pippi", harvest.marc_item("1", status="on loan")))
    Item.objects.update(due=DUE)

    repository = harvest.Repository()
    repository.put(
        f"oai:{source.organisation.code}:1",
        harvest.marc("Pippi", harvest.marc_item("1", status="on loan")),
    )
    services.harvest(source_id=source.pk, now=NOW, fetch=repository)

    assert list(Item.objects.values_list("status", "status_at", "due")) == [("on_loan", NOW, None)]
