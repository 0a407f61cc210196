"""The library systems as the other services and the worker reach them, each call logged."""

from collections.abc import Collection
from datetime import datetime

import httpx

from hyllan.catalogue.engine.availability import LibrarySystem
from hyllan.jobs import services as jobs
from hyllan.lending.connectors.contract import Connector
from hyllan.lending.connectors.ncip import NcipConnector
from hyllan.lending.models import Connection

REGION_AGENCY = "HYLLAN"
# One pool for the process; proxies are not for library systems, whatever the environment says.
_client = httpx.Client(limits=httpx.Limits(max_connections=20), trust_env=False)


def system_of(connection: Connection, *, now: datetime, subject: str = "") -> Connector:
    """Return the connector of a library system. Never call it inside a transaction."""
    organisation = connection.organisation.code

    def log(kind: str, result: str, milliseconds: int) -> None:
        jobs.log_exchange(
            at=now,
            sender=REGION_AGENCY,
            receiver=organisation,
            protocol=connection.kind.upper(),
            type=kind,
            result=result,
            milliseconds=milliseconds,
            subject=subject,
        )

    return NcipConnector(
        url=connection.url,
        agency=REGION_AGENCY,
        library_agency=organisation,
        client=_client,
        log=log,
    )


def library_systems(organisation_ids: Collection[int]) -> dict[int, LibrarySystem]:
    """Return how the catalogue asks organisations' systems about items (it has a slot for this)."""
    return {
        each.organisation_id: LibrarySystem(
            protocol=each.kind,
            url=each.url,
            from_agency=REGION_AGENCY,
            to_agency=each.organisation.code,
        )
        for each in Connection.objects.filter(
            organisation__in=organisation_ids, kind=Connection.Kind.NCIP
        ).select_related("organisation")
    }
