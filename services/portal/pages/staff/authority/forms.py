"""The administration's forms as pages: what was filled in stays, and errors stand beside their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.pages.staff.authority import document as paths
from services.portal.pages.staff.authority.choosing import Choices, choices
from services.portal.pages.staff.authority.desk import FROM, Changing, Known, Outcome
from services.portal.pages.staff.authority.fields import Field, meant, sent, typed
from services.portal.pages.staff.authority.lists import LISTS
from services.portal.pages.staff.authority.naming import place_of, said
from services.portal.pages.staff.authority.sections import SECTIONS
from services.portal.pages.staff.work import Work, people_of, staff_page
from services.portal.rendering import language_of, translate, translate_all


def shown(fields: Sequence[Field], document: Any, prefix: str = "") -> dict[str, Any]:
    """What the profile has in these fields."""
    return {field.path: typed(field, paths.get(document, prefix + field.path)) for field in fields}


def filled_in(fields: Sequence[Field], form: FormData) -> dict[str, Any]:
    """What was sent, to be shown again."""
    return {field.path: sent(field, form) for field in fields}


def filling(
    fields: Sequence[Field], values: Mapping[str, Any], officers: Mapping[str, str], prefix: str = ""
) -> Changing:
    """A change to what was filled in."""

    def changing(document: dict[str, Any]) -> None:
        for field in fields:
            paths.put(document, prefix + field.path, meant(field, values[field.path], officers))

    return changing


async def choices_of(request: Request, work: Work, known: Known) -> Choices:
    """What may be chosen, in the reader's language."""
    people = await people_of(request, work)
    english = language_of(request) == "en"

    def name(entry: dict[str, Any]) -> str:
        return str((english and entry.get("name_en")) or entry["name"])

    return choices(known.document, people, name, partial(translate, request))


def placed(errors: Mapping[str, str], fields: Sequence[Field]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Errors by their field; and those of no field in this form: what each is about, if that has a name, and the error.

    All in Thai.
    """
    known = {FROM, *(field.path for field in fields)}
    others = [(place_of(path), message) for path, message in errors.items() if path not in known]
    return {path: message for path, message in errors.items() if path in known}, others


async def form_page(
    request: Request,
    work: Work,
    template: str,
    outcome: Outcome,
    fields: Sequence[Field],
    values: Mapping[str, Any],
    **told: Any,
) -> Response:
    """A form with what is wrong with it, and what others did meanwhile."""
    beside, top = placed(outcome.errors, fields)
    told_beside, people = translate_all(request, beside), await people_of(request, work)
    labels = {field.path: translate(request, field.label) for field in fields}
    return administration_page(
        request,
        work,
        template,
        status=outcome.status,
        fields=fields,
        values=values,
        version=outcome.known.version,
        errors=told_beside,
        summed={
            path: f"{labels[path]}: {message}" if path in labels else message for path, message in told_beside.items()
        },
        top=[": ".join(filter(None, (translate(request, each) for each in told))) for told in top],
        since=[(each, [said(change) for change in each["changes"]]) for each in outcome.since],
        people=people,
        choices=await choices_of(request, work, outcome.known),
        **told,
    )


def administration_page(request: Request, work: Work, template: str, *, status: int = 200, **told: Any) -> Response:
    """A page of the administration, with the way to its other parts."""
    usual = {"sections": SECTIONS, "lists": LISTS, "errors": {}, "place": ""}
    return staff_page(request, work, template, status=status, **{**usual, **told})
