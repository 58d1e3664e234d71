"""The authority's standard texts, with this petition's facts in their gaps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.dates import day
from shared.contracts.authority import AuthorityConfigured
from shared.kernel.placeholders import filled


@dataclass(frozen=True, slots=True)
class Ready:
    """A standard text for this petition."""

    code: str
    title: str
    text: str


def standard_texts(profile: AuthorityConfigured, petition: Mapping[str, Any], command: str) -> list[Ready]:
    """Those that are meant for the command and the category; in Thai, for a petitioner reads them."""
    known = {
        "number": petition["number"],
        "category": petition["category_label"],
        "department": petition["department_name"],
        "officer": petition["officer_name"] or "",
        "due_date": day(petition["due_at"], "th"),
    }
    meant = (
        each
        for each in profile.settings.standard_texts
        if each.command in (None, command) and each.category in (None, petition["category"])
    )
    return [Ready(each.code, each.title, filled(each.text, known)) for each in meant]
