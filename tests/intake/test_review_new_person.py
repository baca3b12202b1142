"""A reviewer who says "somebody new" gets somebody new: never the person whose keys spoke against the row."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from tests import people

pytestmark = pytest.mark.django_db
NUMBER = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
OTHER_NUMBER = pack("cn").synthetic_id("320199", date(1972, 2, 2), 4)
DOOR = "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元301室"
GRID_BY_NAME = "南京市玄武区新街口街道大石桥社区第1网格"
PLACE = "320102003015001"


@pytest.fixture
def officer(street: governance.OrderView) -> Actor:
    return people.actor_of("intake_officer", "3201")


def phone(number: int) -> str:
    return pack("cn").synthetic_phone(700 + number)


def only_waiting() -> Clue:
    with people.as_owner():
        return Clue.objects.get(state="waiting")


def new_person(clue: Clue, officer: Actor) -> None:
    with people.acting(officer):
        outcome = intake.review_decide(
            clue_id=clue.id, decision="new_person", place=PLACE, by=officer, now=clock.now()
        )
    assert isinstance(outcome, intake.ClueView), outcome


def persons() -> list[UUID | None]:
    with people.as_owner():
        return list(Clue.objects.order_by("id").values_list("person_id", flat=True))


#: An unknown person an earlier list named, and a row whose keys speak against being that person.
AGAINST = {
    "the same number under another surname": (
        ("赵大年", NUMBER, phone(1), DOOR), ("钱小燕", NUMBER, phone(2), DOOR), "name_disagrees",
    ),
    "the same telephone and name under another number": (
        ("赵大年", NUMBER, phone(1), DOOR), ("赵大年", OTHER_NUMBER, phone(1), ""), "keys_disagree",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGAINST)
def test_somebody_new_is_not_the_person_the_keys_spoke_against(
    name: str, officer: Actor, tmp_path: Path
) -> None:
    earlier, row, reason = AGAINST[name]
    people.send_list(tmp_path, "health-list", [earlier])
    people.send_list(tmp_path, "police-list", [row])
    clue = only_waiting()
    assert clue.waiting_reason == reason

    new_person(clue, officer)

    assert len(set(persons())) == 2


def test_a_row_that_fits_two_strangers_becomes_neither_by_chance(officer: Actor, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [("赵大年", NUMBER, "", DOOR)])
    people.send_list(tmp_path, "transport-list", [("赵大年", "", phone(1), GRID_BY_NAME)])
    people.send_list(tmp_path, "police-list", [("赵大年", NUMBER, phone(1), "")])
    clue = only_waiting()
    assert clue.waiting_reason == "keys_disagree"

    new_person(clue, officer)

    assert len(set(persons())) == 3


def test_candidates_are_people_a_reviewer_can_choose(officer: Actor, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [("赵大年", NUMBER, phone(1), DOOR)])
    people.send_list(tmp_path, "police-list", [("钱小燕", NUMBER, phone(2), DOOR)])

    assert only_waiting().candidates == []
