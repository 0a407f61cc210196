"""Sitemaps: every record's page in every language, in parts that stay the same."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hyllan.catalogue import queries

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_XML = "application/xml; charset=utf-8"
_AT_ONCE = 500  # addresses written in one piece
MOST_PARTS = 100_000


@gzip_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Name the parts, each with its last change."""
    lines = [
        f"<sitemap><loc>{_address(request, 'sitemap_part', part.number)}</loc>"
        f"<lastmod>{part.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod></sitemap>\n"
        for part in queries.sitemap_parts()
    ]
    body = f"{_HEAD}<sitemapindex {_SPACE}>\n{''.join(lines)}</sitemapindex>\n"
    return HttpResponse(body, content_type=_XML)


@gzip_page
@require_safe
def part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Give one part: what editions of these numbers there are, each in all languages."""
    if number >= MOST_PARTS:
        raise Http404
    return StreamingHttpResponse(_part(_pages(request), number), content_type=_XML)


def _address(request: HttpRequest, name: str, *arguments: int) -> str:
    return escape(request.build_absolute_uri(reverse(name, args=arguments)))


def _pages(request: HttpRequest) -> dict[str, tuple[str, str]]:
    """Return what stands before and after the number in the address of a record, by language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            before, _, after = _address(request, "catalogue:record", 0).rpartition("0")
        found[code] = (before, after)
    return found


def _part(pages: dict[str, tuple[str, str]], number: int) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_SPACE} {_XHTML}>\n"
    lines: list[str] = []
    for pk, changed_at in queries.sitemap_part(number):
        addresses = {code: f"{before}{pk}{after}" for code, (before, after) in pages.items()}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>'
            for code, address in addresses.items()
        )
        lines += [
            f"<url><loc>{address}</loc><lastmod>{changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
            f"{others}</url>\n"
            for address in addresses.values()
        ]
        if len(lines) >= _AT_ONCE:
            yield "".join(lines)
            lines = []
    yield "".join(lines) + "</urlset>\n"
