"""When copies of all libraries can be at one pick-up library: one look for a whole page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hyllan.lending import queries
from hyllan.region import queries as region
from hyllan.region.models import Library
from hyllan.transport import queries as transport
from hyllan.transport.engine.timetable import Timetable

_Asked = tuple[datetime, int, tuple[str, ...]]
# By pick-up library, so never more than there are; the last answer alone
_kept: dict[str, tuple[Timetable, _Asked, Mapping[str, datetime]]] = {}


def moments(pickup: str, *, now: datetime) -> Mapping[str, datetime]:
    """
    Return by library code when its copy, asked for now, can be on the hold shelf of `pickup`.

    Only libraries whose systems are connected, and from which it comes at all. Whoever asks within
    the same minute gets the same answer.
    """
    connected = region.libraries().filter(organisation__connection__isnull=False)
    codes = connected.exclude(kind=Library.Kind.HUB).order_by("code").values_list("code", flat=True)
    table, minute = transport.timetable(), now.replace(second=0, microsecond=0)
    asked = (minute, region.calendar_version(), tuple(codes))
    kept = _kept.get(pickup)
    if kept is None or kept[0] is not table or kept[1] != asked:
        kept = _kept[pickup] = (table, asked, _moments(asked[2], pickup, now=minute))
    return kept[2]


def _moments(codes: tuple[str, ...], pickup: str, *, now: datetime) -> Mapping[str, datetime]:
    reach = queries.Reach({*codes, pickup}, now=now)
    found = {code: reach.at(code, pickup) for code in codes}
    return {code: when[1] for code, when in found.items() if when is not None}


def tiers(pickup: str, *, now: datetime) -> Sequence[frozenset[str]]:
    """Return library codes by the day their copies can be fetched at `pickup`, soonest first."""
    by_day: dict[date, set[str]] = defaultdict(set)
    for code, when in moments(pickup, now=now).items():
        by_day[queries.local_day(when)].add(code)
    return [frozenset(by_day[day]) for day in sorted(by_day)]
