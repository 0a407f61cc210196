"""The steps of a request: what each changes, tells and refuses."""

from datetime import timedelta

import pytest

from hyllan.catalogue.models import Item
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import services
from hyllan.lending.models import PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.lending.tests.make_views import NOW
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region

pytestmark = pytest.mark.usefixtures("tiny_region")


def told(wish: PatronRequest) -> list[str]:
    """Return what waits to be told to which system, in order."""
    messages = OutboxMessage.objects.filter(key__startswith=wish.number, status="waiting")
    return [f"{message.destination} {message.key.split(':')[2]}" for message in messages]


def steps(wish: PatronRequest) -> list[str]:
    return list(wish.timeline.order_by("pk").values_list("step", flat=True))


def test_request_is_sourced_where_the_copy_can_be_there_first_and_its_system_is_told() -> None:
    title = make.edition("Aniara", ESLOV="E1", HELSINGBORG="H1")

    wish = make.asked_for(title, pickup="HOOR")

    assert wish.supplier is not None
    assert (wish.status, wish.supplier.code) == ("sourced", "ESLOV")
    assert told(wish) == ["ESLOV supplier.request_item"]
    assert steps(wish) == ["place_request", "source"]


def test_request_for_a_title_nobody_has_in_waits_and_is_sourced_when_one_is_back() -> None:
    title = make.edition("Aniara", ESLOV="E1")
    Item.objects.update(status=Item.Status.ON_LOAN)
    wish = make.asked_for(title)
    assert (wish.status, steps(wish)) == ("waiting", ["place_request", "no_copy"])

    Item.objects.update(status=Item.Status.AVAILABLE)

    assert services.source_waiting(now=NOW) == 1
    wish.refresh_from_db()
    assert wish.status == "sourced"


def test_patron_asks_for_a_title_once() -> None:
    title = make.edition("Aniara", ESLOV="E1", LUND="L1")
    reader = make.resident()
    make.asked_for(title, by=reader)

    with pytest.raises(Refused):
        make.asked_for(title, by=reader)


def test_library_that_no_van_serves_takes_nothing_in_for_strangers() -> None:
    title = make.edition("Aniara", ESLOV="E1")
    far = region.library("FAR", of="FARAWAY")

    with pytest.raises(Refused):
        services.place_request(
            edition_id=title.pk, pickup=far, by=make.actor(make.resident()), now=NOW
        )


def test_two_readers_never_get_the_same_copy() -> None:
    title = make.edition("Aniara", ESLOV="E1")

    first = make.asked_for(title, by=make.resident("7001"))
    second = make.asked_for(title, by=make.resident("7002"))

    assert (first.status, second.status) == ("sourced", "waiting")


def test_copy_that_is_not_on_the_shelf_leads_to_the_next_copy_at_once() -> None:
    title = make.edition("Aniara", ESLOV="E1", LUND="L1")
    wish = make.asked_for(title)

    wish = services.not_on_shelf(number=wish.number, by=make.staff("ESLOV"), now=NOW)

    assert wish.supplier is not None
    assert (wish.status, wish.supplier.code, wish.sourcing_round) == ("sourced", "LUND", 2)
    assert Item.objects.get(barcode="E1").status == Item.Status.MISSING
    # Eslöv's system never heard of the request: it is not told to cancel it either
    assert told(wish) == ["LUND supplier.request_item"]


def test_system_that_heard_of_a_request_is_told_to_cancel_it() -> None:
    title = make.edition("Aniara", ESLOV="E1", LUND="L1")
    wish = make.asked_for(title)
    OutboxMessage.objects.update(attempts=1)

    services.not_on_shelf(number=wish.number, by=make.staff("ESLOV"), now=NOW)

    assert told(wish) == [
        "ESLOV supplier.request_item",
        "ESLOV supplier.cancel_request_item",
        "LUND supplier.request_item",
    ]


def test_refusal_by_the_suppliers_system_leads_to_the_next_copy() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1", LUND="L1"))
    message = OutboxMessage.objects.get()

    services.request_refused(
        message_id=message.pk, number=wish.number, sourcing_round=1, reason="lent", now=NOW
    )

    wish.refresh_from_db()
    assert wish.supplier is not None
    assert (wish.status, wish.supplier.code) == ("sourced", "LUND")
    assert steps(wish)[-2:] == ["refuse", "source"]


def test_late_refusal_of_a_copy_no_longer_chosen_changes_nothing() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1", LUND="L1"))
    message = OutboxMessage.objects.get()
    services.not_on_shelf(number=wish.number, by=make.staff("ESLOV"), now=NOW)

    services.request_refused(
        message_id=message.pk, number=wish.number, sourcing_round=1, reason="lent", now=NOW
    )

    wish.refresh_from_db()
    assert wish.supplier is not None
    assert (wish.status, wish.supplier.code, wish.problem) == ("sourced", "LUND", "")


def test_silent_system_keeps_the_request_when_nobody_else_has_the_title() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"))

    assert not services.supplier_unanswering(number=wish.number, sourcing_round=1, now=NOW)

    wish.refresh_from_db()
    assert wish.status == "sourced"


def test_whole_round_tells_both_systems_in_order_and_closes_the_request() -> None:
    wish = make.on_loan(make.asked_for(make.edition("Aniara", ESLOV="E1")))
    assert wish.outcome == "filled"
    here, there = make.library("HOOR"), make.library("ESLOV")

    services.hand_in(barcode="E1", library=here, by=make.staff("HOOR"), now=NOW)
    services.pack(barcode="E1", library=here, by=make.staff("HOOR"), now=NOW)
    wish = services.shelve(barcode="E1", library=there, by=make.staff("ESLOV"), now=NOW)

    assert (wish.status, wish.outcome) == ("home", "filled")
    sent = OutboxMessage.objects.filter(key__startswith=wish.number).order_by("pk")
    assert [f"{each.destination} {each.key.split(':')[2]}" for each in sent] == [
        "ESLOV supplier.request_item",
        "ESLOV supplier.check_out_item",
        "HOOR borrower.accept_item",
        "HOOR borrower.check_out_item",
        "HOOR borrower.check_in_item",
        "ESLOV supplier.check_in_item",
    ]


def test_request_within_one_library_needs_no_van_and_no_temporary_item() -> None:
    title = make.edition("Aniara", HOOR="O1")
    wish = make.picked(make.asked_for(title, pickup="HOOR"))
    here, by = make.library("HOOR"), make.staff("HOOR")

    wish = services.receive(barcode="O1", library=here, by=by, now=NOW)
    assert wish.status == "ready"
    services.lend(barcode="O1", library=here, by=by, now=NOW)
    services.hand_in(barcode="O1", library=here, by=by, now=NOW)
    wish = services.shelve(barcode="O1", library=here, by=by, now=NOW)

    assert (wish.status, wish.outcome) == ("home", "filled")
    sent = OutboxMessage.objects.filter(topic=services.TELL).order_by("pk")
    assert [each.key.split(":")[2] for each in sent] == [
        "supplier.request_item",
        "borrower.check_out_item",
        "borrower.check_in_item",
    ]
    ids = {each.payload["request_id"] for each in sent}
    assert ids == {f"{wish.number}-1"}  # one reservation, one id, in one system


@pytest.mark.parametrize("stage", ["waiting", "sourced", "picked", "ready"])
def test_cancelled_request_is_closed_or_its_item_goes_home(stage: str) -> None:
    title = make.edition("Aniara", ESLOV="E1")
    reader = make.resident()
    if stage == "waiting":
        Item.objects.update(status=Item.Status.ON_LOAN)
    wish = make.asked_for(title, by=reader)
    wish = {
        "waiting": lambda: wish,
        "sourced": lambda: wish,
        "picked": lambda: make.picked(wish),
        "ready": lambda: make.on_hold_shelf(wish),
    }[stage]()

    wish = services.cancel(number=wish.number, by=make.actor(reader), now=NOW)

    status = {"waiting": "closed", "sourced": "closed", "picked": "home", "ready": "returned"}
    assert (wish.status, wish.outcome) == (status[stage], "cancelled")


def test_request_cancelled_on_the_van_turns_round_at_the_next_scan() -> None:
    reader = make.resident()
    wish = make.packed(make.asked_for(make.edition("Aniara", ESLOV="E1"), by=reader))
    wish = services.cancel(number=wish.number, by=make.actor(reader), now=NOW)
    assert (wish.status, wish.outcome) == ("crated", "cancelled")

    here = make.library("HOOR")
    wish = services.receive(barcode="E1", library=here, by=make.staff("HOOR"), now=NOW)

    assert (wish.status, wish.outcome) == ("returned", "cancelled")
    assert "HOOR borrower.accept_item" not in told(wish)


def test_loan_cannot_be_cancelled() -> None:
    reader = make.resident()
    wish = make.on_loan(make.asked_for(make.edition("Aniara", ESLOV="E1"), by=reader))

    with pytest.raises(Refused):
        services.cancel(number=wish.number, by=make.actor(reader), now=NOW)


def test_item_not_fetched_in_time_goes_home() -> None:
    wish = make.on_hold_shelf(make.asked_for(make.edition("Aniara", ESLOV="E1")))
    assert wish.hold_until is not None

    assert services.expire_holds(now=NOW + timedelta(days=7)) == 0
    assert services.expire_holds(now=NOW + timedelta(days=8)) == 1

    wish.refresh_from_db()
    assert (wish.status, wish.outcome) == ("returned", "expired")
    assert told(wish)[-2:] == ["HOOR borrower.cancel_request_item", "HOOR borrower.check_in_item"]


def test_patron_can_borrow_although_her_librarys_system_is_silent() -> None:
    wish = make.received(make.asked_for(make.edition("Aniara", ESLOV="E1")))
    assert wish.status == "received"

    wish = services.lend(barcode="E1", library=make.library("HOOR"), by=make.staff("HOOR"), now=NOW)

    assert (wish.status, wish.outcome) == ("on_loan", "filled")
    assert told(wish)[-2:] == ["HOOR borrower.accept_item", "HOOR borrower.check_out_item"]


def test_nobody_does_what_is_not_hers_to_do() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"))
    stranger = make.actor(make.resident("7009"))
    driver = region.actor(Role.DRIVER)

    for actor in (stranger, driver, make.staff("LUND"), make.staff("HOOR"), SYSTEM):
        with pytest.raises(Refused):
            services.pick(number=wish.number, by=actor, now=NOW)
    with pytest.raises(Refused):
        services.cancel(number=wish.number, by=stranger, now=NOW)


def test_day_is_moved_with_its_reason_only_when_the_van_is_missed() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"))
    first = wish.expected_at
    assert first is not None

    services.refresh_expectations(now=NOW + timedelta(minutes=30))
    wish.refresh_from_db()
    assert wish.expected_at == first

    services.refresh_expectations(now=first + timedelta(hours=1))
    wish.refresh_from_db()
    assert wish.expected_at is not None
    assert wish.expected_at > first
    assert steps(wish)[-1] == "delayed"


def test_closed_request_says_nowhere_who_asked_for_it() -> None:
    reader = make.resident("7001")
    wish = make.on_loan(make.asked_for(make.edition("Aniara", ESLOV="E1"), by=reader))
    here = make.library("HOOR")
    services.hand_in(barcode="E1", library=here, by=make.staff("HOOR"), now=NOW)
    services.pack(barcode="E1", library=here, by=make.staff("HOOR"), now=NOW)
    services.shelve(barcode="E1", library=make.library("ESLOV"), by=make.staff("ESLOV"), now=NOW)
    for message in OutboxMessage.objects.filter(status="waiting"):
        services.settle(message_id=message.pk, now=NOW)

    wish.refresh_from_db()
    assert wish.patron is None
    traces = [
        *OutboxMessage.objects.values_list("payload", flat=True),
        *AuditEntry.objects.filter(actor=reader).values_list("subject", flat=True),
        *wish.timeline.values_list("facts", flat=True),
    ]
    assert not [trace for trace in traces if "7001" in str(trace) or wish.number in str(trace)]
