"""docker-compose.yml and what is laid over it, read as Compose reads them, as far as these files need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.compose.make_env import EXAMPLE, filled

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"
PRODUCTION = ROOT / "deploy" / "compose" / "production.example.yml"
PRODUCTION_VARIABLES = {
    "PUBLIC_URL": "https://khamrong.example.go.th",
    "SMS_URL": "https://aggregator.example",
    "SMS_PROVIDER": "aggregator",
    "THAID_CLIENT_ID": "khamrong",
    "DGA_CLIENT_ID": "khamrong",
    "SMS_API_KEY": "key",
    "SMS_API_SECRET": "secret",
    "CLAMD": "clamav:3310",
    "AUTHORITY_FILE": "./authority.yaml",
    "TLS_FOLDER": "./tls",
}
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Z][A-Z0-9_]*)(?:(:?[-?])([^}]*))?\})")


class Missing(Exception):
    """A variable that the file insists on is not set."""


@cache
def variables() -> dict[str, str]:
    """What deploy/compose/make_env.py would write into .env; the same for all who ask."""
    lines = [line for line in filled(EXAMPLE.read_text(encoding="utf-8")).splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def interpolated(value: Any, known: Mapping[str, str]) -> Any:
    """`${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?why}` and `$$`, in every text below the value."""
    if isinstance(value, dict):
        return {name: interpolated(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [interpolated(inner, known) for inner in value]
    return _VARIABLE.sub(lambda found: _resolved(found, known), value) if isinstance(value, str) else value


def _resolved(found: re.Match[str], known: Mapping[str, str]) -> str:
    name, operator, rest = found.groups()
    if name is None:
        return "$"
    value = known.get(name, "")
    if value or (name in known and ":" not in (operator or "")):
        return value
    if operator and "?" in operator:
        raise Missing(f"{name}: {rest}")
    return rest or ""


def loaded(path: Path, known: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A compose file with its variables filled in."""
    return dict(interpolated(_parsed(path), variables() if known is None else known))


@cache
def _parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def services(known: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """The services of docker-compose.yml."""
    return dict(loaded(COMPOSE, known)["services"])


def production() -> dict[str, dict[str, Any]]:
    """The services with the production example laid over them: maps are merged, ports and volumes added."""
    known = variables() | PRODUCTION_VARIABLES
    merged = services(known)
    for name, over in loaded(PRODUCTION, known)["services"].items():
        for key, value in over.items():
            merged[name][key] = _laid_over(merged[name].get(key), value) if key != "command" else value
    return merged


def _laid_over(below: Any, above: Any) -> Any:
    if isinstance(below, dict):
        return below | above
    return [*below, *above] if isinstance(below, list) else above
