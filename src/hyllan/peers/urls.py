"""Only in the demo: whoever shows it may let the vans run."""

from django.urls import path

from hyllan.peers import views

app_name = "peers"
urlpatterns = [path("run-to-next-van/", views.run_to_next_van, name="run_to_next_van")]
