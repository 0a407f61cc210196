"""The worker's way in: deliver lending's messages and hear the vans' events."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from hyllan.jobs.models import OutboxMessage
from hyllan.jobs.registry import Later
from hyllan.lending import queries, services
from hyllan.lending.connectors.contract import Answer, Order, Unanswering
from hyllan.lending.engine.lifecycle import Send

TRIES_BEFORE_ELSEWHERE = 3  # 15 seconds of silence: choose a copy where somebody answers


def tell_system(message: OutboxMessage, now: datetime) -> None:
    """Deliver one message to a library system and let its answer have its effect, once."""
    told = message.payload
    send = Send(told["send"])
    system = services.system_of(
        queries.connection_of(told["organisation"]),
        now=now,
        subject=f"patron_request:{told['number']}",
    )
    order = Order(
        request_id=told["request_id"],
        item=told["item"],
        user=told["user"],
        title=told["title"],
        author=told["author"],
        pickup=told["pickup"],
    )
    try:
        answer = system.already_done(send, order) if message.attempts > 1 else None
        if answer is None and send == Send.S_REQUEST_ITEM and _is_moot(told):
            answer = Answer()  # it never arrived, and the request has moved on without it
        answer = answer or system.tell(send, order)
    except Unanswering as silence:
        if send == Send.S_REQUEST_ITEM and message.attempts >= TRIES_BEFORE_ELSEWHERE:
            services.supplier_unanswering(
                number=told["number"], sourcing_round=told["round"], now=now
            )
        raise Later(str(silence)) from silence
    _take_effect(message, send, answer, now=now)


def _is_moot(told: dict[str, Any]) -> bool:
    return not queries.is_sourced(told["number"], told["round"])


def _take_effect(message: OutboxMessage, send: Send, answer: Answer, *, now: datetime) -> None:
    number, sourcing_round = message.payload["number"], message.payload["round"]
    settle = partial(services.settle, message_id=message.pk, now=now)
    match send:
        case Send.S_REQUEST_ITEM if answer.problem:
            services.request_refused(
                message_id=message.pk,
                number=number,
                sourcing_round=sourcing_round,
                reason=answer.problem,
                now=now,
            )
        case Send.S_REQUEST_ITEM:
            services.request_confirmed(
                message_id=message.pk, number=number, sourcing_round=sourcing_round, now=now
            )
        case Send.S_CANCEL_REQUEST | Send.B_CANCEL_REQUEST:
            settle()  # a reservation it does not know needs no cancelling
        case _ if answer.problem:
            services.told_problem(
                message_id=message.pk, number=number, problem=answer.problem, now=now
            )
        case Send.B_ACCEPT_ITEM:
            services.accepted(message_id=message.pk, number=number, now=now)
        case Send.B_CHECK_OUT:
            services.checked_out(
                message_id=message.pk, number=number, due_on=_local_day(answer.due), now=now
            )
        case _:
            settle()


def _local_day(moment: datetime | None) -> date | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return timezone.localtime(aware).date()


def tell_patron(message: OutboxMessage, now: datetime) -> None:
    """Mail a notice; its id is the message's key, so that a second copy can be known as one."""
    notice = message.payload
    mail = EmailMessage(
        subject=notice["subject"],
        body=notice["body"],
        to=[notice["to"]],
        headers={"Message-ID": f"<{message.key}@hyllan>"},
    )
    mail.send()
    services.settle(message_id=message.pk, now=now)


def hear_departure(message: OutboxMessage, now: datetime) -> None:
    """Note that a crate has left: its items are in transit."""
    services.crate_departed(
        message_id=message.pk,
        contents=[(owner, barcode) for owner, barcode in message.payload["contents"]],
        now=now,
    )


def hear_timetable_change(message: OutboxMessage, now: datetime) -> None:
    """Move the promises that another timetable makes untrue, and tell their readers."""
    services.timetable_changed(
        message_id=message.pk, key=message.key, payload=message.payload, now=now
    )
