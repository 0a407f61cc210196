"""robots.txt: which pages are for people alone. Search pages say of themselves `noindex`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from hyllan.config.navigation import FOR_READERS, FOR_ROLES

# Programs' own doors, the editors' room, files, and searches narrowed down: there is no end of them
_MACHINES = ("/api/", "/cms/", "/oai", "/sru", "/record/*/marc.", "/search/marc.")
_IN_EACH_LANGUAGE = ("account/", "new.atom", "search/*&")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots where not to go, and where the sitemap is."""
    closed = dict.fromkeys(_MACHINES)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            start = reverse("wagtail_serve", args=[""])
            closed |= dict.fromkeys(start + path for path in _IN_EACH_LANGUAGE)
            closed |= dict.fromkeys(
                reverse(name) for _label, name, *_ in (*FOR_READERS, *FOR_ROLES)
            )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
