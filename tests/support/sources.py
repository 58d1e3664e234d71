"""The project's own source files and what stands in them, for tests about the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PRODUCT: Final = ("khamrong", "services", "shared", "sandbox", "deploy")
WRITTEN: Final = (*PRODUCT, "benchmarks", "tests")


@dataclass(frozen=True)
class Source:
    """One Python file. `name` is its path below the root."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return _tree(self.text)

    @property
    def is_migration(self) -> bool:
        """Whether it is one step of a database's history."""
        return "/migrations/" in self.name

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the syntax tree."""
        return ast.walk(self.tree)

    def references(self) -> Iterator[tuple[str, int]]:
        """(dotted name, line) of what is used of the imports: `datetime.datetime.now`, whatever it is called here."""
        imported = dict(_imported(self.tree))
        for node in self.nodes():
            if isinstance(node, ast.Attribute | ast.Name) and (name := _dotted(node, imported)):
                yield name, node.lineno

    def imports(self) -> Iterator[str]:
        """Every module, or thing of a module, that is imported."""
        for node in self.nodes():
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files of these folders."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in files)


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or name, name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, imported: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return imported.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, imported)):
        return f"{owner}.{node.attr}"
    return None
