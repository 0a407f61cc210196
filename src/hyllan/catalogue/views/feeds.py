"""New titles as an Atom feed: of the whole catalogue, or of any search."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from hyllan.catalogue import queries, wording
from hyllan.catalogue.engine import choices
from hyllan.catalogue.models import Edition
from hyllan.protocols.sru import CqlError, Diagnostic

MOST = 50


@gzip_page
@conditional_page
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Give the titles that came last, of those that the search page would find."""
    chosen = choices.read(dict(request.GET.lists()))
    try:
        editions = queries.newest(chosen, number=MOST)
    except CqlError as error:
        said = f"cql: {Diagnostic(error.diagnostic, error.details).sentence}\n"
        return HttpResponse(said, content_type="text/plain; charset=utf-8", status=400)
    told = Atom1Feed(
        title=_("New at the libraries: %(search)s") % {"search": chosen.query or chosen.cql}
        if chosen.query or chosen.cql
        else _("New at the libraries"),
        link=request.build_absolute_uri(_search_page(chosen)),
        description="",
        language=get_language() or settings.LANGUAGE_CODE,
        feed_url=request.build_absolute_uri(),
    )
    for edition in editions:
        page = request.build_absolute_uri(reverse("catalogue:record", args=[edition.pk]))
        told.add_item(
            title=edition.title,
            link=page,
            description=_about(edition),
            unique_id=page,
            author_name=edition.responsible or None,
            pubdate=edition.first_seen_at,
            updateddate=edition.first_seen_at,
        )
    answer = HttpResponse(told.writeString("utf-8"), content_type=told.content_type)
    if editions:
        answer["Last-Modified"] = http_date(editions[0].first_seen_at.timestamp())
    return answer


def _search_page(chosen: choices.Choices) -> str:
    query = choices.query_string(chosen)
    return reverse("catalogue:search") + (f"?{query}" if query else "")


def _about(edition: Edition) -> str:
    facts = [
        wording.material(edition.material),
        wording.language(edition.language),
        edition.publisher,
        str(edition.year or ""),
    ]
    line = ", ".join(fact for fact in facts if fact)
    summary = edition.details.get("summary", "")
    return f"{line}. {summary}".strip()
