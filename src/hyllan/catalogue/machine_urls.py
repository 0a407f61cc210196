"""Addresses that programs ask: outside of the languages, they answer all alike."""

from django.urls import URLPattern, URLResolver, path

from hyllan.catalogue import sru
from hyllan.catalogue.api import api
from hyllan.catalogue.views import marc_files, oai_pmh, sitemaps

machine_urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("oai", oai_pmh.oai_pmh, name="oai_pmh"),
    path("record/<int:pk>/marc.<str:form>", marc_files.record_marc, name="record_marc"),
    path("search/marc.<str:form>", marc_files.search_marc, name="search_marc"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("sru", sru.sru, name="sru"),
]
