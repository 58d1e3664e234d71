"""An authority as its file describes it, checked as a whole, becomes the fact that it is configured so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import yaml
from pydantic import ValidationError

from services.intake.authority_entries import AuthorityFile, CategoryEntry, GroupEntry, SettingsEntry
from services.intake.transitions import COMMANDS
from shared.contracts.authority import AuthorityConfigured
from shared.kernel.field_errors import FieldError, in_thai

RESERVED: Final = frozenset({"api", "health", "me", "metrics", "sandbox", "staff", "static", "t"})
"""First parts of addresses that belong to no authority."""


class _Yaml12(yaml.SafeLoader):
    """As YAML 1.2 has it: `on` is a word and `20:00` no number, which PyYAML (YAML 1.1) takes for true and 1200."""


_Yaml12.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf"))
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789"))


class AuthorityInvalid(ValueError):
    """A file that cannot stand; `errors` name each field by its dotted path."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(f"{each.field}: {each.message}" for each in self.errors))


def authority_from_yaml(text: str) -> AuthorityConfigured:
    """The fact that a YAML file stands for. Raises AuthorityInvalid with everything that is wrong."""
    try:
        document = yaml.load(text, _Yaml12)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise AuthorityInvalid([FieldError(field="", message=f"อ่านไฟล์ YAML ไม่ได้: {error}")]) from error
    return authority_from(document)


def authority_from(document: object) -> AuthorityConfigured:
    """The fact that a parsed file stands for. Raises AuthorityInvalid with everything that is wrong."""
    try:
        file = AuthorityFile.model_validate(document)
    except ValidationError as refused:
        raise AuthorityInvalid(in_thai(refused)) from refused
    errors = [*_reserved(file), *_repeated(file), *_unrelated(file), *_unknown_places(file)]
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
        **_settings_named(file.settings),
    }
    for entries in named.values():
        seen: set[object] = set()
        for path, value in entries:
            if value in seen:
                yield FieldError(field=path, message=f"“{value}” ซ้ำกับรายการก่อนหน้า")
            seen.add(value)


def _settings_named(settings: SettingsEntry) -> dict[str, list[tuple[str, object]]]:
    calendar, texts = settings.calendar, settings.texts
    return {
        "weekdays": [(f"settings.calendar.weekdays.{i}", each) for i, each in enumerate(calendar.weekdays)],
        "days off": [(f"settings.calendar.days_off.{i}.day", each.day) for i, each in enumerate(calendar.days_off)],
        "events": [(f"settings.texts.on.{i}.event", each.event) for i, each in enumerate(texts.on)],
        "texts": [(f"settings.standard_texts.{i}.code", each.code) for i, each in enumerate(settings.standard_texts)],
    }


def _unrelated(file: AuthorityFile) -> Iterator[FieldError]:
    """Categories of no department, or named after another group than theirs."""
    departments = {each.code for each in file.departments}
    for path, group, category in _categories(file):
        if category.department not in departments:
            yield FieldError(field=f"{path}.department", message=f"ไม่มีหน่วยงาน “{category.department}”")
        if category.code.partition(".")[0] != group.code:
            yield FieldError(field=f"{path}.code", message=f"ต้องขึ้นต้นด้วยรหัสกลุ่ม “{group.code}.”")


def _unknown_places(file: AuthorityFile) -> Iterator[FieldError]:
    """Standard texts for a command or a category that is not there."""
    categories = {category.code for _, _, category in _categories(file)}
    for i, text in enumerate(file.settings.standard_texts):
        path = f"settings.standard_texts.{i}"
        if text.command is not None and text.command not in COMMANDS:
            yield FieldError(field=f"{path}.command", message=f"ไม่รู้จักคำสั่ง “{text.command}”")
        if text.category is not None and text.category not in categories:
            yield FieldError(field=f"{path}.category", message=f"ไม่มีประเภทเรื่อง “{text.category}”")


def _categories(file: AuthorityFile) -> Iterator[tuple[str, GroupEntry, CategoryEntry]]:
    for i, group in enumerate(file.category_groups):
        for j, category in enumerate(group.categories):
            yield f"category_groups.{i}.categories.{j}", group, category
