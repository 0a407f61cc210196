"""
Harvest a library system, incrementally or as a walk over all it has.

A page is fetched outside, and loaded inside, a transaction; how far the harvest has come is
written in the same transaction. So a kill at any moment costs at most the page that was being
fetched: the next harvest goes on there. The period harvested ends at the moment the other side
named in its first answer, by its own clock unless that runs ahead; the next begins there.

A walk marks every record it meets. When it has come whole to its end, what it did not meet has
vanished, and is taken away as if the system had said that it is deleted.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hyllan.catalogue.connectors.oai_pmh import Fetcher, Unanswered
from hyllan.catalogue.engine.arrivals import Arrival
from hyllan.catalogue.engine.item_map import usual_or
from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.services.lists import Expired, Fetch, Lister, OaiLister, SruLister
from hyllan.catalogue.services.loading import Counts, load
from hyllan.catalogue.services.moments import Moments
from hyllan.catalogue.services.runs import LONGEST_ERROR, Pages, Run, is_due, walk_is_due
from hyllan.jobs import services as jobs
from hyllan.protocols.errors import Malformed
from hyllan.protocols.oai_pmh import Refusal
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused

log = logging.getLogger(__name__)
T = TypeVar("T")
HYLLAN = "HYLLAN"
FROM_FILES = "file:"  # how identifiers of imported records begin: no walk meets them
SWEEP = 500  # records a transaction
FEW = 20  # so many may vanish however few there are


@dataclass(frozen=True, slots=True)
class HarvestResult:
    """What the harvest did, with what it had done before it was broken off."""

    read: int = 0
    loaded: int = 0
    deleted: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a harvest has come."""

    code: str  # of the organisation
    read: int
    size: int | None  # of the list, where the other side says it


Watch = Callable[[Progress], None]


def harvest(
    *,
    source_id: int,
    now: datetime,
    fetch: Fetch | None = None,
    by: Actor = SYSTEM,
    full: bool = False,
    watch: Watch | None = None,
) -> HarvestResult:
    """
    Fetch and load what has changed since the last harvest, or go on with a broken one.

    :param full: fetch everything anew, and take away what is no longer there
    :raises Refused: the system does not answer, or not in its protocol, or another harvest runs
    """
    source = Source.objects.select_related("organisation").get(pk=source_id)
    if not source.base_url:
        raise Refused(
            _("%(organisation)s has no address to harvest.") % {"organisation": source.organisation}
        )
    if fetch is not None:
        return _Harvest(source, fetch, now, by, watch).go(full=full)
    with Fetcher(source.base_url) as fetcher:
        return _Harvest(source, fetcher, now, by, watch).go(full=full)


def harvest_all(
    *, now: datetime, full: bool = False, watch: Watch | None = None
) -> dict[str, HarvestResult | str]:
    """
    Harvest every source that is due; one that fails stops no other.

    :return: results, or reasons why there is none, by the organisations' codes
    """
    results: dict[str, HarvestResult | str] = {}
    sources = Source.objects.exclude(base_url="").select_related("organisation").order_by("pk")
    for source in sources:
        code = source.organisation.code
        if not (full or is_due(source, now=now)):
            continue
        try:
            results[code] = harvest(source_id=source.pk, now=now, full=full, watch=watch)
        except Refused as refusal:
            log.warning("harvest of %s: %s", code, refusal)
            results[code] = str(refusal)
    return results


class _Harvest:
    """One harvest of one source, from where the last one stopped."""

    def __init__(
        self, source: Source, fetch: Fetch, now: datetime, by: Actor, watch: Watch | None
    ) -> None:
        self.source, self.fetch, self.now, self.by = source, fetch, now, by
        self.watch, self.moments = watch, Moments(now)
        self.run = Run.from_json(source.run)
        self.pages = Pages()
        self.lister = self._lister()

    def _lister(self) -> Lister:
        item_map = usual_or(self.source.item_map)
        walks = self.source.protocol == Source.Protocol.SRU
        kind: type[SruLister] | type[OaiLister] = SruLister if walks else OaiLister
        return kind(self.source, self._exchange, item_map, self.now)

    def go(self, *, full: bool) -> HarvestResult:
        try:
            with self._told_when_it_fails():
                if self.run.began is None or (full and not self.run.full):
                    self._begin(full=full)
                while self.run.lists:
                    self._next_page()
                while self._vanished_are_left():
                    self._sweep()
        except _Overtaken:
            raise Refused(
                _("%(organisation)s is being harvested already. Try again when it is done.")
                % {"organisation": self.source.organisation}
            ) from None
        return self._end()

    @contextmanager
    def _told_when_it_fails(self) -> Iterator[None]:
        try:
            yield
        except (Unanswered, Malformed) as fault:
            self._settle(error=str(fault))
            raise Refused(
                _("The library system of %(organisation)s could not be harvested: %(reason)s.")
                % {"organisation": self.source.organisation, "reason": fault}
            ) from fault

    def _begin(self, *, full: bool) -> None:
        about = self.lister.about()
        walks = full or walk_is_due(self.source, about, now=self.now)
        with self._locked() as current:
            current.resumption_token, current.running_until = "", None
            current.list_size, current.list_read = None, 0
            current.walk += walks
            self.run = Run.begun(about, full=walks, asked=full, now=self.now)

    def _next_page(self) -> None:
        began = time.perf_counter()
        try:
            step = self.lister.page(
                self.run.about, token=self.source.resumption_token, since=self._since()
            )
        except Expired:
            self._restart()
            return
        self.pages.check(step)
        with self._locked() as current:
            if step.token and step.token == current.resumption_token:
                raise Malformed("the same resumptionToken was given twice: the list never ends")
            counts = load(source=current, arrivals=step.arrivals, now=self.moments())
            if self.run.full:
                met = [arrival.identifier for arrival in step.arrivals if arrival.identifier]
                Record.objects.filter(source=current, identifier__in=met).update(walk=current.walk)
            current.running_until = current.running_until or step.until
            current.resumption_token = step.token
            current.list_size = step.size or current.list_size
            current.list_read += len(step.arrivals)
            current.last_error = ""  # it answers again
            self.run = self.run.after(step, _numbers(counts), time.perf_counter() - began)
        self._tell()

    def _since(self) -> datetime | None:
        """Return from when records are asked for; None: from the beginning."""
        return self.run.goes_on_from or (None if self.run.full else self.source.harvested_until)

    def _restart(self) -> None:
        with self._locked() as current:
            current.resumption_token, current.list_read = "", 0
            self.run = self.run.restarted()
        self.pages.forget()

    def _vanished_are_left(self) -> bool:
        if not (self.run.full and self.run.whole):
            return False
        if self.run.asked or self.run.sweeping:
            return _vanished(self.source).exists()
        vanished = _vanished(self.source).count()
        known = Record.objects.filter(source=self.source, deleted=False).count()
        if vanished > FEW and vanished * 2 > known:
            # More likely the system's list is wrong; an administrator may fetch all anew
            self.run = self.run.remarked("too_many_vanished", vanished)
            return False
        return vanished > 0

    def _sweep(self) -> None:
        """Take away the next records that the walk did not meet."""
        with self._locked() as current:
            gone = _vanished(current).values_list("identifier", flat=True).order_by("pk")[:SWEEP]
            arrivals = [Arrival(name, self.now, b"", deleted=True) for name in gone]
            counts = load(source=current, arrivals=arrivals, now=self.moments())
            self.run = self.run.swept(counts.deleted)
        self._tell()

    def _end(self) -> HarvestResult:
        done = self.run
        with self._locked() as current:
            if self.run.full and self.run.whole:
                # What stands aside and did not come again is no longer there to be mended
                Quarantined.objects.filter(source=current, at__lt=self.run.began).exclude(
                    identifier__startswith=FROM_FILES
                ).delete()
            if self.run.full:
                current.walked_at = self.run.began
            current.harvested_until = current.running_until or current.harvested_until
            current.running_until = None
            self._write_result(current, error="")
            self.run = Run()
        return HarvestResult(**done.counts)

    def _settle(self, *, error: str) -> None:
        with transaction.atomic():
            current = Source.objects.select_for_update().get(pk=self.source.pk)
            self._write_result(current, error=error)
            current.save(update_fields=["last_run_at", "last_error", "last_result"])

    def _write_result(self, current: Source, *, error: str) -> None:
        current.last_run_at, current.last_error = self.now, error[:LONGEST_ERROR]
        current.last_result = self.run.result()
        if any(self.run.counts.values()) or error:
            region.record(
                by=self.by,
                action="catalogue.harvest",
                subject=f"source:{self.source.organisation.code}",
                now=self.now,
                detail=self.run.counts | ({"error": error[:LONGEST_ERROR]} if error else {}),
            )

    @contextmanager
    def _locked(self) -> Iterator[Source]:
        """Lock the source and write it back with how far the run is; refuse if another was here."""
        with transaction.atomic():
            current = Source.objects.select_for_update(of=("self",)).select_related("organisation")
            found = current.get(pk=self.source.pk)
            mine = (self.source.resumption_token, self.source.run)
            if (found.resumption_token, found.run) != mine:
                raise _Overtaken
            yield found
            found.run = self.run.to_json()
            found.save()
        self.source = found

    def _tell(self) -> None:
        if self.watch:
            it = self.source
            self.watch(Progress(it.organisation.code, it.list_read, it.list_size))

    def _exchange(self, arguments: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """Ask, read the answer, and write down that it was asked and how it went."""
        began, result = time.perf_counter(), "ok"
        try:
            found = read(self.fetch(arguments))
            if isinstance(found, Refusal):
                result = ", ".join(error.code for error in found.errors)
            return found
        except (Unanswered, Malformed) as fault:
            result = str(fault)
            raise
        finally:
            jobs.log_exchange(
                at=self.now,
                sender=HYLLAN,
                receiver=self.source.organisation.code,
                protocol=self.source.get_protocol_display(),
                type=arguments.get("verb") or arguments.get("operation", ""),
                result=result,
                milliseconds=round((time.perf_counter() - began) * 1000),
            )


class _Overtaken(Exception):  # noqa: N818 - nobody is at fault
    """Another harvest of the same source has stored something meanwhile."""


def _vanished(source: Source) -> QuerySet[Record]:
    """Return the records that the walk did not meet; those of files are in no list."""
    return (
        Record.objects.filter(source=source, deleted=False)
        .exclude(walk=source.walk)
        .exclude(identifier__startswith=FROM_FILES)
    )


def _numbers(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in ("read", "loaded", "deleted", "quarantined")}
