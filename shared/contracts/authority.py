"""What intake tells about an authority (a tenant): its whole public profile, each time it changes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.fact import Fact, Value


class Department(Value):
    """A department that owns petitions."""

    code: str
    name: str
    name_en: str | None = None
    phone: str | None = None


class Category(Value):
    """What a petition is about. `code` is `<group>.<category>`; `due_days` are calendar days."""

    code: str
    name: str
    name_en: str | None = None
    department: str
    due_days: int


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


class AuthoritySettings(Value):
    """What an authority decides for itself. `tracking_url_base` is where the portal is reached, if told; `domain` is
    its own host name, at which its home is `/`."""

    number: NumberSettings
    sms: SmsSettings
    survey: SurveySettings
    tracking_url_base: str | None = None
    domain: str | None = None
    map_centre: MapCentre | None = None


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
