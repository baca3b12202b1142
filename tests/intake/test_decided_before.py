"""What an officer decided answers the next list that says the same: never against a number or the facts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from gridward.country.api import pack
from gridward.dispatch.models import Task
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import keeping
from gridward.intake.models import Batch, Clue, Decision
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web import formats
from gridward.registry.models import Resident
from tests import people

pytestmark = pytest.mark.django_db

STUDENT, MOTHER = people.returning_student, people.students_mother
NEIGHBOUR, NAMESAKE = people.neighbour_across, people.namesake_elsewhere
NUMBER = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
GRID = "320102003015001"
Row = tuple[str, str, str, str]


def phone(number: int) -> str:
    return pack("cn").synthetic_phone(800 + number)


@pytest.fixture
def officer(street: governance.OrderView) -> Actor:
    return people.actor_of("intake_officer", "3201")


def listed(folder: Path, channel: str, row: Row) -> Clue:
    report = people.send_list(folder, channel, [row])
    with people.as_owner():
        return Clue.objects.get(batch_id=report.batch_id)


def resident(person: people.Neighbour) -> Resident:
    with people.as_owner():
        return Resident.objects.get(resident_ref=person.ref)


def decide(clue: Clue, by: Actor, decision: str, **more: object) -> None:
    assert clue.state == "waiting", (clue.state, clue.match_rule)
    with people.acting(by):
        outcome = intake.review_decide(clue_id=clue.id, decision=decision, by=by, now=clock.now(), **more)
    assert isinstance(outcome, intake.ClueView), outcome
    outbox.drain_all()


#: Rows that wait, each by another key, and whom the officer takes them for.
SAME_PERSON: dict[str, tuple[Row, people.Neighbour]] = {
    "number and surname": (("李小明", STUDENT.id_number, "", ""), STUDENT),
    "telephone and name": (("赵不识", "", phone(1), NEIGHBOUR.address), NEIGHBOUR),
    "door and name": (("赵不识", "", "", NEIGHBOUR.address), NEIGHBOUR),
}


@pytest.mark.parametrize("key", SAME_PERSON)
def test_the_same_person_in_the_next_list_is_decided_without_a_review(
    key: str, officer: Actor, tmp_path: Path
) -> None:
    row, person = SAME_PERSON[key]
    first = listed(tmp_path, "health-list", row)
    decide(first, officer, "same_person", resident_id=resident(person).id)

    second = listed(tmp_path, "police-list", row)

    with people.as_owner():
        first.refresh_from_db()
        assert (second.resident_id, second.person_id) == (resident(person).id, first.person_id)
        assert (second.match_rule, second.count_state, second.state) == ("kept", "merged", "dispatched")
        assert (second.decision_id, second.decided_at) == (first.decision_id, first.decided_at)
        assert Task.objects.count() == 1
        batch = Batch.objects.get(id=second.batch_id)
        assert [batch.accepted_count, batch.merged_count, batch.new_count, batch.waiting_count] == [
            1,
            1,
            0,
            0,
        ]
        assert batch.notes["decided_before"] == 1


NOWHERE = ("赵无处", "", "", "珠江路边上的那个小区")
#: Rows about somebody the register does not know, by the key they can be told by.
STRANGERS: dict[str, Row] = {
    "telephone and name": ("赵不识", "", phone(2), NEIGHBOUR.address),
    "number and surname": ("赵不识", NUMBER, "", "南京市玄武区"),
    "as it is written": NOWHERE,
}


@pytest.mark.parametrize("key", STRANGERS)
def test_nobody_of_these_is_kept_too_and_the_stranger_stays_one_person(
    key: str, officer: Actor, tmp_path: Path
) -> None:
    row = STRANGERS[key]
    first = listed(tmp_path, "health-list", row)
    decide(first, officer, "new_person", place=GRID)

    second = listed(tmp_path, "police-list", row)

    with people.as_owner():
        first.refresh_from_db()
        assert (second.person_id, second.household_id) == (first.person_id, first.household_id)
        assert (second.count_state, second.state, second.resident_id) == ("merged", "dispatched", None)
        assert second.area_pos == people.city().pos(GRID)
        assert Task.objects.count() == 1


def test_another_list_with_another_spelling_of_the_blanks_says_the_same(
    officer: Actor, tmp_path: Path
) -> None:
    decide(listed(tmp_path, "health-list", NOWHERE), officer, "new_person", place=GRID)

    second = listed(tmp_path, "police-list", (*NOWHERE[:3], "珠江路 边上的 那个小区"))

    assert (second.match_rule, second.count_state) == ("kept", "merged")


def test_a_number_that_holds_beats_what_was_decided(officer: Actor, tmp_path: Path) -> None:
    number = phone(3)
    first = listed(tmp_path, "health-list", ("王秀英", "", number, NEIGHBOUR.address))
    decide(first, officer, "same_person", resident_id=resident(NEIGHBOUR).id)

    second = listed(tmp_path, "police-list", ("王秀英", MOTHER.id_number, number, NEIGHBOUR.address))

    assert (second.match_rule, second.resident_id) == ("id", resident(MOTHER).id)


def test_a_row_given_back_answers_no_other_row(officer: Actor, tmp_path: Path) -> None:
    row = SAME_PERSON["telephone and name"][0]
    decide(listed(tmp_path, "health-list", row), officer, "reject", reason="data_wrong")

    second = listed(tmp_path, "police-list", row)

    assert (second.state, second.waiting_reason) == ("waiting", "name_not_at_door")


def test_two_officers_who_decided_otherwise_bring_the_next_row_back_and_the_third_word_stands(
    officer: Actor, tmp_path: Path
) -> None:
    row = SAME_PERSON["telephone and name"][0]
    both = [listed(tmp_path, channel, row) for channel in ("health-list", "police-list")]
    colleague = people.actor_of("street_officer", people.city().xinjiekou)
    decide(both[0], officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    decide(both[1], colleague, "new_person", place=GRID)

    third = listed(tmp_path, "transport-list", row)
    assert (third.state, third.waiting_reason, third.match_rule) == ("waiting", "kept_split", "")
    decide(third, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    report = people.send_list(tmp_path, "health-list", [row, people.row_about(MOTHER)])

    with people.as_owner():
        fourth = Clue.objects.get(batch_id=report.batch_id, row_number=2)
    assert (fourth.match_rule, fourth.resident_id) == ("kept", resident(NEIGHBOUR).id)
    with people.as_owner():
        assert list(Decision.objects.order_by("id").values_list("ended_why", flat=True)) == [
            "replaced", "replaced", "",
        ]  # fmt: skip
        assert LedgerEntry.objects.filter(action="decision.replace").count() == 1


def moved(street: governance.OrderView, folder: Path, _clue: Clue) -> Row:
    people.register(street, folder, [replace(NEIGHBOUR, household="H9", room="301", grid="320102003015002")])
    return SAME_PERSON["telephone and name"][0]


def answered(street: governance.OrderView, folder: Path, clue: Clue) -> Row:
    with people.as_owner():
        Clue.objects.filter(id=clue.id).update(state="closed", outcome="wrong_person", outcome_at=clock.now())
    return SAME_PERSON["telephone and name"][0]


def other_number(street: governance.OrderView, folder: Path, clue: Clue) -> Row:
    name, _number, telephone, address = SAME_PERSON["telephone and name"][0]
    return (name, NUMBER, telephone, address)


def newcomer(street: governance.OrderView, folder: Path, clue: Clue) -> Row:
    name, _number, telephone, _address = SAME_PERSON["telephone and name"][0]
    twins = [
        replace(NAMESAKE, ref=f"T{n}", household=f"HT{n}", name=name, phone=telephone, sequence=80 + n)
        for n in (1, 2)
    ]
    people.register(street, folder, twins)
    return SAME_PERSON["telephone and name"][0]


AGAINST: dict[str, Callable[[governance.OrderView, Path, Clue], Row]] = {
    "kept_moved": moved,
    "kept_answered": answered,
    "kept_number": other_number,
    "kept_newcomer": newcomer,
}


@pytest.mark.parametrize("reason", AGAINST)
def test_what_speaks_against_a_decision_by_now_brings_the_row_to_a_person_with_both_facts(
    reason: str, street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    first = listed(tmp_path, "health-list", SAME_PERSON["telephone and name"][0])
    decide(first, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    row = AGAINST[reason](street, tmp_path, first)

    second = listed(tmp_path, "police-list", row)

    assert (second.state, second.waiting_reason, second.person_id) == ("waiting", reason, None)
    assert str(resident(NEIGHBOUR).id) in second.candidates
    with people.as_owner():
        assert second.decision_id == Decision.objects.get(clue_id=first.id).id
        assert second.decided_at is None
        assert Batch.objects.get(id=second.batch_id).notes["decided_in_doubt"] == 1
    page = people.client_of(officer).get(f"/review/{second.id}").content.decode()
    assert "Decided before" in page and "it is person" in page


def test_a_decision_ends_with_the_keys_of_its_order(
    street: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    row = STRANGERS["telephone and name"]
    decide(listed(tmp_path, "health-list", row), officer, "new_person", place=GRID)
    connection.check_constraints()
    ended = governance.order_end(
        order_id=street.id, reason="the drill is over", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert not isinstance(ended, Refusal)
    people.signed_order(kind="flood")

    later = listed(tmp_path, "police-list", row)

    assert (later.decision_id, later.match_rule, later.count_state) == (None, "", "new")
    with people.as_owner():
        (kept,) = Decision.objects.all()
        assert bytes(kept.mark or b"") not in {bytes(key) for key in (later.phone_key, later.door_key) if key}


def test_the_trail_says_when_an_officer_decided_it(officer: Actor, city: people.City, tmp_path: Path) -> None:
    worker = people.actor_of("grid_worker", city.grid, responsible=True)
    row, person = SAME_PERSON["telephone and name"]
    decide(listed(tmp_path, "health-list", row), officer, "same_person", resident_id=resident(person).id)
    later = listed(tmp_path, "police-list", row)
    with people.as_owner():
        Task.objects.update(released_at=clock.now())

    page = people.client_of(worker).get(f"/today/{later.task_id or Clue.objects.get(id=later.id).task_id}")

    day = f"{formats.moment(later.decided_at)}"
    said = page.content.decode()
    assert page.status_code == 200 and "Decided in review" in said
    assert "Decided before by an officer" in said and said.count(f"decided {day}") == 2


def test_a_list_is_held_against_decisions_by_their_key_and_never_each_against_each(
    street: governance.OrderView,
) -> None:
    asked = {
        "order": street.id,
        "numbers": [1],
        "ids": [None],
        "phones": [b"a key"],
        "doors": [None],
        "written": [None],
    }

    with governance.job_scope(order_id=street.id, purpose="case_finding"), connection.cursor() as cursor:
        cursor.execute(f"explain {keeping.RECALL}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    # One row or a million: whatever the planner expects, it asks an index of marks for each row.
    by_mark = plan.split("on intake_decision", 1)[1].split("intake_clue")[0]
    assert "Index Cond" in by_mark and "mark = ANY" in by_mark and "Join Filter" not in plan, plan


def test_nothing_of_a_kept_decision_is_in_the_open(officer: Actor, tmp_path: Path) -> None:
    row = SAME_PERSON["telephone and name"][0]
    decide(listed(tmp_path, "health-list", row), officer, "same_person", resident_id=resident(NEIGHBOUR).id)

    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select d::text from intake_decision d")
        ((told,),) = cursor.fetchall()

    assert not [value for value in (*row, NEIGHBOUR.name, NEIGHBOUR.phone) if value and value in told]
