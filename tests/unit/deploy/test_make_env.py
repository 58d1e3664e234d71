"""The file of variables: random secrets, made once."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from deploy.compose.make_env import EXAMPLE, KEYS, filled, main
from tests.unit.deploy.compose_files import COMPOSE, PRODUCTION, PRODUCTION_VARIABLES, variables

TEXT = EXAMPLE.read_text(encoding="utf-8")


def used(path: Path) -> set[str]:
    """The variables that a compose file uses."""
    return set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", path.read_text(encoding="utf-8")))


def test_it_sets_what_the_compose_file_insists_on_and_names_what_is_optional() -> None:
    optional = set(re.findall(r"^#([A-Z0-9_]+)=", TEXT, re.MULTILINE))
    assert used(COMPOSE) <= {*variables()} | optional
    assert {*variables()} | optional <= used(COMPOSE) | used(PRODUCTION) | {"COMPOSE_FILE", "COMPOSE_PROFILES"}
    assert set(PRODUCTION_VARIABLES) <= {*variables()} | optional


def test_keys_have_32_octets_and_no_two_secrets_are_the_same() -> None:
    made = {name: value for name, value in variables().items() if f"\n{name}=\n" in TEXT}
    assert len(set(made.values())) == len(made)
    assert all(len(base64.b64decode(made[name], validate=True)) == 32 for name in KEYS)
    assert all(re.fullmatch("[0-9a-f]{48}", value) for name, value in made.items() if name not in KEYS)
    assert filled(TEXT) != filled(TEXT)


def test_it_is_for_its_owner_only_and_never_written_twice(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    assert main(target) == 0
    before = target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600
    assert main(target) == 1
    assert target.read_text() == before
