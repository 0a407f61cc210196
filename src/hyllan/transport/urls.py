from django.urls import URLPattern, path

from hyllan.transport import views

app_name = "transport"
urlpatterns: list[URLPattern] = [
    path("driver/", views.driver, name="driver"),
    path("driver/<str:loop>/", views.show_round, name="round"),
    path("driver/<str:loop>/scan-crate/", views.scan_crate, name="scan_crate"),
    path("transport/crates/", views.crates, name="crates"),
    path("transport/crates/make/", views.make_crates, name="make_crates"),
    path("transport/crates/labels/", views.labels, name="labels"),
    path("transport/timetable/", views.timetable, name="timetable"),
]
