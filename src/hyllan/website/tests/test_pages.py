"""Public pages as a browser without JavaScript gets them."""

import re
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from hyllan.region.engine.roles import Role
from hyllan.website import queries, services
from hyllan.website.models import ContentPage, StartPage
from hyllan.website.tests import make

pytestmark = pytest.mark.django_db


def text_of(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_seed_pages_makes_a_tree_per_language_and_nothing_the_second_time() -> None:
    assert services.seed_pages() == 10

    call_command("seed_pages")

    assert StartPage.objects.count() == 2
    assert ContentPage.objects.count() == 8
    assert Site.objects.get().root_page.specific == StartPage.objects.get(slug="start")


def test_seed_pages_leaves_alone_what_an_editor_changed() -> None:
    services.seed_pages()
    ContentPage.objects.filter(slug="om-oss").update(
        title="Om den regionala biblioteksverksamheten"
    )
    Page.objects.get(slug="how-it-works").delete()

    made = services.seed_pages()

    assert made == 1
    assert ContentPage.objects.get(slug="om-oss").title.startswith("Om den regionala")


@pytest.mark.parametrize(
    ("path", "language", "heading"),
    [
        ("/", "sv", "Hela regionens bibliotek på en hylla"),
        ("/en/", "en", "All the region\u2019s libraries on one shelf"),
        ("/om-oss/", "sv", "Om oss"),
        ("/en/about/", "en", "About us"),
        ("/en/your-data/", "en", "How we keep your data"),
    ],
)
def test_an_address_says_its_language(path: str, language: str, heading: str) -> None:
    services.seed_pages()

    html = make.client().get(path).content.decode()

    assert f'<html lang="{language}">' in html
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [heading]


def test_the_language_menu_leads_to_the_same_page_under_its_other_name() -> None:
    services.seed_pages()

    html = make.client().get("/om-oss/").content.decode()

    assert re.findall(r'href="([^"]+)" lang="(\w\w)"', html) == [
        ("/om-oss/", "sv"),
        ("/en/about/", "en"),
    ]


def test_a_page_without_translation_leads_to_the_start_page_of_the_other_language() -> None:
    services.seed_pages()
    Page.objects.get(slug="about").delete()

    html = make.client().get("/om-oss/").content.decode()

    assert re.findall(r'href="([^"]+)" lang="en"', html) == ["/en/"]


def test_the_footer_links_to_the_pages_in_the_menu_in_this_language() -> None:
    services.seed_pages()
    ContentPage.objects.filter(slug="about").update(show_in_menus=False)

    assert [link["url"] for link in queries.footer_links("en")] == [
        "/en/how-it-works/",
        "/en/accessibility/",
        "/en/your-data/",
    ]


def test_the_start_page_shows_every_municipality_by_its_short_name() -> None:
    services.seed_pages()
    for code, name in (("YSTAD", "Ystad"), ("ANGELHOLM", "Ängelholm"), ("ASTORP", "Åstorp")):
        make.library(code, name)

    html = make.client().get("/").content.decode()

    spines = re.findall(r'href="/libraries/(\w+)/">(\w+)</a>', html)
    assert spines == [("YSTAD", "Ystad"), ("ASTORP", "Åstorp"), ("ANGELHOLM", "Ängelholm")]


def test_the_search_on_the_start_page_asks_for_the_words_and_nothing_else() -> None:
    services.seed_pages()

    html = make.client().get("/").content.decode()

    form = html.partition('role="search"')[2].partition("</form>")[0]
    assert re.findall(r'name="(\w+)"', form) == ["q"]


def test_a_library_page_shows_the_week_and_an_unknown_library_is_no_page() -> None:
    make.library("LUND", "Lund", opens=time(10))
    browser = make.client()

    page = browser.get("/libraries/LUND/")

    assert text_of(page.content).count("10.00\u201318.00") >= 3
    assert "stängt" in text_of(page.content)
    assert browser.get("/libraries/NOWHERE/").status_code == 404


def test_a_library_without_known_hours_says_so() -> None:
    make.library("LUND", "Lund")

    assert "Öppettiderna är inte kända här" in text_of(
        make.client().get("/libraries/LUND/").content
    )


def test_public_pages_carry_the_strict_policy_and_nothing_inline() -> None:
    services.seed_pages()

    for path in ("/", "/om-oss/", "/libraries/", "/remark/thanks/"):
        answer = make.client().get(path)
        html = answer.content.decode()

        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html) == []


def test_a_library_page_says_when_the_next_van_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    lund, now = make.library("LUND", "Lund"), make.TUESDAY
    calls = [
        SimpleNamespace(library=code, arrives_at=now + timedelta(hours=hours))
        for code, hours in (("YSTAD", 1), ("LUND", 22), ("LUND", 46))
    ]
    monkeypatch.setattr("hyllan.transport.queries.trips_between", lambda _start, _end: calls)
    monkeypatch.setattr("hyllan.region.clock.now", lambda: now)

    html = text_of(make.client().get(f"/libraries/{lund.code}/").content)

    assert "nästa bil hit i morgon 10.00" in html


@pytest.mark.parametrize(
    ("roles", "own"),
    [
        (None, ["Mina beställningar", "Mina sökningar"]),
        ((Role.RESIDENT,), ["Mina beställningar", "Mina sökningar"]),
        ((Role.DRIVER,), ["Dagens tur"]),
        ((Role.CLINICIAN,), []),  # her room does not exist yet, and she signs in with no card
    ],
)
def test_the_menu_shows_what_the_visitor_may_enter(
    roles: tuple[Role, ...] | None, own: list[str]
) -> None:
    services.seed_pages()
    visitor = make.person("visitor", *roles) if roles else None

    page = make.client(visitor).get("/")

    labels = [str(item["label"]) for item in page.context["nav_items"]]
    assert labels == ["Sök", "Biblioteken", *own]
