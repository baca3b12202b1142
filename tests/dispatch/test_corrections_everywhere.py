"""What was wrong about somebody stands nowhere any more, but in the history, once it is corrected (H-15)."""

import pytest

from gridward.country.api import pack
from gridward.dispatch.models import Task
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel.actor import Actor
from gridward.kernel.models import Fact
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Household, Resident
from tests import people
from tests.dispatch.correcting import (
    CITY,
    NEW_PHONE,
    NOON,
    RIGHT,
    blind_rows,
    corrected,
    keys_of,
    places_of,
    plain_places,
    student,
)
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    moment,
    subjects,
    tasks,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "old"), [("phone", STUDENT.phone), ("id_number", STUDENT.id_number), ("name", STUDENT.name)]
)
def test_no_place_holds_what_was_wrong_but_the_history(
    desk: Desk, family: Task, officer: Actor, kind: str, old: str
) -> None:
    before = places_of(desk, old)

    corrected(desk, family, kind, officer)

    assert {table for table, _column in before} >= {"registry_resident", "intake_clue"}
    assert {table for table, _column in places_of(desk, old)} == {"registry_residentvalue"}
    assert places_of(desk, RIGHT[kind]) == before, "and every one of them holds what is right"
    assert plain_places(old) == plain_places(RIGHT[kind]) == []


@pytest.mark.parametrize(
    ("kind", "old"), [("phone", {"phone": STUDENT.phone}), ("id_number", {"number": STUDENT.id_number})]
)
def test_no_blind_key_leads_by_what_was_wrong(
    desk: Desk, family: Task, officer: Actor, kind: str, old: dict[str, str]
) -> None:
    keys = keys_of(desk, **old)
    before = blind_rows(desk, *keys)

    corrected(desk, family, kind, officer)

    assert {table for table, _column in before} == {"registry_personkey", "intake_clue"}
    assert blind_rows(desk, *keys) == set()
    new = keys_of(
        desk,
        phone=RIGHT["phone"] if kind == "phone" else "",
        number=RIGHT["id_number"] if kind != "phone" else "",
    )
    assert blind_rows(desk, *new) == before


def test_the_list_can_still_be_counted_against_the_ledger(desk: Desk, family: Task, officer: Actor) -> None:
    corrected(desk, family, "id_number", officer)

    with people.acting(desk.officer):
        for batch in {clue.batch_id for clue in clues()}:
            view = intake.access_batch(batch)
            assert not isinstance(view, Refusal) and intake.count_rows(batch).agrees_with(view)


def test_everybody_who_asked_reads_that_his_row_was_corrected_and_nothing_else(
    desk: Desk, family: Task, officer: Actor
) -> None:
    corrected(desk, family, "phone", officer)

    asked = [clue for clue in clues() if clue.resident_id == student().id]
    assert [clue.outcome_reason for clue in asked] == ["corrected_phone", "corrected_phone"]
    assert {clue.outcome_reason for clue in clues() if clue.resident_id != student().id} == {""}
    told = [fact.ids for fact in _facts("intake.outcome_returned")]
    assert {clue_id for ids in told for clue_id in ids["clue_ids"]} == {str(clue.id) for clue in asked}
    for agency in ("health", "police"):
        liaison = people.actor_of("agency_liaison", agency=agency)
        (batch,) = {clue.batch_id for clue in asked if clue.agency_code == agency}
        client, machine = people.client_of(liaison), people.machine_of(liaison)
        page = client.get(f"/returns/{batch}").content.decode()
        file = client.get(f"/returns/{batch}.csv").content.decode()
        api = machine.get(f"/api/v1/returns/{batch}").content.decode()
        assert "The telephone was corrected." in page
        assert "corrected_phone" in file and "corrected_phone" in api
        assert not any(NEW_PHONE[-4:] in text for text in (page, file, api))


def _facts(kind: str) -> list[Fact]:
    with people.as_owner():
        return list(Fact.objects.filter(kind=kind))


def test_an_outcome_that_comes_later_keeps_the_mark(desk: Desk, family: Task, officer: Actor) -> None:
    corrected(desk, family, "phone", officer)

    desk.visit(family, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=moment(13))

    asked = [clue for clue in clues() if clue.resident_id == student().id]
    assert {(clue.outcome, clue.outcome_reason) for clue in asked} == {
        ("verified_present", "corrected_phone")
    }


def test_a_changed_address_takes_the_task_out_of_the_wrong_grid_at_once(
    desk: Desk, family: Task, officer: Actor
) -> None:
    right = people.actor_of("grid_worker", CITY.next_grid, responsible=True)
    was = student()

    corrected(desk, family, "address", officer)

    (task,) = tasks()
    assert (task.id, task.state, task.area_pos) == (family.id, "open", CITY.pos(CITY.next_grid))
    assert (task.assignee_id, student().household_id) == (right.id, was.household_id)
    assert {one.area_pos for one in subjects(task)} == {task.area_pos}
    with people.acting(desk.worker):
        assert not governance.grant_covers(
            household_id=was.household_id, purpose="case_finding", by=desk.worker, now=moment(12, 8)
        )
    with people.acting(right):
        assert governance.grant_covers(
            household_id=was.household_id, purpose="case_finding", by=right, now=moment(12, 8)
        )
    assert people.client_of(desk.worker).get(f"/today/{task.id}").status_code == 404


def test_the_wrong_address_stands_in_no_row_any_more(desk: Desk, family: Task, officer: Actor) -> None:
    assert ("intake_clue", "address_sealed") in places_of(desk, "1单元101室")

    corrected(desk, family, "address", officer)

    assert places_of(desk, "1单元101室") == set()
    with people.as_owner():
        home = Household.objects.get(id=student().household_id)
        doors = keys_door(desk, home.address_id)
    assert {table for table, _ in blind_rows(desk, *doors)} == {"registry_personkey", "intake_clue"}


def keys_door(desk: Desk, door: int | None) -> list[bytes | None]:
    sound = pack("cn").read_name(STUDENT.name).sound
    (keys,) = registry.match_keys(
        domain=desk.order.domain, people=[registry.PersonInput("", "", "wang", sound, door)]
    )
    return [keys.door_name]


def test_who_lives_in_another_household_is_asked_about_there(
    desk: Desk, family: Task, officer: Actor
) -> None:
    with people.as_owner():
        across = Resident.objects.get(resident_ref=ACROSS.ref)

    corrected(desk, family, "household", officer)

    assert student().household_id == across.household_id
    by_household = {task.household_id: task for task in tasks(state="open")}
    assert {one.resident_id for one in subjects(by_household[across.household_id])} == {student().id}
    assert student().id not in {one.resident_id for one in subjects(family)}


@pytest.mark.parametrize(("kind", "outcome"), [("not_here", "moved"), ("deceased", "out_of_scope")])
def test_who_is_not_there_is_asked_about_no_more(
    desk: Desk, family: Task, officer: Actor, kind: str, outcome: str
) -> None:
    corrected(desk, family, kind, officer)

    asked = {one.clue_id: one for one in subjects(family) if one.resident_id == student().id}
    assert {one.outcome for one in asked.values()} == {outcome}
    assert {clue.outcome for clue in clues() if clue.id in asked} == {outcome}
    assert desk.task().state == "open", "his mother is still asked about"
    sound = pack("cn").read_name(STUDENT.name).sound
    (keys,) = registry.match_keys(
        domain=desk.order.domain,
        people=[registry.PersonInput(STUDENT.id_number, STUDENT.phone, sound.partition(" ")[0], sound)],
    )
    with governance.job_scope(order_id=desk.order.id, purpose="case_finding"):
        (found,) = registry.match_people(domain=desk.order.domain, rows=[registry.MatchRow(1, keys)])
    assert (found.resident_id == student().id) is (kind == "not_here")


def test_a_task_in_which_nothing_is_asked_any_more_closes(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)

    corrected(desk, desk.task(), "not_here", officer)

    task = desk.task()
    assert (task.state, task.closed_at) == ("closed", moment(12, 7))
    assert student().area_pos == CITY.pos(CITY.chengxianjie), "the community's centre looks where he is"
