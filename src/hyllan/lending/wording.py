"""The timeline in words: a step's sentence, put together when shown, in the reader's language."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.lending.engine.lifecycle import Outcome, Status
from hyllan.lending.models import TimelineEntry

SENTENCES: dict[str, Promise] = {
    "place_request": gettext_lazy("Requested, to be fetched at %(pickup)s."),
    "no_copy": gettext_lazy(
        "No copy is free just now. We choose one as soon as a library has it back."
    ),
    "source": gettext_lazy(
        "%(library)s sends its copy: of %(copies)s free copies it can be on your hold shelf first, "
        "%(day)s."
    ),
    "source_tie": gettext_lazy(
        "%(library)s sends its copy. Of %(copies)s free copies several can be on your hold shelf "
        "%(day)s, and %(library)s has lent fewest this week."
    ),
    "source_only": gettext_lazy(
        "%(library)s sends its copy, the only one free. It can be on your hold shelf %(day)s."
    ),
    "source_here": gettext_lazy(
        "Your library has the title in: it can be on your hold shelf %(day)s."
    ),
    "confirmed": gettext_lazy("The library system of %(library)s has reserved the copy."),
    "refuse": gettext_lazy(
        "The library system of %(library)s said no. We choose the next best copy."
    ),
    "unsource": gettext_lazy(
        "The library system of %(library)s does not answer. We choose the next best copy."
    ),
    "not_on_shelf": gettext_lazy(
        "The copy was not on the shelf at %(library)s. We choose the next best copy."
    ),
    "pick": gettext_lazy("%(library)s has picked the copy from the shelf."),
    "pack": gettext_lazy("Packed in crate %(crate)s to %(destination)s."),
    "depart": gettext_lazy("The van left %(library)s."),
    "receive": gettext_lazy("%(library)s has received it."),
    "hold": gettext_lazy("It waits for you on the hold shelf at %(library)s until %(until)s."),
    "lend": gettext_lazy("Lent at %(library)s."),
    "loan_made": gettext_lazy("The loan is made in the library system. Hand it in by %(due)s."),
    "hand_in": gettext_lazy("Handed in at %(library)s."),
    "pack_home": gettext_lazy("Packed in crate %(crate)s, home to %(destination)s."),
    "shelve": gettext_lazy("Home on its shelf at %(library)s."),
    "cancel": gettext_lazy("The request was cancelled."),
    "expire": gettext_lazy("It was not fetched in time and goes home from %(library)s."),
    "delayed": gettext_lazy("The day has changed to %(day)s: %(reason)s"),
    "moved": gettext_lazy("The day has changed to %(day)s. %(why)s"),
    "problem": gettext_lazy("A library system said no: %(problem)s"),
}
DELAYS: dict[str, Promise] = {
    Status.SOURCED.value: gettext_lazy("the copy is not picked yet."),
    Status.PICKED.value: gettext_lazy("the copy missed the van."),
    Status.CRATED.value: gettext_lazy("the crate missed the van."),
    Status.IN_TRANSIT.value: gettext_lazy("the van has not brought it."),
}
WHY_MOVED: dict[str, Promise] = {  # by what changed in the timetable
    "closed": gettext_lazy("%(place)s is closed %(days)s: %(why)s."),
    "open": gettext_lazy("%(place)s is open after all %(days)s."),
    "published": gettext_lazy("The vans have a new timetable from %(days)s."),
    "withdrawn": gettext_lazy("The vans keep their timetable of before."),
}
STATUS_WORDS: dict[str, Promise] = {
    Status.WAITING.value: gettext_lazy("Waiting for a copy"),
    Status.SOURCED.value: gettext_lazy("Being picked"),
    Status.PICKED.value: gettext_lazy("Picked"),
    Status.CRATED.value: gettext_lazy("Waiting for the van"),
    Status.IN_TRANSIT.value: gettext_lazy("On its way"),
    Status.RECEIVED.value: gettext_lazy("Received"),
    Status.READY.value: gettext_lazy("Ready to fetch"),
    Status.ON_LOAN.value: gettext_lazy("On loan"),
    Status.RETURNED.value: gettext_lazy("Handed in"),
    Status.CRATED_HOME.value: gettext_lazy("Waiting for the van home"),
    Status.IN_TRANSIT_HOME.value: gettext_lazy("On its way home"),
    Status.HOME.value: gettext_lazy("Home"),
    Status.CLOSED.value: gettext_lazy("Closed"),
}
OUTCOME_WORDS: dict[str, Promise] = {
    Outcome.OPEN.value: gettext_lazy("open"),
    Outcome.FILLED.value: gettext_lazy("lent"),
    Outcome.CANCELLED.value: gettext_lazy("cancelled"),
    Outcome.EXPIRED.value: gettext_lazy("not fetched"),
}


def sentence(entry: TimelineEntry) -> str:
    """Return what happened, in one plain sentence of the active language."""
    facts = dict(entry.facts)
    facts["library"] = entry.library.name if entry.library else ""
    for name, shown in (("expected", "day"), ("until", "until"), ("due", "due")):
        if facts.get(name):
            facts[shown] = _day(facts[name])
    key = _variant(entry.step, facts)
    if key == "moved":
        facts["why"] = why_moved(facts)
    if key == "delayed":
        facts["reason"] = str(DELAYS.get(facts.get("where", ""), ""))
    if key == "loan_made" and not facts.get("due"):
        return _("The loan is made in the library system.")
    return str(SENTENCES[key]) % facts


def why_moved(facts: dict[str, Any]) -> str:
    """Return why a day has moved: which library is closed when, or from when the vans differ."""
    days = [_day(day) for day in facts.get("days", ())]
    shown = _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]} if days else ""
    told = {
        "place": facts.get("place", ""),
        "why": str(facts.get("why", "")).rstrip("."),
        "days": days[0] if len(days) == 1 else shown,
    }
    return str(WHY_MOVED[facts["change"]]) % told


def _variant(step: str, facts: dict[str, Any]) -> str:
    """Return which of a step's sentences fits: the reason for a copy is told in four ways."""
    if step != "source":
        return step
    if facts.get("same_library"):
        return "source_here"
    if facts.get("copies") == 1:
        return "source_only"
    return "source_tie" if facts.get("tie") else "source"


def _day(written: str) -> str:
    """Return a date or moment as people say it: weekday first."""
    if len(written) == len("2026-11-24"):
        day = date.fromisoformat(written)
    else:
        day = timezone.localtime(datetime.fromisoformat(written)).date()
    return date_format(day, "l j F")
