"""Lending's ways in. A verb has the name of its service: `grep pick` is the whole feature."""

from django.urls import path

from hyllan.lending.views import desk, packing, picking, readers, sign_in

app_name = "lending"
urlpatterns = [
    # A reader
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("my/requests/", readers.my_requests, name="my_requests"),
    path("my/requests/place/", readers.place_request, name="place_request"),
    path("my/requests/<str:number>/", readers.request_detail, name="request_detail"),
    path("my/requests/<str:number>/cancel/", readers.cancel, name="cancel"),
    # Staff, item in hand
    path("staff/library/", picking.choose_library, name="choose_library"),
    path("staff/pick/", picking.pick_list, name="pick_list"),
    path("staff/pick/picked/", picking.pick, name="pick"),
    path("staff/pick/<str:number>/not-on-shelf/", picking.not_on_shelf, name="not_on_shelf"),
    path("staff/slips/", picking.slips, name="slips"),
    path("staff/slip/<str:number>/", picking.slip, name="slip"),
    path("staff/pack/", packing.pack_list, name="pack_list"),
    path("staff/pack/packed/", packing.pack, name="pack"),
    path("staff/pack/close/", packing.close_crates, name="close_crates"),
    path("staff/pack/close/<str:code>/", packing.close_crate, name="close_crate"),
    path("staff/receive/", packing.receive_list, name="receive_list"),
    path("staff/receive/received/", packing.receive, name="receive"),
    path("staff/receive/empty/<str:code>/", packing.empty_crate, name="empty_crate"),
    path("staff/desk/", desk.desk, name="desk"),
    path("staff/desk/lend/", desk.lend, name="lend"),
    path("staff/desk/hand-in/", desk.hand_in, name="hand_in"),
    path("staff/requests/<str:number>/", desk.work_request, name="work_request"),
    path("staff/requests/<str:number>/cancel/", desk.cancel, name="work_cancel"),
]
