"""The portal put together."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import sqlalchemy as sa

from services.portal.clients.accounts import Accounts
from services.portal.clients.colleagues import Colleagues
from services.portal.clients.directory import Directory
from services.portal.clients.gateways import Gateways
from services.portal.clients.relays import Relays
from services.portal.drafts.desk import DraftDesk
from services.portal.drafts.postgres_drafts import PostgresDrafts
from services.portal.saved_filters import SavedFilters
from services.portal.settings import PortalSettings
from shared.kernel.database import connect
from shared.observing import health

SERVICE = "portal"


@dataclass(frozen=True, slots=True)
class Portal:
    """The parts of a running portal."""

    settings: PortalSettings
    engine: sa.Engine
    gateways: Gateways
    directory: Directory
    accounts: Accounts
    colleagues: Colleagues
    relays: Relays
    drafts: DraftDesk
    saved_filters: SavedFilters
    checks: dict[str, health.Check]

    async def close(self) -> None:
        """Let go of what is open."""
        await self.gateways.close()
        self.engine.dispose()


def build(settings: PortalSettings, transport: httpx.AsyncBaseTransport | None = None) -> Portal:
    """Nothing is asked of anybody yet. `transport`: how to reach the gateways, if not over the network."""
    engine = connect(settings.portal_database_url)
    gateways, key = Gateways(settings.gateway, transport), settings.portal_key.get_secret_value()
    return Portal(
        settings=settings,
        engine=engine,
        gateways=gateways,
        directory=Directory(gateways),
        accounts=Accounts(gateways, settings.client_secret.get_secret_value()),
        colleagues=Colleagues(gateways),
        relays=Relays(),
        drafts=DraftDesk(PostgresDrafts(engine, key)),
        saved_filters=SavedFilters(engine, key),
        checks={"portal database": health.database(engine)},
    )
