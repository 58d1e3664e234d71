from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.identity.gateway import gateway as identity_gateway
from services.identity.settings import IdentitySettings
from services.identity.wiring import build as build_identity
from services.survey.gateway import gateway as survey_gateway
from services.survey.settings import SurveySettings
from services.survey.wiring import build as build_survey
from tests.support.documents import paper_room
from tests.support.gateways import KEK, PEPPER, Databases, base64_of, calling
from tests.support.intake import IntakeOffice, intake_office
from tests.support.notification import text_room

Clients = dict[str, TestClient]


@pytest.fixture(scope="module")
def clients(databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """A client of each gateway, by service."""
    common = {"keyring_database_url": keyring_url, "keyring_kek": base64_of(KEK)}
    folder = tmp_path_factory.mktemp("files")
    with ExitStack() as stack:
        enter = stack.enter_context
        keys = {
            "identity_database_url": databases.make("identity"),
            "identity_keys_dir": folder / "keys",
            "pepper": base64_of(PEPPER),
        }
        identity = build_identity(IdentitySettings.model_validate({**common, **keys}))
        survey = build_survey(
            SurveySettings.model_validate(
                {**common, "survey_database_url": databases.make("survey"), "pepper": base64_of(PEPPER)}
            )
        )
        yield {
            "intake": enter(intake_office(databases.make("intake"), keyring_url)).client,
            "notification": enter(text_room(databases.make("notification"), keyring_url)).client,
            "documents": enter(paper_room(databases.make("documents"), keyring_url, folder / "vault")).client,
            "identity": enter(calling(identity_gateway(identity))),
            "survey": enter(calling(survey_gateway(survey))),
        }


@pytest.fixture
def office(migrated: Callable[[str], str], tmp_path: Path) -> Iterator[IntakeOffice]:
    """An intake with a database and a keyring of its own, to be taken away."""
    with intake_office(migrated("intake"), migrated("keyring")) as running:
        yield running
