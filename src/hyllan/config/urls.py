"""Every way in, room by room."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from hyllan.catalogue.machine_urls import machine_urlpatterns
from hyllan.config.robots import robots

urlpatterns: list[URLPattern | URLResolver] = [
    # Before Wagtail's own: staff sign in with their second factor, or not at all
    path("cms/login/", RedirectView.as_view(pattern_name="account_login")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("robots.txt", robots),
    *machine_urlpatterns,
]
if settings.HYLLAN_DEMO or settings.DEBUG:
    urlpatterns += [path("look/", include("hyllan.look.urls"))]
if settings.HYLLAN_DEMO:
    urlpatterns += i18n_patterns(
        path("demo/", include("hyllan.peers.urls")), prefix_default_language=False
    )
# Swedish without a prefix, English under /en/: an address says its language.
urlpatterns += i18n_patterns(
    path("", include("hyllan.catalogue.urls")),
    path("", include("hyllan.transport.urls")),
    path("", include("hyllan.lending.urls")),
    path("account/", include("hyllan.region.urls")),
    path("account/", include("hyllan.region.sign_in_urls")),
    path("", include("hyllan.website.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
