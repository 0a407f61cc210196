"""What a plan must keep: promise, vans, hours. Times are minutes of the day."""

from dataclasses import dataclass, field
from datetime import time

from hyllan.transport.engine.network import Network
from hyllan.transport.engine.planning.ground import Stop

DAY = 24 * 60
WEEKDAYS = (1, 2, 3, 4, 5)
THREE_DAYS = (1, 3, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A kind of van. An electric one has a range; charging stands at the hub."""

    name: str = "van"
    count: int = 3
    capacity: int = 50  # crates
    cost_per_km: float = 4.0
    cost_per_hour: float = 400.0
    cost_per_day: float = 300.0
    grams_co2_per_km: float = 220.0
    range_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The promise to the libraries, and what vans and drivers may do."""

    by: int = 13 * 60 + 30  # no call at a stop begins later
    first_service: int = 7 * 60 + 30
    stop_minutes: int = 10
    cut_off_minutes: int = 30
    weekdays: tuple[int, ...] = WEEKDAYS
    vans: tuple[Van, ...] = field(default_factory=lambda: (Van(),))
    hub_counts: tuple[int, ...] = (1, 2, 3)
    hubs: tuple[str, ...] = ()  # exactly these; none named: the best are found
    small_days: tuple[int, ...] = ()  # when small places are served; none named: every weekday
    small_below: int = 22_500  # inhabitants
    longest_round: int = 9 * 60  # a driver's hours, from leaving the hub to coming back
    break_after: int = 0  # a driver works no longer than this without a break; 0: none planned
    break_minutes: int = 0

    @property
    def van_count(self) -> int:
        return sum(van.count for van in self.vans)

    def is_small(self, stop: Stop) -> bool:
        """Return whether this place is served on `small_days` only."""
        return bool(self.small_days) and 0 < stop.population < self.small_below

    def days_of(self, stop: Stop) -> tuple[int, ...]:
        """Return the weekdays on which a van calls here."""
        days = self.small_days if self.is_small(stop) else self.weekdays
        return tuple(day for day in days if day in stop.weekdays and day in self.weekdays)

    @property
    def has_breaks(self) -> bool:
        return self.break_after > 0 and self.break_minutes > 0


def minutes_of(clock: time) -> int:
    """Return the minute of the day."""
    return clock.hour * 60 + clock.minute


def clock_of(minute: int) -> time:
    """Return the time of the day; past midnight it is the next day's."""
    return time(minute // 60 % 24, minute % 60)


def rules_of(network: Network) -> Rules:
    """Return the rules that the region's transport.toml states."""
    vans, service = network.vans, network.service
    return Rules(
        first_service=minutes_of(service.first_service),
        stop_minutes=service.stop_minutes,
        cut_off_minutes=service.cut_off_minutes,
        weekdays=service.weekdays,
        vans=(
            Van(
                count=vans.count,
                capacity=vans.capacity_crates,
                cost_per_km=vans.cost_per_km,
                cost_per_hour=vans.cost_per_hour,
                cost_per_day=vans.cost_per_day,
                grams_co2_per_km=vans.grams_co2_per_km,
            ),
        ),
    )
