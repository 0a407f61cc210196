"""What a patron is told outside the site, through the outbox."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hyllan.jobs import services as jobs
from hyllan.lending.models import PatronRequest
from hyllan.lending.queries import local_day
from hyllan.lending.wording import why_moved

NOTICE = "lending.notice"


def notify_ready(wish: PatronRequest, *, now: datetime) -> None:
    """Tell the patron that her item waits, if her library's system gave an address."""
    if wish.patron is None or not wish.patron.email or wish.hold_until is None:
        return
    facts = {
        "title": wish.edition.title,
        "library": wish.pickup.name,
        "until": date_format(wish.hold_until, "l j F"),
    }
    jobs.send(
        topic=NOTICE,
        lane=f"notice:{wish.number}",
        key=f"ready-{wish.number}",
        destination="mail",
        now=now,
        payload={
            "to": wish.patron.email,
            "subject": _("%(title)s is waiting for you") % facts,
            "body": _(
                "%(title)s is on the hold shelf of %(library)s. "
                "Fetch it with your library card by %(until)s at the latest."
            )
            % facts,
        },
    )


def notify_moved(wish: PatronRequest, *, facts: dict[str, Any], key: str, now: datetime) -> None:
    """
    Tell the patron that her day is another, and why; one mail for one change.

    :param key: of the change
    """
    if wish.patron is None or not wish.patron.email or wish.expected_at is None:
        return
    told = {
        "title": wish.edition.title,
        "library": wish.pickup.name,
        "day": date_format(local_day(wish.expected_at), "l j F"),
        "why": why_moved(facts),
    }
    jobs.send(
        topic=NOTICE,
        lane=f"notice:{wish.number}",
        key=f"moved-{wish.number}-{key}",
        destination="mail",
        now=now,
        payload={
            "to": wish.patron.email,
            "subject": _("%(title)s comes %(day)s") % told,
            "body": _(
                "%(title)s comes to %(library)s %(day)s instead. %(why)s You need to do nothing."
            )
            % told,
        },
    )
