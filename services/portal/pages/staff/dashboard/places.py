"""Places of petitions as dots: on a sheet that needs no map to show where much comes from, and for a map. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import Any, Final

from services.portal.pages.staff.dashboard.scales import greatest, middle, round_below, share

WIDTH, HEIGHT, MARGIN = 640, 420, 26
METRES_A_DEGREE: Final = 111_320
LEAST_DEGREES: Final = 0.01
"""About a kilometre: so much is shown around a single place."""
SMALLEST_DOT, LARGEST_DOT = 4.0, 18.0
ROOMY: Final = 200
"""So many places have dots of full size; where there are more, dots are smaller."""
SCALE_SHARE: Final = 0.25
MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the sheet and on the earth; the area grows with the count."""

    x: float
    y: float
    radius: float
    count: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """`scale_width` stands for `scale_metres`; the small dots lie on the large ones."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    scale_width: float
    scale_metres: int

    def on_map(self) -> list[list[float]]:
        """Latitude, longitude, radius in pixels, and count of each dot, as the map's script reads them."""
        return [[dot.latitude, dot.longitude, dot.radius, dot.count] for dot in self.dots]


def sheet(points: Sequence[Mapping[str, Any]]) -> Sheet | None:
    """North is up; a metre is as long to the east as to the north. None where no place is known."""
    if not points:
        return None
    north, east = [each["latitude"] for each in points], [each["longitude"] for each in points]
    centre_north, centre_east = middle(north), middle(east)
    narrowing = cos(radians(centre_north))
    degrees = max(LEAST_DEGREES, (max(north) - min(north)) * WIDTH / HEIGHT, (max(east) - min(east)) * narrowing)
    a_degree = (WIDTH - 2 * MARGIN) / degrees
    most, narrower = greatest(each["count"] for each in points), min(1.0, sqrt(ROOMY / len(points)))
    dots = (
        Dot(
            round(WIDTH / 2 + (each["longitude"] - centre_east) * narrowing * a_degree, 1),
            round(HEIGHT / 2 - (each["latitude"] - centre_north) * a_degree, 1),
            round((SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * sqrt(share(each["count"], most))) * narrower, 1),
            each["count"],
            each["latitude"],
            each["longitude"],
        )
        for each in points
    )
    metres = round_below(METRES_A_DEGREE * WIDTH * SCALE_SHARE / a_degree)
    ordered = tuple(sorted(dots, key=lambda dot: -dot.count))
    return Sheet(WIDTH, HEIGHT, ordered, round(metres * a_degree / METRES_A_DEGREE, 1), metres)


def most_frequent(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The places from which most comes, for the table."""
    return sorted(points, key=lambda each: -each["count"])[:MOST_LISTED]
