"""Addresses that programs ask: outside of the languages, they answer all alike."""

from django.urls import URLPattern, URLResolver, path

from hyllan.catalogue import sru
from hyllan.catalogue.api import api
from hyllan.catalogue.views import oai_pmh

machine_urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("oai", oai_pmh.oai_pmh, name="oai_pmh"),
    path("sru", sru.sru, name="sru"),
]
