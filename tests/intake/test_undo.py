"""A reviewer's own last decision taken back: the row waits as before, and nobody is asked because of it."""

from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue, Decision, Delivery, WaitCount, Webhook
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.examples import examples
from tests.intake.test_decided_before import GRID, MOTHER, NEIGHBOUR, STUDENT, phone, resident

pytestmark = pytest.mark.django_db
ROW = ("赵不识", "", phone(1), NEIGHBOUR.address)


@pytest.fixture
def officer(street: governance.OrderView) -> Actor:
    people.actor_of("grid_worker", people.city().grid, responsible=True)
    return people.actor_of("intake_officer", "3201")


def listed(folder: Path, channel: str, *rows: tuple[str, str, str, str]) -> list[Clue]:
    report = people.send_list(folder, channel, rows)
    with people.as_owner():
        return list(Clue.objects.filter(batch_id=report.batch_id).order_by("row_number"))


def decide(clue: Clue, by: Actor, decision: str, **more: object) -> object:
    with people.acting(by):
        outcome = intake.review_decide(clue_id=clue.id, decision=decision, by=by, now=clock.now(), **more)
    outbox.drain_all()
    return outcome


def undo(by: Actor) -> intake.ClueView | Refusal:
    with people.acting(by):
        outcome = intake.review_undo(by=by, now=clock.now())
    outbox.drain_all()
    return outcome


def code(outcome: object) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "ok"


def row_of(clue: Clue) -> dict[str, object]:
    """Return everything a row holds; of what is sealed, the words."""
    with people.as_owner():
        held = Clue.objects.filter(id=clue.id).values().get()
        person = intake.open_clue_people(clue_ids=[clue.id])[clue.id]
    words = {"name": person.name.reveal(), "phone": person.phone.reveal(), "at": person.address_text.reveal()}
    return {name: value for name, value in held.items() if not name.endswith("_sealed")} | words


DECISIONS: dict[str, dict[str, str]] = {
    "same_person": {},
    "new_person": {"place": GRID},
    "reject": {"reason": "data_wrong"},
}


def chosen(decision: str) -> dict[str, object]:
    more: dict[str, object] = dict(DECISIONS[decision])
    return more | ({"resident_id": resident(NEIGHBOUR).id} if decision == "same_person" else {})


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_row_taken_back_waits_exactly_as_it_did_and_asks_nobody(
    decision: str, officer: Actor, tmp_path: Path
) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    before = row_of(clue)
    assert code(decide(clue, officer, decision, **chosen(decision))) == "ok"
    assert row_of(clue)["state"] != "waiting"

    outcome = undo(officer)

    assert isinstance(outcome, intake.ClueView) and (outcome.id, outcome.state) == (clue.id, "waiting")
    assert row_of(clue) == before
    with people.as_owner():
        assert not Task.objects.filter(state="open").exists()
        assert not AccessGrant.objects.filter(task_id__isnull=False, ended_at__isnull=True).exists()
        assert sum(WaitCount.objects.values_list("waiting", flat=True)) == 1
        assert Decision.objects.get().ended_why == "undone"
        assert LedgerEntry.objects.filter(action="review.undo").count() == 1
        assert Batch.objects.get(id=clue.batch_id).waiting_count == 1


def test_after_it_the_next_list_asks_again_and_the_row_can_be_decided_anew(
    officer: Actor, tmp_path: Path
) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    decide(clue, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    undo(officer)

    (later,) = listed(tmp_path, "police-list", ROW)
    again = decide(clue, officer, "new_person", place=GRID)

    assert (later.state, later.waiting_reason) == ("waiting", "name_not_at_door")
    assert code(again) == "ok"
    with people.as_owner():
        assert Task.objects.filter(state="open").count() == 1
        assert TaskSubject.objects.filter(clue_id=clue.id).count() == 1


def test_what_somebody_has_begun_is_not_taken_back(officer: Actor, tmp_path: Path) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    decide(clue, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    with people.as_owner():
        subject = TaskSubject.objects.get(clue_id=clue.id)
        PassResult.objects.create(
            id=new_id(), subject=subject, task_id=subject.task_id, area_pos=subject.area_pos, pass_kind="phone",
            result="no_answer", by="a drill", at=clock.now(),
        )  # fmt: skip
    before = row_of(clue)

    outcome = undo(officer)

    assert isinstance(outcome, Refusal) and outcome.code == "task_begun" and "worker" in str(outcome.advice)
    assert row_of(clue) == before
    with people.as_owner():
        assert Task.objects.get().state == "open" and Decision.objects.get().ended_at is None


def test_a_task_in_which_others_are_asked_stays_and_counts_one_ask_less(
    officer: Actor, tmp_path: Path
) -> None:
    (asked,) = listed(tmp_path, "health-list", people.row_about(NEIGHBOUR))
    (clue,) = listed(tmp_path, "police-list", ROW)
    decide(clue, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    with people.as_owner():
        assert Batch.objects.get(id=clue.batch_id).asks_avoided_count == 1

    assert code(undo(officer)) == "ok"

    with people.as_owner():
        task = Task.objects.get()
        assert task.state == "open"
        assert [one.clue_id for one in TaskSubject.objects.filter(task=task)] == [asked.id]
        assert Batch.objects.get(id=clue.batch_id).asks_avoided_count == 0
        assert AccessGrant.objects.filter(task_id=task.id, ended_at__isnull=True).count() == 1


def test_when_the_row_that_opened_the_task_is_taken_back_the_next_one_has_opened_it(
    officer: Actor, tmp_path: Path
) -> None:
    (clue,) = listed(tmp_path, "police-list", ROW)
    decide(clue, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    (asked,) = listed(tmp_path, "health-list", people.row_about(NEIGHBOUR))

    assert code(undo(officer)) == "ok"

    with people.as_owner():
        assert Task.objects.get().state == "open"
        assert list(Batch.objects.order_by("id").values_list("asks_avoided_count", flat=True)) == [0, 0]
        assert TaskSubject.objects.get().clue_id == asked.id


def test_a_decision_that_later_lists_rest_on_is_not_taken_back(officer: Actor, tmp_path: Path) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    decide(clue, officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    listed(tmp_path, "police-list", ROW)

    assert code(undo(officer)) == "decision_used"


def test_an_answer_that_was_pushed_to_its_department_is_not_taken_back(
    officer: Actor, tmp_path: Path
) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    decide(clue, officer, "reject", reason="data_wrong")
    with people.as_owner():
        now = clock.now()
        webhook = Webhook.objects.create(
            id=new_id(), agency_code="health", url="https://health.invalid/", created_by="a drill", created_at=now
        )  # fmt: skip
        Delivery.objects.create(
            id=new_id(), webhook=webhook, agency_code="health", order_id=clue.order_id, clue_ids=[str(clue.id)],
            state="delivered", attempts=1, next_at=now, created_at=now,
        )  # fmt: skip

    assert code(undo(officer)) == "decision_told"


def test_nobody_takes_back_what_somebody_else_decided(officer: Actor, tmp_path: Path) -> None:
    (clue,) = listed(tmp_path, "health-list", ROW)
    decide(clue, officer, "reject", reason="data_wrong")

    assert code(undo(people.actor_of("intake_officer", "3201"))) == "nothing_to_undo"


def test_taking_back_a_decision_that_replaced_others_lets_them_hold_again(
    officer: Actor, tmp_path: Path
) -> None:
    both = [listed(tmp_path, channel, ROW)[0] for channel in ("health-list", "police-list")]
    decide(both[0], officer, "same_person", resident_id=resident(NEIGHBOUR).id)
    decide(both[1], officer, "new_person", place=GRID)
    (third,) = listed(tmp_path, "transport-list", ROW)
    before = row_of(third)
    decide(third, officer, "new_person", place=GRID)

    assert code(undo(officer)) == "ok"

    assert row_of(third) == before and before["waiting_reason"] == "kept_split"
    with people.as_owner():
        assert Decision.objects.filter(ended_at__isnull=True).count() == 2


def test_on_the_page_the_row_comes_back_and_one_that_was_begun_says_what_to_do(
    officer: Actor, tmp_path: Path
) -> None:
    first, second = listed(tmp_path, "health-list", ROW, ("钱不识", "", phone(2), NEIGHBOUR.address))
    client = people.client_of(officer)
    assert b"data-review-undo" not in client.get(f"/review/{first.id}").content
    client.post(f"/review/{first.id}/decide", {"decision": "new_person", "place": GRID, "done": "0"})
    outbox.drain_all()
    assert b"data-review-undo" in client.get(f"/review/{second.id}").content

    back = client.post("/review/undo", {"done": "1", "at": str(second.id)}, follow=True)
    none = client.post("/review/undo", {"at": str(second.id)})

    assert back.redirect_chain == [(f"/review/{first.id}", 302)] and "waits again" in back.content.decode()
    said = none.content.decode()
    assert none.status_code == 409 and 'role="alert"' in said and "no decision of yours" in said


# --- in any order ----------------------------------------------------------------------------------------------------

ROWS = [
    ROW,
    ("赵不识", "", phone(1), STUDENT.address),
    ("李小明", STUDENT.id_number, "", ""),
    ("钱无处", "", phone(3), "南京市玄武区"),
    people.row_about(MOTHER),
]
STEPS = st.lists(
    st.one_of(st.tuples(st.integers(0, 3), st.sampled_from(sorted(DECISIONS))), st.none()), max_size=9
)


def adds_up(order_id: UUID) -> None:
    with people.as_owner():
        for batch in Batch.objects.all():
            clues = list(Clue.objects.filter(batch_id=batch.id))
            assert (
                batch.accepted_count
                == batch.merged_count + batch.new_count + batch.waiting_count
                == len(clues)
            )
        open_tasks = list(Task.objects.filter(state="open").values_list("household_id", flat=True))
        assert len(open_tasks) == len(set(open_tasks))
        asked = dict(TaskSubject.objects.values_list("clue_id", "task__state"))
        for clue in Clue.objects.all():
            assert asked.get(clue.id, "") == ("open" if clue.state == "dispatched" else ""), clue.state
            assert (clue.person_id is None) == (clue.state == "waiting" or clue.outcome == "out_of_scope")
        waiting = Clue.objects.filter(state="waiting").count()
        assert sum(WaitCount.objects.values_list("waiting", flat=True)) == waiting
        tasks, clues_asked = len(open_tasks), len(asked)
        avoided = sum(Batch.objects.values_list("asks_avoided_count", flat=True))
        assert avoided == clues_asked - tasks


@pytest.mark.slow
def test_decided_and_taken_back_in_any_order_every_row_is_accounted_for(
    officer: Actor, tmp_path: Path
) -> None:
    clues = listed(tmp_path, "health-list", *ROWS)
    assert [clue.state for clue in clues] == ["waiting"] * 4 + ["dispatched"]
    who = [resident(one).id for one in (NEIGHBOUR, MOTHER, STUDENT, NEIGHBOUR)]

    @settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def played(steps: list[tuple[int, str] | None]) -> None:
        before = transaction.savepoint()
        done: list[int] = []
        for step in steps:
            if step is None:
                outcome = undo(officer)
                assert code(outcome) == ("ok" if done else "nothing_to_undo")
                assert not isinstance(outcome, intake.ClueView) or outcome.id == clues[done.pop()].id
            else:
                number, decision = step
                more = DECISIONS[decision] | (
                    {"resident_id": who[number]} if decision == "same_person" else {}
                )
                outcome = decide(clues[number], officer, decision, **more)
                if code(outcome) == "ok":
                    done.append(number)
            adds_up(clues[0].order_id)
        while done:
            assert code(undo(officer)) == "ok"
            done.pop()
            adds_up(clues[0].order_id)
        with people.as_owner():
            assert Clue.objects.filter(state="waiting").count() == 4 and TaskSubject.objects.count() == 1
        transaction.savepoint_rollback(before)

    played()
