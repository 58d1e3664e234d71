"""Which settings a process reads: found in the source of its `__main__`, without running it."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import typer
from pydantic_settings import BaseSettings

from khamrong.installation import SERVICES
from shared.kernel import settings
from shared.kernel.settings import PREFIX, MessagingSettings

ROOT = Path(__file__).parents[3]


def roles(service: str) -> dict[str, ast.FunctionDef]:
    """The roles of `python -m services.<service>` and the functions behind them, from its call of `run_role`."""
    tree = ast.parse((ROOT / "services" / service / "__main__.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    (call,) = (node for node in ast.walk(tree) if _calls(node, "run_role"))
    table = call.args[1]
    assert isinstance(table, ast.Dict)
    return {ast.literal_eval(name): functions[value.id] for name, value in _pairs(table)}


def read_by(service: str, role: str) -> list[type[BaseSettings]]:
    """The settings classes that the role names."""
    return [_settings_class(service, name) for name in sorted(_settings_named(roles(service)[role]))]


def asks_for_tokens(service: str, role: str) -> bool:
    """Whether the role reads other services' feeds, with a token from identity."""
    return any(_calls(node, "http_feeds") for node in ast.walk(roles(service)[role]))


def read_by_all() -> list[type[BaseSettings]]:
    """Every settings class: what the command line may read."""
    each = [_settings_class(service, f"{service.capitalize()}Settings") for service in SERVICES]
    return [*each, MessagingSettings]


def names(kinds: Sequence[type[BaseSettings]], *, required: bool = False) -> set[str]:
    """The environment variables of these settings; only those without a default when `required`."""
    return {
        f"{PREFIX}{name.upper()}"
        for kind in kinds
        for name, field in kind.model_fields.items()
        if field.is_required() or not required
    }


def options(main: ModuleType) -> set[str]:
    """The environment variables of a typer command named `main` in the module."""
    annotations = inspect.get_annotations(main.main, eval_str=True)
    found = [each for note in annotations.values() for each in getattr(note, "__metadata__", ())]
    return {str(each.envvar) for each in found if isinstance(each, typer.models.OptionInfo)}


def _pairs(table: ast.Dict) -> Iterator[tuple[ast.expr, ast.Name]]:
    for name, value in zip(table.keys, table.values, strict=True):
        assert name is not None
        assert isinstance(value, ast.Name)
        yield name, value


def _calls(node: ast.AST, function: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function


def _settings_named(function: ast.FunctionDef) -> set[str]:
    names_used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return {name for name in names_used if name.endswith("Settings")}


def _settings_class(service: str, name: str) -> type[BaseSettings]:
    own = importlib.import_module(f"services.{service}.settings")
    found = getattr(own, name, None) or getattr(settings, name)
    assert issubclass(found, BaseSettings)
    return found
