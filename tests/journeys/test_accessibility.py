"""Every page, for every role, in both languages: nothing that shuts anybody out."""

from collections import Counter, deque
from urllib.parse import urldefrag, urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Browser

from hyllan.peers.cards import cards
from tests.journeys.audit import NARROW, WIDE, Auditor
from tests.journeys.site import House

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.xdist_group("browser")]
HERE, ELSEWHERE = "LUND", "MALMO"
PASSWORD = "hyllan-demo"  # noqa: S105 - of the demo's accounts, printed by the demo
# By language: where its addresses begin, and the widths at which it is audited
LANGUAGES = {"sv": ("", (WIDE, NARROW)), "en": ("/en", (NARROW,))}
NOT_OURS = ("/cms/", "/documents/", "/static/", "/media/")
SAMPLES = 2  # of each kind of page that links lead to
# What everybody sees is looked at once, not again for each role
PUBLIC = {
    *("wagtail_serve", "search", "advanced", "pickup"),
    *("record", "libraries", "library", "timetable"),
    *("account_login", "sign_in"),
}
ACCOUNTS = {
    "staff": "personal-lund",
    "driver": "driver",
    "planner": "transport-planner",
    "editor": "web-editor",
    "administrator": "administrator",
}
# What few links or none lead to, by role; {} are the scattered requests and places
ADDRESSES = {
    "visitor": (
        "/search/?q=lindgren",
        "/search/?q=lindgren&library=LUND",
        "/search/?q=zzzqqq",
        "/search/?q=lindgren&material=book&language=swe&sort=newest",
        "/search/?q=lindgren&sort=soonest&pickup=LUND",
        "/search/?cql=dc.titel+%3D+x",
        "/search/pickup/?q=lindgren",
        "/search/advanced/",
        "/search/advanced/?number=12",
        "/transport/timetable/",
        "/record/{asked}/why/",
    ),
    "resident": (
        "/search/?q=lindgren&sort=soonest",
        "/my/searches/",
        "/record/{asked}/",
        "/record/{free}/",
        *(f"/my/requests/{{inward_{place}}}/" for place in ("sourced", "in_transit", "ready")),
        "/my/requests/{inward_on_loan}/",
        "/my/requests/{inward_picked}/cancel/",
    ),
    "staff": (
        *(f"/staff/requests/{{inward_{place}}}/" for place in ("in_transit", "ready", "home")),
        *(f"/staff/requests/{{outward_{place}}}/" for place in ("sourced", "crated_home")),
        "/staff/requests/{inward_ready}/cancel/",
        "/transport/crates/labels/?library=LUND",
        "/record/{asked}/why/",
        "/record/{free}/why/",
    ),
    "driver": ("/driver/SV/?stop=3",),
    "planner": (
        "/transport/closed-days/",
        "/transport/networks/{draft}/",
        "/transport/networks/{draft}/rounds/NV/",
    ),
    "administrator": (
        "/sources/{source}/",
        "/account/second-factor/",
        "/account/second-factor/activate/",
        "/account/password/",
        "/account/logout/",
    ),
}
REFUSED = {"visitor": ("/nowhere/", 404), "driver": ("/sources/", 403)}
FORM = "main form[method=post] button"
# Forms sent as they stand: what they answer to somebody who made a mistake
MISTAKES = {
    "visitor": (
        ("/sign-in/", FORM),
        ("/account/login/", FORM),
        ("/libraries/", "main button[value=no]"),
        ("/remark/text/", FORM),
    ),
    "staff": (("/staff/pick/", "aside form button"),),
    "driver": (("/driver/SV/?stop=3", "form.dock button"),),
    "planner": (("/transport/crates/", FORM), ("/transport/closed-days/", FORM)),
    "administrator": (("/account/people/new/", FORM), ("/account/password/", FORM)),
}


@pytest.fixture(scope="module")
def places(house: House) -> dict[str, str]:
    """Let requests stand at every place of their way; return what addresses need."""
    told = house.ask("scatter", HERE, ELSEWHERE)
    found: dict[str, str] = dict(told["places"])
    return found | {
        f"{way}_{at}": told[way][at] for way in ("inward", "outward") for at in told[way]
    }


def kind_of(url: str) -> str:
    """Return which of our pages this is; an editor's page is one of its own."""
    path = urlsplit(url).path
    with translation.override("en" if path.startswith("/en/") else "sv"):
        try:
            name = resolve(path).url_name
        except Resolver404:  # the style guide, which only a demo has
            return path
    return f"{name} {path}" if name == "wagtail_serve" else str(name)


class Visit:
    """One role's way through the site in one language."""

    def __init__(self, house: House, browser: Browser, role: str, language: str) -> None:
        begin, self._widths = LANGUAGES[language]
        self._site = house.url
        self._start = house.url + begin
        self._role = role
        self._is_first_language = not begin
        self._seen: Counter[str] = Counter()
        self.auditor = Auditor(browser.new_context(), language)
        self._page = self.auditor.page

    def sign_in(self) -> None:
        if self._role == "resident":
            self._page.goto(f"{self._start}/sign-in/")
            self._page.select_option("#id_organisation", HERE)
            self._page.fill("#id_card", cards(HERE)[0].number)
            self._page.fill("#id_pin", cards(HERE)[0].pin)
            self._page.click(FORM)
        elif self._role in ACCOUNTS:
            self._page.goto(f"{self._start}/account/login/")
            self._page.fill("#id_login", ACCOUNTS[self._role])
            self._page.fill("#id_password", PASSWORD)
            self._page.click(FORM)

    def follow_links(self, places: dict[str, str]) -> None:
        """Audit whatever the start page leads to, some pages of each kind, and what is named."""
        named = [path.format(**places) for path in ADDRESSES.get(self._role, ())]
        first = [self._start + path for path in ["/", *named]]
        ahead, known = deque(first), set(first)
        while ahead:
            url = ahead.popleft()
            if url not in first and self._seen[kind_of(url)] >= SAMPLES:
                continue
            self.auditor.open(url)
            self._look()
            new = [urldefrag(link).url for link in self.auditor.links()]
            ahead += [link for link in dict.fromkeys(new) if link not in known and self._may(link)]
            known.update(new)

    def _may(self, url: str) -> bool:
        """Say whether a link leads to a page of this role in this language."""
        path = url.removeprefix(self._site)
        return (
            url.startswith(f"{self._start}/")
            and not path.startswith(NOT_OURS)
            and not (self._is_first_language and path.startswith("/en/"))
            and (self._role == "visitor" or kind_of(url).split()[0] not in PUBLIC)
        )

    def make_mistakes(self) -> None:
        """Audit what refuses, and what a form answers that was sent as it stands."""
        if self._role in REFUSED:
            path, status = REFUSED[self._role]
            self.auditor.open(self._start + path, status=status)
            self._look()
        for path, button in MISTAKES.get(self._role, ()):
            self._page.goto(self._start + path)
            with self._page.expect_navigation():
                self._page.click(button)
            self._look()

    def _look(self) -> None:
        kind = kind_of(self._page.url)
        self._seen[kind] += 1
        by_night = self._is_first_language and self._seen[kind] == 1
        self.auditor.look(kind, widths=self._widths, dark=by_night)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["visitor", "resident", *ACCOUNTS])
def test_no_page_shuts_anybody_out(
    house: House, browser: Browser, places: dict[str, str], role: str, language: str
) -> None:
    visit = Visit(house, browser, role, language)
    visit.sign_in()
    visit.follow_links(places)
    visit.make_mistakes()
    visit.auditor.context.close()
    assert visit.auditor.faults == []


def test_the_style_guide_shows_nothing_that_shuts_anybody_out(
    house: House, browser: Browser
) -> None:
    auditor = Auditor(browser.new_context(), "sv")
    auditor.open(f"{house.url}/look/")
    auditor.look("guide", widths=(WIDE, NARROW), dark=True)
    assert auditor.faults == []
