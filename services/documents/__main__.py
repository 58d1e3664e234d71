"""`python -m services.documents api|worker|relay`: the processes of documents."""

from __future__ import annotations

import sys

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()
if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.documents.settings import SERVICE, DocumentsSettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import FeedSettings, MessagingSettings, load_both


def api(address: Address) -> None:
    """The HTTP gateway."""
    settings, feeds = load_both(DocumentsSettings, FeedSettings)

    from services.documents.asking.http_asking import http_asking
    from services.documents.gateway import gateway
    from services.documents.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated

    documents = build(settings)
    require_migrated(SERVICE, documents.engine)
    serve(gateway(documents, http_asking(feeds, settings)), settings, address)


def worker(address: Address) -> None:
    """The reactions, and the repair of what the broker lost. A form is printed between other work, in 20 ms: green
    locks are not made for real threads beside it, where one may wait for ever.
    """
    settings, messaging = load_both(DocumentsSettings, MessagingSettings)

    from services.documents.housekeeping import start_housekeeping
    from services.documents.service import DocumentsService
    from services.documents.wiring import build
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    documents = build(settings)
    require_migrated(SERVICE, documents.engine)
    start_probe(documents.checks, address.host, address.port)
    start_housekeeping(documents)
    feeds = http_feeds(SERVICE, messaging, settings)
    topology = FACTS.scaled(messaging.retry_scale)
    run_worker(
        DocumentsService,
        documents.desk,
        messaging.amqp_url.get_secret_value(),
        topology=topology,
        sweeps=sweeps(documents.desk, feeds, topology),
    )


def relay(address: Address) -> None:
    """Publishes documents' log."""
    settings, messaging = load_both(DocumentsSettings, MessagingSettings)

    from services.documents.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    documents = build(settings)
    start_probe(documents.checks, address.host, address.port)
    run_relay(SERVICE, documents.engine, documents.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
