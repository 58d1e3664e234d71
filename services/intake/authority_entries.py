"""An authority as its file describes it, entry by entry: what may stand in each field by itself."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from services.intake.numbering import Restart
from shared.contracts.authority import (
    STANDARD_PLACEHOLDERS,
    STATUS_PLACEHOLDERS,
    CalendarSettings,
    DeadlineSettings,
    StatusEvent,
    TextSettings,
)
from shared.kernel.placeholders import placeholders

ANSWER_WITHIN_DAYS: Final = 15
"""Working days, when neither the category nor the file says otherwise."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=50)]
CategoryCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$", max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Days = Annotated[int, Field(ge=1, le=365)]
Weekday = Annotated[int, Field(ge=0, le=6)]
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?")
_CALENDAR, _DEADLINES, _TEXTS = CalendarSettings(), DeadlineSettings(), TextSettings()


def _clock(value: object) -> object:
    """pydantic would take a number for the seconds since midnight."""
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK.fullmatch(value)):
        return value
    raise ValueError("เวลาต้องอยู่ในรูป HH:MM เช่น 20:00")


def _only(text: str, known: frozenset[str]) -> str:
    if unknown := [each for each in placeholders(text) if each not in known]:
        listed = " ".join(f"{{{each}}}" for each in sorted(known))
        raise ValueError(f"ไม่รู้จัก {{{unknown[0]}}} ใช้ได้เฉพาะ {listed}")
    return text


def _for_citizens(text: str) -> str:
    return _only(text, STATUS_PLACEHOLDERS)


def _for_staff(text: str) -> str:
    return _only(text, STANDARD_PLACEHOLDERS)


ClockTime = Annotated[time, BeforeValidator(_clock)]
Wording = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_for_citizens)
]


class _Entry(BaseModel):
    """Part of the file; a name that is not known here is an error, since it would have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartmentEntry(_Entry):
    """A department."""

    code: Code
    name: Name
    name_en: Name | None = None
    phone: Name | None = None


class OfficerEntry(_Entry):
    """A member of staff: the id under which a right was granted, and the name that facts keep."""

    id: Name
    name: Name


class CategoryEntry(_Entry):
    """A category; `due_days` in working days. `officer` gets its petitions."""

    code: CategoryCode
    name: Name
    name_en: Name | None = None
    department: Code
    due_days: Days | None = None
    officer: OfficerEntry | None = None


class GroupEntry(_Entry):
    """Categories under one heading."""

    code: Code
    name: Name
    name_en: Name | None = None
    categories: tuple[CategoryEntry, ...] = Field(min_length=1)


class ServiceEntry(_Entry):
    """A service; `note` is shown while it is not open."""

    code: Code
    digit: int = Field(ge=0, le=9)
    name: Name
    name_en: Name | None = None
    open: bool
    note: Name | None = None
    note_en: Name | None = None


class NumberEntry(_Entry):
    """When the running number starts again at 1."""

    restart: Restart = "fiscal_year"


class SmsEntry(_Entry):
    """Links are off unless switched on. Sender names have at most 11 characters and no spaces (operators' rule)."""

    include_link: bool = False
    link_base: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.[a-z]+(/[a-z0-9]+)*$")] | None = None
    sender: Annotated[str, StringConstraints(pattern=r"^[!-~]{3,11}$")]

    @model_validator(mode="after")
    def _link_needs_a_base(self) -> Self:
        if self.include_link and self.link_base is None:
            raise ValueError("include_link ต้องมี link_base เป็นโดเมนของหน่วยงาน")
        return self


class SurveyEntry(_Entry):
    """Whether petitioners are asked how it went, and for how many days an answer may reopen the petition."""

    invite: bool = True
    reopen_days: int = Field(default=14, ge=0, le=365)


class MapCentreEntry(_Entry):
    """Where maps open, in degrees WGS 84."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class DayOffEntry(_Entry):
    """A day on which the authority does not work."""

    day: date
    name: Name


class CalendarEntry(_Entry):
    """When the authority works; weekday 0 is Monday."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = _CALENDAR.weekdays
    public_holidays: bool = _CALENDAR.public_holidays
    days_off: tuple[DayOffEntry, ...] = ()


class DeadlinesEntry(_Entry):
    """When people are told: `warn`, `escalate` in working days, `remind`, `expire` in calendar days."""

    warn_days: Days = _DEADLINES.warn_days
    escalate_days: Days = _DEADLINES.escalate_days
    remind_after_days: Days = _DEADLINES.remind_after_days
    expire_after_days: Days = _DEADLINES.expire_after_days

    @model_validator(mode="after")
    def _reminded_before_it_expires(self) -> Self:
        if self.remind_after_days >= self.expire_after_days:
            raise ValueError("remind_after_days ต้องน้อยกว่า expire_after_days")
        return self


class StatusTextEntry(_Entry):
    """Whether and how citizens are texted about an event."""

    event: StatusEvent
    on: bool
    wording: Wording | None = None


class TextsEntry(_Entry):
    """Quiet hours in Bangkok, and what citizens are texted about."""

    quiet_from: ClockTime = _TEXTS.quiet_from
    quiet_until: ClockTime = _TEXTS.quiet_until
    on: tuple[StatusTextEntry, ...] = ()


class StandardTextEntry(_Entry):
    """Words that staff need often."""

    code: Code
    title: Name
    text: Annotated[Prose, AfterValidator(_for_staff)]
    command: Code | None = None
    category: CategoryCode | None = None


class RetentionEntry(_Entry):
    """How long petitions are kept though their petitioner asks to be forgotten; years need the rule that says so."""

    years: Annotated[int, Field(ge=0, le=100)] = 0
    basis: Name | None = None

    @model_validator(mode="after")
    def _told_why(self) -> Self:
        if self.years and not self.basis:
            raise ValueError("ต้องระบุ basis: ระเบียบหรือกฎหมายที่ให้เก็บไว้")
        return self


class SettingsEntry(_Entry):
    """What an authority decides for itself."""

    number: NumberEntry = NumberEntry()
    sms: SmsEntry
    survey: SurveyEntry = SurveyEntry()
    tracking_url_base: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] | None = None
    domain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None = None
    map_centre: MapCentreEntry | None = None
    calendar: CalendarEntry = CalendarEntry()
    deadlines: DeadlinesEntry = DeadlinesEntry()
    texts: TextsEntry = TextsEntry()
    standard_texts: tuple[StandardTextEntry, ...] = ()
    retention: RetentionEntry = RetentionEntry()


class NewsEntry(_Entry):
    """A notice on the home page."""

    title: Name
    title_en: Name | None = None
    text: Prose
    text_en: Prose | None = None
    published_on: date


class AuthorityFile(_Entry):
    """The whole file. Categories without `due_days` have `default_due_days`."""

    code: Code
    name_th: Name
    name_en: Name
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
    province: Name
    address: Name
    phone: Name
    email: Name | None = None
    website: Name | None = None
    logo: Name | None = None
    default_due_days: Days = ANSWER_WITHIN_DAYS
    departments: tuple[DepartmentEntry, ...] = Field(min_length=1)
    category_groups: tuple[GroupEntry, ...] = Field(min_length=1)
    services: tuple[ServiceEntry, ...] = Field(min_length=1)
    settings: SettingsEntry
    news: tuple[NewsEntry, ...] = ()
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    about_en: Prose | None = None
