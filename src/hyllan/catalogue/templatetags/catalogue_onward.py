"""What the catalogue's pages say to programs."""

from typing import Any

import orjson
from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from hyllan.catalogue import queries
from hyllan.catalogue.engine import json_ld as engine
from hyllan.catalogue.models import Edition

register = template.Library()
# As in Django's json_script: nothing in the text can end the element it stands in
_ESCAPES = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def json_ld(context: dict[str, Any], edition: Edition) -> SafeString:
    """Return an edition as JSON-LD (schema.org), to stand in a script element."""
    request: HttpRequest = context["request"]

    def url(pk: int) -> str:
        return request.build_absolute_uri(reverse("catalogue:record", args=[pk]))

    told = engine.json_ld(
        _told(edition, url(edition.pk)),
        [
            engine.Example(
                url=url(other.pk),
                title=other.title,
                year=other.year,
                language=other.language,
                material=other.material,
            )
            for other in queries.editions_beside(edition)
        ],
        [engine.Holder(each.library, each.available) for each in queries.holdings(edition.pk)],
    )
    return mark_safe(orjson.dumps(told).decode().translate(_ESCAPES))  # noqa: S308 - see _ESCAPES


def _told(edition: Edition, url: str) -> engine.Told:
    details = edition.details
    isbns = [edition.isbn, *details.get("isbns", ())]
    return engine.Told(
        url=url,
        title=edition.title,
        year=edition.year,
        language=edition.language,
        material=edition.material,
        form=details.get("form", ""),
        names=tuple(details.get("names", ())),
        responsible=edition.responsible,
        isbns=tuple(dict.fromkeys(isbn for isbn in isbns if isbn)),
        publisher=edition.publisher,
        summary=details.get("summary", ""),
        subjects=tuple(edition.subjects),
        series=details.get("series", ""),
        work=edition.work.title,
    )
