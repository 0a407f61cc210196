"""The pages on which libraries say when they are closed, and planners draw timetables."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.engine.roles import Role
from hyllan.transport import queries
from hyllan.transport.models import NetworkVersion
from hyllan.transport.tests import make
from hyllan.transport.tests.make import MONDAY, monday
from hyllan.transport.tests.test_views import signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans")]
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: monday("06:30"))


# --- closed days


def close(client: Client, **changed: str) -> str:
    keyed = {"library": "HOOR", "first": "2026-11-24", "last": "", "weekday": "0"}
    said = {**keyed, "reason": "Nytt golv", **changed}
    return words(client.post("/transport/closed-days/report/", said, follow=True).content)


def test_staff_close_their_library_see_it_and_open_it_again() -> None:
    staff = signed_in(Role.LIBRARY_STAFF, at_library="HOOR")

    page = close(staff)

    assert "Biblioteket i Hoor är stängt. Bilen kör förbi" in page
    assert "Biblioteket i Hoor i morgon Nytt golv Öppna igen" in page
    (closure,) = region.closures()
    undone = staff.post(f"/transport/closed-days/{closure.pk}/undo/", follow=True)
    assert "Biblioteket har öppet de dagarna igen" in words(undone.content)
    assert not region.closures().exists()


def test_a_weekday_in_a_period_is_said_in_words() -> None:
    page = close(
        signed_in(Role.TRANSPORT_PLANNER), first="2026-11-24", last="2027-01-15", weekday="5"
    )

    assert "Varje fredag från i morgon till fredag 15 januari 2027" in page


def test_what_cannot_be_is_said_and_what_was_keyed_in_stays() -> None:
    staff = signed_in(Role.LIBRARY_STAFF, at_library="HOOR")

    page = close(staff, first="2026-11-24", last="2026-11-23", reason="Inventering")
    empty = close(staff, first="", reason="")

    assert "Den sista dagen ligger före den första." in page
    response = staff.post("/transport/closed-days/report/", {"reason": "Inventering"})
    assert response.status_code == 422
    assert 'value="Inventering"' in response.text
    assert "Nytt golv" not in empty
    assert not region.closures().exists()


def test_staff_close_no_other_library_than_their_own() -> None:
    close(signed_in(Role.LIBRARY_STAFF, at_library="ESLOV"), library="HOOR")

    assert not region.closures().exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LIBRARY_STAFF, 200),
        (Role.LIBRARY_MANAGER, 200),
        (Role.TRANSPORT_PLANNER, 200),
        (Role.DRIVER, 403),
        (Role.CLINICIAN, 403),
    ],
)
def test_closed_days_are_for_libraries_and_planners(role: Role, status: int) -> None:
    assert signed_in(role).get("/transport/closed-days/").status_code == status


def test_the_driver_and_everybody_see_what_is_driven_past_and_why() -> None:
    close(signed_in(Role.TRANSPORT_PLANNER), first="2026-11-23")
    driver = signed_in(Role.DRIVER)

    round_page = words(driver.get("/driver/Mitt/").content)
    rounds = words(driver.get("/driver/").content)
    public = words(Client().get("/transport/timetable/").content)

    assert "Stängt i dag: kör förbi Biblioteket i Hoor · Nytt golv" in round_page
    assert "Biblioteket i Hoor har stängt: Nytt golv." in rounds
    assert "Biblioteket i Hoor har stängt: Nytt golv." in public


# --- timetables


def versions() -> dict[str, NetworkVersion]:
    return {version.name: version for version in queries.versions()}


def drafted(client: Client) -> str:
    """Make a draft by its page; return the address of it."""
    (base,) = queries.versions()
    answer = client.post(f"/transport/networks/{base.pk}/draft/", {"name": "Höst"})
    return answer["Location"]


def stops(client: Client, url: str) -> list[str]:
    page = client.get(url).text
    return re.findall(r"<p><strong>Biblioteket i (\w+)</strong>", page)


def test_a_planner_draws_a_draft_and_publishes_it() -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    draft = drafted(planner)
    mitt = f"{draft}rounds/Mitt/"
    assert stops(planner, mitt) == ["Eslov", "Hoor"]

    planner.post(f"{mitt}stops/", {"do": "add", "library": "LANDSKRONA", "number": "2"})
    planner.post(f"{mitt}stops/", {"do": "earlier", "number": "2"})
    planner.post(f"{mitt}stops/", {"do": "remove", "number": "0"})
    minutes = {"do": "minutes", "number": "0", "stop_minutes": "25", "cut_off_minutes": ""}
    planner.post(f"{mitt}stops/", minutes)
    assert stops(planner, mitt) == ["Landskrona", "Hoor"]
    page = words(planner.get(draft).content)
    assert "Mitt kör också till Biblioteket i Landskrona." in page
    assert "Mitt kör inte längre till Biblioteket i Eslov." in page

    done = planner.post(f"{draft}publish/", {"valid_from": "2026-11-24"}, follow=True)

    assert "Tidtabellen är publicerad." in words(done.content)
    trip = queries.timetable().trip("Mitt", TUESDAY)
    assert trip is not None
    assert [visit.library for visit in trip.visits] == ["LUND", "LANDSKRONA", "HOOR", "LUND"]


def test_a_rounds_times_and_days_are_changed() -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    draft = drafted(planner)

    page = planner.post(
        f"{draft}rounds/Mitt/change/",
        {
            "name": "Mittslingan",
            "departs": "06:30",
            "more_departures": "13.00, 16:30",
            "weekdays": ["1", "3"],
        },
        follow=True,
    )

    assert "06.30, 13.00, 16.30 från Biblioteket i Lund, måndag, onsdag" in words(page.content)


def test_a_loop_is_added_and_another_removed() -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    draft = drafted(planner)
    new = {"name": "Öst", "hub": "LUND", "stop": "LUND-DALBY", "departs": "10:00"}

    page = planner.post(f"{draft}add-loop/", new, follow=True)
    planner.post(f"{draft}rounds/Lunds runda/remove/")

    assert "10.00 från Biblioteket i Lund, vardagar" in words(page.content)
    names = [tour.name for tour in queries.network(versions()["Höst"]).tours]
    assert names == ["Väst", "Mitt", "Öst", "Byte"]


@pytest.mark.parametrize(
    ("path", "keyed", "sentence"),
    [
        ("publish/", {"valid_from": "2026-11-23"}, "Välj en dag från och med i morgon"),
        ("publish/", {"valid_from": ""}, "Gäller från"),
        ("add-loop/", {"name": "Mitt", "hub": "LUND", "stop": "HOOR", "departs": "7:00"}, "redan"),
        ("rounds/Mitt/stops/", {"do": "add", "library": "ESLOV", "number": "0"}, "kör redan till"),
        ("rounds/Mitt/stops/", {"do": "add", "library": "", "number": "0"}, "Välj ett bibliotek."),
        ("rounds/Mitt/stops/", {"do": "remove", "number": "9"}, "finns inte längre"),
        (
            "rounds/Mitt/change/",
            {"name": "Mitt", "departs": "07:00", "more_departures": "25.00"},
            "Skriv tider med komma emellan",
        ),
    ],
)
def test_a_mistake_is_answered_on_the_page_and_changes_nothing(
    path: str, keyed: dict[str, str], sentence: str
) -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    draft = drafted(planner)
    before = versions()["Höst"].content

    answer = planner.post(f"{draft}{path}", keyed)

    assert answer.status_code == 422
    assert sentence in words(answer.content)
    assert versions()["Höst"].content == before


def test_a_draft_is_thrown_away_and_what_is_in_force_is_not() -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    (base,) = queries.versions()
    draft = drafted(planner)

    thrown = planner.post(f"{draft}withdraw/", follow=True)
    kept = planner.post(f"/transport/networks/{base.pk}/withdraw/", follow=True)

    assert "Höst är återkallad." in words(thrown.content)
    assert "Den här tidtabellen gäller." in words(kept.content)
    assert list(versions()) == [base.name]


@pytest.mark.parametrize("role", [Role.LIBRARY_STAFF, Role.DRIVER, Role.LIBRARY_MANAGER])
def test_timetables_are_for_planners(role: Role) -> None:
    (base,) = queries.versions()
    client = signed_in(role)

    assert client.get("/transport/networks/").status_code == 403
    assert client.get(f"/transport/networks/{base.pk}/").status_code == 403
    assert client.post(f"/transport/networks/{base.pk}/draft/", {"name": "x"}).status_code == 403


def test_a_round_that_is_not_there_is_not_found() -> None:
    (base,) = queries.versions()
    client = signed_in(Role.TRANSPORT_PLANNER)

    assert client.get(f"/transport/networks/{base.pk}/rounds/Öst/").status_code == 404
    assert client.get("/transport/networks/999999/").status_code == 404


def test_names_are_escaped_and_the_pages_ask_the_database_no_more_for_more_rounds() -> None:
    planner = signed_in(Role.TRANSPORT_PLANNER)
    draft = drafted(planner)
    planner.get(draft)
    with CaptureQueriesContext(connection) as few:
        planner.get(draft)
    for number in range(5):
        new = {"name": f"Ö & {number}", "hub": "LUND", "stop": "HOOR", "departs": "10:00"}
        planner.post(f"{draft}add-loop/", new)

    with CaptureQueriesContext(connection) as many:
        page = planner.get(draft).text

    assert len(many) == len(few)
    assert escape("Ö & 4") in page
    assert "Ö & 4" not in page
    assert make.library("LUND").name in page
