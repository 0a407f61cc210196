"""Did the information help you? From the button to the editors' list."""

from datetime import timedelta

import pytest
from django.test import Client

from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.queries import actor
from hyllan.website import queries, services
from hyllan.website.engine.flood import FROM_EVERYBODY, FROM_ONE_VISITOR
from hyllan.website.models import Remark
from hyllan.website.tests import make
from hyllan.website.tests.make import TUESDAY

pytestmark = pytest.mark.django_db


def say(browser: Client, helped: str = "no", path: str = "/libraries/") -> str:
    """Press a button under a page; return where it leads."""
    return browser.post("/remark/", {"path": path, "helped": helped}).headers["Location"]


def test_yes_and_words_reach_the_editors_without_javascript() -> None:
    browser = make.client()
    assert 'name="path" value="/libraries/"' in browser.get("/libraries/").content.decode()

    assert say(browser, "yes") == "/remark/text/"
    done = browser.post("/remark/text/", {"text": "Tydligt."})

    assert done.headers["Location"] == "/remark/thanks/"
    kept = Remark.objects.get()
    assert (kept.path, kept.language, kept.helped, kept.text) == (
        "/libraries/",
        "sv",
        True,
        "Tydligt.",
    )


def test_an_answer_under_an_english_page_is_kept_as_english() -> None:
    make.client().post("/en/remark/", {"path": "/en/libraries/", "helped": "no"})

    assert Remark.objects.get().language == "en"


def test_no_without_words_is_counted_and_not_listed() -> None:
    say(make.client(), "no")

    assert [(count.yes, count.no, count.texts) for count in queries.page_counts()] == [(0, 1, 0)]
    assert list(queries.remarks()) == []


def test_the_form_needs_its_token() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/remark/", {"path": "/", "helped": "no"}).status_code == 403
    assert Remark.objects.count() == 0


def test_empty_words_are_asked_for_again() -> None:
    browser = make.client()
    say(browser)

    page = browser.post("/remark/text/", {"text": "  "}).content.decode()

    assert 'aria-invalid="true"' in page
    assert "Skriv något, eller gå tillbaka till sidan." in page


def test_a_remark_is_added_once() -> None:
    browser = make.client()
    say(browser)
    browser.post("/remark/text/", {"text": "Först"})

    again = browser.post("/remark/text/", {"text": "Sedan"})

    assert again.headers["Location"] == "/remark/thanks/"
    assert Remark.objects.get().text == "Först"
    with pytest.raises(Refused):
        services.write_remark(remark_id=Remark.objects.get().pk, text="Sedan")


def test_a_robot_that_fills_the_hidden_field_is_thanked_and_not_heard() -> None:
    browser = make.client()
    say(browser)

    done = browser.post("/remark/text/", {"text": "Buy", "homepage": "http://buy.example"})

    assert done.headers["Location"] == "/remark/thanks/"
    assert Remark.objects.get().text == ""


@pytest.mark.parametrize(
    "path", ["", "libraries", "//elsewhere.example/", "https://elsewhere.example/", "/" + "x" * 500]
)
def test_an_answer_about_no_page_here_is_refused(path: str) -> None:
    with pytest.raises(Refused):
        services.answer(path=path, language="sv", helped=True, earlier=[], now=TUESDAY)

    assert Remark.objects.count() == 0


def test_a_refused_answer_never_leads_elsewhere() -> None:
    assert say(make.client(), path="//elsewhere.example/") == "/remark/thanks/"


def test_one_visitor_is_bounded_and_heard_again_after_the_window() -> None:
    browser = make.client()
    for _ in range(FROM_ONE_VISITOR):
        say(browser)

    assert say(browser) == "/libraries/"
    assert Remark.objects.count() == FROM_ONE_VISITOR
    earlier = [TUESDAY - timedelta(minutes=2)] * FROM_ONE_VISITOR
    services.answer(path="/", language="sv", helped=True, earlier=earlier, now=TUESDAY)
    assert Remark.objects.count() == FROM_ONE_VISITOR + 1


def test_everybody_together_is_bounded_too() -> None:
    for _ in range(FROM_EVERYBODY):
        make.remark()

    with pytest.raises(Refused):
        services.answer(path="/", language="sv", helped=True, earlier=[], now=TUESDAY)


def test_words_longer_than_the_bound_are_refused() -> None:
    kept = make.remark()

    with pytest.raises(Refused):
        services.write_remark(remark_id=kept.pk, text="x" * 2001)

    kept.refresh_from_db()
    assert kept.text == ""


def test_editors_see_unread_first_and_hostile_words_as_words() -> None:
    read = make.remark("Läst", age=1)
    services.mark_read(
        remark_id=read.pk, by=actor(make.person("vera", Role.WEB_EDITOR)), now=TUESDAY
    )
    make.remark("<script>alert(1)</script>", age=5)
    editor = make.person("disa", Role.WEB_EDITOR)

    page = make.client(editor).get("/remarks/").content.decode()

    assert "<script>alert" not in page
    assert page.index("&lt;script&gt;alert(1)&lt;/script&gt;") < page.index("Läst")


def test_marking_as_read_is_audited_and_done_once() -> None:
    kept = make.remark("Bra")
    editor = make.person("disa", Role.WEB_EDITOR)
    browser = make.client(editor)

    browser.post(f"/remarks/{kept.pk}/read/")
    browser.post(f"/remarks/{kept.pk}/read/")

    kept.refresh_from_db()
    assert kept.read_by == editor
    assert [entry.subject for entry in AuditEntry.objects.filter(action="website.mark_read")] == [
        f"remark:{kept.pk}"
    ]


def test_only_web_editors_see_and_mark_remarks() -> None:
    kept = make.remark("Hemligt")
    staff = make.person("siv", Role.LIBRARY_STAFF)

    listed = make.client(staff).get("/remarks/")
    marked = make.client(staff).post(f"/remarks/{kept.pk}/read/")
    anonymous = make.client().get("/remarks/")

    assert (listed.status_code, marked.status_code, anonymous.status_code) == (403, 403, 302)
    assert "Hemligt" not in listed.content.decode()
    with pytest.raises(Refused):
        services.mark_read(remark_id=kept.pk, by=actor(staff), now=TUESDAY)
    kept.refresh_from_db()
    assert kept.read_at is None
