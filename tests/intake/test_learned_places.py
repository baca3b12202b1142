"""What an officer or two doors confirmed about an address answers the next list, and no word about anybody is kept."""

from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.territory import api as territory
from gridward.territory.models import Saying
from tests import people
from tests.intake.test_decided_before import GRID, Row, decide, listed, phone
from tests.intake.test_undo import undo

pytestmark = pytest.mark.django_db

YARD = "玄武区新街口街道成贤街社区红星大院3幢"
BEHIND = "玄武区新街口街道成贤街社区菜场后面的红房子"


@pytest.fixture
def officer(street: governance.OrderView) -> Actor:
    return people.actor_of("intake_officer", "3201")


def somebody(number: int, address: str, name: str = "赵不识") -> Row:
    return (name, "", phone(number), address)


def said() -> list[tuple[str, int, bool]]:
    with people.as_owner():
        return list(Saying.objects.order_by("id").values_list("key", "area_pos", "is_sure"))


@pytest.mark.parametrize("address", [YARD, BEHIND])
def test_what_an_officer_said_about_an_address_places_the_next_persons_row(
    address: str, officer: Actor, tmp_path: Path
) -> None:
    decide(listed(tmp_path, "health-list", somebody(11, address)), officer, "new_person", place=GRID)

    other = listed(tmp_path, "police-list", ("钱小燕", "", phone(12), f"南京市{address}"))

    assert (other.count_state, other.area_pos) == ("new", people.city().pos(GRID))
    assert territory.locate_text(address).area_code == GRID


def test_another_room_of_the_same_building_is_found_too_and_another_building_is_not(
    officer: Actor, tmp_path: Path
) -> None:
    decide(
        listed(tmp_path, "health-list", somebody(11, f"{YARD}2单元501室")), officer, "new_person", place=GRID
    )

    places = territory.locate_texts([f"{YARD}1单元101室", YARD, YARD.replace("3幢", "4幢")])

    assert [one.status for one in places] == ["found", "found", "partial"]


def test_in_bulk_each_text_gets_its_own_answer(officer: Actor, tmp_path: Path) -> None:
    decide(listed(tmp_path, "health-list", somebody(11, YARD)), officer, "new_person", place=GRID)
    texts = [YARD, people.returning_student.address, BEHIND, "苏州市姑苏区红星大院3幢", ""] * 200

    statuses = [one.status for one in territory.locate_texts(texts)]

    assert statuses == ["found", "found", "partial", "unknown", "unknown"] * 200


def test_a_decision_taken_back_is_forgotten_here_too(officer: Actor, tmp_path: Path) -> None:
    decide(listed(tmp_path, "health-list", somebody(11, YARD)), officer, "new_person", place=GRID)
    assert len(said()) == 1

    undo(officer)

    assert said() == [] and territory.locate_text(YARD).status == "partial"


def test_two_officers_who_say_different_grids_are_not_believed(officer: Actor, tmp_path: Path) -> None:
    rows = [
        listed(tmp_path, "health-list", somebody(11, YARD)),
        listed(tmp_path, "police-list", somebody(12, YARD)),
    ]
    for clue, grid in zip(rows, (GRID, people.city().next_grid), strict=True):
        decide(clue, officer, "new_person", place=grid)

    assert len(said()) == 2 and territory.locate_text(YARD).status == "partial"


#: What is not learned: what is about somebody, too wide, known, or elsewhere than the grid.
NEVER: dict[str, str] = {
    "a name": "玄武区新街口街道成贤街社区王小明家隔壁",
    "the row's own name": "玄武区新街口街道成贤街社区赵不识的店面",
    "a telephone": "玄武区新街口街道成贤街社区红房子13912345678",
    "an area alone": "玄武区新街口街道成贤街社区",
    "too few words": "玄武区新街口街道成贤街社区楼上",
    "another community": "玄武区新街口街道大石桥社区红星大院3幢",
    "another city": "苏州市姑苏区红星大院3幢",
}


@pytest.mark.parametrize("what", NEVER)
def test_what_names_somebody_or_says_too_little_is_not_kept(
    what: str, officer: Actor, tmp_path: Path
) -> None:
    decide(listed(tmp_path, "health-list", somebody(11, NEVER[what])), officer, "new_person", place=GRID)

    assert said() == []


def answered(clue: Clue, order: governance.OrderView, outcome: str = "verified_present") -> None:
    with governance.job_transaction(order_id=order.id, purpose="case_finding"):
        intake.clue_outcomes_record(
            outcomes=[intake.ClueOutcome(clue.id, outcome, clock.now())], by=SYSTEM, now=clock.now()
        )
    outbox.drain_all()


def test_one_answer_at_a_door_is_not_enough_and_two_doors_are(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    at_home = [
        (one.name, one.id_number, "", YARD) for one in (people.returning_student, people.neighbour_across)
    ]
    student, neighbour = (listed(tmp_path, "health-list", row) for row in at_home)
    mother = listed(
        tmp_path, "police-list", (people.students_mother.name, people.students_mother.id_number, "", YARD)
    )

    for clue in (student, mother):
        answered(clue, street)
    once = territory.locate_text(YARD).status
    answered(neighbour, street)

    assert once == "partial" and territory.locate_text(YARD).area_code == GRID
    assert [is_sure for _key, _pos, is_sure in said()] == [False, False]


def test_whoever_lives_elsewhere_confirms_nothing(street: governance.OrderView, tmp_path: Path) -> None:
    clue = listed(
        tmp_path, "health-list", (people.returning_student.name, people.returning_student.id_number, "", YARD)
    )

    answered(clue, street, "moved")

    assert said() == []


def test_nothing_that_is_kept_names_the_person_of_the_row(officer: Actor, tmp_path: Path) -> None:
    decide(
        listed(tmp_path, "health-list", somebody(11, f"{YARD}赵不识家")), officer, "new_person", place=GRID
    )

    ((key, _pos, _sure),) = said()

    assert key.endswith("|-|-|红星大院|3|-|-|") and "赵" not in key
