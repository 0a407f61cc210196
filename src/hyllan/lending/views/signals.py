"""What a scan is answered with: seen at three metres, kept in the session until the next page."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hyllan.region.errors import Refused

SIGNAL = "lending_signal"  # session


@dataclass(frozen=True, slots=True)
class Signal:
    """An answer in colour, form and words. `kind`: ok, warn or err."""

    kind: str
    head: str
    text: str = ""


def answer(request: HttpRequest, act: Callable[[], Signal], *, to: str) -> HttpResponse:
    """Do what was asked, and go back to the list with the answer; a no is an answer too."""
    try:
        signal = act()
    except Refused as refusal:
        signal = Signal("err", _("Stop"), str(refusal))
    request.session[SIGNAL] = asdict(signal)
    return redirect(to)


def take_signal(request: HttpRequest) -> Signal | None:
    """Return the answer to the last scan, once."""
    kept = request.session.pop(SIGNAL, None)
    return Signal(**kept) if kept else None


def nothing_scanned() -> Signal:
    """Return the answer to an empty or endless code."""
    return Signal("err", _("No code"), _("Read the code again, or key it in."))
