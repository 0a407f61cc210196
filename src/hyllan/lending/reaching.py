"""When copies of all libraries can be at one pick-up library: one look for a whole page."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from hyllan.lending import queries
from hyllan.lending.engine.sourcing import Offer, best_offer
from hyllan.region import queries as region
from hyllan.region.models import Library
from hyllan.transport.engine.arrivals import Arrivals

Moments = tuple[datetime, datetime]  # when a copy arrives, and when it stands on the hold shelf
_Asked = tuple[datetime, int, tuple[str, ...]]
# By pick-up library, so never more than there are; the last answer alone
_kept: dict[str, tuple[Arrivals, _Asked, Mapping[str, Moments]]] = {}


def moments(pickup: str, arrivals: Arrivals, *, now: datetime) -> Mapping[str, Moments]:
    """
    Return by library code when its copy, asked for now, can be on the hold shelf of `pickup`.

    Only libraries whose systems are connected, and from which it comes at all; the soonest first.
    Whoever asks within the same minute gets the same answer. Ask once a page.

    :param arrivals: by the timetable in force
    """
    connected = region.libraries().filter(organisation__connection__isnull=False)
    codes = connected.exclude(kind=Library.Kind.HUB).order_by("code").values_list("code", flat=True)
    minute = now.replace(second=0, microsecond=0)
    asked = (minute, region.calendar_version(), tuple(codes))
    kept = _kept.get(pickup)
    if kept is None or kept[0] is not arrivals or kept[1] != asked:
        kept = _kept[pickup] = (arrivals, asked, _moments(arrivals, asked[2], pickup, now=minute))
    return kept[2]


def _moments(
    arrivals: Arrivals, codes: tuple[str, ...], pickup: str, *, now: datetime
) -> Mapping[str, Moments]:
    reach = queries.Reach({*codes, pickup}, now=now, arrivals=arrivals)
    found = {code: reach.at(code, pickup) for code in codes}
    coming = [(code, when) for code, when in found.items() if when is not None]
    return dict(sorted(coming, key=lambda each: each[1][1]))


def tiers(reached: Mapping[str, Moments]) -> Sequence[frozenset[str]]:
    """Return library codes by the day their copies can be fetched, the soonest first."""
    by_day: dict[date, set[str]] = defaultdict(set)
    for code, (_arrives, when) in reached.items():
        by_day[queries.local_day(when)].add(code)
    return tuple(frozenset(by_day[day]) for day in sorted(by_day))


def best_days(
    edition_ids: Collection[int], reached: Mapping[str, Moments], *, now: datetime
) -> dict[int, Offer]:
    """Return each edition's best offer, by what `moments` gave: a page of hits at once."""
    rows = queries.free_items(edition_ids).values_list("edition_id", "pk", "library__code")
    free = [row for row in rows if row[2] in reached]
    lent = queries.lent_this_week({code for _edition, _item, code in free}, now=now)
    offers: dict[int, list[Offer]] = defaultdict(list)
    for edition, item, code in free:
        if edition is not None:
            offers[edition].append(Offer(item, code, *reached[code], lent[code]))
    best = {edition: best_offer(each) for edition, each in offers.items()}
    return {edition: offer for edition, offer in best.items() if offer is not None}
