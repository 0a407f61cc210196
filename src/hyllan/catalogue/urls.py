from django.urls import URLPattern, path

from hyllan.catalogue.views import (
    advanced,
    availability,
    feeds,
    record,
    saved,
    shelf,
    sources,
    why,
)

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("new.atom", feeds.feed, name="feed"),
    path("search/", shelf.search, name="search"),
    path("record/<int:pk>/why/", why.why, name="why"),
    path("record/<int:pk>/split-record/", why.split_record, name="split_record"),
    path("record/<int:pk>/split-edition/", why.split_edition, name="split_edition"),
    path("record/<int:pk>/join-editions/", why.join_editions, name="join_editions"),
    path("record/<int:pk>/join-works/", why.join_works, name="join_works"),
    path("record/<int:pk>/take-back/", why.take_back, name="take_back"),
    path("record/<int:pk>/availability/", availability.availability, name="availability"),
    path("search/suggest/", shelf.suggest, name="suggest"),
    path("search/pickup/", shelf.pickup, name="pickup"),
    path("search/advanced/", advanced.advanced, name="advanced"),
    path("record/<int:pk>/", record.record, name="record"),
    path("my/searches/", saved.saved_searches, name="saved_searches"),
    path("my/searches/save/", saved.save_search, name="save_search"),
    path("my/searches/<int:pk>/rename/", saved.rename_search, name="rename_search"),
    path("my/searches/<int:pk>/forget/", saved.forget_search, name="forget_search"),
    path("my/searches/<int:pk>/new/", saved.see_new, name="see_new"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/progress/", sources.source_progress, name="source_progress"),
    path("sources/<int:pk>/change/", sources.change_source, name="change_source"),
    path("sources/<int:pk>/ask-harvest/", sources.ask_harvest, name="ask_harvest"),
    path("sources/<int:pk>/replay-all/", sources.replay_all, name="replay_all"),
    path("quarantined/<int:pk>/replay/", sources.replay, name="replay"),
]
