from django.urls import URLPattern, path

from hyllan.catalogue import views

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("search/", views.search, name="search"),
    path("record/<int:pk>/", views.record, name="record"),
    path("sources/", views.sources, name="sources"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/ask-harvest/", views.ask_harvest, name="ask_harvest"),
    path("quarantined/<int:pk>/replay/", views.replay, name="replay"),
]
