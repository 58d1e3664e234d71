"""What was changed in a profile, as people read it: names of fields and of entries, and what stood there. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.pages.staff.authority.choosing import RESTARTS, WEEKDAYS
from services.portal.pages.staff.authority.lists import LISTS
from services.portal.pages.staff.authority.sections import LOGO, ON_EVENT, SECTIONS, WORDING
from services.portal.texts.catalogue import N_

YES, NO, NOTHING, REMOVED, ADDED, ORDER = N_("ใช่"), N_("ไม่ใช่"), "–", N_("ลบ"), N_("เพิ่ม"), N_("ลำดับ")
_ENTRY: Final = re.compile(r"\[([^\]]*)\]")
_DIGITS: Final = 8
"""So much of a picture's digest tells it from others."""
_PLACE: Final = re.compile(r"\.\d+")
_LISTS: Final = {
    **{each.path: each for each in LISTS if each.code != "categories"},
    "category_groups.categories": next(each for each in LISTS if each.code == "categories"),
}
_FIELDS: Final[Mapping[str, str]] = {
    **{field.path: field.label for section in SECTIONS for field in section.fields},
    **{f"{path}.{field.path}": field.label for path, entries in _LISTS.items() for field in entries.fields},
    "settings.texts.on.wording": WORDING,
    "settings.texts.on.on": N_("ส่ง SMS"),
    "settings.texts.on": N_("ส่ง SMS"),
    "settings.map_centre": N_("จุดที่แผนที่เปิด"),
}
_WORDS: Final[Mapping[str, str]] = {**dict(RESTARTS), **ON_EVENT}


@dataclass(frozen=True, slots=True)
class Said:
    """`field` and `what` happened in Thai, to be translated; `of` names the entry. `before` and `after` are words of
    the profile; those in Thai of ours are translated too."""

    field: str
    of: str
    what: str
    before: str | list[str]
    after: str | list[str]


def said(change: Mapping[str, Any]) -> Said:
    """One of intake's changes. What has no name here is told by its path."""
    path, within = _ENTRY.sub("", change["field"]), _ENTRY.findall(change["field"])
    before, after = change["before"], change["after"]
    of = _WORDS.get(within[-1], within[-1]) if within else ""
    entries = _LISTS.get(path)
    if entries is None:
        return Said(_FIELDS.get(path, path), of, "", _words(path, before), _words(path, after))
    what = ADDED if before is None else REMOVED if after is None else ORDER if _reordered(before, after) else ""
    return Said(entries.one, of, what, _words(path, before), _words(path, after))


def _reordered(before: Any, after: Any) -> bool:
    """Whether two lists have the same entries."""
    both = isinstance(before, list) and isinstance(after, list) and len(before) == len(after)
    return both and all(each in after for each in before)


def _words(path: str, value: Any) -> str | list[str]:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    if path == "settings.calendar.weekdays":
        return [WEEKDAYS[day] for day in value]
    if path == LOGO:
        return str(value).rpartition("/")[2][:_DIGITS]
    if isinstance(value, list):
        return [str(_words("", each)) for each in value]
    if isinstance(value, dict):
        return _told(value)
    return _WORDS.get(str(value), str(value))


def _told(entry: Mapping[str, Any]) -> str:
    """An entry by its name, or all that it says."""
    named = next((str(entry[name]) for name in ("name", "title", "wording") if entry.get(name)), "")
    return named or " · ".join(f"{value}" for value in entry.values() if value not in (None, "", []))


def place_of(path: str) -> str:
    """How a field is called that a gateway names by its path, in Thai; empty where it has no name here."""
    return _FIELDS.get(_PLACE.sub("", path), "")
