"""Networks in words: their states, their days, and what one has otherwise than another."""

from collections.abc import Mapping

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.transport.engine.difference import Difference, Kind
from hyllan.transport.engine.network import Tour

DIFFERENCES: dict[Kind, Promise] = {
    Kind.TOUR_ADDED: gettext_lazy("%(tour)s is new."),
    Kind.TOUR_REMOVED: gettext_lazy("%(tour)s no longer goes."),
    Kind.DEPARTURES: gettext_lazy("%(tour)s leaves at other times."),
    Kind.DAYS: gettext_lazy("%(tour)s goes on other days."),
    Kind.HUB: gettext_lazy("%(tour)s starts at %(library)s."),
    Kind.STOP_ADDED: gettext_lazy("%(tour)s comes to %(library)s too."),
    Kind.STOP_REMOVED: gettext_lazy("%(tour)s no longer comes to %(library)s."),
    Kind.ORDER: gettext_lazy("%(tour)s drives to its stops in another order."),
    Kind.MINUTES: gettext_lazy("%(tour)s stays otherwise at %(library)s, or has another cut-off."),
    Kind.SERVICE: gettext_lazy("What holds for all rounds has changed: days, minutes, cut-off."),
    Kind.RULES: gettext_lazy("The rules of what may travel where have changed."),
}


def difference_words(found: Difference, names: Mapping[str, str]) -> str:
    """Return one difference in a sentence."""
    library = names.get(found.library, found.library)
    return str(DIFFERENCES[found.kind]) % {"tour": found.tour, "library": library}


def days_words(tour: Tour, usual: tuple[int, ...]) -> str:
    """Return on which days a tour goes: "weekdays", "Monday, Friday", "… in school terms"."""
    weekdays = tour.weekdays or usual
    if weekdays == (1, 2, 3, 4, 5):
        days = _("weekdays")
    elif weekdays == (1, 2, 3, 4, 5, 6, 7):
        days = _("every day")
    else:
        days = ", ".join(str(WEEKDAYS[day - 1]) for day in weekdays)
    return _("%(days)s in school terms") % {"days": days} if tour.school_terms else days
