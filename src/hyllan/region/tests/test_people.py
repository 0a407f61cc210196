"""People, what they may do, what is written down of it, and when they are forgotten."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from hyllan.region import clock, queries, services
from hyllan.region.engine.roles import SYSTEM, Actor, Grant, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry, DemoClock, Person, RoleAssignment
from hyllan.region.services import people
from hyllan.region.tests import make

pytestmark = pytest.mark.django_db


def log() -> list[tuple[str, str, dict[str, Any]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "subject", "detail"))


def test_actor_knows_where_each_role_holds() -> None:
    lund = make.library("LUND")
    person = make.person(Role.LIBRARY_STAFF, library=lund)
    services.grant_role(
        person=person, role=Role.LIBRARY_MANAGER, organisation=lund.organisation, by=SYSTEM,
        now=make.NOON,
    )  # fmt: skip

    actor = queries.actor(person)

    assert actor.grants == {
        Grant(Role.LIBRARY_STAFF, library="LUND"),
        Grant(Role.LIBRARY_MANAGER, organisation="LUND"),
    }
    assert actor.may_act_at(Role.LIBRARY_STAFF, organisation="LUND", library="LUND")
    assert not actor.may_act_at(Role.LIBRARY_STAFF, organisation="LUND", library="LUND-DALBY")
    assert actor.may_act_at(Role.LIBRARY_MANAGER, organisation="LUND", library="LUND-DALBY")
    assert not actor.may_act_at(Role.LIBRARY_MANAGER, organisation="OSBY", library="OSBY")


def test_actor_of_a_stranger_or_a_closed_account_may_nothing() -> None:
    person = make.person(Role.ADMINISTRATOR)
    person.is_active = False

    assert queries.actor(AnonymousUser()) == queries.actor(person) == Actor(None, "")


def test_make_person_writes_who_gave_which_role() -> None:
    administrator = make.person(Role.ADMINISTRATOR)
    before = len(log())

    person = services.make_person(
        username="bo", name="Bo", password=make.PASSWORD, role=Role.DRIVER,
        by=queries.actor(administrator), now=make.NOON,
    )  # fmt: skip

    assert person.check_password(make.PASSWORD)
    assert log()[before:] == [
        ("region.make_person", f"person:{person.pk}", {}),
        (
            "region.grant_role",
            f"person:{person.pk}",
            {"role": "driver", "organisation": "", "library": ""},
        ),
    ]
    assert AuditEntry.objects.order_by("pk").last().actor == administrator  # type: ignore[union-attr]


@pytest.mark.parametrize("username", ["BO", "card/LUND/1"])
def test_make_person_refuses_a_username_that_is_taken_or_a_cards(username: str) -> None:
    make.person(Role.DRIVER, username="bo")

    with pytest.raises(Refused):
        services.make_person(
            username=username, name="Bo", password=make.PASSWORD, role=Role.DRIVER, by=SYSTEM,
            now=make.NOON,
        )  # fmt: skip

    assert Person.objects.count() == 1


def test_people_are_changed_by_administrators_only() -> None:
    person = make.person(Role.DRIVER)
    by = make.actor(Role.LIBRARY_MANAGER)
    held = person.roles.get()

    for use_case in (
        lambda: services.grant_role(person=person, role=Role.ASSESSOR, by=by, now=make.NOON),
        lambda: services.revoke_role(assignment_id=held.pk, by=by, now=make.NOON),
        lambda: services.give_password(person_id=person.pk, password="x", by=by, now=make.NOON),
        lambda: services.close_account(person_id=person.pk, by=by, now=make.NOON),
    ):
        with pytest.raises(Refused, match="Bara en administratör"):
            use_case()

    assert [held.role for held in person.roles.all()] == ["driver"]


def test_a_role_is_held_once_at_each_place() -> None:
    lund = make.organisation("LUND")
    person = make.person(Role.LIBRARY_STAFF, organisation=lund)

    with pytest.raises(Refused, match="redan"):
        services.grant_role(
            person=person, role=Role.LIBRARY_STAFF, organisation=lund, by=SYSTEM, now=make.NOON
        )
    services.grant_role(person=person, role=Role.LIBRARY_STAFF, by=SYSTEM, now=make.NOON)

    assert person.roles.count() == 2


def test_an_administrator_is_one_for_the_whole_region() -> None:
    with pytest.raises(Refused, match="hela regionen"):
        make.person(Role.ADMINISTRATOR, organisation=make.organisation("LUND"))


def test_the_last_administrator_stays() -> None:
    first, second = make.person(Role.ADMINISTRATOR), make.person(Role.ADMINISTRATOR)
    by = queries.actor(first)
    services.revoke_role(assignment_id=second.roles.get().pk, by=by, now=make.NOON)

    with pytest.raises(Refused, match="sista administratören"):
        services.revoke_role(assignment_id=first.roles.get().pk, by=by, now=make.NOON)
    with pytest.raises(Refused, match="eget konto"):
        services.close_account(person_id=first.pk, by=by, now=make.NOON)

    assert RoleAssignment.objects.filter(role="administrator").count() == 1


def test_a_resident_is_one_person_however_often_she_comes() -> None:
    first = make.resident()
    again = services.get_or_make_resident(
        organisation=make.organisation("LUND"),
        card_number="1234567",
        name="Alva Nytt Namn",
        email="",
        now=make.NOON + timedelta(days=3),
    )
    elsewhere = make.resident(of="OSBY")

    assert (again.pk, again.name, again.last_seen_on) == (
        first.pk, "Alva Nytt Namn", date(2026, 11, 27),
    )  # fmt: skip
    assert elsewhere.pk != first.pk
    assert not first.has_usable_password()
    assert queries.actor(first).grants == {Grant(Role.RESIDENT, organisation="LUND")}
    assert not queries.people().exists()


def test_a_resident_who_signs_in_twice_at_the_same_moment_is_made_once() -> None:
    """The second sign-in has looked for her before the first had stored her."""
    first = make.resident()

    second = people._make_resident(make.organisation("LUND"), "1234567", make.NOON)

    assert second == first
    assert RoleAssignment.objects.count() == 1


def test_make_administrator_prints_the_first_password_and_refuses_a_taken_name() -> None:
    out = StringIO()

    call_command("make-administrator", "anna", "--name", "Anna Test", stdout=out)

    person = Person.objects.get(username="anna")
    assert person.check_password(out.getvalue().strip())
    assert queries.actor(person).holds(Role.ADMINISTRATOR)
    with pytest.raises(CommandError, match="Det finns redan ett konto"):
        call_command("make-administrator", "anna", stdout=out)


def test_erase_residents_forgets_those_unseen_for_a_year_and_nobody_else() -> None:
    make.resident("1111111", now=make.NOON - timedelta(days=400))
    seen = make.resident("2222222", now=make.NOON - timedelta(days=300))
    staff = make.person(Role.DRIVER)
    AccessAttempt.objects.create(
        username="card/LUND/1", attempt_time=make.NOON, failures_since_start=1
    )
    AccessAttempt.objects.update(attempt_time=make.NOON - timedelta(days=2))
    before = len(log())

    erased = services.erase_residents(now=make.NOON)

    assert erased == 1
    assert set(Person.objects.all()) == {seen, staff}
    assert not AccessAttempt.objects.exists()
    assert log()[before:] == [
        ("region.erase_residents", "region:1", {"erased": 1, "unseen_since": "2025-11-24"})
    ]
    assert services.erase_residents(now=make.NOON) == 0


def test_nobody_is_signed_out_since_the_demo_clock_jumps(client: Client) -> None:
    client.force_login(make.person(Role.DRIVER))
    real = timezone.now()

    services.erase_residents(now=real + timedelta(days=6), wall=real)
    stays = Session.objects.count()
    services.erase_residents(now=real, wall=real + timedelta(days=6))

    assert (stays, Session.objects.count()) == (1, 0)


def test_the_demo_has_an_account_for_each_role_of_the_staff(settings: Any) -> None:
    settings.HYLLAN_DEMO = True
    for code in ("LUND", "OSBY", "MALMO", "UNIVERSITETSSJUKVARD"):
        make.library(code)

    accounts = services.seed_demo_people(now=make.NOON)
    again = services.seed_demo_people(now=make.NOON)

    assert accounts == again
    assert {account.role for account in accounts} == set(Role) - {Role.RESIDENT}
    assert Person.objects.count() == len(accounts)
    osby = Person.objects.get(username="personal-osby")
    assert queries.actor(osby).grants == {Grant(Role.LIBRARY_STAFF, organisation="OSBY")}
    assert all(
        Person.objects.get(username=account.username).check_password(account.password)
        for account in accounts
    )


def test_the_demo_accounts_and_its_clock_are_refused_elsewhere(settings: Any) -> None:
    settings.HYLLAN_DEMO = False

    with pytest.raises(Refused, match="bara i demon"):
        services.seed_demo_people(now=make.NOON)
    with pytest.raises(Refused, match="bara i demon"):
        services.set_demo_clock(offset_seconds=60)

    assert (Person.objects.count(), DemoClock.objects.count()) == (0, 0)


def test_the_demos_clock_stands_where_it_was_set(settings: Any) -> None:
    settings.HYLLAN_DEMO = True
    real = clock.now()

    services.set_demo_clock(offset_seconds=7)
    services.set_demo_clock(offset_seconds=-86_400)

    assert timedelta(0) <= clock.now() + timedelta(days=1) - real < timedelta(minutes=1)


@pytest.fixture
def administrator(client: Client) -> Person:
    person = make.person(Role.ADMINISTRATOR, username="admin")
    client.force_login(person)
    return person


@pytest.mark.parametrize("path", ["/account/people/", "/account/people/new/", "/account/audit/"])
def test_the_administrators_pages_are_for_administrators(client: Client, path: str) -> None:
    anonymous = client.get(path)
    client.force_login(make.person(Role.LIBRARY_STAFF))
    staff = client.get(path)

    assert anonymous["Location"] == f"/account/login/?next={path}"
    assert staff.status_code == 403
    assert "<h1>" in staff.content.decode()


@pytest.mark.usefixtures("administrator")
def test_make_person_shows_the_password_once(client: Client) -> None:
    make.library("OSBY")

    response = client.post(
        "/account/people/new/",
        {"username": "bo", "name": "Bo Test", "role": "library_staff", "place": "library:OSBY"},
    )

    password = response.context["password"]
    person = Person.objects.get(username="bo")
    assert person.check_password(password)
    assert password in response.content.decode()
    assert queries.actor(person).grants == {Grant(Role.LIBRARY_STAFF, library="OSBY")}
    assert password not in client.get(f"/account/people/{person.pk}/").content.decode()


@pytest.mark.usefixtures("administrator")
def test_a_refusal_stands_on_the_form(client: Client) -> None:
    make.person(Role.DRIVER, username="bo")

    response = client.post(
        "/account/people/new/",
        {"username": "Bo", "name": "Bo", "role": "driver", "place": "region"},
    )

    assert "Det finns redan ett konto som heter Bo." in response.content.decode()


@pytest.mark.usefixtures("administrator")
def test_roles_are_given_and_taken_on_the_persons_page(client: Client) -> None:
    person = make.person(Role.DRIVER, username="bo")
    page = f"/account/people/{person.pk}/"

    client.post(page, {"role": "transport_planner", "place": "region"})
    driver = person.roles.get(role="driver")
    client.post(f"{page}roles/{driver.pk}/revoke/")

    assert [held.role for held in person.roles.all()] == ["transport_planner"]
    assert "Transportplanerare, hela regionen" in client.get(page).content.decode()


def test_a_new_password_replaces_the_old_and_an_account_can_be_closed(
    client: Client, administrator: Person
) -> None:
    person = make.person(Role.DRIVER, username="bo", password=make.PASSWORD)
    page = f"/account/people/{person.pk}/"

    new = client.post(f"{page}password/").context["password"]
    person.refresh_from_db()
    assert (person.check_password(new), person.check_password(make.PASSWORD)) == (True, False)
    client.post(f"{page}close/")
    own = client.post(f"/account/people/{administrator.pk}/close/", follow=True)

    person.refresh_from_db()
    assert (person.is_active, person.roles.count()) == (False, 0)
    assert client.get(page).status_code == 404
    assert "ditt eget konto" in own.content.decode()


@pytest.mark.usefixtures("administrator")
def test_lists_are_paged_and_can_be_searched(client: Client) -> None:
    Person.objects.bulk_create(
        Person(username=f"p{number:03}", name=f"Person {number:03}") for number in range(120)
    )

    third = client.get("/account/people/?page=3").content.decode()
    found = client.get("/account/people/?q=person 119").content.decode()

    assert ("Person 118" in third, "Person 001" in third) == (True, False)
    assert ("Person 119" in found, "Person 118" in found) == (True, False)


@pytest.mark.usefixtures("administrator")
def test_the_audit_page_shows_who_did_what_and_only_of_one_subject_when_asked(
    client: Client,
) -> None:
    driver, other = make.person(Role.DRIVER), make.person(Role.ASSESSOR)

    everything = client.get("/account/audit/").content.decode()
    one = client.get(f"/account/audit/?subject=person:{driver.pk}").content.decode()

    assert (f"person:{driver.pk}<" in everything, f"person:{other.pk}<" in everything) == (
        True, True,
    )  # fmt: skip
    assert (f"person:{driver.pk}<" in one, f"person:{other.pk}<" in one) == (True, False)
    assert "region.grant_role" in one
    assert "role: driver<" in one


def test_audit_lines_bear_the_moment_they_are_given() -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=make.ZONE)

    services.record(by=SYSTEM, action="region.test", subject="region:1", now=moment)

    entry = AuditEntry.objects.get()
    assert (entry.at, entry.actor, entry.detail) == (moment, None, {})
