"""Around the editors' tool at /cms/: who may in, and what its pages may load."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hyllan.region.models import Person
from hyllan.website import services

CMS = "/cms/"
CMS_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-ancestors": ["'self'"],
}


class EditorsRoom:
    """
    Let those in whose role says so, at each request: a role taken away shuts the door at once.

    Wagtail's own pages start their date fields and text editor with inline scripts and styles, and
    show previews in frames of this site. Nothing from elsewhere is allowed here either, and every
    page outside stays under the strict policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(CMS):
            return self.get_response(request)
        if isinstance(request.user, Person):
            services.let_editor_in(person=request.user)
        response = self.get_response(request)
        response._csp_replace = CMS_POLICY  # type: ignore[attr-defined]
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response
