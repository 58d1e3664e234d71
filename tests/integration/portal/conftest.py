from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.intake.members.http_members import HttpMembers
from shared.contracts.staff import StaffRole
from shared.gateway.tokens import Gatekeeper
from tests.support.account_portal import Browser, Lobby, lobby
from tests.support.administration import Hall
from tests.support.documents import PaperRoom, paper_room
from tests.support.filing_portal import Counter, counter
from tests.support.gateways import Databases
from tests.support.identity import IdentityOffice, identity_office, identity_settings, in_memory
from tests.support.intake import IntakeOffice, intake_office
from tests.support.town_hall import Desk, TownHall, at_desk, behind, hired


@pytest.fixture(scope="module")
def papers(databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperRoom]:
    """A documents service that the tests of a module share."""
    with paper_room(databases.make("documents"), keyring_url, tmp_path_factory.mktemp("vault")) as running:
        yield running


@pytest.fixture
def office(migrated: Callable[[str], str], keyring_url: str) -> Iterator[IntakeOffice]:
    """An intake that has no petition yet."""
    with intake_office(migrated("intake"), keyring_url) as running:
        yield running


@pytest.fixture
def filing(migrated: Callable[[str], str], office: IntakeOffice, papers: PaperRoom) -> Iterator[Counter]:
    """A portal that has no draft yet."""
    with counter(migrated("portal"), office, papers.client.app) as running:
        yield running


@pytest.fixture(scope="module")
def town_hall(databases: Databases, keyring_url: str) -> Iterator[IntakeOffice]:
    """An intake that the tests of a module share."""
    with intake_office(databases.make("intake"), keyring_url) as running:
        yield running


@pytest.fixture
def identities(migrated: Callable[[str], str], keyring_url: str, tmp_path: Path) -> Iterator[IdentityOffice]:
    """An identity that knows nobody yet, with providers in memory."""
    with identity_office(identity_settings(migrated("identity"), keyring_url, tmp_path), in_memory()) as running:
        yield running


@pytest.fixture
def entrance(migrated: Callable[[str], str], town_hall: IntakeOffice, identities: IdentityOffice) -> Iterator[Lobby]:
    """A portal where people log in."""
    with lobby(migrated("portal"), town_hall, identities) as running:
        yield running


@pytest.fixture
def counter_of_members(
    migrated: Callable[[str], str], keyring_url: str, identities: IdentityOffice, papers: PaperRoom
) -> Iterator[tuple[Lobby, IntakeOffice]]:
    """A portal where people log in and file, and an intake that believes identity."""
    members = HttpMembers(identities.client, "", lambda: identities.service("intake", "intake's")["Authorization"][7:])
    gatekeeper = Gatekeeper(lambda _: identities.identity.keys.public())
    with (
        intake_office(migrated("intake"), keyring_url, members, gatekeeper) as intake,
        lobby(migrated("portal"), intake, identities) as running,
    ):
        running.switchboard.apps = {**running.switchboard.apps, "documents": papers.client.app}
        yield running, intake


@pytest.fixture
def browser(entrance: Lobby) -> Browser:
    """Somebody's browser."""
    return entrance.browser()


@pytest.fixture(scope="module")
def personnel(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IdentityOffice]:
    """An identity that the tests of a module share, with providers in memory."""
    settings = identity_settings(databases.make("identity"), keyring_url, tmp_path_factory.mktemp("keys"))
    with identity_office(settings, in_memory()) as running:
        yield running


@pytest.fixture(scope="module")
def portal_url(databases: Databases) -> str:
    """A database of a portal that the tests of a module share."""
    return databases.make("portal")


@pytest.fixture
def desk(portal_url: str, town_hall: IntakeOffice, personnel: IdentityOffice) -> Iterator[Desk]:
    """A portal whose back office asks a tracking and an intake that answer from memory, and somebody to work there."""
    with lobby(portal_url, town_hall, personnel) as running, behind(running) as hall:
        yield running, hall


@pytest.fixture(scope="module")
def real_intake(databases: Databases, keyring_url: str, personnel: IdentityOffice) -> Iterator[IntakeOffice]:
    """An intake that believes the identity of the module."""
    gatekeeper = Gatekeeper(lambda _: personnel.identity.keys.public())
    with intake_office(databases.make("intake"), keyring_url, gatekeeper=gatekeeper) as running:
        yield running


@pytest.fixture
def hall(portal_url: str, real_intake: IntakeOffice, personnel: IdentityOffice) -> Iterator[Hall]:
    """An administrator at the desk of a portal before that intake."""
    with lobby(portal_url, real_intake, personnel) as running:
        town = TownHall()
        running.switchboard.instead["tracking"] = town.tracking
        desk = (running, town)
        hired(desk, StaffRole.ADMIN)
        officer = hired(desk, StaffRole.OFFICER, "works")
        yield Hall(at_desk(desk), real_intake, desk, officer)
