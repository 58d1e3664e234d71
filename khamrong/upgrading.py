"""What an upgrade does before the services start: databases at the newest version, read models made by this code."""

from __future__ import annotations

from collections.abc import Iterator

import structlog

from khamrong.auditing.logs import feeds
from khamrong.databases import database_urls, migrate_all
from khamrong.readmodels import READ_MODELS
from shared.kernel.database import connect
from shared.projecting.projection import Projection
from shared.projecting.rebuild import Rebuild
from shared.projecting.status import status

_log = structlog.get_logger(__name__)


def upgrade() -> None:
    """Migrate, then build anew, beside the running ones, the read models that another version made. Safe to repeat."""
    migrate_all()
    for service, projection in list(_outdated()):
        engine = connect(database_urls()[service], role=None)
        report = Rebuild(engine, projection, feeds()).run(accept_difference=True)
        engine.dispose()
        _log.warning("read_model_renewed", projection=projection.NAME, rows=report.rows, facts=report.facts)


def _outdated() -> Iterator[tuple[str, Projection]]:
    for service, projections in READ_MODELS.items():
        engine = connect(database_urls()[service], size=1)
        old = {each.projection for each in status(engine, projections, feeds()) if not each.up_to_date}
        engine.dispose()
        yield from ((service, each) for each in projections if each.NAME in old)
