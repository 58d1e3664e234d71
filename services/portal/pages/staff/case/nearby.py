"""Petitions that may tell the same: open, of the same category, and close by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any, Final

METRES: Final = 200
MOST: Final = 8
DEGREE_METRES: Final = 111_195
"""The length of a degree of latitude on a sphere of the earth's mean radius."""


@dataclass(frozen=True, slots=True)
class Near:
    """One of tracking's rows, and how far away it is."""

    row: Mapping[str, Any]
    metres: int


def near(here: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[Near]:
    """The closest first, at most `MOST`; none for a petition without a place."""
    if here["latitude"] is None or here["longitude"] is None:
        return []
    others = (row for row in rows if row["number"] != here["number"] and row["latitude"] is not None)
    found = (Near(row, round(_metres(here, row))) for row in others)
    return sorted((each for each in found if each.metres <= METRES), key=lambda each: each.metres)[:MOST]


def _metres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Flat, which is right to centimetres over so little ground."""
    up = other["latitude"] - one["latitude"]
    across = (other["longitude"] - one["longitude"]) * cos(radians(one["latitude"]))
    return hypot(up, across) * DEGREE_METRES
