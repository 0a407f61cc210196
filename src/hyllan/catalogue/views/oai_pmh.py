"""
The door for OAI-PMH 2.0 (docs/wire.md): whoever harvests us gets the merged records.

protocols/oai_pmh reads what is asked and writes the answer. Nothing is kept between two answers:
a resumption token says how far a list has come, by the time of change and number of its last
record. What changes meanwhile moves to the end of the list, so none is missed.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from hyllan.catalogue import queries, wording
from hyllan.catalogue.queries import Change, Mark, Window
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import MarcRecord, to_marcxml
from hyllan.protocols.marc.dublin_core import OAI_DC, dublin_core, dublin_core_xml
from hyllan.protocols.oai_pmh import (
    DUBLIN_CORE,
    MARC21,
    ErrorCode,
    Formats,
    Identity,
    OaiError,
    OaiRecord,
    Request,
    SetDescription,
    Sets,
    Single,
    Token,
    Verb,
    page_of,
    read_arguments,
    render,
    start_of,
)
from hyllan.protocols.oai_pmh.server import Answer
from hyllan.region import clock
from hyllan.region.queries import region

FORMATS = (MARC21, DUBLIN_CORE)
PAGE = 100
ORGANISATION, MATERIAL = "organisation.", "material."  # sets are called so, and by a code
_LOG = logging.getLogger(__name__)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = 18  # digits that a database takes as a number
_WHEN_NONE = OaiError(ErrorCode.NO_RECORDS_MATCH, "There is no record of this time and set.")
_NOT_OURS = OaiError(ErrorCode.BAD_RESUMPTION_TOKEN, "The resumptionToken is not one of ours.")


@dataclass(frozen=True, slots=True)
class Site:
    """Where we are asked."""

    base_url: str
    root: str  # what addresses of pages begin with


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def oai_pmh(request: HttpRequest) -> HttpResponse:
    """Answer a request, by GET or as a form by POST; whatever is wrong, as the protocol says it."""
    pairs = [
        (name, value)
        for given in (request.POST, request.GET)
        for name, values in given.lists()
        for value in values
    ]
    site = Site(request.build_absolute_uri(request.path), request.build_absolute_uri("/"))
    asked = read_arguments(pairs, formats=FORMATS)
    said = asked if isinstance(asked, OaiError) else _answer(asked, site)
    body = render(
        said,
        request=None if isinstance(asked, OaiError) else asked,
        base_url=site.base_url,
        now=clock.now(),
    )
    return HttpResponse(body, content_type="text/xml; charset=utf-8")


def identifier(edition_id: int) -> str:
    """Return the name of a merged record, which it keeps for good."""
    return f"{_before_number()}{edition_id}"


def _before_number() -> str:
    named = (host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*")
    return f"oai:{next(named, 'hyllan')}:"


def _number_in(name: str) -> int | None:
    number = name.removeprefix(_before_number())
    return int(number) if name != number and _is_number(number) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST


def _answer(request: Request, site: Site) -> Answer:
    match request.verb:
        case Verb.IDENTIFY:
            return Identity(
                name=_name(),
                base_url=site.base_url,
                admin_emails=(settings.HYLLAN_ADMIN_EMAIL,),
                earliest=queries.earliest_change(),
            )
        case Verb.LIST_SETS:
            return _NOT_OURS if request.token else _sets()
        case Verb.LIST_METADATA_FORMATS:
            unknown = request.identifier and _change(request) is None
            return _no_such(request) if unknown else Formats(FORMATS)
        case Verb.GET_RECORD:
            return _single(request, site)
        case _:
            return _list(request, site)


def _name() -> str:
    name = region().name
    return f"hyllan, {name}" if name else "hyllan"


def _sets() -> Sets:
    codes = queries.organisations_with_records().values_list("code", "name")
    by_organisation = [SetDescription(ORGANISATION + code, name) for code, name in codes]
    by_material = [SetDescription(MATERIAL + m, wording.material(m)) for m in wording.MATERIALS]
    return Sets((*by_organisation, *by_material))


def _change(request: Request) -> Change | None:
    number = _number_in(request.identifier)
    return None if number is None else queries.change_of(number)


def _no_such(request: Request) -> OaiError:
    return OaiError(ErrorCode.ID_DOES_NOT_EXIST, f"{request.identifier} is no record of ours.")


def _single(request: Request, site: Site) -> Answer:
    change = _change(request)
    if change is None:
        return _no_such(request)
    found = _records([change], request.metadata_prefix, site)
    if not found:
        message = f"{request.identifier} cannot be written as {request.metadata_prefix}."
        return OaiError(ErrorCode.CANNOT_DISSEMINATE_FORMAT, message)
    return Single(found[0])


def _list(request: Request, site: Site) -> Answer:
    at = start_of(request, formats=FORMATS, first=_written(Mark(queries.BEGINNING, 0)))
    if isinstance(at, OaiError):
        return at
    window, after = _window(at), _mark(at.after)
    if after is None:
        return _NOT_OURS
    if window is None:
        return _WHEN_NONE
    found = queries.changes(window, after=after, number=PAGE + 1)
    if not found and not request.token:
        return _WHEN_NONE
    page = [_seen_from(window, change) for change in found[:PAGE]]
    if at.size is None:
        more = len(found) > PAGE
        at = replace(at, size=queries.count_changes(window) if more else len(found))
    prefix = "" if request.verb == Verb.LIST_IDENTIFIERS else at.metadata_prefix
    return page_of(
        request,
        _records(page, prefix, site),
        at=at,
        after=_written(page[-1].mark) if len(found) > PAGE else "",
        passed=len(page),
    )


def _window(at: Token) -> Window | None:
    """Return what a list is about; None: there is no such set, so nothing is in it."""
    window = Window(at.from_, at.until)
    spec = at.set_spec
    if not spec:
        return window
    if spec.startswith(MATERIAL) and spec.removeprefix(MATERIAL) in wording.MATERIALS:
        return replace(window, material=spec.removeprefix(MATERIAL))
    code = spec.removeprefix(ORGANISATION)
    if spec != code and code in queries.organisations_with_records().values_list("code", flat=True):
        return replace(window, organisation=code)
    return None


def _seen_from(window: Window, change: Change) -> Change:
    """Return the change as a set tells it: what the organisation has no item of is gone there."""
    code = window.organisation
    if not code or code in change.organisations:
        return change
    return replace(change, gone=True, organisations=(*change.organisations, code))


def _written(mark: Mark) -> str:
    return f"{(mark.changed_at - queries.BEGINNING) // _MICROSECOND}.{mark.edition_id}"


def _mark(text: str) -> Mark | None:
    moment, _, number = text.partition(".")
    if not (_is_number(moment) and _is_number(number)):
        return None
    try:
        return Mark(queries.BEGINNING + int(moment) * _MICROSECOND, int(number))
    except OverflowError:
        return None


def _records(changes: Sequence[Change], prefix: str, site: Site) -> tuple[OaiRecord, ...]:
    """Return records, those of no prefix without their metadata; what cannot be written is not."""
    there: Collection[int] = [change.edition_id for change in changes if not change.gone]
    marc = queries.as_marc(there) if prefix and there else {}
    return tuple(_each(changes, marc, prefix, site))


def _each(
    changes: Iterable[Change], marc: dict[int, MarcRecord], prefix: str, site: Site
) -> Iterable[OaiRecord]:
    for change in changes:
        record = marc.get(change.edition_id)
        deleted = change.gone or bool(prefix and record is None)  # the second: since just now
        metadata = b""
        if record and not deleted:
            try:
                metadata = _metadata(record, change.edition_id, prefix, site)
            except Malformed as error:
                _LOG.error("edition %d cannot be given on: %s", change.edition_id, error.message)
                continue
        yield _record(change, metadata, deleted=deleted)


def _record(change: Change, metadata: bytes, *, deleted: bool) -> OaiRecord:
    sets = (*(ORGANISATION + code for code in change.organisations), MATERIAL + change.material)
    return OaiRecord(
        identifier=identifier(change.edition_id),
        datestamp=change.changed_at,
        deleted=deleted,
        sets=sets,
        metadata=metadata,
    )


def _metadata(record: MarcRecord, edition_id: int, prefix: str, site: Site) -> bytes:
    if prefix == MARC21.prefix:
        return to_marcxml(record)
    page = site.root.rstrip("/") + reverse("catalogue:record", args=[edition_id])
    return dublin_core_xml((*dublin_core(record), ("identifier", page)), OAI_DC)
