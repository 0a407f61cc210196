"""Sources and their quarantine: what an administrator does on the page of sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hyllan.catalogue.engine.arrivals import Arrival
from hyllan.catalogue.engine.item_map import WrongItemMap, usual_or
from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.services.loading import load
from hyllan.catalogue.services.reading import arrival_from
from hyllan.jobs import services as jobs
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Organisation

HARVEST = "catalogue.harvest"
PAGE = 100  # records a transaction, when all are replayed
# A change of these makes another list: what was harvested says nothing of it
_WHERE_FROM = ("protocol", "base_url", "record_format", "set_spec", "item_map")


@dataclass(frozen=True, slots=True)
class ReplayResult:
    loaded: int  # records that could be read now, wholly or but for some items
    kept: int  # that still stand aside, wholly or with some items


def _check(by: Actor) -> None:
    if not (by.is_system or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only an administrator may change sources."))


@transaction.atomic
def add_source(
    *, organisation: Organisation, base_url: str, now: datetime, by: Actor = SYSTEM
) -> Source:
    """Harvest an organisation's system from now on; a new address replaces the old."""
    _check(by)
    source, made = Source.objects.get_or_create(
        organisation=organisation, defaults={"base_url": base_url}
    )
    if not made and source.base_url != base_url:
        _change(source, {"base_url": base_url})
    region.record(
        by=by,
        action="catalogue.add_source",
        subject=f"source:{organisation.code}",
        now=now,
        detail={"base_url": base_url},
    )
    return source


@transaction.atomic
def change_source(
    *,
    source_id: int,
    protocol: str,
    base_url: str,
    record_format: str,
    set_spec: str,
    item_map: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> Source:
    """
    Change where and how a source is harvested; then everything is fetched anew.

    :raises Refused: the actor is no administrator, or the map of items is wrong
    """
    _check(by)
    try:
        usual_or(item_map)
    except WrongItemMap as wrong:
        raise Refused(str(wrong)) from wrong
    wanted: dict[str, object] = {
        "protocol": protocol,
        "base_url": base_url,
        "record_format": record_format,
        "set_spec": set_spec,
        "item_map": dict(item_map),
    }
    source = Source.objects.select_for_update().get(pk=source_id)
    changed = {name: wanted[name] for name in _WHERE_FROM if getattr(source, name) != wanted[name]}
    if changed:
        _change(source, changed)
        region.record(
            by=by,
            action="catalogue.change_source",
            subject=f"source:{source.organisation.code}",
            now=now,
            detail=changed,
        )
    return source


def _change(source: Source, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        setattr(source, name, value)
    source.harvested_until = source.running_until = None
    source.resumption_token, source.run = "", {}
    source.list_size, source.list_read = None, 0
    source.save()


@transaction.atomic
def ask_harvest(*, source_id: int, by: Actor, now: datetime, full: bool = False) -> None:
    """
    Ask the worker to harvest a source at once.

    :param full: fetch everything anew
    :raises Refused: the actor is no administrator, or the source has no address
    """
    _check(by)
    source = Source.objects.select_related("organisation").get(pk=source_id)
    if not source.base_url:
        raise Refused(
            _("%(organisation)s has no address to harvest.") % {"organisation": source.organisation}
        )
    jobs.send(
        topic=HARVEST,
        lane=f"{HARVEST}:{source.pk}",
        key=f"{HARVEST}:{source.pk}:{now.isoformat()}",
        payload={"source": source.pk, "full": full},
        now=now,
    )
    region.record(
        by=by,
        action="catalogue.ask_harvest",
        subject=f"source:{source.organisation.code}",
        now=now,
        detail={"full": full},
    )


@transaction.atomic
def replay(*, quarantined_id: int, by: Actor, now: datetime) -> None:
    """
    Try again to load what is in quarantine, as it came.

    :raises Refused: it still cannot be read; it stays in quarantine
    """
    _check(by)
    kept = Quarantined.objects.select_related("source__organisation").get(pk=quarantined_id)
    (arrival,) = _arrivals(kept.source, [kept])
    if arrival.read is None:
        raise Refused(
            _("It still cannot be read: %(reason)s.") % {"reason": "; ".join(arrival.problems)}
        )
    _load_again(kept.source, [(kept, arrival)], now=now)
    region.record(
        by=by,
        action="catalogue.replay",
        subject=f"source:{kept.source.organisation.code}",
        now=now,
        detail={"identifier": kept.identifier},
    )


def replay_all(*, source_id: int, by: Actor, now: datetime) -> ReplayResult:
    """
    Try again to load all that stands aside of a source; what still cannot be read stays there.

    :raises Refused: the actor is no administrator
    """
    _check(by)
    source = Source.objects.select_related("organisation").get(pk=source_id)
    standing = Quarantined.objects.filter(source=source)
    after, loaded = 0, 0
    last = standing.order_by("-pk").values_list("pk", flat=True).first() or 0
    while page := list(_next_page(standing, after=after, last=last)):
        after = page[-1].pk
        with transaction.atomic():
            # Locked, so that a harvest meanwhile does not put another version between
            Source.objects.select_for_update().get(pk=source.pk)
            pairs = [
                (kept, arrival)
                for kept, arrival in zip(page, _arrivals(source, page), strict=True)
                if arrival.read is not None
            ]
            _load_again(source, pairs, now=now)
            loaded += len(pairs)
    result = ReplayResult(loaded, standing.count())
    region.record(
        by=by,
        action="catalogue.replay_all",
        subject=f"source:{source.organisation.code}",
        now=now,
        detail={"loaded": result.loaded, "kept": result.kept},
    )
    return result


def _next_page(standing: QuerySet[Quarantined], *, after: int, last: int) -> QuerySet[Quarantined]:
    return standing.filter(pk__gt=after, pk__lte=last).order_by("pk")[:PAGE]


def _arrivals(source: Source, kept: Iterable[Quarantined]) -> list[Arrival]:
    """Return what stands aside, read once more; a nameless one gets a name of ours."""
    kept = list(kept)
    names = [each.identifier for each in kept if each.identifier]
    known = dict(
        Record.objects.filter(source=source, identifier__in=names).values_list(
            "identifier", "datestamp"
        )
    )
    item_map = usual_or(source.item_map)
    return [
        arrival_from(
            bytes(each.raw),
            identifier=each.identifier or f"quarantine:{each.pk}",
            datestamp=known.get(each.identifier, each.at),
            item_map=item_map,
        )
        for each in kept
    ]


def _load_again(source: Source, pairs: list[tuple[Quarantined, Arrival]], *, now: datetime) -> None:
    Quarantined.objects.filter(pk__in=[kept.pk for kept, _arrival in pairs]).delete()
    load(source=source, arrivals=[arrival for _kept, arrival in pairs], now=now)
