"""What people fill in: a search by field; for administrators, how a source is harvested."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from hyllan.catalogue import reasons
from hyllan.catalogue.engine.isbn import normalised
from hyllan.catalogue.engine.item_map import WrongItemMap, usual_or
from hyllan.catalogue.engine.query import FEWEST_DIGITS, words_in_field
from hyllan.catalogue.models import Source

LONGEST_TEXT = 100


class SourceForm(forms.Form):
    """Where a library system is, and how its records are to be read."""

    protocol = forms.ChoiceField(label=_("Protocol"), choices=Source.Protocol.choices)
    base_url = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Empty: records come from files alone."),
    )
    record_format = forms.CharField(
        label=_("Format"),
        required=False,
        max_length=40,
        help_text=_("As the system calls it, such as marc21 or oai_dc. Empty: what says most."),
    )
    set_spec = forms.CharField(
        label=_("Set"),
        required=False,
        max_length=200,
        help_text=_("OAI-PMH: one set alone. SRU: a query in CQL. Empty: everything."),
    )
    item_map = forms.JSONField(
        label=_("Map of items"),
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "Where the records write their items, as JSON. Empty: 852 with 876, 952, 949 or 945."
        ),
        error_messages={"invalid": _("This is not JSON.")},
    )

    @classmethod
    def of(cls, source: Source) -> "SourceForm":
        """Return the form as a source is now."""
        return cls(initial={name: getattr(source, name) for name in cls.base_fields})

    def clean_item_map(self) -> dict[str, Any]:
        """Return the map; each fault of a wrong one is said."""
        told = self.cleaned_data["item_map"]
        try:
            usual_or(told)
        except WrongItemMap as wrong:
            raise ValidationError(reasons.faults_in_words(wrong.faults)) from wrong
        return dict(told) if told else {}


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, **more)


class AdvancedForm(forms.Form):
    """A search by field; it becomes one that can be written in the search box."""

    words = _text(_("Words anywhere"))
    title = _text(_("Words of the title"))
    author = _text(_("Author or other name"))
    subject = _text(_("Subject"))
    series = _text(_("Series"))
    number = _text(
        _("ISBN or another number"),
        help_text=_("ISBN, ISSN, or the number on a disc."),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Return a number that can be looked for. An ISBN with a wrong digit is said to be one."""
        number = str(self.cleaned_data["number"]).strip()
        digits = sum(letter.isdigit() for letter in number)
        if not number or normalised(number):
            return number
        if digits < FEWEST_DIGITS:
            raise ValidationError(_("Write the whole number: this is too short."))
        if digits in {9, 10, 12, 13} and number.replace("-", "").startswith(("978", "979")):
            raise ValidationError(_("This is no ISBN: look at its digits once more."))
        return number

    def query(self) -> str:
        """Return what would be written in the search box."""
        told = self.cleaned_data
        fields = (
            (pgettext("field of a query", "title"), told["title"]),
            (pgettext("field of a query", "author"), told["author"]),
            (pgettext("field of a query", "subject"), told["subject"]),
            (pgettext("field of a query", "series"), told["series"]),
            (pgettext("field of a query", "number"), "".join(told["number"].split())),
        )
        parts = [told["words"], *(words_in_field(name, text) for name, text in fields)]
        return " ".join(part for part in parts if part)
