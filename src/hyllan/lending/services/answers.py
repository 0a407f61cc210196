"""What library systems answered, and what the vans told: effects on requests, once each."""

from datetime import date, datetime

from django.db import transaction

from hyllan.catalogue import services as catalogue
from hyllan.catalogue.queries import Item
from hyllan.jobs import services as jobs
from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import Status
from hyllan.lending.models import PatronRequest
from hyllan.lending.services.requests import source
from hyllan.lending.services.shelf import give_up, hold
from hyllan.lending.services.steps import locked, take_step, tell
from hyllan.region.engine.roles import SYSTEM


def _still_sourced(wish: PatronRequest, sourcing_round: int) -> bool:
    return wish.status == Status.SOURCED and wish.sourcing_round == sourcing_round


@transaction.atomic
def settle(*, message_id: int, now: datetime) -> None:
    """Note that a message had its effect, where nothing else follows from it."""
    jobs.complete(message_id, now=now)


@transaction.atomic
def request_confirmed(*, message_id: int, number: str, sourcing_round: int, now: datetime) -> None:
    """Note that the supplier's system holds the item for us."""
    wish = locked(number)
    if wish.sourcing_round == sourcing_round and wish.supplier is not None:
        tell(wish, "confirmed", now=now, library=wish.supplier)
    jobs.complete(message_id, now=now)


@transaction.atomic
def request_refused(
    *, message_id: int, number: str, sourcing_round: int, reason: str, now: datetime
) -> None:
    """Choose the next best copy, since the supplier's system said no to this one."""
    wish = locked(number)
    if _still_sourced(wish, sourcing_round) and wish.item is not None:
        item = wish.item
        take_step(wish, "refuse", by=SYSTEM, now=now, facts={"reason": reason})
        give_up(wish, item, "refused", now=now)
        catalogue.item_status(item_id=item.pk, status=Item.Status.ON_LOAN, now=now)
        source(wish, now=now)
    elif wish.sourcing_round == sourcing_round:
        wish.problem = reason[:300]  # picked already: staff has the item in hand and must decide
        wish.save(update_fields=["problem"])
    jobs.complete(message_id, now=now)


@transaction.atomic
def supplier_unanswering(*, number: str, sourcing_round: int, now: datetime) -> bool:
    """Choose a copy elsewhere if a system that answers has one; return whether that was done."""
    wish = locked(number)
    if not _still_sourced(wish, sourcing_round) or wish.item is None:
        return False
    if not queries.answering_offers(wish, now=now):
        return False
    item = wish.item
    take_step(wish, "unsource", by=SYSTEM, now=now)
    give_up(wish, item, "system_down", now=now)
    source(wish, now=now)
    return True


@transaction.atomic
def accepted(*, message_id: int, number: str, now: datetime) -> None:
    """Put the item on the hold shelf, since the patron's library system has taken it in."""
    wish = locked(number)
    if wish.status == Status.RECEIVED:
        hold(wish, now=now)
    jobs.complete(message_id, now=now)


@transaction.atomic
def checked_out(*, message_id: int, number: str, due_on: date | None, now: datetime) -> None:
    """Note the loan the reader's library system made, with its due date."""
    wish = locked(number)
    if wish.status == Status.ON_LOAN:
        wish.due_on = due_on
        wish.save(update_fields=["due_on"])
        tell(
            wish,
            "loan_made",
            now=now,
            library=wish.pickup,
            facts={"due": due_on.isoformat() if due_on else ""},
        )
    jobs.complete(message_id, now=now)


@transaction.atomic
def told_problem(*, message_id: int, number: str, problem: str, now: datetime) -> None:
    """Put a system's no in front of staff: the item is where it is, the systems disagree."""
    wish = locked(number)
    wish.problem = problem[:300]
    wish.save(update_fields=["problem"])
    tell(wish, "problem", now=now, library=None, facts={"problem": problem[:300]})
    jobs.complete(message_id, now=now)


@transaction.atomic
def crate_departed(*, message_id: int, contents: list[tuple[str, str]], now: datetime) -> None:
    """Note that the items of a crate have left their library."""
    for organisation, barcode in contents:
        number = queries.number_in_crate(organisation, barcode)
        if number is None:
            continue
        wish = locked(number)
        if wish.status in {Status.CRATED, Status.CRATED_HOME}:
            take_step(wish, "depart", by=SYSTEM, now=now, facts={"crate": wish.crate_code})
    jobs.complete(message_id, now=now)
