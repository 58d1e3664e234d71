"""What differs between two profiles of an authority, and a planned profile laid onto a later one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.intake.authority import AuthorityInvalid, authority_from
from shared.contracts.authority import AuthorityConfigured

_NAMED_BY: Final = ("code", "event", "day")
"""What entries of lists are known by."""


class Change(BaseModel):
    """One thing that is different: `field` is its path, `departments[works].phone`; null where there is nothing."""

    model_config = ConfigDict(frozen=True)

    field: str
    before: Any
    after: Any


def changes(before: AuthorityConfigured | None, after: AuthorityConfigured) -> tuple[Change, ...]:
    """Everything that differs, in the order of the profile; nothing for the first profile."""
    return tuple(_differing("", _data(before), _data(after))) if before else ()


def laid_onto(
    planned: AuthorityConfigured, base: AuthorityConfigured, current: AuthorityConfigured
) -> AuthorityConfigured:
    """What a plan made on `base` makes of `current`: the parts that it changes, and all others as they are now.

    Where these do not fit together any more, the plan stands as a whole.
    """
    together = _changed_parts(_data(base), _data(planned), _data(current))
    parts = [data["settings"] for data in (_data(base), _data(planned), _data(current))]
    try:
        return authority_from({**together, "settings": _changed_parts(*parts)})
    except AuthorityInvalid:
        return planned


def _changed_parts(base: Mapping[str, Any], planned: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    return {name: planned[name] if planned[name] != base[name] else current[name] for name in current}


def _data(profile: AuthorityConfigured) -> dict[str, Any]:
    return profile.model_dump(mode="json")


def _differing(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield from _differing(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif (old := _named(before)) is not None and (new := _named(after)) is not None:
        yield from _entries(path, old, new)
    else:
        yield Change(field=path, before=before, after=after)


def _entries(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in {**old, **new}:
        yield from _differing(f"{path}[{name}]", old.get(name), new.get(name))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(field=path, before=list(old), after=list(new))


def _named(value: Any) -> dict[str, Any] | None:
    """The entries of a list by their names; None for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    for name in _NAMED_BY:
        if all(isinstance(each, dict) and name in each for each in value):
            return {str(each[name]): each for each in value}
    return None
