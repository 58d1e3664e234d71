"""The HTTP gateway of tracking, for staff: the petitions of a person, by phone or name. Each question is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.tracking.answers import FoundPetitions, ListedPetition
from services.tracking.queries.filters import Filter
from services.tracking.queries.petitions import FOUND_MOST
from services.tracking.staff_api import listed
from services.tracking.wiring import Tracking
from shared.contracts.access import AccessSearched
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash
from shared.kernel.text import clean_line

SEARCHERS: Final = frozenset({Role.OFFICER, Role.HEAD, Role.ADMIN})
_ONE_OF_TWO: Final = "กรุณาระบุหมายเลขโทรศัพท์หรือชื่ออย่างใดอย่างหนึ่ง"
router = APIRouter(prefix="/api/tracking/v1", tags=["staff"])
Kind = Literal["phone", "name"]
Asked = Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=100)]


class Search(BaseModel):
    """A phone, exactly, however it is written; or a given name, a family name, or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "081 234 5678"}, {"name": "สมชาย ใจดี"}]})
    phone: Asked | None = None
    name: Asked | None = None


@router.post("/searches", responses=responses(400, 401, 403, 422), summary="The petitions of a person (recorded)")
def search(
    request: Request, response: Response, caller: Annotated[Caller, Depends(only(SEARCHERS))], asked: Search
) -> FoundPetitions:
    """Of the caller's authority and department, the newest hundred. What was asked for is kept as a keyed digest."""
    tracking: Tracking = request.app.state.tracking
    kind, wanted = _wanted(tracking, asked)
    mine = Filter(authority=caller.authority, department=caller.department)
    rows = tracking.petitions.of_person(mine, kind, wanted) if wanted else []
    tracking.accesses.record(caller, _searched(tracking, caller, kind, wanted, len(rows)), request.state.correlation_id)
    response.headers["Cache-Control"] = "no-store"
    items = [ListedPetition.model_validate(listed(row, caller)) for row in rows]
    return FoundPetitions(items=items, more=len(items) == FOUND_MOST)


def _wanted(tracking: Tracking, asked: Search) -> tuple[Kind, Sequence[str]]:
    """What is asked for, and its tokens."""
    match asked:
        case Search(phone=str() as phone, name=None):
            return "phone", [tracking.search.tokens.of_phone(phone)]
        case Search(phone=None, name=str() as name):
            return "name", tracking.search.tokens.of_names(name)
        case _:
            raise Problem(422, _ONE_OF_TWO, errors=[FieldProblem(field="phone", message=_ONE_OF_TWO)])


def _searched(tracking: Tracking, caller: Caller, kind: Kind, wanted: Sequence[str], hits: int) -> AccessSearched:
    pepper = tracking.settings.pepper.get_secret_value()
    return AccessSearched(
        access_id=ids.new_id(),
        authority=caller.authority,
        role=caller.role.value,
        kind=kind,
        digest=keyed_hash(pepper, f"searched/{kind}/{' '.join(wanted)}"),
        hits=hits,
    )
