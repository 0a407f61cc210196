"""The demo's button: let the crew play the hours until a van has carried something."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hyllan.lending import queries as lending
from hyllan.look.dates import full_day_words, time_words
from hyllan.peers.crew import Crew
from hyllan.peers.story import Systems, organisations_moving
from hyllan.region import clock
from hyllan.region import services as region_services
from hyllan.transport import queries as transport

DAY = timedelta(days=1)
LONGEST = timedelta(days=6)  # past any row of days without vans


@require_POST
def run_to_next_van(request: HttpRequest) -> HttpResponse:
    """Play a day; or until a van has left or fetched a crate, or comes if nothing is moving."""
    begins = clock.now()
    crew = Crew(begins, wall=timezone.now, tell=_move_clocks)
    if request.POST.get("until") == "day":
        crew.run(until=begins + DAY)
    else:
        crew.run(until=_until(begins), stop=lambda: crew.van_scans > 0)
    moment = timezone.localtime(crew.now)
    messages.info(
        request,
        _("The clock is now %(day)s %(time)s.")
        % {"day": full_day_words(moment), "time": time_words(moment)},
    )
    return redirect(_back(request))


def _until(begins: datetime) -> datetime:
    if lending.open_requests().exists():
        return begins + LONGEST
    calls = transport.trips_between(begins + timedelta(minutes=1), begins + LONGEST)
    return calls[0].arrives_at if calls else begins + LONGEST


def _move_clocks(moment: datetime) -> None:
    region_services.set_demo_clock(offset_seconds=round((moment - timezone.now()).total_seconds()))
    organisations = organisations_moving()
    if organisations:
        url = urlsplit(lending.connection_of(min(organisations)).url)
        with Systems(f"{url.scheme}://{url.netloc}") as systems:
            systems.set_clock(organisations, moment)


def _back(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return came_from if is_ours else "/"
