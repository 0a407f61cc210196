from django.urls import URLPattern, path

from hyllan.catalogue import views, views_sources

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("search/", views.search, name="search"),
    path("record/<int:pk>/", views.record, name="record"),
    path("sources/", views_sources.sources, name="sources"),
    path("sources/<int:pk>/", views_sources.source, name="source"),
    path("sources/<int:pk>/progress/", views_sources.source_progress, name="source_progress"),
    path("sources/<int:pk>/change/", views_sources.change_source, name="change_source"),
    path("sources/<int:pk>/ask-harvest/", views_sources.ask_harvest, name="ask_harvest"),
    path("sources/<int:pk>/replay-all/", views_sources.replay_all, name="replay_all"),
    path("quarantined/<int:pk>/replay/", views_sources.replay, name="replay"),
]
