"""A petition that was filed without logging in becomes a member's, once."""

from __future__ import annotations

from uuid import uuid4

from services.intake.claiming import claim, petitioner_hash
from services.intake.petition import Petition, evolve
from shared.contracts.ownership import PetitionClaimed
from shared.contracts.petition_states import PetitionState
from tests.samples.petitions import petition

PEPPER = b"p" * 32


def claimed(before: Petition, fact: object) -> Petition:
    assert isinstance(fact, PetitionClaimed)
    return evolve(before, fact)


def test_it_is_the_members_and_nobody_elses() -> None:
    me, nobodys = uuid4(), petition(PetitionState.WITHDRAWN)
    (fact,) = claim(nobodys, me)
    mine = claimed(nobodys, fact)
    assert (mine.member_id, mine.status, mine.subject_id) == (me, nobodys.status, nobodys.subject_id)
    assert claim(mine, me) == []
    assert claim(mine, uuid4()) == []


def test_number_and_phone_together_are_the_mark() -> None:
    one = petitioner_hash(PEPPER, "1101700207129", "+66812345678")
    others = [
        petitioner_hash(PEPPER, "1101700207129", "+66812345679"),
        petitioner_hash(PEPPER, "1101700203450", "+66812345678"),
        petitioner_hash(b"q" * 32, "1101700207129", "+66812345678"),
    ]
    assert one not in others
    assert len(set(others)) == 3
    assert "1101700207129" not in one
