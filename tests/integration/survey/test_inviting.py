"""A resolution makes one invitation, where the authority has set so; late, twice or out of order nobody is bothered."""

from __future__ import annotations

from shared.contracts import petition as facts
from shared.contracts.survey import SurveyInvited
from tests.support.gateways import change, erase, raised_by, raw_log, together
from tests.support.survey import SurveyOffice

INVITED = ["survey.invited"]


def test_the_petitioner_is_invited_by_what_the_authority_has_set_now(office: SurveyOffice) -> None:
    one = office.petition()
    office.invite(one.resolved())
    (envelope,) = office.survey.feed.after(0, 10)
    fact = office.reader.read(envelope)
    assert isinstance(fact, SurveyInvited)
    assert (fact.number, fact.resolution, fact.to) == (one.case.number, 1, "+66812345678")
    assert fact.tracking_code == one.case.code
    assert (fact.sms.include_link, fact.sms.link_base) == (True, "kathu.go.th")
    assert envelope.causationid == one.told[-1].id
    assert not [text for text in ("812345678", one.case.code, "/t/") if text in raw_log(office.url)]


def test_twice_and_many_times_at_once_is_once(office: SurveyOffice) -> None:
    resolved = office.petition().resolved()
    assert set(together(lambda _: raised_by(office.invite, resolved), *range(8))) <= {"", "VersionConflict"}
    office.invite(resolved)
    assert office.recorded() == INVITED


def test_again_after_the_inbox_was_lost_is_once(office: SurveyOffice) -> None:
    resolved = office.petition().resolved()
    office.invite(resolved)
    change(office.url, "DELETE FROM messaging.inbox")
    office.invite(resolved)
    assert office.recorded() == INVITED


def test_each_resolution_invites_anew(office: SurveyOffice) -> None:
    one = office.petition()
    office.invite(one.resolved())
    one.reopened()
    again = one.resolved()
    office.invite(again)
    assert office.recorded() == INVITED * 2
    assert [fact.data["resolution"] for fact in office.survey.feed.after(0, 10)] == [1, 2]


def test_late_after_a_reopening_nobody_is_invited(office: SurveyOffice) -> None:
    one = office.petition()
    first = one.resolved()
    one.reopened()
    second = one.resolved()
    office.follow()
    office.invite(second)
    office.invite(first)
    assert [fact.data["resolution"] for fact in office.survey.feed.after(0, 10)] == [2]
    one.reopened()
    third = one.resolved()
    one.reopened()
    office.follow()
    office.invite(third)
    assert office.recorded() == INVITED


def test_who_has_answered_is_not_asked(office: SurveyOffice) -> None:
    one = office.ended()
    assert office.rate(one).status_code == 201
    office.invite(one.told[-1])
    assert office.recorded() == ["survey.answered"]


def test_who_was_invited_may_answer(office: SurveyOffice) -> None:
    one = office.ended()
    office.invite(one.told[-1])
    assert office.rate(one).status_code == 201
    assert office.recorded() == ["survey.invited", "survey.answered"]


def test_a_closed_petition_is_still_invited_for(office: SurveyOffice) -> None:
    one = office.petition()
    resolved = one.resolved()
    one.happens(facts.PetitionClosed)
    office.follow()
    office.invite(resolved)
    assert office.recorded() == INVITED


def test_where_the_authority_does_not_invite_nobody_is(office: SurveyOffice) -> None:
    office.configure(invite=False)
    one = office.petition()
    office.invite(one.resolved())
    assert office.recorded() == []
    office.configure(invite=True)
    one.reopened()
    office.invite(one.resolved())
    assert office.recorded() == INVITED


def test_an_erased_person_is_not_invited(office: SurveyOffice) -> None:
    one = office.petition()
    resolved = one.resolved()
    erase(office.keyring_url, one.case.subject_id)
    office.invite(resolved)
    office.invite(resolved)
    assert office.recorded() == []
