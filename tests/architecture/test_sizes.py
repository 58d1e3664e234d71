"""Nothing is so long that it cannot be read in one sitting."""

from __future__ import annotations

import ast
from typing import Final

from tests.support.sources import PRODUCT, ROOT, WRITTEN, sources

LONGEST_FILE: Final = 299
LONGEST_FUNCTION: Final = 40


def test_files_are_short() -> None:
    others = (path for folder in PRODUCT for suffix in ("sql", "typ") for path in (ROOT / folder).rglob(f"*.{suffix}"))
    texts = {source.name: source.text for source in sources(*WRITTEN)}
    texts |= {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in others}
    lengths = {name: len(text.splitlines()) for name, text in texts.items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {
        f"{source.name}:{node.lineno} {node.name}": lines
        for source in sources(*PRODUCT)
        if not source.is_migration
        for node in source.nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}
