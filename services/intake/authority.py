"""An authority as its file describes it, checked as a whole, becomes the fact that it is configured so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from services.intake.numbering import Restart
from shared.contracts.authority import AuthorityConfigured
from shared.kernel.field_errors import FieldError, in_thai

ANSWER_WITHIN_DAYS: Final = 15
"""Calendar days, when neither the category nor the file says otherwise."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=50)]
CategoryCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$", max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Days = Annotated[int, Field(ge=1, le=365)]
RESERVED: Final = frozenset({"api", "health", "me", "metrics", "sandbox", "staff", "static", "t"})
"""First parts of addresses that belong to no authority."""


class _Entry(BaseModel):
    """Part of the file; a name that is not known here is an error, since it would have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartmentEntry(_Entry):
    """A department."""

    code: Code
    name: Name
    name_en: Name | None = None
    phone: Name | None = None


class CategoryEntry(_Entry):
    """A category; `due_days` in calendar days."""

    code: CategoryCode
    name: Name
    name_en: Name | None = None
    department: Code
    due_days: Days | None = None


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


class SettingsEntry(_Entry):
    """What an authority decides for itself."""

    number: NumberEntry = NumberEntry()
    sms: SmsEntry
    survey: SurveyEntry = SurveyEntry()
    tracking_url_base: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] | None = None
    domain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None = None
    map_centre: MapCentreEntry | None = None


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


class AuthorityInvalid(ValueError):
    """A file that cannot stand; `errors` name each field by its dotted path."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(f"{each.field}: {each.message}" for each in self.errors))


def authority_from_yaml(text: str) -> AuthorityConfigured:
    """The fact that a YAML file stands for. Raises AuthorityInvalid with everything that is wrong."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise AuthorityInvalid([FieldError(field="", message=f"อ่านไฟล์ YAML ไม่ได้: {error}")]) from error
    return authority_from(document)


def authority_from(document: object) -> AuthorityConfigured:
    """The fact that a parsed file stands for. Raises AuthorityInvalid with everything that is wrong."""
    try:
        file = AuthorityFile.model_validate(document)
    except ValidationError as refused:
        raise AuthorityInvalid(in_thai(refused)) from refused
    errors = [*_reserved(file), *_repeated(file), *_unrelated(file)]
    if errors:
        raise AuthorityInvalid(errors)
    configured = file.model_dump(exclude={"default_due_days"})
    for group in configured["category_groups"]:
        for category in group["categories"]:
            category["due_days"] = category["due_days"] or file.default_due_days
    return AuthorityConfigured.model_validate(configured)


def _reserved(file: AuthorityFile) -> Iterator[FieldError]:
    """A code that the portal needs for pages of its own."""
    if file.code in RESERVED:
        yield FieldError(field="code", message=f"“{file.code}” เป็นคำที่ระบบใช้ กรุณาเลือกรหัสอื่น")


def _repeated(file: AuthorityFile) -> Iterator[FieldError]:
    """Codes and digits that stand for two things."""
    named: dict[str, list[tuple[str, object]]] = {
        "departments": [(f"departments.{i}.code", each.code) for i, each in enumerate(file.departments)],
        "groups": [(f"category_groups.{i}.code", each.code) for i, each in enumerate(file.category_groups)],
        "categories": [(f"{path}.code", each.code) for path, _, each in _categories(file)],
        "services": [(f"services.{i}.code", each.code) for i, each in enumerate(file.services)],
        "digits": [(f"services.{i}.digit", each.digit) for i, each in enumerate(file.services)],
    }
    for entries in named.values():
        seen: set[object] = set()
        for path, value in entries:
            if value in seen:
                yield FieldError(field=path, message=f"“{value}” ซ้ำกับรายการก่อนหน้า")
            seen.add(value)


def _unrelated(file: AuthorityFile) -> Iterator[FieldError]:
    """Categories of no department, or named after another group than theirs."""
    departments = {each.code for each in file.departments}
    for path, group, category in _categories(file):
        if category.department not in departments:
            yield FieldError(field=f"{path}.department", message=f"ไม่มีหน่วยงาน “{category.department}”")
        if category.code.partition(".")[0] != group.code:
            yield FieldError(field=f"{path}.code", message=f"ต้องขึ้นต้นด้วยรหัสกลุ่ม “{group.code}.”")


def _categories(file: AuthorityFile) -> Iterator[tuple[str, GroupEntry, CategoryEntry]]:
    for i, group in enumerate(file.category_groups):
        for j, category in enumerate(group.categories):
            yield f"category_groups.{i}.categories.{j}", group, category
