"""The order of a list's entries, in which everybody is shown them: one is put directly beside another. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.portal.pages.staff.authority import document as paths
from services.portal.pages.staff.authority.lists import CATEGORIES, EntryList, key_of


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, and the keys of those directly before and behind it, empty at an end."""

    key: str
    entry: dict[str, Any]
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one list. `head` is the group that categories belong to."""

    head: dict[str, Any] | None
    rows: list[Row]


def parts(entries: EntryList, document: dict[str, Any]) -> list[Part]:
    """As they stand; what has no order of its own, by the day."""
    return [_part(entries, document, path) for path in entries.lists(document)]


def _part(entries: EntryList, document: dict[str, Any], path: str) -> Part:
    head = paths.get(document, path.rpartition(".")[0]) if entries.code == CATEGORIES else None
    known = [(key_of(entries, entry), entry) for entry in paths.get(document, path)]
    if not entries.ordered:
        return Part(head, [Row(key, entry, "", "") for key, entry in sorted(known, key=lambda each: each[0])])
    return Part(head, [*_rows(known)])


def _rows(known: list[tuple[str, dict[str, Any]]]) -> Iterator[Row]:
    keys = ["", *(key for key, _ in known), ""]
    for place, (key, entry) in enumerate(known):
        yield Row(key, entry, keys[place], keys[place + 2])


@dataclass(frozen=True, slots=True)
class Move:
    """An entry is to stand directly before, or behind, another of its list. Twice is as good as once."""

    entries: EntryList
    key: str
    other: str
    behind: bool

    def __call__(self, document: dict[str, Any]) -> None:
        """Raises LookupError where one of them is gone."""
        above, own = self._found(document, self.key)
        beside, other = self._found(document, self.other)
        if above != beside:
            raise LookupError(self.other)
        place = paths.get(document, above)
        place.insert(other - (own < other) + self.behind, place.pop(own))

    def _found(self, document: dict[str, Any], key: str) -> tuple[str, int]:
        found = self.entries.find(document, key)
        if found is None:
            raise LookupError(key)
        above, _, place = found.rpartition(".")
        return above, int(place)
