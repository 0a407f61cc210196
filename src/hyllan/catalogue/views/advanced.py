"""Search by field, for those who know what they look for; and CQL, for experts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hyllan.catalogue import narrowing, wording
from hyllan.catalogue.engine.choices import read
from hyllan.catalogue.forms import AdvancedForm


@require_safe
def advanced(request: HttpRequest) -> HttpResponse:
    """Show the form; filled in, it leads to the search that it means."""
    given = any(request.GET.get(name, "").strip() for name in AdvancedForm.base_fields)
    form = AdvancedForm(request.GET if given else None)
    if given and form.is_valid():
        chosen = read(dict(request.GET.lists()) | {"q": [form.query()]})
        return redirect(narrowing.address(narrowing.settled(chosen, narrowing.places())))
    context = {"form": form, "indexes": wording.CQL_INDEXES, "materials": wording.MATERIALS}
    return render(request, "catalogue/advanced.html", context)
