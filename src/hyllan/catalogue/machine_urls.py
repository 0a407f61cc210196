"""Addresses that programs ask: outside of the languages, they answer all alike."""

from django.urls import URLPattern, path

from hyllan.catalogue import sru
from hyllan.catalogue.views import oai_pmh

machine_urlpatterns: list[URLPattern] = [
    path("oai", oai_pmh.oai_pmh, name="oai_pmh"),
    path("sru", sru.sru, name="sru"),
]
