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
    path("work/library/", picking.choose_library, name="choose_library"),
    path("work/pick/", picking.pick_list, name="pick_list"),
    path("work/pick/picked/", picking.pick, name="pick"),
    path("work/pick/<str:number>/not-on-shelf/", picking.not_on_shelf, name="not_on_shelf"),
    path("work/slips/", picking.slips, name="slips"),
    path("work/slip/<str:number>/", picking.slip, name="slip"),
    path("work/pack/", packing.pack_list, name="pack_list"),
    path("work/pack/packed/", packing.pack, name="pack"),
    path("work/pack/close/", packing.close_crates, name="close_crates"),
    path("work/pack/close/<str:code>/", packing.close_crate, name="close_crate"),
    path("work/receive/", packing.receive_list, name="receive_list"),
    path("work/receive/received/", packing.receive, name="receive"),
    path("work/receive/empty/<str:code>/", packing.empty_crate, name="empty_crate"),
    path("work/desk/", desk.desk, name="desk"),
    path("work/desk/lend/", desk.lend, name="lend"),
    path("work/desk/hand-in/", desk.hand_in, name="hand_in"),
    path("work/requests/<str:number>/", desk.work_request, name="work_request"),
    path("work/requests/<str:number>/cancel/", desk.cancel, name="work_cancel"),
]
