"""Take one step of the state table: check it, write it, tell it. Everything else builds on this."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hyllan.jobs import services as jobs
from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import (
    ENDS,
    HAS_ITEM,
    NoSuchStep,
    Outcome,
    Send,
    Status,
    Step,
    Who,
    messages,
    step_for,
)
from hyllan.lending.models import PatronRequest, TimelineEntry
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library

TELL = "lending.tell"
AT_PICKUP = {Status.RECEIVED, Status.READY, Status.CRATED_HOME}  # steps of the system and patron


def locked(number: str) -> PatronRequest:
    """Return the request, locked until the transaction ends. Raises Refused if there is none."""
    wish = (
        PatronRequest.objects.select_for_update(of=("self",))
        .select_related(
            "edition",
            "patron",
            "item",
            "borrower",
            "pickup__organisation",
            "supplier__organisation",
        )
        .filter(number=number)
        .first()
    )
    if wish is None:
        raise Refused(_("There is no request with the number %(number)s.") % {"number": number})
    return wish


def may(by: Actor, who: Who, wish: PatronRequest) -> bool:
    """Return whether the actor may do what the table gives to `who`."""
    match who:
        case Who.SYSTEM:
            return by.is_system
        case Who.PATRON:
            is_hers = wish.patron_id is not None and wish.patron_id == by.person_id
            return is_hers or works_at(by, wish.pickup)
        case Who.SUPPLIER:
            return wish.supplier is not None and works_at(by, wish.supplier)
        case Who.PICKUP:
            return works_at(by, wish.pickup)


def works_at(by: Actor, library: Library) -> bool:
    """Return whether the actor is staff at this library."""
    return by.may_act_at(
        Role.LIBRARY_STAFF, organisation=library.organisation.code, library=library.code
    )


def take_step(
    wish: PatronRequest,
    action: str,
    *,
    by: Actor,
    now: datetime,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> Step:
    """
    Take a step of the table with a locked request, in the caller's transaction.

    `changes` are fields that change with it; `facts` is what the timeline's sentence needs.

    :raises Refused: the table has no such step from here, or it is not the actor's to take
    """
    step = _lawful(wish, action)
    if not may(by, step.by, wish):
        raise Refused(_("You may not do this at this library."))
    for name, value in changes.items():
        setattr(wish, name, value)
    _tell_systems(wish, step, now=now)
    library = _place(wish, step)
    wish.status = step.target.value
    if step.outcome is not None:
        wish.outcome = step.outcome.value
    wish.problem = ""
    wish.changed_at = now
    if step.target not in HAS_ITEM:
        wish.item = wish.supplier = wish.expected_at = None
    if step.target in ENDS:
        wish.closed_at, wish.patron, wish.expected_at = now, None, None
    wish.save()
    tell(wish, step.action, now=now, library=library, facts=facts)
    if by != SYSTEM:
        audit(wish, step.action, by=by, now=now)
    return step


def audit(wish: PatronRequest, action: str, *, by: Actor, now: datetime) -> None:
    """Write the audit line; a patron is never named in it, or it would outlive her request."""
    is_patron = by.holds(Role.RESIDENT)
    region.record(
        by=SYSTEM if is_patron else by,
        action=f"lending.{action}",
        subject=f"patron_request:{wish.number}",
        now=now,
        detail={"by": Who.PATRON.value} if is_patron else None,
    )


def _lawful(wish: PatronRequest, action: str) -> Step:
    try:
        return step_for(
            Status(wish.status),
            action,
            outcome=Outcome(wish.outcome),
            same_library=wish.supplier_id == wish.pickup_id,
        )
    except NoSuchStep:
        raise Refused(queries.why_not(wish, action)) from None


def _place(wish: PatronRequest, step: Step) -> Library | None:
    """Return the library at which the step happens."""
    at_pickup = step.by == Who.PICKUP or step.source in AT_PICKUP
    return wish.pickup if at_pickup else wish.supplier


def tell(
    wish: PatronRequest,
    step: str,
    *,
    now: datetime,
    library: Library | None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write a line into the request's timeline."""
    TimelineEntry.objects.create(
        patron_request=wish, at=now, step=step, library=library, facts=facts or {}
    )


def _tell_systems(wish: PatronRequest, step: Step, *, now: datetime) -> None:
    if wish.supplier is None:
        return
    same_system = has_one_system(wish)
    for send in messages(step, same_system=same_system):
        _write_message(wish, send, same_system=same_system, now=now)


def has_one_system(wish: PatronRequest) -> bool:
    """Return whether the supplier's library system is also the patron's."""
    return wish.supplier is not None and wish.supplier.organisation_id == wish.borrower_id


def _write_message(wish: PatronRequest, send: Send, *, same_system: bool, now: datetime) -> None:
    assert wish.supplier is not None  # noqa: S101 - HAS_ITEM
    assert wish.item is not None  # noqa: S101 - HAS_ITEM
    to_supplier = send.value.startswith("supplier.")
    organisation = (wish.supplier.organisation if to_supplier else wish.borrower).code
    lane = f"{organisation}:{wish.number}"
    if send == Send.S_CANCEL_REQUEST and jobs.drop_untried(lane=lane, now=now):
        return  # its system never heard of the request
    user = queries.card_for(wish, institution=to_supplier and not same_system)
    jobs.send(
        topic=TELL,
        lane=lane,
        key=f"{wish.number}:{wish.sourcing_round}:{send.value}",
        destination=organisation,
        now=now,
        payload={
            "send": send.value,
            "number": wish.number,
            "round": wish.sourcing_round,
            # Our id of the reservation: one for each copy tried, and the same to the end where
            # one system serves both; the borrower's own, where there are two.
            "request_id": f"{wish.number}-{wish.sourcing_round}"
            if to_supplier or same_system
            else wish.number,
            "organisation": organisation,
            "item": wish.item.barcode,
            "user": user,
            "title": wish.edition.title,
            "author": wish.edition.responsible,
            "pickup": wish.pickup.code,
        },
    )
