"""A reader signs in with her card; her own library's system decides."""

import logging

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client
from django.urls import reverse

from hyllan.jobs.models import Exchange
from hyllan.lending.tests import make_views as make
from hyllan.region.models import Person

pytestmark = pytest.mark.usefixtures("tiny_region")
URL = "/sign-in/"


def sign_in(
    client: Client, *, card: str = "7001", pin: str = "4711", of: str = "HOOR", to: str = ""
) -> tuple[int, str]:
    """Return the status and what the page says, or where it leads."""
    form = {"organisation": of, "card": card, "pin": pin, "next": to}
    response = client.post(URL, form)
    return response.status_code, response.headers.get("Location") or response.text


def test_sign_in_lets_her_in_by_the_word_of_her_librarys_system(client: Client) -> None:
    session_before = client.session.session_key

    with make.card_system(c7001="4711") as system:
        answer = sign_in(client, card="70 01", to="/my/requests/")

    reader = Person.objects.get(card_number="7001", card_organisation__code="HOOR")
    assert answer == (302, "/my/requests/")
    assert reader.name == "Idun Sidholm"
    assert client.session["_auth_user_id"] == str(reader.pk)
    assert client.session.session_key != session_before
    assert system.asked == 1


def test_sign_in_with_a_wrong_pin_says_one_sentence_and_makes_nobody(client: Client) -> None:
    with make.card_system(c7001="4711"):
        wrong_pin = sign_in(client, pin="1234")
        unknown_card = sign_in(client, card="9999")

    for status, page in (wrong_pin, unknown_card):
        assert status == 422
        assert "Kortnumret eller pinkoden stämmer inte." in page
    assert not Person.objects.filter(card_number="7001").exists()


def test_sign_in_says_when_the_system_is_silent_and_counts_no_try(client: Client) -> None:
    status, page = sign_in(client)

    assert status == 503
    assert "Ditt biblioteks system svarar inte just nu. Försök igen om en stund." in page
    assert not AccessAttempt.objects.exists()


def test_sign_in_with_a_blocked_card_says_so(client: Client) -> None:
    with make.card_system(c7001="4711") as system:
        system.blocked.add("7001")
        status, page = sign_in(client)

    assert status == 422
    assert "Ditt lånekort är spärrat. Fråga ditt bibliotek." in page
    assert "_auth_user_id" not in client.session


def test_sign_in_is_closed_after_five_wrong_pins_and_asks_the_system_no_more(
    client: Client,
) -> None:
    with make.card_system(c7001="4711") as system:
        pages = [sign_in(client, pin=f"000{number}") for number in range(5)]
        right_at_last = sign_in(client, pin="4711")

    assert [status for status, _page in pages] == [422, 422, 422, 422, 429]
    assert right_at_last[0] == 429
    assert "För många försök med det här kortet." in right_at_last[1]
    assert system.asked == 5


def test_sign_in_keeps_and_logs_no_pin(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with make.card_system(c7001="4711") as system:
        sign_in(client, pin="8642")
        system.cards["7001"] = "8642"
        sign_in(client, pin="8642")

    kept = [
        str(row)
        for model in (AccessAttempt, AccessFailureLog, Exchange, Person)
        for row in model.objects.values()
    ]
    assert [row for row in kept if "8642" in row] == []
    assert "8642" not in caplog.text
    assert Exchange.objects.filter(type="LookupUser").count() == 2


def test_sign_in_leads_nowhere_outside_the_site(client: Client) -> None:
    with make.card_system(c7001="4711"):
        answer = sign_in(client, to="https://evil.example/my/requests/")

    assert answer == (302, reverse("lending:my_requests"))


def test_sign_in_offers_only_libraries_whose_system_is_connected(client: Client) -> None:
    page = client.get(URL).text

    offered = [code for code in ("HELSINGBORG", "HOOR", "LUND", "SKANE") if f'"{code}"' in page]
    assert offered == ["HELSINGBORG", "HOOR", "LUND"]
