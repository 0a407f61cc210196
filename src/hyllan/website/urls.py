from django.urls import URLPattern, path

from hyllan.website import views

app_name = "website"
urlpatterns: list[URLPattern] = [
    path("libraries/", views.libraries, name="libraries"),
    path("libraries/<str:code>/", views.library, name="library"),
    path("remark/", views.remark, name="remark"),
    path("remark/text/", views.remark_text, name="remark_text"),
    path("remark/thanks/", views.remark_thanks, name="remark_thanks"),
    path("remarks/", views.remarks, name="remarks"),
    path("remarks/<int:pk>/read/", views.mark_read, name="mark_read"),
]
