from django.urls import URLPattern, path

from hyllan.transport.views import closed_days, networks, rounds

app_name = "transport"
NETWORK = "transport/networks/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path("driver/", rounds.driver, name="driver"),
    path("driver/<str:loop>/", rounds.show_round, name="round"),
    path("driver/<str:loop>/scan-crate/", rounds.scan_crate, name="scan_crate"),
    path("transport/crates/", rounds.crates, name="crates"),
    path("transport/crates/make/", rounds.make_crates, name="make_crates"),
    path("transport/crates/labels/", rounds.labels, name="labels"),
    path("transport/timetable/", rounds.timetable, name="timetable"),
    path("transport/closed-days/", closed_days.closed_days, name="closed_days"),
    path("transport/closed-days/report/", closed_days.report_closed, name="report_closed"),
    path("transport/closed-days/<int:pk>/undo/", closed_days.undo_closed, name="undo_closed"),
    path("transport/networks/", networks.networks, name="networks"),
    path(NETWORK, networks.network, name="network"),
    path(f"{NETWORK}draft/", networks.draft_version, name="draft_version"),
    path(f"{NETWORK}publish/", networks.publish_version, name="publish_version"),
    path(f"{NETWORK}withdraw/", networks.withdraw_version, name="withdraw_version"),
    path(f"{NETWORK}add-loop/", networks.add_loop, name="add_loop"),
    path(f"{NETWORK}rounds/<str:tour>/", networks.tour, name="tour"),
    path(f"{NETWORK}rounds/<str:tour>/stops/", networks.edit_stops, name="edit_stops"),
    path(f"{NETWORK}rounds/<str:tour>/change/", networks.change_tour, name="change_tour"),
    path(f"{NETWORK}rounds/<str:tour>/remove/", networks.remove_tour, name="remove_tour"),
]
