"""A worker handles each fact once; what fails is tried again, then parked with its reason; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import orjson
import pytest

from deploy.native.processes import ChildProcesses
from shared.contracts.envelope import Envelope
from shared.messaging.declaring import declare
from shared.messaging.topology import DELIVERY_LIMIT, parked_queue, retry_queue
from tests.support import facts
from tests.support.messaging import Room, room
from tests.support.queues import Queues
from tests.support.servers import Broker, MakeDatabase
from tests.support.waiting import eventually
from tests.support.worker import READY, Given, command


@pytest.fixture(scope="module")
def working(
    make_lasting_database: MakeDatabase, rabbitmq: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Room]:
    """A service with a running worker."""
    url = make_lasting_database()
    with room(url) as made, ChildProcesses(tmp_path_factory.mktemp("worker")) as children:
        declare(rabbitmq.uri, made.topology)
        given = Given(url, rabbitmq.uri, made.topology.exchange, made.queue, made.topology.retry_seconds)
        worker = children.start("worker", command(given))
        worker.wait_until(lambda: READY in worker.log_tail(), READY)
        yield made
        worker.stop()
        log = worker.log.read_text()
        assert "ENDED" in log
        assert facts.PHONE not in log


def parked(queues: Queues, made: Room) -> list[tuple[dict[str, object], bytes]]:
    eventually(lambda: queues.depth(parked_queue(made.queue)) > 0)
    return [(properties.headers, body) for properties, body in queues.take(parked_queue(made.queue))]


def test_a_fact_has_its_effect(working: Room, queues: Queues) -> None:
    (fact,) = working.append("fine")
    queues.deliver(working.queue, fact)
    eventually(lambda: working.effects(fact.id) == 1)


def test_delivered_twice_means_one_effect(working: Room, queues: Queues) -> None:
    first, last = working.append("fine", "fine")
    for fact in (first, first, first, last):
        queues.deliver(working.queue, fact)
    eventually(lambda: working.effects(last.id) == 1 and queues.depth(working.queue) == 0)
    assert working.effects(first.id) == 1


def test_a_failure_that_passes_is_healed_by_a_retry(working: Room, queues: Queues) -> None:
    (fact,) = working.append("fails:2")
    queues.deliver(working.queue, fact)
    eventually(lambda: working.effects(fact.id) == 1)
    assert working.tries(fact.id) == 3
    eventually(lambda: working.failures() == [])


def test_a_lasting_failure_is_parked_with_its_reason_and_without_data(working: Room, queues: Queues) -> None:
    fact, other = working.append("fails", "fine")
    queues.deliver(working.queue, fact)
    queues.deliver(working.queue, other)
    ((headers, body),) = parked(queues, working)
    assert (headers["x-khamrong-attempts"], headers["x-khamrong-reason"]) == (3, "SecretText")
    assert Envelope.model_validate_json(body) == Envelope.model_validate(fact.model_dump())
    assert working.tries(fact.id) == 3
    assert working.effects(other.id) == 1
    eventually(lambda: (3, True, "SecretText") in working.failures())
    assert queues.depth(retry_queue(working.queue, 1)) == queues.depth(retry_queue(working.queue, 2)) == 0


def test_a_permanent_failure_is_parked_at_once(working: Room, queues: Queues) -> None:
    (fact,) = working.append("permanent")
    queues.deliver(working.queue, fact)
    ((headers, _),) = parked(queues, working)
    assert headers["x-khamrong-reason"] == "PermanentFailure: the form has no such field"
    assert working.tries(fact.id) == 1


def test_an_outage_is_never_parked(working: Room, queues: Queues) -> None:
    (fact,) = working.append("unavailable:6")
    queues.deliver(working.queue, fact)
    eventually(lambda: working.effects(fact.id) == 1)
    assert working.tries(fact.id) == 7


def test_what_is_postponed_leaves_the_broker_and_waits_in_the_table(working: Room, queues: Queues) -> None:
    (fact,) = working.append("early:1")
    queues.deliver(working.queue, fact)
    eventually(lambda: any(reason.startswith("until ") for _, _, reason in working.failures()))
    assert (working.tries(fact.id), working.effects(fact.id)) == (1, 0)
    queues.deliver(working.queue, fact)
    eventually(lambda: working.effects(fact.id) == 1 and queues.depth(working.queue) == 0)
    assert queues.depth(retry_queue(working.queue, 1)) == queues.depth(parked_queue(working.queue)) == 0


def test_a_reaction_that_does_not_claim_is_found_out(working: Room, queues: Queues) -> None:
    (fact,) = working.append("unclaimed")
    queues.deliver(working.queue, fact)
    ((headers, _),) = parked(queues, working)
    assert str(headers["x-khamrong-reason"]).startswith("NotClaimed")


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"{", "application/cloudevents+json", "the body is not JSON, or nested too deeply"),
        (b"[" * 100_000, "application/cloudevents+json", "the body is not JSON, or nested too deeply"),
        (b"\xff\xfe", "application/cloudevents+json", "the body is not JSON, or nested too deeply"),
        (b"null", "application/cloudevents+json", "not an envelope of ours: no object"),
        (b'{"id": "1"}', "application/cloudevents+json", "not an envelope of ours: "),
        (b"{}", "text/plain", "the content type is not application/cloudevents+json"),
        (b"{}", None, "the content type is not application/cloudevents+json"),
        (b" " * 10_000_000, "application/cloudevents+json", "10000000 octets, more than 1000000"),
    ],
    ids=["cut", "deep", "binary", "null", "strange", "plain", "untyped", "long"],
)
def test_poison_is_parked_at_once(
    working: Room, queues: Queues, body: bytes, content_type: str | None, reason: str
) -> None:
    queues.publish(working.queue, body, content_type)
    ((headers, kept),) = parked(queues, working)
    assert str(headers["x-khamrong-reason"]).startswith(f"Unreadable: {reason}")
    assert kept == body


def test_a_broken_compression_is_poison_too(working: Room, queues: Queues) -> None:
    queues.publish(working.queue, b"{}", headers={"compression": "application/x-gzip"})
    ((_, kept),) = parked(queues, working)
    assert kept == b"{}"


def test_an_unknown_type_is_parked_with_its_reason(working: Room, queues: Queues) -> None:
    (fact,) = working.append("fine")
    body = orjson.loads(fact.model_dump_json()) | {"type": "petition.teleported", "id": str(uuid4())}
    queues.publish(working.queue, orjson.dumps(body))
    ((headers, _),) = parked(queues, working)
    assert headers["x-khamrong-reason"] == "Unreadable: a fact type that is not known here"


def test_a_message_that_cannot_be_moved_goes_back(working: Room, queues: Queues, rabbitmq: Broker) -> None:
    """Without the retry queue nothing can take the failed fact over: the broker hands it out again, up to its limit."""
    (fact,) = working.append("fails")
    queues.delete(retry_queue(working.queue, 1))
    try:
        queues.deliver(working.queue, fact)
        ((headers, _),) = parked(queues, working)
    finally:
        declare(rabbitmq.uri, working.topology)
    assert headers["x-first-death-reason"] == "delivery_limit"
    assert working.tries(fact.id) == DELIVERY_LIMIT + 1
