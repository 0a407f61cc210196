"""Public pages, and what visitors said about them."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from hyllan.region import queries as region
from hyllan.website.engine.flood import LONGEST_PATH, LONGEST_TEXT
from hyllan.website.engine.names import alphabetical, short_names

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]


class StartPage(Page):  # type: ignore[misc]  # Wagtail is untyped
    """The first page: search box, what this is, and the wall of libraries."""

    lead = models.TextField(verbose_name=_("lead paragraph"))

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["website.ContentPage"]
    template = "website/start_page.html"

    class Meta:
        verbose_name = _("start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        places = region.libraries().exclude(kind="hub")
        mains = [place for place in places if place.kind == "main"]
        mains.sort(key=lambda place: alphabetical(place.name))
        return context | {
            "spines": list(zip(short_names([place.name for place in mains]), mains, strict=True)),
            "municipality_count": len({place.organisation_id for place in mains}),
            "library_count": len(places),
        }


class ContentPage(Page):  # type: ignore[misc]  # Wagtail is untyped
    """A page of text: what the authority does, how lending works, accessibility, privacy."""

    intro = models.TextField(verbose_name=_("introduction"))
    body = RichTextField(features=TEXT_FEATURES, verbose_name=_("page text"))

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types: ClassVar = ["website.StartPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "website/content_page.html"

    class Meta:
        verbose_name = _("page of text")


class Remark(models.Model):
    """Whether a page helped, and what the visitor would tell the editors. Nothing says who."""

    path = models.CharField(max_length=LONGEST_PATH)
    language = models.CharField(max_length=10)
    helped = models.BooleanField()
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    made_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey("region.Person", null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(path__startswith="/"), name="a_remark_is_about_a_page_here"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["path", "language"], name="remarks_by_page")]

    def __str__(self) -> str:
        return f"{self.path} {self.language} {'yes' if self.helped else 'no'}"
