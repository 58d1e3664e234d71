"""The feed of a service's own log over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from shared.contracts.envelope import Envelope
from shared.messaging.feed import HttpFeed
from tests.support.facts import PERSONAL_TEXTS
from tests.support.gateways import Databases, assert_problem, claims_of, signed, staff
from tests.support.intake import IntakeOffice, intake_office

LOG = "/api/intake/v1/log"
READER = staff("service", "*")


@pytest.fixture(scope="module")
def office(databases: Databases, keyring_url: str) -> Iterator[IntakeOffice]:
    """Two authorities' petitions."""
    with intake_office(databases.make("intake"), keyring_url) as running:
        for code in ("kathu", "ban", "kathu"):
            number = running.number(authority=code)
            if code == "kathu":
                running.done(number, "accept")
        yield running


def page(office: IntakeOffice, **query: object) -> list[Envelope]:
    """One page of the feed."""
    answer = office.client.get(LOG, params=query, headers=READER)
    assert answer.status_code == 200, answer.text
    return [Envelope.model_validate(each) for each in answer.json()]


def test_facts_come_in_order_after_a_position(office: IntakeOffice) -> None:
    whole = page(office)
    assert [fact.position for fact in whole] == list(range(1, 8))
    assert page(office, after=2, limit=3) == whole[2:5]
    assert page(office, after=7) == page(office, after=2**63 - 1) == []
    assert {fact.source for fact in whole} == {"/khamrong/intake"}


def test_only_some_types(office: IntakeOffice) -> None:
    found = page(office, types=["petition.accepted", "no.such"])
    assert [fact.type for fact in found] == ["petition.accepted"] * 2


def test_the_head_is_told_without_any_fact(office: IntakeOffice) -> None:
    answer = office.client.get(LOG, params={"limit": 0}, headers=READER)
    assert (answer.json(), answer.headers["log-head"], answer.headers["cache-control"]) == ([], "7", "no-store")


def test_personal_fields_stay_sealed(office: IntakeOffice) -> None:
    filed = [fact for fact in page(office) if fact.type == "petition.filed"]
    text = str([{**fact.data, "authority_snapshot": None} for fact in filed])
    assert [personal for personal in PERSONAL_TEXTS if personal in text] == []
    assert filed[0].data["petitioner"]["$enc"] == "v1"


def test_an_auditor_sees_the_facts_of_the_own_authority(office: IntakeOffice) -> None:
    answer = office.client.get(LOG, headers=staff("auditor", "ban"))
    assert {fact["authority"] for fact in answer.json()} == {"ban"}
    assert answer.headers["log-head"] == "7"


@pytest.mark.parametrize(
    ("query", "field"),
    [({"after": "x"}, "after"), ({"after": 2**63}, "after"), ({"limit": 1001}, "limit"), ({"limit": -1}, "limit")],
)
def test_a_question_that_makes_no_sense_is_422(office: IntakeOffice, query: dict[str, object], field: str) -> None:
    problem = assert_problem(office.client.get(LOG, params=query, headers=READER), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_the_feed_is_for_services_and_auditors(office: IntakeOffice) -> None:
    assert_problem(office.client.get(LOG), 401)
    for role in ("clerk", "officer", "head", "executive", "admin"):
        assert_problem(office.client.get(LOG, headers=staff(role, "*")), 403)


def test_another_service_pulls_what_the_owner_has(office: IntakeOffice) -> None:
    """The client that workers use, against the gateway."""

    class ToTheGateway(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = office.client.get(str(request.url), headers=dict(request.headers))
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content, request=request)

    client = httpx.Client(transport=ToTheGateway())
    feed = HttpFeed("intake", client, "http://testserver", lambda: signed(claims_of("service", "*")))
    assert feed.head() == 7
    assert feed.after(4, 2) == office.intake.feed.after(4, 2)
    assert feed.after(0, 10, ["petition.filed"]) == office.intake.feed.after(0, 10, ["petition.filed"])
