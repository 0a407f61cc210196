"""Addresses that programs ask: outside of the languages, they answer all alike."""

from django.urls import URLPattern, path

from hyllan.catalogue import sru

machine_urlpatterns: list[URLPattern] = [
    path("sru", sru.sru, name="sru"),
]
