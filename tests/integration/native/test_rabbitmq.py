"""A private RabbitMQ keeps queues and persistent messages, whatever is killed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pika
import pytest

from deploy.native.folder import processes_in
from deploy.native.processes import LOOPBACK, ChildFailed
from deploy.native.rabbitmq import PROGRAMS, RabbitBroker
from deploy.native.rabbitmq_definitions import completed, password_hash
from tests.support.waiting import eventually

pytestmark = pytest.mark.xdist_group("native-rabbitmq")  # its tests share a broker

QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": 5}
DEFINITIONS: dict[str, list[dict[str, Any]]] = {
    "exchanges": [
        {"name": "facts", "vhost": "/", "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
    ],
    "queues": [{"name": "work", "vhost": "/", "durable": True, "auto_delete": False, "arguments": QUORUM}],
    "bindings": [
        {
            "source": "facts",
            "vhost": "/",
            "destination": "work",
            "destination_type": "queue",
            "routing_key": "petition.#",
            "arguments": {},
        }
    ],
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("definitions") / "definitions.json"
    file.write_text(json.dumps(DEFINITIONS))
    return file


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, definitions: Path) -> Iterator[RabbitBroker]:
    broker = RabbitBroker(tmp_path_factory.mktemp("rabbitmq"), ["rabbitmq_management"], definitions=definitions)
    broker.start()
    yield broker
    broker.kill()  # its orderly stop takes six seconds


def publish(broker: RabbitBroker, exchange: str, key: str, body: bytes) -> None:
    """Return when the broker has confirmed it."""
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def take(broker: RabbitBroker, queue: str) -> bytes | None:
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        body: bytes | None = connection.channel().basic_get(queue, auto_ack=True)[2]
        return body


def test_confirmed_messages_survive_a_kill(broker: RabbitBroker) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        connection.channel().queue_declare("new", durable=True, arguments=QUORUM)
    broker.settle()  # the queue that was declared a moment ago
    publish(broker, "", "new", b"zero")
    publish(broker, "facts", "petition.filed", b"one")
    before = broker.uri
    broker.kill()
    broker.start()
    publish(broker, "facts", "petition.accepted", b"two")
    assert [take(broker, "work"), take(broker, "work"), take(broker, "work")] == [b"one", b"two", None]
    assert take(broker, "new") == b"zero"
    assert broker.uri == before


def test_messages_ready_and_in_hand_are_counted(broker: RabbitBroker) -> None:
    for body in (b"one", b"two"):
        publish(broker, "", "work", body)
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        connection.channel().basic_get("work")
        eventually(lambda: broker.depths() == {"work": 2})
    assert [take(broker, "work"), take(broker, "work")] == [b"one", b"two"]
    eventually(lambda: broker.depths() == {})


def test_rabbitmqctl_speaks_to_this_broker(broker: RabbitBroker) -> None:
    assert "work\tquorum" in broker.ctl("list_queues", "name", "type")
    with pytest.raises(ChildFailed, match="no-such-command"):
        broker.ctl("no-such-command")


def test_an_alarm_can_be_raised_and_cleared(broker: RabbitBroker) -> None:
    broker.ctl("set_disk_free_limit", "9999GB")
    eventually(lambda: alarm(broker))
    broker.ctl("set_disk_free_limit", "50MB")
    eventually(lambda: not alarm(broker))


def alarm(broker: RabbitBroker) -> bool:
    answer = httpx.get(f"{broker.management_url}/api/health/checks/alarms", auth=(broker.username, broker.password))
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


def test_a_guess_is_refused(broker: RabbitBroker) -> None:
    for user, password in (("guest", "guest"), (broker.username, "guess")):
        address = f"amqp://{user}:{password}@{LOOPBACK}:{broker.port}/%2F"
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(pika.URLParameters(address))


def test_everything_listens_on_loopback_only(broker: RabbitBroker) -> None:
    assert {address for address, _ in listeners(broker)} <= {"0100007F", "00000000000000000000000001000000"}
    assert len(listeners(broker)) >= 3  # AMQP, management, distribution


def listeners(broker: RabbitBroker) -> set[tuple[str, str]]:
    """Hexadecimal addresses and inodes that the broker's processes listen on (proc(5))."""
    inodes = set()
    for process in processes_in(broker.directory, PROGRAMS):
        inodes |= {link.readlink().name for link in Path(f"/proc/{process}/fd").iterdir()}
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                found.add((fields[1].split(":")[0], fields[9]))
    return found


def test_a_killed_owner_leaves_messages_and_no_broker(
    tmp_path: Path, definitions: Path, owner: Callable[[str], subprocess.Popen[str]]
) -> None:
    first = owner(
        "from tests.integration.native.test_rabbitmq import RabbitBroker, publish\n"
        f"broker = RabbitBroker(folder / 'rabbitmq', definitions=pathlib.Path({str(definitions)!r}))\n"
        "broker.start()\n"
        "publish(broker, 'facts', 'petition.filed', b'kept')"
    )
    assert processes_in(tmp_path, PROGRAMS)
    first.kill()
    eventually(lambda: not processes_in(tmp_path, PROGRAMS), timeout=20)
    with RabbitBroker(tmp_path / "rabbitmq") as second:
        assert take(second, "work") == b"kept"


def test_definitions_let_the_administrator_in(definitions: Path) -> None:
    content = json.loads(completed(definitions, "khamrong", "word"))
    assert content["queues"] == DEFINITIONS["queues"]
    assert content["vhosts"] == [{"name": "/"}]
    assert [user["name"] for user in content["users"]] == ["khamrong"]
    assert content["permissions"][0]["vhost"] == "/"


def test_passwords_are_hashed_as_documented() -> None:
    """The example of rabbitmq.com/docs/passwords."""
    assert password_hash("test12", bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
