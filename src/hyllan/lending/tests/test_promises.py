"""When the vans' timetable changes, promised days move with it, and readers are told once."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from hyllan.jobs import services as jobs
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import wording
from hyllan.lending.models import PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.lending.tests.make_views import NOW
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.tests import make as region
from hyllan.transport import queries as transport
from hyllan.transport import services as vans
from hyllan.transport.engine.editing import AddStop, ChangeTour, RemoveStop
from hyllan.transport.tests.make import MONDAY, loop

pytestmark = pytest.mark.usefixtures("tiny_region")
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=each) for each in (1, 2, 3))


@pytest.fixture
def wish() -> PatronRequest:
    """Return a request from Eslöv to Höör that is promised for Tuesday."""
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"), pickup="HOOR")
    assert day_of(wish) == TUESDAY
    return wish


def day_of(wish: PatronRequest) -> date | None:
    wish.refresh_from_db()
    return timezone.localtime(wish.expected_at).date() if wish.expected_at else None


def close(code: str, first: date, last: date | None = None, now: datetime = NOW) -> int:
    return vans.report_closed(
        library=make.library(code),
        first=first,
        last=last or first,
        reason="Nytt golv.",
        by=SYSTEM,
        now=now,
    )


def undo(closure: int, now: datetime = NOW) -> None:
    vans.undo_closed(closure_id=closure, by=SYSTEM, now=now)


def hear(now: datetime = NOW) -> None:
    """Deliver the events of changed timetables that wait; mails stay in the outbox."""
    waiting = OutboxMessage.objects.filter(
        topic__startswith="transport.timetable_changed", status="waiting"
    )
    for message in waiting.order_by("pk"):
        jobs.deliver(message, now=now)
    assert not waiting.exists()


def mails(wish: PatronRequest) -> list[tuple[str, str]]:
    found = OutboxMessage.objects.filter(topic="lending.notice", key__contains=wish.number)
    return [(mail.payload["subject"], mail.payload["body"]) for mail in found.order_by("pk")]


def story(wish: PatronRequest) -> list[str]:
    return [wording.sentence(entry) for entry in wish.timeline.filter(step="moved").order_by("pk")]


def test_a_closed_day_moves_the_promise_and_tells_its_reader_once_with_the_reason(
    wish: PatronRequest,
) -> None:
    close("HOOR", TUESDAY)
    hear()

    assert day_of(wish) == WEDNESDAY
    assert story(wish) == [
        "Dagen har ändrats till onsdag 25 november. "
        "Biblioteket i Hoor har stängt tisdag 24 november: Nytt golv."
    ]
    assert mails(wish) == [
        (
            "Aniara kommer onsdag 25 november",
            "Aniara kommer till Biblioteket i Hoor onsdag 25 november i stället. "
            "Biblioteket i Hoor har stängt tisdag 24 november: Nytt golv. "
            "Du behöver inte göra något.",
        )
    ]


def test_undo_moves_the_promise_back_and_tells_her(wish: PatronRequest) -> None:
    before = wish.expected_at
    closure = close("HOOR", TUESDAY)
    hear()

    undo(closure)
    hear()

    wish.refresh_from_db()
    assert wish.expected_at == before
    assert story(wish)[1:] == [
        "Dagen har ändrats till tisdag 24 november. "
        "Biblioteket i Hoor har ändå öppet tisdag 24 november."
    ]
    assert len(mails(wish)) == 2


def test_what_is_undone_before_anybody_heard_of_it_is_not_told(wish: PatronRequest) -> None:
    undo(close("HOOR", TUESDAY))

    hear()

    assert (day_of(wish), story(wish), mails(wish)) == (TUESDAY, [], [])


def test_the_same_event_twice_moves_and_tells_nothing_more(wish: PatronRequest) -> None:
    close("HOOR", TUESDAY)
    hear()
    message = OutboxMessage.objects.get(topic__startswith="transport.timetable_changed")
    day = TUESDAY.isoformat()
    told = {"change": "closed", "library": "HOOR", "name": "Höör", "reason": "", "days": [day]}
    message.status, message.payload = "waiting", told
    message.save()

    hear()

    assert (len(story(wish)), len(mails(wish))) == (1, 1)


def test_a_reader_without_an_address_sees_the_new_day_on_her_page_alone(
    wish: PatronRequest,
) -> None:
    assert wish.patron is not None
    wish.patron.email = ""
    wish.patron.save()

    close("HOOR", TUESDAY)
    hear()

    assert (day_of(wish), len(story(wish)), mails(wish)) == (WEDNESDAY, 1, [])


def test_a_closed_hub_on_the_way_moves_the_promise_too() -> None:
    wish = make.asked_for(make.edition("Aniara", LANDSKRONA="L1"), pickup="HOOR")
    before = day_of(wish)
    assert before == WEDNESDAY

    close("HELSINGBORG", TUESDAY)
    hear()

    assert day_of(wish) == THURSDAY
    assert len(mails(wish)) == 1


def test_a_request_that_the_closed_library_does_not_touch_stays_as_it_is(
    wish: PatronRequest,
) -> None:
    close("LANDSKRONA", TUESDAY)
    hear()

    assert (day_of(wish), story(wish), mails(wish)) == (TUESDAY, [], [])


def test_a_delay_that_has_another_cause_is_not_blamed_on_the_closed_library(
    wish: PatronRequest,
) -> None:
    """Nobody picked it in time; that Landskrona closes has nothing to do with it."""
    late = NOW + timedelta(days=1)

    close("LANDSKRONA", TUESDAY, now=late)
    hear(now=late)

    assert (story(wish), mails(wish)) == ([], [])


def test_what_lies_in_a_crate_moves_with_its_crate(wish: PatronRequest) -> None:
    make.packed(wish)
    close("HOOR", TUESDAY)
    hear()

    assert day_of(wish) == WEDNESDAY


def test_what_rides_on_the_van_goes_back_to_the_hub_and_comes_the_day_after() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"), pickup="HOOR")
    wish = make.packed(wish)
    aboard = NOW + timedelta(days=1, hours=-1, minutes=-20)  # Tuesday, just after Eslöv
    vans.load_crate(
        code=wish.crate_code,
        loop="Mitt",
        library=make.library("ESLOV"),
        by=SYSTEM,
        now=aboard,
        scan_id="one",
    )

    close("HOOR", TUESDAY, now=aboard)
    hear(now=aboard)

    assert day_of(wish) == WEDNESDAY
    crate = transport.crates().get(code=wish.crate_code)
    assert (crate.status, str(crate.leave_at)) == ("on_van", "Biblioteket i Lund")


def test_another_timetable_moves_the_promise_and_withdrawing_it_moves_it_back(
    wish: PatronRequest,
) -> None:
    base = transport.in_force(MONDAY)
    assert base is not None
    draft = vans.draft_version(based_on=base.pk, name="Höst", by=SYSTEM, now=NOW)
    for edit in (
        ChangeTour(tour="Mitt", name="Mitt", departs=loop("x", "y", ["z"]).departs, weekdays=(4,)),
    ):
        vans.edit_draft(version_id=draft.pk, edit=edit, by=SYSTEM, now=NOW)
    vans.publish_version(version_id=draft.pk, valid_from=TUESDAY, by=SYSTEM, now=NOW)
    hear()
    assert day_of(wish) == THURSDAY
    assert story(wish) == [
        "Dagen har ändrats till torsdag 26 november. "
        "Bilarna har en ny tidtabell från tisdag 24 november."
    ]

    vans.withdraw_version(version_id=draft.pk, by=SYSTEM, now=NOW)
    hear()

    assert day_of(wish) == TUESDAY
    assert len(mails(wish)) == 2


def test_a_request_that_no_van_brings_any_more_is_put_before_staff(wish: PatronRequest) -> None:
    base = transport.in_force(MONDAY)
    assert base is not None
    draft = vans.draft_version(based_on=base.pk, name="Höst", by=SYSTEM, now=NOW)
    for edit in (
        RemoveStop(tour="Mitt", number=1),
        AddStop(tour="Mitt", library="LANDSKRONA", number=1),
    ):
        vans.edit_draft(version_id=draft.pk, edit=edit, by=SYSTEM, now=NOW)
    vans.publish_version(version_id=draft.pk, valid_from=TUESDAY, by=SYSTEM, now=NOW)

    hear()

    wish.refresh_from_db()
    assert wish.problem == "Ingen bil kör den längre till hämtbiblioteket."
    assert mails(wish) == []


def test_moving_promises_asks_as_often_for_many_requests_as_for_few(
    django_assert_max_num_queries: object,
) -> None:
    for number, title in enumerate(make.editions(6)):
        make.asked_for(title, by=make.resident(f"80{number}"), pickup="LUND")

    close("HOOR", TUESDAY)
    with django_assert_max_num_queries(40):  # type: ignore[operator]  # none of them moves
        hear()


def test_of_two_closures_at_once_the_day_moves_although_each_alone_would_do(
    wish: PatronRequest,
) -> None:
    close("HOOR", TUESDAY)
    close("ESLOV", TUESDAY)

    hear()

    assert (day_of(wish), len(story(wish)), len(mails(wish))) == (WEDNESDAY, 1, 1)


def test_a_closure_over_a_day_that_was_closed_already_is_not_blamed_for_it() -> None:
    region.closed_day(make.library("HOOR"), TUESDAY, "Inventering")
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"), pickup="HOOR")
    assert day_of(wish) == WEDNESDAY

    close("HOOR", TUESDAY, THURSDAY)
    hear()
    assert day_of(wish) == THURSDAY + timedelta(days=1)
    (sentence,) = story(wish)
    assert "har stängt onsdag 25 november till torsdag 26 november" in sentence
