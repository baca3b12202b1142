"""A pass that was left out looks otherwise than one that was done, and passes that disagree say so and are counted."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from gridward.dispatch import actions, rules
from gridward.dispatch.models import PassDisagreement, PassResult, Task
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of, details, moment, tasks

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOON = moment(12)


@pytest.mark.parametrize(
    ("outcome", "desk", "said", "against"),
    [
        ("verified_present", "matched", "", ()),
        ("moved", "matched", "", ("desk",)),
        ("wrong_person", "matched", "lives_here", ("desk", "phone")),
        ("moved", "not_in_register", "lives_here_away", ("phone",)),
        ("verified_present", "not_in_register", "", ()),
        ("verified_present", "matched", "lives_elsewhere", ("phone",)),
        ("verified_absent", "matched", "lives_here", ()),
        ("verified_absent", "decided", "unknown_here", ("phone",)),
        ("moved", "not_in_register", "lives_elsewhere", ()),
        ("unreachable", "matched", "lives_here", ()),
        ("refused", "matched", "lives_elsewhere", ()),
    ],
)
def test_the_contrary_of_an_earlier_pass_is_a_disagreement(
    outcome: str, desk: str, said: str, against: tuple[str, ...]
) -> None:
    assert rules.disagreements(outcome, desk=desk, said=said) == against


@pytest.mark.parametrize(
    ("kind", "chosen", "kept"),
    [
        ("phone", "lives_here", {"said": "lives_here"}),
        ("visit", "neighbour", {"found_by": "neighbour"}),
        ("visit", "", {}),
        ("phone", "neighbour", "evidence_unknown"),
        ("visit", "a photograph", "evidence_unknown"),
    ],
)
def test_evidence_comes_from_a_closed_list(kind: str, chosen: str, kept: object) -> None:
    found = rules.evidence_of(kind, chosen)

    assert (found.code if isinstance(found, Refusal) else found) == kept


@pytest.fixture
def family(desk: Desk) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    return desk.task()


def called(desk: Desk, task: Task, said: str) -> object:
    with people.acting(desk.worker):
        return actions.phone_record(
            task_id=task.id, person_id=desk.person_of[STUDENT], result="answered", reason="", outcome="",
            by=desk.worker, now=moment(12, 10), said=said,
        )  # fmt: skip


def test_a_visit_against_desk_and_telephone_keeps_both_and_closes_all_the_same(
    desk: Desk, family: Task
) -> None:
    assert code_of(called(desk, family, "lives_here")) == "ok"

    desk.visit(family, "done", {STUDENT: "moved", MOTHER: "verified_present"}, at=moment(13))

    with people.as_owner():
        found = set(PassDisagreement.objects.values_list("pass_kind", "was", "outcome"))
    assert found == {("desk", "matched", "moved"), ("phone", "lives_here", "moved")}
    assert tasks()[0].state == "closed"
    assert [one["subjects_count"] for one in details("pass.disagree")] == [1]


def test_passes_that_agree_leave_nothing(desk: Desk, family: Task) -> None:
    called(desk, family, "lives_here")

    desk.visit(family, "done", {STUDENT: "verified_present", MOTHER: "verified_absent"}, at=moment(13))

    with people.as_owner():
        assert not PassDisagreement.objects.exists()
    assert details("pass.disagree") == []


@pytest.mark.parametrize("statement", ["update {} set outcome = 'moved'", "delete from {}"])
def test_a_disagreement_stays_as_it_was_written(desk: Desk, family: Task, statement: str) -> None:
    desk.visit(family, "done", {STUDENT: "moved", MOTHER: "verified_present"}, at=moment(13))

    with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(statement.format("dispatch_passdisagreement"))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("phone", "no time"), ("phone", ""), ("visit", "at_the_door"), ("update", "no_number")],
)
def test_the_database_knows_the_lawful_reasons_as_well(family: Task, kind: str, reason: str) -> None:
    with (
        people.as_owner(),
        pytest.raises(IntegrityError, match="skip_has_a_lawful_reason"),
        transaction.atomic(),
    ):
        one = PassResult.objects.filter(task_id=family.id)[0]
        one.pk, one.pass_kind, one.result, one.reason = new_id(), kind, "skipped", reason
        one.save(force_insert=True)


def test_every_lawful_reason_passes_the_database(desk: Desk, family: Task) -> None:
    with people.as_owner():
        one = PassResult.objects.filter(task_id=family.id)[0]
        for kind, reasons in rules.SKIPS.items():
            for reason in reasons:
                one.pk, one.pass_kind, one.result, one.reason = new_id(), kind, "skipped", reason
                one.save(force_insert=True)


def marks(text: str, kind: str) -> list[str]:
    return re.findall(rf'<li class="gw-pass-(\w+)">(?:(?!</li>).)*?{kind}', text, re.DOTALL)


def test_a_pass_that_was_left_out_is_not_ticked(
    desk: Desk, family: Task, city: people.City, actor_of: MakeActor
) -> None:
    called(desk, family, "lives_here")
    desk.visit(family, "done", {STUDENT: "moved", MOTHER: "verified_present"}, at=moment(13))

    officer = people.client_of(actor_of("community_officer", city.chengxianjie))
    text = officer.get(f"/tasks/{family.id}").content.decode()

    assert sorted(marks(text, "Phone check")) == ["done", "skipped"]
    assert set(marks(text, "Visit")) == {"done"}
    assert "left out" in text
    assert "Desk check “Found in the register”, but the visit found “Lives elsewhere”." in text
    assert "says: lives here" in text


def test_the_page_of_the_passes_counts_what_was_left_out_and_what_disagrees(
    desk: Desk, family: Task, city: people.City, actor_of: MakeActor
) -> None:
    called(desk, family, "lives_here")
    desk.visit(family, "done", {STUDENT: "moved", MOTHER: "verified_present"}, at=moment(13))

    officer = people.client_of(actor_of("street_officer", city.xinjiekou))
    text = re.sub(r"<[^>]+>|\s+", " ", officer.get("/tasks/passes").content.decode())
    text = re.sub(r"\s+", " ", text)

    assert "2 people have an outcome" in text
    assert "The worker is at the door already 1 50.0" in text


def test_a_centre_elsewhere_counts_nothing(
    desk: Desk, family: Task, city: people.City, actor_of: MakeActor
) -> None:
    desk.visit(family, "done", {STUDENT: "moved", MOTHER: "verified_present"}, at=moment(13))

    elsewhere = people.client_of(actor_of("community_officer", city.dashiqiao))

    assert "0 people have an outcome" in elsewhere.get("/tasks/passes").content.decode()
