"""The shapes of tracking's figures, with examples."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from services.tracking.satisfaction import Satisfaction


class StatusCount(BaseModel):
    """Petitions in one state."""

    status: str
    label: str
    count: int


class CategoryCount(BaseModel):
    """Petitions of one category."""

    category: str
    label: str
    count: int


class StatisticsView(BaseModel):
    """Of the petitions filed in one fiscal year (Buddhist era, from October).

    `on_time_share` = finished by the due date ÷ (finished + open and overdue); null while there are none.
    `satisfaction` is of the answers given in that year.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "authority": "kathu",
                    "authority_name": "เทศบาลเมืองกะทู้",
                    "fiscal_year": 2567,
                    "total": 5,
                    "by_status": [{"status": "filed", "label": "รอรับเรื่อง", "count": 5}],
                    "by_category": [{"category": "roads.surface", "label": "ถนนและทางเท้า : ถนน/ไหล่ทาง", "count": 5}],
                    "ended": 0,
                    "overdue": 0,
                    "on_time_share": None,
                    "median_days": None,
                    "satisfaction": {"answers": 3, "mean_rating": 4.33, "solved_share": 0.5},
                }
            ]
        }
    )
    authority: str
    authority_name: str
    fiscal_year: int
    total: int
    by_status: list[StatusCount]
    by_category: list[CategoryCount]
    ended: int
    overdue: int
    on_time_share: float | None
    median_days: float | None
    satisfaction: Satisfaction


class GroupFigures(BaseModel):
    """Figures of a part of the petitions; `closed` have ended, resolved or rejected, and not been reopened."""

    code: str
    label: str
    received: int
    open: int
    closed: int
    overdue: int
    on_time_share: float | None


class DepartmentFigures(GroupFigures):
    """`satisfaction` is of the answers given in the year about petitions that were the department's at the end that is
    rated."""

    satisfaction: Satisfaction


class MonthFigures(BaseModel):
    """`month` is `2024-10`; `open` at its end."""

    month: str
    received: int
    ended: int
    open: int


class Point(BaseModel):
    """How many petitions there are around a place, of about 200 m."""

    latitude: float
    longitude: float
    count: int


class DashboardView(BaseModel):
    """Of the petitions filed in one fiscal year (Buddhist era, from October), all or those of a department.

    `on_time_share` = finished by the due date ÷ (finished + open and overdue), days from filing to the end; null while
    there are none. `satisfaction` is of the answers given in that year: of the whole authority with those in general,
    of a department of those about petitions that were its own at the end that is rated.
    """

    authority: str
    authority_name: str
    fiscal_year: int
    department: str | None
    received: int
    open: int
    closed: int
    overdue: int
    on_time_share: float | None
    median_days: float | None
    p90_days: float | None
    satisfaction: Satisfaction
    by_category: list[GroupFigures]
    by_department: list[DepartmentFigures]
    over_time: list[MonthFigures]
    points: list[Point]
