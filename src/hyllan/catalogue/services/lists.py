"""
The list of a source's records as pages, whatever protocol it is fetched by.

What real systems do wrong is lived with and remembered as remarks, which the source's page shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

from hyllan.catalogue.connectors import sru
from hyllan.catalogue.connectors.oai_pmh import Unanswered
from hyllan.catalogue.engine.arrivals import LONGEST_IDENTIFIER, Arrival
from hyllan.catalogue.engine.item_map import ItemMap
from hyllan.catalogue.models import Source
from hyllan.catalogue.services.reading import arrival_from, control_number
from hyllan.protocols import oai_pmh
from hyllan.protocols.errors import Malformed
from hyllan.protocols.oai_pmh import (
    DeletedRecords,
    ErrorCode,
    Format,
    Granularity,
    OaiRecord,
    Page,
    Refusal,
    Verb,
)
from hyllan.protocols.sru import Diagnostic, SruRecord

T = TypeVar("T")
Fetch = Callable[[Mapping[str, str]], bytes]
Exchange = Callable[[Mapping[str, str], Callable[[bytes], T]], T]

MARC_NAMESPACE = "http://www.loc.gov/MARC21/slim"
USUAL_FORMAT = "marc21"
ALL_RECORDS = "cql.allRecords=1"
_WANTED = ("marc21", "marcxml", "marc", "oai_dc")  # by name, where no namespace is MARC's
CLOCKS_MAY_DIFFER = timedelta(minutes=5)


class Expired(Exception):  # noqa: N818 - it happens
    """The token is none any more: the list must be begun anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a list."""

    arrivals: tuple[Arrival, ...]
    token: str = ""  # where the next page begins; empty: this is the last
    until: datetime | None = None  # what changed before it is in the list
    size: int | None = None  # of the whole list
    highest: datetime | None = None  # the latest datestamp of the page
    lowest: datetime | None = None
    remarks: tuple[tuple[str, int], ...] = ()  # (what was lived with, how often)


@dataclass(frozen=True, slots=True)
class About:
    """What a system says of itself before its list is asked for."""

    tells_deletes: bool = False  # for good
    granularity: Granularity = Granularity.SECOND
    record_format: str = ""
    remarks: tuple[tuple[str, int], ...] = ()


class Lister(Protocol):
    """One protocol's way to list a source's records."""

    def about(self) -> About:
        """Ask the system about itself."""

    def page(self, about: About, *, token: str, since: datetime | None) -> Step:
        """
        Return the page at the token, or the first of what changed since then.

        :raises Expired: the system knows the token no more
        :raises Unanswered, Malformed: there is no answer, or none that can be used
        """


@dataclass(frozen=True, slots=True)
class OaiLister:
    """Lists by OAI-PMH."""

    source: Source
    exchange: Exchange  # type: ignore[type-arg]  # of whatever the reader returns
    item_map: ItemMap
    now: datetime

    def about(self) -> About:
        """Ask who it is and which formats it has; a system that cannot tell is asked as usual."""
        remarks: list[str] = []
        identity = oai_pmh.Identity("", "", (), None, DeletedRecords.NO)
        try:
            identity = self.exchange(oai_pmh.arguments(Verb.IDENTIFY), oai_pmh.parse_identify)
            remarks += [oddity.value for oddity in identity.oddities]
        except Malformed:
            remarks.append("no_identify")
        if identity.deleted != DeletedRecords.PERSISTENT:
            remarks.append("deletes_not_told")
        name = self.source.record_format
        if not name:
            name, odd = self._format()
            remarks += odd
        return About(
            identity.deleted == DeletedRecords.PERSISTENT,
            identity.granularity,
            name,
            tuple((remark, 1) for remark in remarks),
        )

    def _format(self) -> tuple[str, list[str]]:
        arguments = oai_pmh.arguments(Verb.LIST_METADATA_FORMATS)
        try:
            found = self.exchange(arguments, oai_pmh.parse_formats)
        except (Malformed, Unanswered):
            return USUAL_FORMAT, ["no_formats"]
        return best_format(found.formats), []

    def page(self, about: About, *, token: str, since: datetime | None) -> Step:
        """Return a page; dates in seconds that are refused are asked again in days."""
        found = self._ask(about, token, since, about.granularity)
        refused = isinstance(found, Refusal) and found.says(ErrorCode.BAD_ARGUMENT)
        if refused and since and not token and about.granularity == Granularity.SECOND:
            found = self._ask(about, token, since, Granularity.DAY)
        if isinstance(found, Page):
            return self._step(found)
        if token and found.says(ErrorCode.BAD_RESUMPTION_TOKEN):
            raise Expired
        if found.says(ErrorCode.NO_RECORDS_MATCH):
            return self._step(Page((), responded=found.responded))
        raise Malformed("; ".join(f"{it.code} {it.message}".strip() for it in found.errors))

    def _ask(
        self, about: About, token: str, since: datetime | None, granularity: Granularity
    ) -> Page | Refusal:
        arguments = oai_pmh.arguments(
            Verb.LIST_RECORDS,
            metadata_prefix=about.record_format,
            from_=since,
            set_spec=self.source.set_spec,
            token=token,
            granularity=granularity,
        )
        found: Page | Refusal = self.exchange(arguments, oai_pmh.parse)
        return found

    def _step(self, page: Page) -> Step:
        # A clock that runs ahead, or tells local time as UTC, would leave out what changes now
        until = min(page.responded or self.now, self.now)
        ahead = (page.responded or self.now) - self.now > CLOCKS_MAY_DIFFER
        arrivals = [self._arrival(record, until) for record in page.records]
        arrivals += [
            Arrival(it.identifier[:LONGEST_IDENTIFIER], until, it.raw, problems=(it.reason,))
            for it in page.broken
        ]
        stamps = [record.datestamp for record in page.records if record.datestamp]
        whole = len(stamps) == len(arrivals) and bool(stamps)
        remarks = {
            "mended": page.mended,
            "no_datestamp": len(page.records) - len(stamps),
            "clock_ahead": int(ahead),
        }
        return Step(
            tuple(arrivals),
            page.token,
            until,
            page.size,
            highest=max(stamps) if whole else None,
            lowest=min(stamps) if whole else None,
            remarks=tuple((name, number) for name, number in remarks.items() if number),
        )

    def _arrival(self, record: OaiRecord, until: datetime) -> Arrival:
        stamp = record.datestamp or until
        if record.deleted:
            return Arrival(record.identifier, stamp, b"", deleted=True)
        return arrival_from(
            record.metadata,
            identifier=record.identifier,
            datestamp=stamp,
            item_map=self.item_map,
        )


@dataclass(frozen=True, slots=True)
class SruLister:
    """Lists by SRU: all records that a query finds. Its tokens are positions."""

    source: Source
    exchange: Exchange  # type: ignore[type-arg]  # of whatever the reader returns
    item_map: ItemMap
    now: datetime

    def about(self) -> About:
        """Say what is known of any SRU: it tells no changes."""
        return About(
            record_format=self.source.record_format or "marcxml", remarks=(("tells_no_changes", 1),)
        )

    def page(self, about: About, *, token: str, since: datetime | None) -> Step:
        """Return the records from the token's position on; `since` is unknown to SRU."""
        asked = sru.Asked(self.source.set_spec or ALL_RECORDS, schema=about.record_format)

        def fetch(arguments: Mapping[str, str]) -> bytes:
            body: bytes = self.exchange(arguments, bytes)
            return body

        try:
            page = next(sru.pages(fetch, asked, start=int(token or 1)))
        except sru.NotServed as refusal:
            raise Malformed(str(refusal)) from refusal
        return Step(
            tuple(self._arrival(record) for record in page.records),
            str(page.next_position or ""),
            self.now,
            page.total,
        )

    def _arrival(self, record: SruRecord) -> Arrival:
        if isinstance(record.data, Diagnostic):
            reason = record.data.text or "a diagnostic without a word"
            return Arrival(
                record.identifier[:LONGEST_IDENTIFIER],
                self.now,
                record.data.details.encode(),
                problems=(reason,),
            )
        identifier = record.identifier or control_number(record.data)
        if not identifier:  # then a changed record is another, and the walk takes the old away
            identifier = f"sru:{sha256(record.data).hexdigest()[:16]}"
        return arrival_from(
            record.data, identifier=identifier, datestamp=self.now, item_map=self.item_map
        )


def best_format(formats: tuple[Format, ...]) -> str:
    """Return the prefix of the format that says most: MARCXML, whatever it is called, or oai_dc."""
    prefixes = [each.prefix for each in formats]
    marc = [each.prefix for each in formats if MARC_NAMESPACE in each.namespace]
    for name in _WANTED:
        if name in (marc or prefixes):
            return name
    return (marc or prefixes or [USUAL_FORMAT])[0]
