"""An authority's profile as nested data, which forms change part by part. Pure.

Paths are those of the gateway's errors: `category_groups.0.categories.2.name`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final, get_args

from shared.contracts.authority import StatusEvent, StatusText, TextSettings

EVENTS: Final[tuple[StatusEvent, ...]] = get_args(StatusEvent)
_NO_CENTRE: Final = {"latitude": None, "longitude": None}


def opened(profile: dict[str, Any]) -> dict[str, Any]:
    """The profile as forms see it: every status text stands in its place, and there is always a centre of the map."""
    document = deepcopy(profile)
    settings = document["settings"]
    texts = TextSettings.model_validate(settings["texts"])
    settings["texts"]["on"] = [_entry(texts.about(event)) for event in EVENTS]
    settings["map_centre"] = settings["map_centre"] or dict(_NO_CENTRE)
    return document


def closed(document: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    """The same as the gateway takes it; what means the same as in the `profile` stands as it stood there."""
    told = deepcopy(document)
    settings = told["settings"]
    if settings["map_centre"] == _NO_CENTRE:
        settings["map_centre"] = None
    if settings["texts"]["on"] == opened(profile)["settings"]["texts"]["on"]:
        settings["texts"]["on"] = profile["settings"]["texts"]["on"]
    return told


def get(document: Any, path: str) -> Any:
    """What stands at a path."""
    for name in path.split("."):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def put(document: Any, path: str, value: Any) -> None:
    """Let this stand at a path; what is around it is there already."""
    above, _, name = path.rpartition(".")
    place = get(document, above) if above else document
    place[int(name) if isinstance(place, list) else name] = value


def remove(document: dict[str, Any], path: str) -> None:
    """Take an entry out of its list."""
    above, _, name = path.rpartition(".")
    del get(document, above)[int(name)]


def _entry(text: StatusText) -> dict[str, Any]:
    return text.model_dump(mode="json")
