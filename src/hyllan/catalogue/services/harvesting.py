"""
Harvest a library system over OAI-PMH, incrementally.

A page is fetched outside, and loaded inside, a transaction; the token of the next page is written
in the same transaction. So a kill at any moment costs at most the page that was being fetched: the
next harvest goes on from the last token. The period harvested ends at the moment the other side
named in its first answer, by its own clock; the next begins there.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue.connectors.oai_pmh import Fetcher, Unanswered
from hyllan.catalogue.models import Source
from hyllan.catalogue.services.loading import Arrival, Counts, arrival_of, load
from hyllan.jobs import services as jobs
from hyllan.protocols import oai_pmh
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import from_element
from hyllan.protocols.oai_pmh import ErrorCode, Granularity, OaiRecord, Page, Refusal, Verb
from hyllan.protocols.xml import parse as parse_xml
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor
from hyllan.region.errors import Refused

log = logging.getLogger(__name__)
T = TypeVar("T")
Fetch = Callable[[Mapping[str, str]], bytes]
HYLLAN = "HYLLAN"
FORMAT = "marc21"


@dataclass(frozen=True, slots=True)
class HarvestResult:
    read: int = 0
    loaded: int = 0
    deleted: int = 0
    quarantined: int = 0


def harvest(
    *, source_id: int, now: datetime, fetch: Fetch | None = None, by: Actor = SYSTEM
) -> HarvestResult:
    """
    Fetch and load what has changed since the last harvest, or go on with a broken one.

    :raises Refused: the system does not answer, or not in OAI-PMH, or another harvest runs
    """
    source = Source.objects.select_related("organisation").get(pk=source_id)
    if not source.base_url:
        raise Refused(
            _("%(organisation)s has no address to harvest.") % {"organisation": source.organisation}
        )
    if fetch is not None:
        return _harvest(source, fetch, now=now, by=by)
    with Fetcher(source.base_url) as fetcher:
        return _harvest(source, fetcher, now=now, by=by)


def harvest_all(*, now: datetime) -> dict[str, HarvestResult | str]:
    """Harvest every source; one that fails stops no other. Return results or reasons by code."""
    results: dict[str, HarvestResult | str] = {}
    sources = Source.objects.exclude(base_url="").order_by("pk")
    for pk, code in sources.values_list("pk", "organisation__code"):
        try:
            results[code] = harvest(source_id=pk, now=now)
        except Refused as refusal:
            log.warning("harvest of %s: %s", code, refusal)
            results[code] = str(refusal)
    return results


def _harvest(source: Source, fetch: Fetch, *, now: datetime, by: Actor) -> HarvestResult:
    counts = Counts()
    try:
        arguments = _first_arguments(source, fetch, now=now)
        while True:
            answer = _ask(source, fetch, arguments, now=now)
            if isinstance(answer, Refusal):
                if answer.says(ErrorCode.BAD_RESUMPTION_TOKEN) and source.resumption_token:
                    _forget_token(source)
                    arguments = _first_arguments(source, fetch, now=now)
                    continue
                answer = _empty_page(answer)
            counts += _store(source, answer, now=now)
            if not source.resumption_token:
                break
            arguments = oai_pmh.arguments(Verb.LIST_RECORDS, token=source.resumption_token)
    except (Unanswered, Malformed) as fault:
        _settle(source, counts, by=by, now=now, error=str(fault))
        raise Refused(
            _("The library system of %(organisation)s could not be harvested: %(reason)s.")
            % {"organisation": source.organisation, "reason": fault}
        ) from fault
    _settle(source, counts, by=by, now=now)
    return _result(counts)


def _first_arguments(source: Source, fetch: Fetch, *, now: datetime) -> dict[str, str]:
    if source.resumption_token:
        return oai_pmh.arguments(Verb.LIST_RECORDS, token=source.resumption_token)
    granularity = Granularity.SECOND
    if source.harvested_until:
        arguments = oai_pmh.arguments(Verb.IDENTIFY)
        told = _exchange(source, fetch, arguments, oai_pmh.parse_identify, now=now)
        granularity = told.granularity
    return oai_pmh.arguments(
        Verb.LIST_RECORDS,
        metadata_prefix=FORMAT,
        from_=source.harvested_until,
        granularity=granularity,
    )


def _ask(
    source: Source, fetch: Fetch, arguments: Mapping[str, str], *, now: datetime
) -> Page | Refusal:
    return _exchange(source, fetch, arguments, oai_pmh.parse, now=now)


def _exchange(
    source: Source,
    fetch: Fetch,
    arguments: Mapping[str, str],
    read: Callable[[bytes], T],
    *,
    now: datetime,
) -> T:
    """Ask, read the answer, and write down that it was asked and how it went."""
    began, result = time.perf_counter(), "ok"
    try:
        found = read(fetch(arguments))
        if isinstance(found, Refusal):
            result = ", ".join(error.code for error in found.errors)
        return found
    except (Unanswered, Malformed) as fault:
        result = str(fault)
        raise
    finally:
        jobs.log_exchange(
            at=now,
            sender=HYLLAN,
            receiver=source.organisation.code,
            protocol="OAI-PMH",
            type=arguments["verb"],
            result=result,
            milliseconds=round((time.perf_counter() - began) * 1000),
        )


def _empty_page(refusal: Refusal) -> Page:
    """Return the page that "nothing has changed" means; any other error ends the harvest."""
    if refusal.says(ErrorCode.NO_RECORDS_MATCH):
        return Page((), responded=refusal.responded)
    raise Malformed("; ".join(f"{error.code} {error.message}".strip() for error in refusal.errors))


def _store(source: Source, page: Page, *, now: datetime) -> Counts:
    """Load a page and write where to go on, in one transaction."""
    arrivals = [_arrival(record, page.responded or now) for record in page.records]
    arrivals += [
        Arrival(broken.identifier, now, broken.raw, problems=(broken.reason,))
        for broken in page.broken
    ]
    with transaction.atomic():
        current = Source.objects.select_for_update().get(pk=source.pk)
        if current.resumption_token != source.resumption_token:
            raise Refused(
                _("%(organisation)s is being harvested already. Try again when it is done.")
                % {"organisation": source.organisation}
            )
        if page.token and page.token == current.resumption_token:
            raise Malformed("the same resumptionToken was given twice: the list would never end")
        counts = load(source=current, arrivals=arrivals, now=now)
        current.running_until = current.running_until or page.responded or now
        current.resumption_token = page.token
        if not page.token:
            current.harvested_until, current.running_until = current.running_until, None
        fields = ["resumption_token", "running_until", "harvested_until"]
        current.save(update_fields=fields)
    for name in fields:
        setattr(source, name, getattr(current, name))
    return counts


def _arrival(record: OaiRecord, fallback: datetime) -> Arrival:
    datestamp = record.datestamp or fallback
    if record.deleted:
        return Arrival(record.identifier, datestamp, b"", deleted=True)
    try:
        read = from_element(parse_xml(record.metadata))
    except Malformed as error:
        return Arrival(record.identifier, datestamp, record.metadata, problems=(error.message,))
    return arrival_of(read, identifier=record.identifier, datestamp=datestamp, raw=record.metadata)


@transaction.atomic
def _forget_token(source: Source) -> None:
    """Begin the list again from where the last whole harvest ended: the token has run out."""
    source.resumption_token, source.running_until = "", None
    source.save(update_fields=["resumption_token", "running_until"])


@transaction.atomic
def _settle(source: Source, counts: Counts, *, by: Actor, now: datetime, error: str = "") -> None:
    source.last_run_at, source.last_error = now, error[:300]
    source.last_result = asdict(_result(counts))
    source.save(update_fields=["last_run_at", "last_error", "last_result"])
    if counts.read or error:
        region.record(
            by=by,
            action="catalogue.harvest",
            subject=f"source:{source.organisation.code}",
            now=now,
            detail=source.last_result | ({"error": error[:300]} if error else {}),
        )


def _result(counts: Counts) -> HarvestResult:
    return HarvestResult(counts.read, counts.loaded, counts.deleted, counts.quarantined)
