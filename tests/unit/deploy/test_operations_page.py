"""docs/operations.md tells the truth about settings, metrics and commands, and stays short."""

from __future__ import annotations

import re
import shlex

from prometheus_client import REGISTRY
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.main import get_command
from typer.testing import CliRunner

from khamrong.cli import app, load_commands
from khamrong.installation import SERVICES
from shared.messaging import metrics
from tests.unit.deploy.compose_files import ROOT, services
from tests.unit.deploy.process_settings import read_by_all

load_commands(())
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FIELDS = {name: field for kind in read_by_all() for name, field in kind.model_fields.items()}
ELSEWHERE = {"jwks_url": "below `PUBLIC_URL`", "internal_url": "`PUBLIC_URL`"}
"""Defaults that are another setting."""
ROW = re.compile(r"^\| ((?:`[A-Z0-9_<>]+`(?:, )?)+) \| ([^|]*) \|", re.MULTILINE)


def documented() -> dict[str, str]:
    """Each setting and its default, as the table tells them."""
    rows = [(name, default) for names, default in ROW.findall(PAGE) for name in re.findall("`([^`]+)`", names)]
    found = {name.lower(): default for name, default in rows}
    of_service = found.pop("<service>_database_url")
    return found | {f"{service}_database_url": of_service for service in SERVICES}


def shown(name: str, field: FieldInfo) -> str:
    """A default as the table shows it."""
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if field.is_required() or default is None:
        return "–"
    return "empty" if default in ("", PydanticUndefined) else f"`{default}`"


def test_the_table_has_every_setting_with_its_default() -> None:
    assert documented() == {name: shown(name, field) for name, field in FIELDS.items()}


def test_every_metric_that_it_names_is_measured() -> None:
    assert metrics.PARKED
    measured = {sample for family in REGISTRY.collect() for sample in (family.name, f"{family.name}_total")}
    named = set(re.findall(r"`(khamrong_(?:relay|reactions|request|log)\w+)`", PAGE))
    assert named
    assert named <= measured


def test_every_command_of_the_operator_exists() -> None:
    known = get_command(app)
    words = [shlex.split(line)[:2] for line in re.findall(r"\boperator ([a-z]+ [a-z]+)", PAGE)]
    assert words
    for group, command in words:
        done = CliRunner().invoke(app, [group, command, "--help"], prog_name=known.name)
        assert done.exit_code == 0, (group, command)


def test_every_service_and_volume_that_it_names_is_in_the_compose_file() -> None:
    for name in re.findall(r"docker compose (?:exec|restart|logs)(?: -\S+)* ([a-z0-9-]+)", PAGE):
        assert name in services(), name


def test_it_is_short() -> None:
    assert len(PAGE.splitlines()) < 240
