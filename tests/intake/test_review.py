"""What waits for a person: why, who may see it, what agrees, and what each decision sets off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from gridward.dispatch.models import Task
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
STUDENT, MOTHER = people.returning_student, people.students_mother
NEIGHBOUR, NAMESAKE = people.neighbour_across, people.namesake_elsewhere
#: The student's number beside the telephone and name of his namesake in another household.
DISAGREES = (NAMESAKE.name, STUDENT.id_number, NAMESAKE.phone, STUDENT.address)
UNPLACED = ("赵无处", "", "15499999999", "南京市玄武区")
STRANGER = ("赵无处", "", "15499999999", "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元102室")


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("street_officer", city.xinjiekou)


@pytest.fixture
def client(officer: Actor) -> Client:
    return people.client_of(officer)


def waiting(tmp_path: Path, row: tuple[str, str, str, str], channel: str = "health-list") -> Clue:
    report = people.send_list(tmp_path, channel, [row])
    assert report.waiting == 1, report
    with people.as_owner():
        return Clue.objects.get(batch_id=report.batch_id)


def again(clue: Clue) -> Clue:
    with people.as_owner():
        return Clue.objects.get(id=clue.id)


def resident(person: people.Neighbour) -> Resident:
    with people.as_owner():
        return Resident.objects.get(resident_ref=person.ref)


def decide(clue: Clue, by: Actor, decision: str, **more: object) -> object:
    with people.acting(by):
        return intake.review_decide(clue_id=clue.id, decision=decision, by=by, now=clock.now(), **more)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (DISAGREES, "keys_disagree"),
        (("李不对", STUDENT.id_number, "", STUDENT.address), "name_disagrees"),
        (("赵不识", "", "15499999999", STUDENT.address), "name_not_at_door"),
        (UNPLACED, "unplaced"),
        (("赵无处", "", "15499999999", ""), "no_address"),
    ],
    ids=["keys disagree", "another surname", "nobody of this name behind the door", "no grid", "no address"],
)
def test_a_row_waits_for_the_right_reason(
    row: tuple[str, str, str, str], reason: str, street: governance.OrderView, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, row)

    assert (clue.state, clue.waiting_reason, clue.person_id, clue.task_id) == ("waiting", reason, None, None)


def test_two_people_of_one_telephone_and_name_are_ambiguous_and_never_the_first(
    street: governance.OrderView, tmp_path: Path
) -> None:
    path = tmp_path / "twins.csv"
    lines = ["resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"]
    lines += [f"T{n},张双双,01,,15488888888,,320102003015001,HT{n}" for n in (1, 2)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = registry.register_import(
        path=path, filename=path.name, order_id=street.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(report, Refusal) and not report.problems, report

    clue = waiting(tmp_path, ("张双双", "", "15488888888", ""))

    assert (clue.waiting_reason, len(clue.candidates)) == ("ambiguous", 2)


def test_the_queue_shows_masked_names_and_is_one_entry_a_page(client: Client, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [DISAGREES, UNPLACED])
    # An unplaced row lies at the lower bound of its narrowest area: the district, above this street.
    waiting(tmp_path, ("钱不识", "", "15499999998", STUDENT.address))

    page = client.get("/review").content.decode()

    assert "钱**" in page and "钱不识" not in page and "nobody of this name" in page
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="review.page").count() == 1


def test_a_case_names_the_candidates_masked_and_says_which_of_their_marks_agree(
    client: Client, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, DISAGREES)

    page = client.get(f"/review/{clue.id}").content.decode()

    # The student's number and name agree; his namesake lives in another community of the same street.
    assert page.count("王**") == 3 and page.count("agrees") >= 3 and "differs" in page
    for one in people.EVERYBODY:
        assert not [value for value in (one.name, one.phone, one.id_number) if value in page]


def test_looking_writes_a_brief_grant_with_its_reason_and_both_are_in_the_ledger(
    client: Client, officer: Actor, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))

    pages = [client.get(f"/review/{clue.id}").content.decode() for _ in range(2)]

    assert all("differs" in page and "agrees" in page and "王**" in page for page in pages)
    with people.as_owner():
        assert list(AccessGrant.objects.values_list("account_id", "reason")) == [
            (officer.id, f"review of list {clue.batch_id}, row {clue.row_number}")
        ]
        assert LedgerEntry.objects.filter(action="review.access").count() == 2
        assert LedgerEntry.objects.filter(action="household.access").count() == 2


def test_the_same_person_joins_the_household_and_the_worker_gets_the_task(
    officer: Actor, city: people.City, tmp_path: Path
) -> None:
    worker = people.actor_of("grid_worker", city.grid, responsible=True)
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    student = resident(STUDENT)

    outcome = decide(clue, officer, "same_person", resident_id=student.id)
    outbox.drain_all()

    assert isinstance(outcome, intake.ClueView) and outcome.state == "ready"
    decided = again(clue)
    assert (decided.state, decided.match_rule, decided.count_state) == ("dispatched", "review", "waiting")
    assert (decided.resident_id, decided.household_id) == (student.id, student.household_id)
    with people.as_owner():
        assert list(Task.objects.values_list("household_id", "assignee_id")) == [
            (student.household_id, worker.id)
        ]
        assert Batch.objects.get(id=clue.batch_id).waiting_count == 1


def test_a_decided_row_is_sealed_with_its_households_key_and_still_opens(
    officer: Actor, city: people.City, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    decide(clue, officer, "same_person", resident_id=resident(STUDENT).id)

    decided = again(clue)
    with people.acting(officer):
        key = registry.household_data_keys([decided.household_id])[decided.household_id]
        person = intake.open_clue_people(clue_ids=[clue.id])[clue.id]
    assert decided.data_key == key.id != clue.data_key
    assert (person.name.reveal(), person.phone.reveal()) == ("赵不识", "15499999999")


def test_the_person_an_earlier_list_named_stays_one_person(officer: Actor, tmp_path: Path) -> None:
    people.send_list(tmp_path, "police-list", [people.row_about(STUDENT)])
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))

    decide(clue, officer, "same_person", resident_id=resident(STUDENT).id)

    with people.as_owner():
        assert len(set(Clue.objects.values_list("person_id", flat=True))) == 1


@pytest.mark.parametrize("place", ["320102003015002", STRANGER[3].replace("102室", "101室")])
def test_a_new_person_gets_a_provisional_household_there(
    place: str, officer: Actor, city: people.City, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))

    outcome = decide(clue, officer, "new_person", place=place)
    outbox.drain_all()

    assert isinstance(outcome, intake.ClueView), outcome
    decided = again(clue)
    assert (decided.resident_id, decided.state) == (None, "dispatched")
    assert decided.area_pos == city.pos(place if place.isdigit() else city.grid)
    with people.as_owner():
        assert Task.objects.count() == 1


def test_the_same_unknown_person_twice_in_review_is_one_person_and_one_task(
    officer: Actor, tmp_path: Path
) -> None:
    first = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    second = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address), "police-list")

    for clue in (first, second):
        decide(clue, officer, "new_person", place="320102003015001")
    outbox.drain_all()

    assert again(first).person_id == again(second).person_id
    with people.as_owner():
        assert Task.objects.count() == 1


def test_a_row_given_back_is_answered_with_the_reason_for_its_sender(officer: Actor, tmp_path: Path) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))

    decide(clue, officer, "reject", reason="not a resident")
    outbox.drain_all()

    decided = again(clue)
    assert (decided.state, decided.outcome, decided.outcome_reason) == (
        "closed",
        "out_of_scope",
        "not a resident",
    )
    page = people.client_of(people.actor_of("agency_liaison", agency="health")).get(
        f"/returns/{clue.batch_id}"
    )
    assert "not a resident" in page.content.decode()
    with people.as_owner():
        assert not Task.objects.exists()
        assert LedgerEntry.objects.get(action="review.decide").reason == "not a resident"


def test_the_second_decision_is_refused_and_changes_nothing(officer: Actor, tmp_path: Path) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    decide(clue, officer, "same_person", resident_id=resident(STUDENT).id)
    before = again(clue).__dict__

    outcome = decide(clue, officer, "reject", reason="not a resident")

    assert isinstance(outcome, Refusal) and outcome.code == "clue_decided"
    assert {**again(clue).__dict__, "_state": 0} == {**before, "_state": 0}


@pytest.mark.parametrize(
    ("posted", "code"),
    [
        ({"decision": "reject", "reason": "no"}, "reason_needed"),
        ({"decision": "reject"}, "reason_needed"),
        ({"decision": "new_person", "place": ""}, "grid_needed"),
        ({"decision": "new_person", "place": "320102"}, "grid_needed"),
        ({"decision": "new_person", "place": "南京市玄武区"}, "grid_needed"),
        ({"decision": "same_person"}, "decision_unknown"),
        ({"decision": "same_person", "resident": "somebody else"}, "decision_unknown"),
        ({"decision": "delete"}, "decision_unknown"),
        ({}, "decision_unknown"),
    ],
    ids=str,
)
def test_a_decision_that_does_not_fit_is_said_on_the_form_and_nothing_changes(
    posted: dict[str, str], code: str, client: Client, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    if "resident" in posted:
        posted = posted | {"resident": str(resident(NEIGHBOUR).id)}

    answer = client.post(f"/review/{clue.id}/decide", posted)

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert again(clue).state == "waiting"


def test_after_a_decision_the_next_row_comes(client: Client, tmp_path: Path) -> None:
    first = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    second = waiting(tmp_path, ("钱不识", "", "15499999998", STUDENT.address))

    answers = [
        client.post(f"/review/{clue.id}/decide", {"decision": "reject", "reason": "not a resident"})
        for clue in (first, second)
    ]

    assert [answer.url for answer in answers] == [f"/review/{second.id}", "/review"]
    assert client.get(f"/review/{first.id}").status_code == 409


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        ("street_officer", "320104001", 404),
        ("grid_worker", "320102003015001", 403),
        ("intake_officer", "3201", 200),
    ],
)
def test_a_row_is_seen_by_those_who_answer_for_its_area(
    role: str, area: str, status: int, street: governance.OrderView, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    client = people.client_of(people.actor_of(role, area))

    answers = [client.get(f"/review/{clue.id}")]
    posted = {"decision": "reject", "reason": "not a resident"}
    answers.append(client.post(f"/review/{clue.id}/decide", posted))

    assert [answer.status_code for answer in answers] == [status, 302 if status == 200 else status]
    assert again(clue).state == ("closed" if status == 200 else "waiting")


def test_once_the_order_is_over_the_queue_is_empty_and_nothing_can_be_decided(
    street: governance.OrderView, officer: Actor, client: Client, tmp_path: Path
) -> None:
    clue = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    connection.check_constraints()  # as the commit of the list would have done while the order was in force
    ended = governance.order_end(
        order_id=street.id, reason="the drill is over", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert not isinstance(ended, Refusal)

    outcome = decide(clue, officer, "new_person", place="320102003015001")

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert "Nothing waits" in client.get("/review").content.decode()
    assert again(clue).state == "waiting"
