"""Merged records as MARC files: one, or what a search finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hyllan.catalogue import queries
from hyllan.catalogue.engine import choices
from hyllan.catalogue.models import Edition
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import MarcRecord, to_marcxml, write_marc
from hyllan.protocols.marc.marc_json import to_json
from hyllan.protocols.sru import CqlError, Diagnostic

MOST = 1_000  # records in one file
_COLLECTION = b'<collection xmlns="http://www.loc.gov/MARC21/slim">'


@dataclass(frozen=True, slots=True)
class Form:
    """How records are written to a file: what stands before, between and after them."""

    kind: str
    write: Callable[[MarcRecord], bytes]
    before: bytes = b""
    between: bytes = b""
    after: bytes = b""

    def many(self, records: Iterable[bytes]) -> bytes:
        """Return the file of several records."""
        return self.before + self.between.join(records) + self.after


_DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>\n'
FORMS = {
    "xml": Form(
        "application/marcxml+xml",
        to_marcxml,
        before=_DECLARED + _COLLECTION,
        after=b"</collection>\n",
    ),
    "mrc": Form("application/marc", write_marc),
    "json": Form(
        "application/marc-in-json",
        lambda record: orjson.dumps(to_json(record)),
        before=b"[",
        between=b",\n",
        after=b"]\n",
    ),
}


@gzip_page
@require_safe
def record_marc(request: HttpRequest, pk: int, form: str) -> HttpResponse:  # noqa: ARG001
    """Give one merged record as a file."""
    wanted = _form(form)
    try:
        edition = queries.edition(pk)
    except Edition.DoesNotExist:
        raise Http404 from None
    if edition.merged_into_id:
        return redirect("record_marc", pk=edition.merged_into_id, form=form)
    record = queries.as_marc([pk]).get(pk)
    if record is None:
        return _refusal("No library has this record any more.", 410)
    try:
        body = wanted.write(record)
    except Malformed as error:
        return _refusal(f"The record cannot be written so: {error.message}. Try marc.xml.", 409)
    return _file(body, wanted, f"hyllan-{pk}.{form}")


@gzip_page
@require_safe
def search_marc(request: HttpRequest, form: str) -> HttpResponse:
    """Give what a search finds as a file, the best first; the search page's address says which."""
    wanted = _form(form)
    chosen = choices.read(dict(request.GET.lists()))
    try:
        found = queries.found_editions(chosen, number=MOST)
    except CqlError as error:
        return _refusal(f"cql: {Diagnostic(error.diagnostic, error.details).sentence}.", 400)
    marc = queries.as_marc(found)
    bodies, left_out = [], 0
    for pk in found:
        try:
            bodies.append(wanted.write(marc[pk]))
        except (KeyError, Malformed):  # gone since it was indexed, or too long for ISO 2709
            left_out += 1
    answer = _file(wanted.many(bodies), wanted, f"hyllan.{form}")
    answer["Hyllan-Left-Out"] = str(left_out)
    return answer


def _form(name: str) -> Form:
    if name not in FORMS:
        raise Http404
    return FORMS[name]


def _file(body: bytes, form: Form, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(body, content_type=form.kind, headers=headers)


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=status)
