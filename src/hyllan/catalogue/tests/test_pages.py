"""The search page: hits by work, what narrows them, how they are sorted, what helps on the way."""

import re
from collections.abc import Collection, Mapping, Sequence
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils.html import format_html
from django.utils.safestring import SafeString
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue.tests import make_editions as make
from hyllan.region import queries
from hyllan.region.models import Library
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_slots(settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = ""


class Filled:
    """Slots as a higher room fills them: it fetches at LUND, and from MALMO it comes on Friday."""

    def __init__(self, request: HttpRequest) -> None:
        code = request.GET.get("pickup", "")
        self.pickup: Library | None = queries.libraries().filter(code=code).first()

    def pickups(self) -> Sequence[tuple[str, Sequence[Library]]]:
        return [("Lund", [queries.library("LUND")])]

    def panel(self, edition_id: int) -> SafeString:
        return format_html("<p>panel of {}</p>", edition_id)

    def standing(self, edition_id: int) -> SafeString:
        return format_html("<p>standing of {}</p>", edition_id)

    def arrivals(self, edition_ids: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(edition_ids, "På Eslöv i dag · hos dig torsdag")

    def tiers(self) -> Sequence[Collection[str]]:
        return [{"LUND"}, {"MALMO"}] if self.pickup else ()

    def days(self) -> Mapping[str, str]:
        return {"LUND": "i dag", "MALMO": "fredag"} if self.pickup else {}


@pytest.fixture
def slots(settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = f"{__name__}.Filled"


def text_of(content: bytes) -> str:
    main = content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(re.sub("<[^>]*>", " ", main).split())


def page(client: Client, address: str, arguments: object = None, /, **more: str) -> str:
    given = {**(arguments if isinstance(arguments, dict) else {}), **more}
    answer = client.get(address, given, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return text_of(answer.content)


def markup(client: Client, **arguments: str) -> str:
    return client.get("/en/search/", arguments).content.decode()


def search_url() -> str:
    return "/en/search/"


def link_called(html: str, words: str) -> dict[str, str]:
    """Return the arguments of the address that a link with these words leads to."""
    for address, inside in re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL):
        if " ".join(re.sub("<[^>]*>", " ", inside).split()) == words:
            return dict(parse_qsl(urlsplit(unescape(address)).query))
    raise AssertionError(f"no link is called {words!r}")


def titles(html: str) -> list[str]:
    return re.findall(r'<h2 class="work-title"><a[^>]*>(.*?)</a>', html)


# --- before anything is asked


def test_search_page_without_a_query_asks_for_one(client: Client) -> None:
    assert page(client, search_url()).startswith("Search all libraries")


def test_search_page_begins_with_ways_for_those_the_library_law_puts_first(client: Client) -> None:
    make.edition("Pippi", audience="children", language="swe")
    make.edition("Lättläst", easy=True, language="swe", details={"form": "large_print"})
    make.edition("Muumi", language="fin")
    make.edition("Kitab", language="ara")
    make.index()

    html = markup(client)
    shown = text_of(html.encode())

    assert "Children and young people For children 1 title" in shown
    assert "Easier to read Easy to read 1 title Large print 1 title" in shown
    assert "Finnish 1 title Yiddish no titles yet Meänkieli no titles yet" in shown
    assert "Other mother tongues Arabic 1 title Did" in shown
    assert link_called(html, "For children") == {"audience": "children"}
    assert link_called(html, "Finnish") == {"language": "fin"}


# --- hits


def test_search_page_shows_hits_with_what_readers_choose_by(client: Client) -> None:
    make.edition("Pippi Långstrump", responsible="Astrid Lindgren", year=1945)
    make.index()

    shown = page(client, search_url(), q="långstrump")

    assert shown.startswith("1 hit for “långstrump”")
    assert "Hcf LIN Pippi Långstrump Astrid Lindgren · 1945 Book At 1 library" in shown


def test_editions_of_a_work_stand_beneath_the_best_of_them(client: Client) -> None:
    of = make.work()
    make.edition("Pippi", of=of, year=1945, language="swe")
    film = make.edition("Pippi", of=of, material="film", details={"form": "dvd"}, year=1969)
    make.edition("Pippi Longstocking", of=of, language="eng", year=1950)
    make.index()

    html = markup(client, q="pippi")

    assert titles(html) == ["Pippi"]
    assert "Also as" in text_of(html.encode())
    assert f'href="/en/record/{film.pk}/">Film, DVD, 1969<span class="vh">: Pippi</span>' in html
    assert 'Book, English, 1950: <span class="work-title">Pippi Longstocking</span>' in html


def test_more_editions_than_are_named_are_on_the_record_page(client: Client) -> None:
    of = make.work()
    first = make.edition("Pippi", of=of, at=("LUND", "MALMO"))
    for year in range(1990, 1995):
        make.edition("Pippi", of=of, year=year)
    make.index()

    html = markup(client, q="pippi")

    assert re.search(rf'href="/en/record/{first.pk}/#editions">and 2 more editions<', html)


def test_search_page_says_what_to_do_when_nothing_is_found(client: Client) -> None:
    make.edition()
    make.index()

    shown = page(client, search_url(), q="finnsinte")

    assert "No title is called that. Try fewer words, or ask your library to buy it." in shown


def test_search_page_in_swedish(client: Client) -> None:
    make.edition()
    make.index()

    answer = client.get("/search/", {"q": "finnsinte"})

    assert "Ingen titel heter så. Prova färre ord" in text_of(answer.content)


def test_a_corrected_spelling_is_said_and_there_is_a_way_back(client: Client) -> None:
    make.edition("Pippi Långstrump")
    make.index()

    html = markup(client, q="pipi långstrump", sort="newest")
    way_back = link_called(html, "Search for “pipi långstrump” all the same")
    verbatim = page(client, search_url(), way_back)

    said = text_of(html.encode())
    assert "Nothing is called “pipi långstrump”. Here are the hits for “pippi långstrump” ." in said
    assert titles(html) == ["Pippi Långstrump"]
    assert way_back == {"q": "pipi långstrump", "verbatim": "1", "sort": "newest"}
    assert verbatim.startswith("0 hits for “pipi långstrump”")


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999", "²", "3"])
def test_any_page_number_gives_a_page(client: Client, number: str) -> None:
    make.edition("Pippi", responsible="Astrid Lindgren")
    make.index()

    shown = page(client, search_url(), q="pippi", page=number)

    assert shown.startswith("1 hit ")
    assert "Astrid Lindgren" in shown


def test_what_is_asked_stands_on_the_page_as_text(client: Client) -> None:
    make.edition()
    make.index()

    answer = client.get("/search/", {"q": "<script>alert(1)</script>", "cql": ""})
    by_cql = client.get("/search/", {"cql": "<script>alert(1)</script>"})

    assert b"<script>alert" not in answer.content + by_cql.content


# --- what narrows the hits


@pytest.fixture
def shelf() -> None:
    make.edition("Svampar i skog", at=("LUND", "MALMO"), language="swe", year=2022)
    make.edition("Svampar och bär", at=("LUND-DALBY",), language="swe", year=1987, easy=True)
    make.edition(
        "Svampar på film", at={"MALMO": "on_loan"}, language="ara", material="film", year=2020
    )
    make.edition("Svampar att lyssna på", material="audiobook", details={"form": "daisy"})
    make.edition("Svampar för små", audience="children", language="fin", year=1949)
    make.index()


@pytest.mark.usefixtures("shelf")
def test_search_page_offers_what_narrows_the_hits_with_how_many_there_are(client: Client) -> None:
    shown = page(client, search_url(), q="svampar")

    assert "In right now 4 Municipality or other owner All Lund (4) Malmo (2)" in shown
    assert "Material Book 3 Audiobook 1 Film 1" in shown
    assert "Form Talking book (DAISY) 1" in shown
    assert "Language Swedish 2 Arabic 1 Finnish 1" in shown
    assert "For whom Everybody For children 1 Easy to read 1" in shown
    assert "2020\u20132029 2 1980\u20131989 1 Until 1949 1" in shown


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("chosen", "found", "chip"),
    [
        ({"material": "film"}, ["Svampar på film"], "Film"),
        ({"form": "daisy"}, ["Svampar att lyssna på"], "Talking book (DAISY)"),
        ({"language": "fin"}, ["Svampar för små"], "Finnish"),
        ({"from": "1980", "to": "1989"}, ["Svampar och bär"], "1980\u20131989"),
        ({"to": "1949"}, ["Svampar för små"], "Until 1949"),
        ({"audience": "children"}, ["Svampar för små"], "For children"),
        ({"easy": "1"}, ["Svampar och bär"], "Easy to read"),
        ({"library": "LUND-DALBY"}, ["Svampar och bär"], "Biblioteket i Lund-dalby"),
        ({"organisation": "MALMO", "available": "1"}, ["Svampar i skog"], "Malmo"),
    ],
)
def test_a_choice_narrows_the_hits_and_can_be_taken_away(
    client: Client, chosen: dict[str, str], found: list[str], chip: str
) -> None:
    html = markup(client, q="svampar", **chosen)

    without = link_called(html, f"Remove {chip} \u00d7")
    assert titles(html) == found
    assert without["q"] == "svampar"
    kept = {"organisation": "LUND"} if "library" in chosen else {}
    assert {**without, **kept}.items() <= ({"q": "svampar"} | chosen | kept).items()
    assert len(titles(markup(client, **without))) > len(found)


@pytest.mark.usefixtures("shelf")
def test_what_else_could_be_chosen_is_still_counted(client: Client) -> None:
    shown = page(client, search_url(), q="svampar", material="film", organisation="MALMO")

    assert "Material Film 1 Book 1" in shown
    assert "Municipality or other owner All Malmo (1)" in shown
    assert "Library All Biblioteket i Malmo (1)" in shown


@pytest.mark.usefixtures("shelf")
def test_two_values_of_a_kind_find_both(client: Client) -> None:
    answer = client.get("/en/search/?q=svampar&material=film&material=audiobook")

    assert set(titles(answer.content.decode())) == {"Svampar på film", "Svampar att lyssna på"}


@pytest.mark.usefixtures("shelf")
def test_choices_that_leave_nothing_say_how_much_there_is_without_them(client: Client) -> None:
    html = markup(client, q="svampar", language="fin", material="film")

    assert "Without your choices there are 5 hits." in text_of(html.encode())
    assert link_called(html, "Remove all choices") == {"q": "svampar"}


def test_search_page_keeps_to_a_library_and_forgets_one_that_is_none(client: Client) -> None:
    make.edition("Pippi")
    make.index()
    region.library("MALMO")

    assert page(client, search_url(), q="pippi", library="MALMO").startswith("0 hits")
    assert page(client, search_url(), q="pippi", library="'; DROP").startswith("1 hit ")
    assert page(client, search_url(), q="pippi", library="MALMO", organisation="LUND").startswith(
        "1 hit "
    )


@pytest.mark.usefixtures("shelf")
def test_every_search_has_one_address(client: Client) -> None:
    canonical = r'<link rel="canonical" href="http://testserver/en/search/\?([^"]*)">'

    one = re.search(canonical, markup(client, page="1", language="swe", q=" svampar ", x="y"))
    two = re.search(canonical, markup(client, q="svampar", easy="0", language="swe", pickup="LUND"))

    assert one is not None
    assert two is not None
    assert one[1] == two[1] == "q=svampar&amp;language=swe"


# --- the order


@pytest.mark.usefixtures("shelf")
def test_hits_are_sorted_as_chosen(client: Client) -> None:
    newest, oldest = (titles(markup(client, q="svampar", sort=s)) for s in ("newest", "oldest"))

    assert [newest[0], newest[-1]] == ["Svampar i skog", "Svampar att lyssna på"]
    assert oldest[0] == "Svampar för små"


@pytest.mark.usefixtures("slots")
def test_soonest_goes_by_the_days_that_the_higher_room_says(client: Client) -> None:
    make.edition("Svamp", at=("YSTAD",))
    make.edition("En svamp till, med många ord", at=("MALMO",))
    make.edition("Ännu en svamp, med fler ord", at=("LUND",))
    make.index()

    html = markup(client, q="svamp", sort="soonest", pickup="LUND")

    assert titles(html) == ["Ännu en svamp, med fler ord", "En svamp till, med många ord", "Svamp"]
    assert "The days are for Biblioteket i Lund." in text_of(html.encode())
    assert re.search(r'href="/en/record/\d+/\?pickup=LUND"', html)


@pytest.mark.usefixtures("slots")
def test_soonest_asks_where_one_fetches_and_comes_back_to_the_search(client: Client) -> None:
    make.edition("Svamp", language="swe")
    make.index()

    html = markup(client, q="svamp", language="swe", sort="soonest")
    asked = link_called(html, "Choose your library")
    answer = client.get("/en/search/pickup/", asked).content.decode()

    assert asked == {"q": "svamp", "language": "swe", "sort": "soonest"}
    form = answer.partition('class="read"')[2].partition("</form>")[0]
    assert dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', form)) == asked
    assert re.findall(r'<option value="(\w+)"', answer) == ["LUND"]


# --- fields and CQL


@pytest.mark.parametrize(
    ("filled", "query"),
    [
        ({"title": "röda rummet"}, "title:röda title:rummet"),
        ({"author": '"August Strindberg"', "words": "drama"}, 'drama author:"August Strindberg"'),
        ({"series": "Modern klassiker"}, "series:Modern series:klassiker"),
        (
            {"number": "978-91-29-68831-3", "subject": "Barn"},
            "subject:Barn number:978-91-29-68831-3",
        ),
    ],
)
def test_the_advanced_form_leads_to_the_search_it_means(
    client: Client, filled: dict[str, str], query: str
) -> None:
    answer = client.get("/en/search/advanced/", {**filled, "from": "1900", "material": "book"})

    address = urlsplit(answer["Location"])
    assert (answer.status_code, address.path) == (302, "/en/search/")
    assert dict(parse_qsl(address.query)) == {"q": query, "material": "book", "from": "1900"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("978-91-29-68831-4", "This is no ISBN: look at its digits once more."),
        ("12", "Write the whole number: this is too short."),
    ],
)
def test_the_advanced_form_says_what_is_wrong_with_a_number(
    client: Client, number: str, said: str
) -> None:
    assert said in page(client, "/en/search/advanced/", number=number, title="Pippi")


def test_a_series_is_found_by_its_field(client: Client) -> None:
    make.edition("Röda rummet", details={"series": "Moderna klassiker"})
    make.edition("Moderna klassiker : en bok om böcker")
    make.index()

    assert titles(markup(client, q='series:"Moderna klassiker"')) == ["Röda rummet"]


@pytest.mark.usefixtures("shelf")
def test_cql_is_searched_narrowed_and_sorted_as_words_are(client: Client) -> None:
    html = markup(client, cql="dc.title = svampar", language="swe", sort="newest")

    assert titles(html) == ["Svampar i skog", "Svampar och bär"]
    assert "Language Swedish 2 Arabic 1 Finnish 1" in text_of(html.encode())
    assert link_called(html, "Remove Swedish \u00d7") == {
        "cql": "dc.title = svampar",
        "sort": "newest",
    }


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dc.titel = svamp", "There is no index called “dc.titel”."),
        ("(dc.title = svamp", "A parenthesis is missing its other half."),
        ("dc.title =", "Something is missing at the end of the query."),
        ('dc.title = "svamp', "A quotation mark is missing its other half."),
        ("sv*", "Too many words fit “sv*”. Write more letters before the *."),
        ("dc.date = snart", "A year has four digits"),
        ("a prox b", "prox does not exist here."),
    ],
)
def test_wrong_cql_is_told_what_to_mend(client: Client, query: str, said: str) -> None:
    shown = page(client, search_url(), cql=query)

    assert shown.startswith("The query cannot be understood")
    assert said in shown


# --- suggestions


def test_suggestions_are_options_of_a_list(client: Client) -> None:
    make.edition("Björnar & bär", details={"names": ["Björnson, Bo"]})
    make.index()

    html = client.get("/en/search/suggest/", {"q": "bjö"})

    assert re.findall(r'data-value="([^"]*)"', html.content.decode()) == [
        "Björnar &amp; bär",
        "Björnson, Bo",
    ]
    assert html["Cache-Control"] == "max-age=300, public"
    assert client.get("/en/search/suggest/", {"q": "b"}).content.strip() == b""


# --- cost


def test_search_page_costs_the_same_for_one_hit_and_for_twenty(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.edition("Ensam")
    of = [make.work() for _ in range(20)]
    for number in range(40):
        make.edition(f"Bok {number}", of=of[number % 20], at=("LUND", "MALMO"))
    make.index()
    page(client, search_url(), q="ensam")
    with django_assert_num_queries(4) as one:
        page(client, search_url(), q="ensam")

    with django_assert_num_queries(len(one)):
        page(client, search_url(), q="bok")
