"""What a reaction cannot handle waits for an operator, who sees why, mends it and sets it going again."""

from __future__ import annotations

import httpx
import pika
import pytest

from khamrong.stack import Stack
from khamrong.trial import SAMPLE
from shared.messaging.topology import parked_queue
from tests.faults import invariants
from tests.faults.filing import file
from tests.faults.state import State
from tests.support.commands import khamrong
from tests.support.waiting import eventually

QUEUE = "notification.petition_filed"
GIVEN_UP = "SELECT count(*) FROM messaging.failures WHERE due_at IS NULL"
PARKED_SECONDS = 90.0
"""Six attempts, 8 s apart in all, and time for a busy machine."""

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


def test_a_reaction_that_always_fails_is_parked_and_redriven_when_mended(
    stack: Stack, state: State, client: httpx.Client
) -> None:
    state.change("notification", "ALTER TABLE messages RENAME TO mislaid")
    number = file(client, "คำร้องที่ส่งข้อความไม่ได้")["number"]
    (fact,) = [each for each in state.facts("intake") if each.data.get("number") == number]
    eventually(lambda: state.rows("notification", GIVEN_UP) == [(1,)], PARKED_SECONDS, pause=0.2)

    (line,) = khamrong(stack.folder, "parked", "list").stdout.splitlines()
    queue, event_id, fact_type, attempts, _, reason = line.split("\t")
    assert (queue, event_id, fact_type, attempts) == (QUEUE, str(fact.id), "petition.filed", "6 attempts")
    assert reason == "ProgrammingError"
    shown = khamrong(stack.folder, "parked", "show", event_id)
    assert shown.returncode == 0
    assert number in shown.stdout
    assert not any(told in shown.stdout for told in personal())

    state.change("notification", "ALTER TABLE mislaid RENAME TO messages")
    redriven = khamrong(stack.folder, "parked", "redrive", event_id)
    assert (redriven.returncode, redriven.stdout) == (0, "1 set going again\n")
    state.settle()
    invariants.assert_one_fact_each(state, [number])
    invariants.assert_one_text_each(state, [number])
    assert khamrong(stack.folder, "parked", "list").stdout == ""
    assert khamrong(stack.folder, "parked", "show", event_id).returncode == 1


def test_a_message_that_is_no_fact_is_parked_at_once_and_stops_nobody(
    stack: Stack, state: State, client: httpx.Client
) -> None:
    publish(stack, b"{'this': 'is no JSON'}")
    number = file(client, "คำร้องที่มาหลังข้อความเสีย")["number"]
    eventually(lambda: state.depths().get(parked_queue(QUEUE)) == 1, PARKED_SECONDS, pause=0.5)

    (line,) = khamrong(stack.folder, "parked", "list", "--queue", QUEUE).stdout.splitlines()
    _, event_id, _, attempts, _, reason = line.split("\t")
    assert (attempts, reason) == ("1 attempts", "Unreadable: the body is not JSON, or nested too deeply")
    assert "this" in khamrong(stack.folder, "parked", "show", event_id).stdout
    assert khamrong(stack.folder, "parked", "redrive", "--queue", QUEUE).stdout == "1 set going again\n"
    eventually(lambda: state.depths() == {parked_queue(QUEUE): 1}, PARKED_SECONDS, pause=0.5)
    discarded = khamrong(stack.folder, "parked", "discard", event_id, "--reason", "ทดสอบข้อความเสีย")
    assert (discarded.returncode, discarded.stdout) == (0, "1 discarded\n")
    (line,) = khamrong(stack.folder, "parked", "list", "--discarded").stdout.splitlines()
    assert (event_id in line, "ทดสอบข้อความเสีย (" in line) == (True, True)
    assert khamrong(stack.folder, "parked", "discard", event_id, "--reason", "again").returncode == 1
    state.settle()
    invariants.assert_one_text_each(state, [number])


def test_wrong_use_is_told(stack: Stack) -> None:
    assert khamrong(stack.folder, "parked", "redrive").returncode == 2
    strange = khamrong(stack.folder, "parked", "list", "--queue", "notification.petition_field")
    assert strange.returncode == 2
    assert QUEUE in strange.stderr


def publish(stack: Stack, body: bytes) -> None:
    """By hand, to the queue itself."""
    with pika.BlockingConnection(pika.URLParameters(stack.broker.uri)) as connection:
        properties = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", QUEUE, body, properties, mandatory=True)


def personal() -> list[str]:
    """What must not be seen of the sample's petitioner."""
    petitioner = SAMPLE["petitioner"]
    return [petitioner["given_name"], petitioner["family_name"], petitioner["citizen_id"], petitioner["phone"][1:]]
