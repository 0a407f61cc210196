from django.urls import URLPattern, path

from hyllan.region import views

app_name = "region"
urlpatterns: list[URLPattern] = [
    path("people/", views.people, name="people"),
    path("people/new/", views.make_person, name="make_person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/password/", views.give_password, name="give_password"),
    path("people/<int:pk>/close/", views.close_account, name="close_account"),
    path(
        "people/<int:pk>/roles/<int:assignment_id>/revoke/", views.revoke_role, name="revoke_role"
    ),
    path("audit/", views.audit, name="audit"),
]
