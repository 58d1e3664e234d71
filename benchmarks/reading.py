"""Reading the log: rebuild of a projection, verifying the chain; and printing a form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from statistics import median
from typing import Final

import sqlalchemy as sa

from benchmarks.table import Figure
from khamrong.auditing import logs
from khamrong.stack import Stack
from khamrong.trial import SAMPLE
from services.documents.form.layout import source_json
from services.documents.form.printer import Printer
from services.documents.printing import form_of
from services.tracking.projections import PROJECTIONS
from shared.contracts.petition import PetitionFiled
from shared.eventlog.chain import verify
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.clock import monotonic
from shared.kernel.database import connect
from shared.messaging.feed import Feed
from shared.projecting.pages import by_time
from shared.projecting.rebuild import Rebuild, uncollected

REBUILD_BUDGET: Final = 10_000
VERIFY_BUDGET: Final = 50_000
FORM_BUDGET_MS: Final = 60.0
FORMS: Final = 50
ROUNDS: Final = 5


def figures(stack: Stack) -> list[Figure]:
    """On the facts that the load before left behind."""
    return [_rebuild(stack), _verify(), _form(stack)]


def _rebuild(stack: Stack) -> Figure:
    engine = connect(stack.settings["KHAMRONG_TRACKING_DATABASE_URL"], role=None)
    feeds = logs.feeds()
    projection = next(each for each in PROJECTIONS if each.NAME == "petition")
    reports = [Rebuild(engine, projection, feeds).run() for _ in range(ROUNDS)]
    assert all(report.same for report in reports)
    rate = median(report.facts / report.seconds for report in reports)
    read = _reading_rate({source: feeds[source] for source in projection.SOURCES})
    what = f"rebuild of tracking, {reports[0].facts} facts"
    return Figure(
        what, rate, "facts/s", "reading the same logs alone", read, f"≥ {REBUILD_BUDGET}/s", rate >= REBUILD_BUDGET
    )


def _reading_rate(feeds: Mapping[str, Feed]) -> float:
    """As a rebuild reads, without what it does with the facts."""
    ends = {source: feed.head() for source, feed in feeds.items()}
    with uncollected():
        started = monotonic()
        count = sum(len(page) for page in by_time(feeds, dict.fromkeys(feeds, 0), ends))
        return count / (monotonic() - started)


def _verify() -> Figure:
    rounds = [_verified() for _ in range(ROUNDS)]
    facts, rate, in_sql = (median(told) for told in zip(*rounds, strict=True))
    what = f"log verify, {facts:.0f} facts"
    return Figure(
        what,
        rate,
        "facts/s",
        "SHA-256 of the same rows in SQL alone",
        in_sql,
        f"≥ {VERIFY_BUDGET}/s",
        rate >= VERIFY_BUDGET,
    )


def _verified() -> tuple[float, float, float]:
    """How many facts, how many a second, and the reference's rate."""
    with logs.engines(["intake"])["intake"].connect() as connection:
        started = monotonic()
        verdict = verify(connection)
        seconds = monotonic() - started
        assert verdict.broken_at is None
        return verdict.facts, verdict.facts / seconds, _hashed_in_sql(connection)


def _hashed_in_sql(connection: sa.Connection) -> float:
    started = monotonic()
    query = sa.text("SELECT count(sha256(convert_to(data::text, 'UTF8'))) FROM eventlog.facts")
    count = connection.execute(query).scalar_one()
    return float(count / (monotonic() - started))


def _form(stack: Stack) -> Figure:
    form = form_of(_a_filing(stack))
    printer, source = Printer(), source_json(form)
    printer.print(form, source)
    seconds = []
    for _ in range(FORMS):
        started = monotonic()
        pdf = printer.print(form, source)
        seconds.append(monotonic() - started)
    assert hashlib.sha256(pdf).digest() == hashlib.sha256(printer.print(form, source)).digest()
    value = median(seconds) * 1000
    return Figure("a warm form", value, "ms", "", None, f"≤ {FORM_BUDGET_MS:.0f} ms", value <= FORM_BUDGET_MS)


def _a_filing(stack: Stack) -> PetitionFiled:
    import base64

    kek = base64.b64decode(stack.settings["KHAMRONG_KEYRING_KEK"])
    keyring = PostgresKeyring(connect(stack.settings["KHAMRONG_KEYRING_DATABASE_URL"]), kek)
    filed = logs.feeds()["intake"].after(0, 1, ["petition.filed"])[0]
    fact = Reader(Sealer(keyring)).read(filed)
    assert isinstance(fact, PetitionFiled)
    assert fact.subject == SAMPLE["subject"]
    return fact
