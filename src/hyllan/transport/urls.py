from django.urls import URLPattern

app_name = "transport"
urlpatterns: list[URLPattern] = []
