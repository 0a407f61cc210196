"""How far it is by road and how long a van takes. In prose: docs/algorithms/timetable.md."""

from math import asin, cos, exp, floor, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
DETOUR_FACTOR = 1.17  # road over great circle, median of thirty pairs of towns in Skåne
DETOUR_ERROR = 0.06  # standard deviation of that factor over the thirty pairs
DETOUR_KM = 1.0  # out of one town and into the next
SLOWEST_KMH = 25.0  # the first metres
FASTEST_KMH = 84.0  # what the mean speed of a very long leg comes near
# Fitted together: 58 km 48 min, 62 km 51 min, 83 km 64 min, and 18.4 h of three whole loops
SPEED_GAIN_KM = 33.0
SPEED_SHAPE = 0.86

Position = tuple[float, float]  # latitude and longitude in degrees


def great_circle_km(start: Position, end: Position) -> float:
    """Return the distance over the surface of the earth (haversine)."""
    (lat, lon), (to_lat, to_lon) = ((radians(a), radians(b)) for a, b in (start, end))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


def road_km(start: Position, end: Position, *, factor: float = DETOUR_FACTOR) -> float:
    """Return the estimated distance by road."""
    return factor * great_circle_km(start, end) + DETOUR_KM


def driving_minutes(km: float) -> int:
    """Return the estimated time of a leg in whole minutes: the longer the leg, the faster."""
    speed = FASTEST_KMH - (FASTEST_KMH - SLOWEST_KMH) * exp(-((km / SPEED_GAIN_KM) ** SPEED_SHAPE))
    return max(1, floor(60 * km / speed + 0.5))
