"""
Fetch all records that a CQL query finds at a server, page by page (SRU 1.1, 1.2 or 2.0).

A server's word on what comes next is taken where it moves forward; where it says nothing, the next
page begins behind the last record. Nothing here knows what changed: SRU has no dates of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hyllan.protocols.sru import Code, Diagnostic, SruPage, Version, read_page, search_parameters

PAGE = 50  # records asked for; servers may give fewer
MOST_PAGES = 100_000

Fetch = Callable[[Mapping[str, str]], bytes]
"""Asks one server, as `oai_pmh.Fetcher` does: bounded in time and size, patient with 503."""


class NotServed(Exception):  # noqa: N818 - the other side says no
    """The server refuses the search, or leads nowhere; the text says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a server, page after page."""

    query: str
    schema: str = "marcxml"
    version: Version = Version.V1_2
    count: int = PAGE


def pages(fetch: Fetch, asked: Asked, *, start: int = 1) -> Iterator[SruPage]:
    """
    Yield the pages from this position on; `next_position` of each is where to go on, if at all.

    :raises NotServed: the server answers with a diagnostic instead of records
    :raises Malformed: an answer is none of SRU
    :raises Unanswered: there was no answer (from `fetch`)
    """
    for _ in range(MOST_PAGES):
        page = _page(fetch, asked, start)
        yield page
        if page.next_position is None:
            return
        start = page.next_position
    raise NotServed(f"there is no end after {MOST_PAGES} pages")


def _page(fetch: Fetch, asked: Asked, start: int) -> SruPage:
    parameters = search_parameters(
        asked.query,
        start=start,
        count=asked.count,
        schema=asked.schema,
        version=asked.version,
    )
    page = read_page(fetch(parameters))
    if not page.records:
        return _without_records(page, start)
    after = start + len(page.records)
    if page.total is not None and after > page.total:
        return _going_on_at(page, None)
    told = page.next_position
    if told is None:  # not every server says it
        return _going_on_at(page, after if page.total is not None else None)
    if told <= start:
        raise NotServed(f"after position {start} it sends us to {told}")
    return page


def _without_records(page: SruPage, start: int) -> SruPage:
    """Return the page that is behind the last, or say why there are no records."""
    serious = [
        one
        for one in page.diagnostics
        if one.number != Code.FIRST_RECORD_OUT_OF_RANGE or start == 1
    ]
    if serious:
        raise NotServed("; ".join(map(_said, serious)))
    if page.total and start <= page.total:
        raise NotServed(f"it finds {page.total} records and gives none at position {start}")
    return _going_on_at(page, None)


def _going_on_at(page: SruPage, position: int | None) -> SruPage:
    return SruPage(page.total, page.records, position, page.diagnostics)


def _said(diagnostic: Diagnostic) -> str:
    what = diagnostic.text or diagnostic.uri or "a diagnostic without a word"
    return f"{what}: {diagnostic.details}" if diagnostic.details else what
