"""Staff sign in with password and second factor; guessing is bounded; nobody signs up."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from hyllan.region import sign_in
from hyllan.region.engine.roles import Role
from hyllan.region.models import Person
from hyllan.region.tests import make

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
PEOPLE = "/account/people/"


@pytest.fixture
def second_factor(settings: Any) -> None:
    settings.HYLLAN_SECOND_FACTOR = True


def staff(**named: Any) -> Person:
    return make.person(Role.ADMINISTRATOR, username="anna.persson", password=make.PASSWORD, **named)


def try_to_sign_in(client: Client, password: str, username: str = "anna.persson") -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_sign_in_by_username_and_password(client: Client) -> None:
    person = staff()

    response = client.post(
        LOGIN, {"login": "Anna.Persson", "password": make.PASSWORD, "next": PEOPLE}
    )

    assert (response.status_code, response["Location"]) == (302, PEOPLE)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("language", ["", "/en"])
def test_sign_in_and_sign_out_lead_to_the_start_page_in_the_same_language(
    client: Client, language: str
) -> None:
    staff()

    signed_in = client.post(
        f"{language}{LOGIN}", {"login": "anna.persson", "password": make.PASSWORD}
    )
    signed_out = client.post(f"{language}/account/logout/")

    assert (signed_in["Location"], signed_out["Location"]) == (f"{language}/", f"{language}/")


def test_sign_in_with_a_wrong_password_says_so_in_swedish(client: Client) -> None:
    staff()

    response = try_to_sign_in(client, "wrong")

    assert "Användarnamnet och/eller lösenordet" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_is_locked_after_five_wrong_passwords_for_the_right_one_too(client: Client) -> None:
    staff()
    make.person(Role.DRIVER, username="bo", password=make.PASSWORD)

    answers = [try_to_sign_in(client, "wrong").status_code for _ in range(5)]
    locked = try_to_sign_in(client, make.PASSWORD)

    assert answers == [200, 200, 200, 200, 429]
    assert (locked.status_code, "_auth_user_id" in client.session) == (429, False)
    assert "kvart" in locked.content.decode()
    assert try_to_sign_in(client, make.PASSWORD, "bo").status_code == 302


def test_guessing_at_a_card_is_bounded_card_by_card(rf: Any) -> None:
    request = rf.post("/sign-in/")
    card = {"organisation": "LUND", "card_number": "1234567"}

    for _ in range(5):
        assert sign_in.may_try_card(request, **card)
        sign_in.card_was_refused(request, **card)

    assert not sign_in.may_try_card(request, **card)
    assert sign_in.may_try_card(request, organisation="LUND", card_number="7654321")


def test_a_closed_account_does_not_get_in(client: Client) -> None:
    person = staff()
    Person.objects.filter(pk=person.pk).update(is_active=False)

    response = try_to_sign_in(client, make.PASSWORD)

    assert response["Location"] == "/account/inactive/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_reset_password", "account_set_password",
     "mfa_list_webauthn", "mfa_trust"],
)  # fmt: skip
def test_pages_that_hyllan_does_not_have_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_sign_up_is_not_found(client: Client) -> None:
    with pytest.raises(Resolver404):
        resolve("/account/signup/x")
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/signup/", {"username": "eva"}).status_code == 404


@pytest.mark.usefixtures("second_factor")
def test_staff_without_a_second_factor_is_sent_to_set_it_up_and_gets_in_with_it(
    client: Client,
) -> None:
    staff()
    try_to_sign_in(client, make.PASSWORD)

    sent = client.get(PEOPLE)
    assert sent["Location"] == f"/account/second-factor/activate/?next={PEOPLE}"
    asked = client.get(sent["Location"])
    assert asked["Location"].startswith("/account/reauthenticate/")
    client.post(asked["Location"], {"password": make.PASSWORD})
    page = client.get("/account/second-factor/activate/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found is not None
    done = client.post("/account/second-factor/activate/", {"code": code_for(found[1])})

    assert done["Location"] == "/account/second-factor/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get(done["Location"]).content.decode())
    assert len(set(codes)) == 10
    assert client.get(PEOPLE).status_code == 200

    client.post("/account/logout/")
    halfway = try_to_sign_in(client, make.PASSWORD)
    assert halfway["Location"] == "/account/second-factor/code/"
    assert "_auth_user_id" not in client.session
    client.post(halfway["Location"], {"code": codes[0]})
    assert client.get(PEOPLE).status_code == 200


@pytest.mark.usefixtures("second_factor")
def test_a_session_from_a_door_that_knows_only_passwords_must_show_the_factor(
    client: Client,
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - needs a loaded app

    person = staff()
    TOTP.activate(person, "A" * 32)
    client.force_login(person)

    sent = client.get(PEOPLE)

    assert sent["Location"] == f"/account/second-factor/code-again/?next={PEOPLE}"
    wrong = client.post(sent["Location"], {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get(PEOPLE).status_code == 302
    client.post(sent["Location"], {"code": code_for("A" * 32)})
    assert client.get(PEOPLE).status_code == 200


@pytest.mark.usefixtures("second_factor")
def test_a_resident_needs_no_second_factor(client: Client) -> None:
    client.force_login(make.resident())

    assert client.get("/").status_code != 302


def test_without_the_setting_a_password_is_enough(client: Client) -> None:
    staff()
    try_to_sign_in(client, make.PASSWORD)

    assert client.get(PEOPLE).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/account/login/", "/en/account/login/", "/account/logout/", "/account/inactive/",
     "/account/password/", "/account/second-factor/", "/account/reauthenticate/"],
)  # fmt: skip
def test_the_pages_of_the_sign_in_stand_in_the_houses_own_look(client: Client, path: str) -> None:
    if "login" not in path and "inactive" not in path:
        client.force_login(staff())

    page = client.get(path).content.decode()

    assert '<main id="innehall"' in page
    assert "<h1>" in page
    assert "placeholder=" not in page


def test_a_new_password_must_be_long(client: Client) -> None:
    person = staff()
    client.force_login(person)

    short = client.post(
        "/account/password/",
        {"oldpassword": make.PASSWORD, "password1": "kort", "password2": "kort"},
    )
    client.post(
        "/account/password/",
        {"oldpassword": make.PASSWORD, "password1": "tre ord i rad", "password2": "tre ord i rad"},
    )

    assert short.status_code == 200
    person.refresh_from_db()
    assert person.check_password("tre ord i rad")
