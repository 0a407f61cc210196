"""Sources and their quarantine: what an administrator does on the page of sources."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from lxml import etree

from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.services.loading import arrival_of, load
from hyllan.jobs import services as jobs
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import MarcRecord, from_element, read_marc
from hyllan.protocols.xml import parse as parse_xml
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Organisation

HARVEST = "catalogue.harvest"


def _check(by: Actor) -> None:
    if not (by.is_system or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only an administrator may change sources."))


@transaction.atomic
def add_source(
    *, organisation: Organisation, base_url: str, now: datetime, by: Actor = SYSTEM
) -> Source:
    """Harvest an organisation's system from now on; a new address replaces the old."""
    _check(by)
    source, _made = Source.objects.update_or_create(
        organisation=organisation, defaults={"base_url": base_url}
    )
    region.record(
        by=by,
        action="catalogue.add_source",
        subject=f"source:{organisation.code}",
        now=now,
        detail={"base_url": base_url},
    )
    return source


@transaction.atomic
def ask_harvest(*, source_id: int, by: Actor, now: datetime) -> None:
    """
    Ask the worker to harvest a source at once.

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
        payload={"source": source.pk},
        now=now,
    )
    region.record(
        by=by, action="catalogue.ask_harvest", subject=f"source:{source.organisation.code}", now=now
    )


@transaction.atomic
def replay(*, quarantined_id: int, by: Actor, now: datetime) -> None:
    """
    Try again to load what is in quarantine, as it came.

    :raises Refused: it still cannot be read; it stays in quarantine
    """
    _check(by)
    kept = Quarantined.objects.select_related("source__organisation").get(pk=quarantined_id)
    try:
        record = _record_in(bytes(kept.raw))
    except Malformed as error:
        raise Refused(
            _("It still cannot be read: %(reason)s.") % {"reason": error.message}
        ) from error
    known = Record.objects.filter(source=kept.source, identifier=kept.identifier).first()
    arrival = arrival_of(
        record,
        identifier=kept.identifier or f"quarantine:{kept.pk}",
        datestamp=known.datestamp if known else kept.at,
        raw=bytes(kept.raw),
    )
    kept.delete()
    load(source=kept.source, arrivals=[arrival], now=now)
    region.record(
        by=by,
        action="catalogue.replay",
        subject=f"source:{kept.source.organisation.code}",
        now=now,
        detail={"identifier": kept.identifier},
    )


def _record_in(raw: bytes) -> MarcRecord:
    """Return the record in MARCXML, in an OAI-PMH record around it, or in ISO 2709."""
    if raw.lstrip().startswith(b"<"):
        root = parse_xml(raw)
        for element in root.iter():
            if _is_record(element):
                return from_element(element)
        raise Malformed("there is no MARC record in it")
    found = next(read_marc(raw), None)
    if not isinstance(found, MarcRecord):
        raise Malformed(found.reason if found else "it is empty")
    return found


def _is_record(element: etree._Element) -> bool:
    names = {child.tag.rpartition("}")[2] for child in element}
    return bool(names & {"leader", "controlfield", "datafield"})
