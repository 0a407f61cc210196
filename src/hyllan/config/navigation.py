"""What stands in the menus: config alone knows every room."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hyllan.region import clock
from hyllan.region.engine.roles import Role
from hyllan.region.queries import actor
from hyllan.website.queries import footer_links, translations

PUBLIC = (
    (_("Search"), "catalogue:search"),
    (_("Libraries"), "website:libraries"),
)
FOR_READERS = (
    (_("My requests"), "lending:my_requests"),
    (_("My searches"), "catalogue:saved_searches"),
)
FOR_ROLES = (
    (_("Pick"), "lending:pick_list", {Role.LIBRARY_STAFF}),
    (_("Pack"), "lending:pack_list", {Role.LIBRARY_STAFF}),
    (_("Receive"), "lending:receive_list", {Role.LIBRARY_STAFF}),
    (_("Desk"), "lending:desk", {Role.LIBRARY_STAFF}),
    (_("Today's round"), "transport:driver", {Role.DRIVER}),
    (_("Crates"), "transport:crates", {Role.TRANSPORT_PLANNER, Role.LIBRARY_STAFF}),
    (_("Timetables"), "transport:networks", {Role.TRANSPORT_PLANNER}),
    (
        _("Closed days"),
        "transport:closed_days",
        {Role.LIBRARY_STAFF, Role.LIBRARY_MANAGER, Role.TRANSPORT_PLANNER},
    ),
    (_("Remarks"), "website:remarks", {Role.WEB_EDITOR}),
    (_("Write pages"), "wagtailadmin_home", {Role.WEB_EDITOR}),
    (_("Sources"), "catalogue:sources", {Role.ADMINISTRATOR}),
    (_("People"), "region:people", {Role.ADMINISTRATOR}),
)


def _item(label: Any, name: str, path: str) -> dict[str, Any] | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return {"label": label, "url": url, "current": path.startswith(url)}


def _urls_by_language(request: HttpRequest) -> dict[str, str]:
    """Return this page's address in each language; an editor's page may have another name there."""
    path, match = request.get_full_path(), request.resolver_match
    if match is None or match.url_name != "wagtail_serve":
        return {code: translate_url(path, code) for code, _name in settings.LANGUAGES}
    page = Page.find_for_request(request, match.args[0])
    known = translations(page) if page else {}
    return {
        code: known.get(code) or translate_url(reverse("wagtail_serve", args=[""]), code)
        for code, _name in settings.LANGUAGES
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every page its menus: only rooms that exist, only what the visitor may enter."""
    roles = {grant.role for grant in actor(request.user).grants}
    staff = [(label, name) for label, name, needed in FOR_ROLES if needed & roles]
    is_reader = not request.user.is_authenticated or Role.RESIDENT in roles
    own = [*staff, *(FOR_READERS if is_reader else ())]
    items = [_item(label, name, request.path) for label, name in (*PUBLIC, *own)]
    urls = _urls_by_language(request)
    return {
        "nav_items": [item for item in items if item],
        "languages": [
            {
                "code": code,
                "name": name,
                "url": urls[code],
                "current": code == get_language(),
            }
            for code, name in settings.LANGUAGES
        ],
        "footer_links": footer_links(get_language() or settings.LANGUAGE_CODE),
        "helped_url": reverse("website:remark"),
        "demo": settings.HYLLAN_DEMO,
        "now": clock.now(),
    }
