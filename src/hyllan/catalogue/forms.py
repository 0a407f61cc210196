"""What administrators fill in: how a source is harvested."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hyllan.catalogue import reasons
from hyllan.catalogue.engine.item_map import WrongItemMap, usual_or
from hyllan.catalogue.models import Source


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
