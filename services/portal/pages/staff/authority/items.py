"""`/staff/authority/lists/{code}/{key}`: each entry of a list in an authority's profile is a form of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.authority import document as paths
from services.portal.pages.staff.authority.desk import Outcome, administers, change, known_of
from services.portal.pages.staff.authority.fields import Field, typed
from services.portal.pages.staff.authority.forms import (
    choices_of,
    filled_in,
    filling,
    form_page,
    shown,
)
from services.portal.pages.staff.authority.listing import listed
from services.portal.pages.staff.authority.lists import CATEGORIES, NEW, EntryList, added, taken_out
from services.portal.pages.staff.work import Work, Working

router = APIRouter()


@dataclass
class Edit:
    """What is to become of an entry: filled in anew, added, or taken out. `path` tells afterwards where it stands."""

    entries: EntryList
    key: str
    fields: Sequence[Field]
    values: Mapping[str, Any]
    officers: Mapping[str, str] = field(default_factory=dict)
    removing: bool = False
    path: str = ""

    def __call__(self, document: dict[str, Any]) -> None:
        """Raises LookupError where the entry is gone."""
        found = added(self.entries, document, dict(self.values)) if self.key == NEW else self._found(document)
        self.path = found
        if self.removing:
            taken_out(self.entries, document, found)
            return
        own = [each for each in self.fields if each in self.entries.fields]
        filling(own, self.values, self.officers, f"{found}.")(document)
        if self.key == NEW and self.entries.code == CATEGORIES:
            group = paths.get(document, found.rpartition(".categories.")[0])
            paths.put(document, f"{found}.code", f"{group['code']}.{self.values['code']}")

    def _found(self, document: dict[str, Any]) -> str:
        found = self.entries.find(document, self.key)
        if found is None:
            raise LookupError(self.key)
        return found

    def beside(self, errors: Mapping[str, str]) -> dict[str, str]:
        """Errors by the fields of the form."""
        group = self.path.rpartition(".categories.")[0]
        return {self._field(path, group): message for path, message in errors.items()}

    def _field(self, path: str, group: str) -> str:
        if self.path and path.startswith(f"{self.path}."):
            return path.removeprefix(f"{self.path}.")
        return f"group.{path.removeprefix(f'{group}.')}" if group and path.startswith(f"{group}.") else path


@router.get("/staff/authority/lists/{code}/{key}")
async def entry(request: Request, work: Working, code: str, key: str) -> Response:
    """The form of one entry, or of a new one; 404 for one that is gone."""
    administers(work)
    asked, outcome = listed(code), Outcome(await known_of(request, work))
    fields = _fields(asked, key)
    if key == NEW:
        values = {each.path: typed(each, _usual(each, outcome.known.document)) for each in fields}
        return await _page(request, work, asked, key, outcome, values)
    path = asked.find(outcome.known.document, key)
    if path is None:
        raise HTTPException(httpx.codes.NOT_FOUND)
    return await _page(request, work, asked, key, outcome, shown(fields, outcome.known.document, f"{path}."))


@router.post("/staff/authority/lists/{code}/{key}")
async def change_entry(request: Request, work: Working, code: str, key: str) -> Response:
    """`action=remove` takes the entry out."""
    administers(work)
    asked, form = listed(code), await posted(request)
    fields = _fields(asked, key)
    values, removing = filled_in(fields, form), form.get("action") == "remove"
    known = await known_of(request, work)
    officers = dict((await choices_of(request, work, known))["officers"])
    edit = Edit(asked, key, fields, values, officers, removing)
    outcome = await change(request, work, form, edit)
    if outcome.done:
        done = "removed" if removing and outcome.done == "changed" else outcome.done
        return RedirectResponse(link(request, f"/staff/authority/lists/{code}", done=done), 303)
    placed = replace(outcome, errors=edit.beside(outcome.errors))
    return await _page(request, work, asked, key, placed, values, str(form.get("effective_from", "")))


async def _page(
    request: Request, work: Work, asked: EntryList, key: str, outcome: Outcome, values: dict[str, Any], begins: str = ""
) -> Response:
    fields = _fields(asked, key)
    more = {"list": asked, "key": key, "is_new": key == NEW, "place": asked.code, "begins": begins}
    return await form_page(request, work, "staff/authority/entry.html", outcome, fields, values, **more)


def _fields(asked: EntryList, key: str) -> tuple[Field, ...]:
    """What is fixed is asked of new entries alone."""
    if key == NEW:
        return (*asked.more, *asked.fields)
    return tuple(each for each in asked.fields if not each.fixed)


def _usual(each: Field, document: dict[str, Any]) -> Any:
    """What a new entry begins with."""
    return document["category_groups"][0]["code"] if each.choices == "groups" else None
