from django.urls import path

from hyllan.look import views

app_name = "look"
urlpatterns = [path("", views.guide, name="guide")]
