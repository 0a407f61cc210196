"""One entry by a library: the vans pass it by, its crates wait at the hub, it is told once."""

from datetime import date, datetime, timedelta

import pytest

from hyllan.jobs import registry
from hyllan.jobs.models import OutboxMessage
from hyllan.region import queries as region_queries
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region
from hyllan.transport import queries, services
from hyllan.transport.tests import make
from hyllan.transport.tests.make import MONDAY, monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans", "english", "heard")]
NOW = monday("06:00")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one subscriber of changed timetables, so that they are told."""
    monkeypatch.setattr(registry, "_subscribers", {services.CHANGED: ["test.changed"]})


def close(
    code: str = "HOOR",
    first: date = TUESDAY,
    last: date | None = None,
    *,
    weekday: int = 0,
    by: Actor = SYSTEM,
    now: datetime = NOW,
) -> int:
    return services.report_closed(
        library=make.library(code),
        first=first,
        last=last or first,
        weekday=weekday,
        reason="Nytt golv",
        by=by,
        now=now,
    )


def undo(closure: int, now: datetime = NOW) -> None:
    services.undo_closed(closure_id=closure, by=SYSTEM, now=now)


def calls(day: date) -> list[str]:
    trip = queries.timetable().trip("Mitt", day)
    return [visit.library for visit in trip.visits] if trip else []


def told() -> list[dict[str, object]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("payload", flat=True))


ALL, WITHOUT = ["LUND", "ESLOV", "HOOR", "LUND"], ["LUND", "ESLOV", "LUND"]


def test_the_van_passes_a_closed_library_by_and_undo_brings_it_back() -> None:
    closure = close()
    assert (calls(MONDAY), calls(TUESDAY)) == (ALL, WITHOUT)

    undo(closure)

    assert calls(TUESDAY) == ALL


def test_a_period_and_a_weekday_in_a_period_are_closed() -> None:
    close("HOOR", TUESDAY, TUESDAY + timedelta(days=1))
    close("ESLOV", MONDAY, MONDAY + timedelta(days=20), weekday=5)

    closed = region_queries.calendar().closed
    assert closed["HOOR"] == {TUESDAY, TUESDAY + timedelta(days=1)}
    assert closed["ESLOV"] == {MONDAY + timedelta(days=each) for each in (4, 11, 18)}


def test_the_same_days_again_are_one_closure_told_once() -> None:
    assert close() == close()

    assert told() == [
        {
            "change": "closed",
            "library": "HOOR",
            "name": "Biblioteket i Hoor",
            "reason": "Nytt golv",
            "days": [TUESDAY.isoformat()],
        }
    ]


def test_undo_is_told_once_and_never_twice() -> None:
    closure = close()

    undo(closure)
    undo(closure)

    assert [each["change"] for each in told()] == ["closed", "open"]


def test_a_library_that_closed_again_after_an_undo_is_told_of_again() -> None:
    undo(close())
    close()

    assert [each["change"] for each in told()] == ["closed", "open", "closed"]
    assert calls(TUESDAY) == WITHOUT


def test_what_has_been_stays_closed_when_the_rest_is_undone() -> None:
    closure = close("HOOR", MONDAY, MONDAY + timedelta(days=3))

    undo(closure, now=monday("06:00", plus=2))

    closed = region_queries.calendar().closed["HOOR"]
    assert closed == {MONDAY, TUESDAY}
    assert told()[-1]["days"] == [(MONDAY + timedelta(days=each)).isoformat() for each in (2, 3)]


def test_crates_for_a_closed_library_wait_at_the_hub() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    assert queries.to_load("Mitt", "LUND", monday("07:00")) == [crate]

    close("HOOR", MONDAY)

    assert queries.to_load("Mitt", "LUND", monday("07:00")) == []
    assert queries.to_load("Mitt", "LUND", monday("07:00", plus=1)) == [crate]


def test_a_crate_on_the_van_to_a_library_that_closes_goes_back_to_the_hub_and_waits() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))

    close("HOOR", MONDAY, now=monday("07:20"))

    (last,) = [call for call in queries.round_of("Mitt", MONDAY) if call.stop.is_last]
    assert [each.code for each in last.manifest.to_leave] == [crate.code]
    crate = make.unload(crate, "LUND", monday("08:30"))
    assert (crate.status, crate.at_library) == ("closed", make.library("LUND"))
    assert queries.to_load("Mitt", "LUND", monday("07:00", plus=1)) == [crate]


def test_undo_lets_a_crate_on_the_van_off_at_its_library_after_all() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))
    closure = close("HOOR", MONDAY, now=monday("07:20"))

    undo(closure, now=monday("07:25"))

    crate.refresh_from_db()
    assert crate.leave_at == make.library("HOOR")


def test_drivers_see_what_they_drive_past_and_why() -> None:
    close("HOOR", MONDAY)

    passed = queries.closed_calls(queries.timetable(), ["Mitt", "Väst"], MONDAY)

    assert [(call.library.code, call.reason) for call in passed["Mitt"]] == [("HOOR", "Nytt golv")]
    assert passed["Väst"] == []


def test_senders_see_what_is_closed_in_the_coming_week() -> None:
    close("HOOR", TUESDAY)
    close("ESLOV", MONDAY + timedelta(days=8))

    assert queries.closed_soon({"HOOR", "ESLOV", "LUND"}, now=NOW) == [
        (make.library("HOOR"), TUESDAY, "Nytt golv")
    ]


@pytest.mark.parametrize(
    ("first", "last", "weekday", "sentence"),
    [
        (TUESDAY, MONDAY, 0, "before the first"),
        (MONDAY - timedelta(days=3), MONDAY - timedelta(days=2), 0, "have passed"),
        (MONDAY, MONDAY + timedelta(days=1200), 1, "too far ahead"),
        (TUESDAY, TUESDAY, 5, "no such weekday"),
        (date(2026, 12, 25), date(2026, 12, 26), 0, "closed on all of these days already"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    first: date, last: date, weekday: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        close("HOOR", first, last, weekday=weekday)

    assert told() == []


def test_a_day_that_is_closed_already_is_refused() -> None:
    close("HOOR", TUESDAY, TUESDAY + timedelta(days=3))

    with pytest.raises(Refused, match="already"):
        close("HOOR", TUESDAY)


@pytest.mark.parametrize(
    ("role", "at_library", "may"),
    [
        (Role.LIBRARY_STAFF, "HOOR", True),
        (Role.LIBRARY_MANAGER, "HOOR", True),
        (Role.LIBRARY_STAFF, "ESLOV", False),
        (Role.TRANSPORT_PLANNER, "", True),
        (Role.ADMINISTRATOR, "", True),
        (Role.DRIVER, "", False),
        (Role.RESIDENT, "", False),
    ],
)
def test_a_librarys_own_staff_and_planners_close_it(role: Role, at_library: str, may: bool) -> None:
    by = region.actor(role, library=make.library(at_library) if at_library else None)

    if may:
        closure = close(by=by)
        services.undo_closed(closure_id=closure, by=by, now=NOW)
        actions = AuditEntry.objects.filter(actor_id=by.person_id).order_by("pk")
        assert list(actions.values_list("action", "subject")) == [
            ("region.report_closure", "library:HOOR"),
            ("region.withdraw_closure", "library:HOOR"),
        ]
    else:
        with pytest.raises(Refused, match="Only the staff"):
            close(by=by)
