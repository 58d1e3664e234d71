"""What intake tells about an authority (a tenant): its whole public profile, each time it changes."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar, Final, Literal

from shared.contracts.fact import Fact, Value
from shared.contracts.petition import Officer


class Department(Value):
    """A department that owns petitions."""

    code: str
    name: str
    name_en: str | None = None
    phone: str | None = None


class Category(Value):
    """What a petition is about. `code` is `<group>.<category>`; `due_days` are working days.

    `officer` is who in the department gets its petitions, if one always does.
    """

    code: str
    name: str
    name_en: str | None = None
    department: str
    due_days: int
    officer: Officer | None = None


class CategoryGroup(Value):
    """Categories shown under one heading."""

    code: str
    name: str
    name_en: str | None = None
    categories: tuple[Category, ...]


class Service(Value):
    """A service of the authority. `digit` stands in its petition numbers; `note` says why it is not open yet."""

    code: str
    digit: int
    name: str
    name_en: str | None = None
    open: bool
    note: str | None = None
    note_en: str | None = None


class NumberSettings(Value):
    """When the running number starts again at 1."""

    restart: Literal["fiscal_year", "calendar_year", "never"]


class SmsSettings(Value):
    """How the authority texts: `link_base` has no scheme; `sender` is registered, at most 11 characters."""

    include_link: bool
    link_base: str | None
    sender: str


class SurveySettings(Value):
    """Whether petitioners are asked how it went, and for how many days an answer may reopen the petition."""

    invite: bool
    reopen_days: int


class MapCentre(Value):
    """Where maps of the authority open, in degrees WGS 84."""

    latitude: float
    longitude: float


class DayOff(Value):
    """A day on which the authority does not work, beside the public holidays."""

    day: date
    name: str


class CalendarSettings(Value):
    """When the authority works: on these `weekdays` (0 is Monday), but not on holidays and its own days off."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    public_holidays: bool = True
    days_off: tuple[DayOff, ...] = ()


class DeadlineSettings(Value):
    """When people are told: working days before and after the due date, calendar days after a question."""

    warn_days: int = 2
    escalate_days: int = 3
    remind_after_days: int = 7
    expire_after_days: int = 14


StatusEvent = Literal["accepted", "started", "information_requested", "scheduled", "resolved", "rejected", "reopened"]
"""What citizens may be texted about, besides the filing."""

STATUS_PLACEHOLDERS: Final = frozenset({"number", "department", "phone", "date", "question", "link"})
"""What a wording may hold, in braces."""


class StatusText(Value):
    """Whether citizens are texted about something, and in which words; without `wording` in the built-in ones."""

    event: StatusEvent
    on: bool
    wording: str | None = None


class TextSettings(Value):
    """When and about what citizens are texted. Nothing is sent from `quiet_from` to `quiet_until`, Bangkok time."""

    quiet_from: time = time(20)
    quiet_until: time = time(8)
    on: tuple[StatusText, ...] = ()

    def about(self, event: StatusEvent) -> StatusText:
        """What is set for an event; unless told otherwise all but `started` are texted."""
        return next((each for each in self.on if each.event == event), StatusText(event=event, on=event != "started"))


STANDARD_PLACEHOLDERS: Final = frozenset({"number", "category", "department", "officer", "due_date"})
"""What a standard text may hold, in braces."""


class StandardText(Value):
    """Words that staff need often. `command` (its name in the API) and `category` narrow where they are offered."""

    code: str
    title: str
    text: str
    command: str | None = None
    category: str | None = None


class RetentionSettings(Value):
    """For how many years after its end the authority must keep what a petitioner told, though the petitioner asks to be
    forgotten (PDPA s. 33 ¶ 2); 0: not at all. `basis` is the rule that says so, as people read it."""

    years: int = 0
    basis: str | None = None


class AuthoritySettings(Value):
    """What an authority decides for itself. `tracking_url_base` is where the portal is reached, if told; `domain` is
    its own host name, at which its home is `/`."""

    number: NumberSettings
    sms: SmsSettings
    survey: SurveySettings
    tracking_url_base: str | None = None
    domain: str | None = None
    map_centre: MapCentre | None = None
    calendar: CalendarSettings = CalendarSettings()
    deadlines: DeadlineSettings = DeadlineSettings()
    texts: TextSettings = TextSettings()
    standard_texts: tuple[StandardText, ...] = ()
    retention: RetentionSettings = RetentionSettings()


class NewsItem(Value):
    """A notice on the authority's home page."""

    title: str
    title_en: str | None = None
    text: str
    text_en: str | None = None
    published_on: date


class AuthorityConfigured(Fact):
    """From now on this is the authority's public profile. `prefix` (2–3 letters) begins its petition numbers."""

    TYPE: ClassVar[str] = "authority.configured"
    code: str
    name_th: str
    name_en: str
    prefix: str
    province: str
    address: str
    phone: str
    email: str | None = None
    website: str | None = None
    logo: str | None = None
    departments: tuple[Department, ...]
    category_groups: tuple[CategoryGroup, ...]
    services: tuple[Service, ...]
    settings: AuthoritySettings
    news: tuple[NewsItem, ...] = ()
    about: str = ""
    about_en: str | None = None


class AuthorityChangePlanned(Fact):
    """From `effective_from` on, what this profile changes in the present one is to hold; `authority.configured` tells
    when it does."""

    TYPE: ClassVar[str] = "authority.change_planned"
    code: str
    effective_from: datetime
    profile: AuthorityConfigured


class AuthorityPlanCancelled(Fact):
    """The change that was planned with the stream's version `planned_version` will not take place."""

    TYPE: ClassVar[str] = "authority.plan_cancelled"
    code: str
    planned_version: int
