"""`/staff/dashboard`: how the authority, or one of its departments, does in a fiscal year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.pages.common import portal_of
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.dashboard.charts import by_part, over_time
from services.portal.pages.staff.dashboard.exports import EXPORTERS
from services.portal.pages.staff.dashboard.places import most_frequent, sheet
from services.portal.pages.staff.work import Work, Working, as_staff, staff_page
from services.portal.rendering import language_of, named
from services.portal.texts.catalogue import Language
from shared.kernel import clock
from shared.kernel.thai import fiscal_year

router = APIRouter()
YEARS_BACK: Final = 4


@router.get("/staff/dashboard")
async def dashboard(request: Request, work: Working) -> Response:
    """An address that asks for a year or a department that there is none of shows the present, or the whole."""
    wanted = wanted_in(request.query_params, work, fiscal_year(clock.now()))
    asked = {name: value for name, value in wanted.items() if value}
    told: dict[str, Any] = (await as_staff(request, work, "tracking", "GET", "/dashboard", params=asked)).json()
    shown = _shown(work, wanted, told, language_of(request))
    shown["attribution"] = portal_of(request).settings.tiles_attribution
    return staff_page(request, work, "staff/dashboard/page.html", **shown)


def wanted_in(query: Mapping[str, str], work: Work, present: int) -> dict[str, Any]:
    """The fiscal year (Buddhist), and the department, empty for the whole authority."""
    year, department = query.get("fiscal_year", ""), query.get("department", "")
    return {
        "fiscal_year": int(year) if year in map(str, years(present)) else present,
        "department": department if Catalogue(work.authority).holds(department) else "",
    }


def years(present: int) -> list[int]:
    """The fiscal years that are offered, the newest first."""
    return [present - back for back in range(YEARS_BACK + 1)]


def _shown(work: Work, wanted: Mapping[str, Any], told: Mapping[str, Any], language: Language) -> dict[str, Any]:
    catalogue = Catalogue(work.authority)
    categories = [{**each, "label": _category(catalogue, each, language)} for each in told["by_category"]]
    departments = [{**each, "label": _department(catalogue, each, language)} for each in told["by_department"]]
    return {
        "wanted": wanted,
        "years": years(fiscal_year(clock.now())),
        "catalogue": catalogue,
        "figures": told,
        "time_chart": over_time(told["over_time"]),
        "by_category": categories,
        "by_department": departments,
        "category_chart": by_part(categories),
        "department_chart": by_part(departments),
        "sheet": sheet(told["points"]),
        "frequent": most_frequent(told["points"]),
        "may_take_persons": work.position.role in EXPORTERS,
    }


def _category(catalogue: Catalogue, part: Mapping[str, Any], language: Language) -> str:
    known = catalogue.category(part["code"])
    return " : ".join(named(language, each) for each in known) if known else str(part["label"])


def _department(catalogue: Catalogue, part: Mapping[str, Any], language: Language) -> str:
    known = catalogue.department(part["code"])
    return named(language, known) if known else str(part["label"])
