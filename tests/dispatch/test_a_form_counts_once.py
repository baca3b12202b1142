"""
A form that is sent again, because its answer was lost or somebody pressed twice, is recorded once.

Every test presses the buttons a page shows; a form has a name of its own in its field `ask`.
"""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from gridward.dispatch.models import PassResult, Task
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, digest, passes

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
SEEN_BEFORE = "This was recorded before. Nothing was counted twice."


@pytest.fixture
def task(desk: Desk) -> Task:
    """The family's task, in the hand of its worker at any hour."""
    desk.list_comes("health-list", STUDENT, MOTHER, at=clock.now())
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
    return desk.task()


@pytest.fixture
def worker(desk: Desk) -> Client:
    return people.client_of(desk.worker)


def forms(client: Client, task: Task, kind: str) -> list[dict[str, str]]:
    """Return the forms of one kind a worker's page shows, each with what it holds already."""
    page = client.get(f"/today/{task.id}", headers={"accept-language": "en"}).content.decode()
    shown = re.findall(rf'<form method="post" action="/today/[^"]+/{kind}".*?</form>', page, re.S)
    return [dict(re.findall(r'type="hidden" name="(ask|person)" value="([^"]+)"', form)) for form in shown]


def send(client: Client, task: Task, kind: str, form: dict[str, str], **chosen: str) -> HttpResponse:
    return client.post(
        f"/today/{task.id}/{kind}",
        form | {"reason": "drill at night"} | chosen,
        headers={"accept-language": "en"},
    )


def found(desk: Desk, outcome: str) -> dict[str, str]:
    return {f"outcome-{person}": outcome for person in desk.person_of.values()}


def test_every_form_has_a_name_of_its_own(worker: Client, task: Task) -> None:
    shown = [form["ask"] for kind in ("visit", "phone") for form in forms(worker, task, kind)]

    assert len(shown) == 3 and len(set(shown)) == 3
    assert not set(shown) & {form["ask"] for form in forms(worker, task, "visit")}


def test_a_visit_that_found_nobody_counts_once_however_often_its_form_comes(
    worker: Client, task: Task
) -> None:
    (form,) = forms(worker, task, "visit")
    first = send(worker, task, "visit", form, result="not_home")
    recorded = digest()

    again = send(worker, task, "visit", form, result="not_home")
    page = worker.get(again["Location"], headers={"accept-language": "en"}).content.decode()

    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert digest() == recorded
    assert [result for _kind, result, _reason in passes(task, "visit")] == ["not_home"] * 2  # of two people
    assert SEEN_BEFORE in page


def test_the_next_form_of_the_same_household_counts_as_the_next_visit(worker: Client, task: Task) -> None:
    for _visit in range(2):
        (form,) = forms(worker, task, "visit")
        assert send(worker, task, "visit", form, result="not_home").status_code == 302

    assert len(passes(task, "visit")) == 4


def test_a_form_that_closed_its_task_leads_to_the_day_again_and_changes_nothing(
    worker: Client, desk: Desk, task: Task
) -> None:
    (form,) = forms(worker, task, "visit")
    send(worker, task, "visit", form, result="done", **found(desk, "verified_present"))
    recorded = digest()

    again = send(worker, task, "visit", form, result="done", **found(desk, "verified_present"))

    assert (again.status_code, again["Location"]) == (302, "/today")
    assert digest() == recorded


def test_a_call_counts_once_and_the_other_persons_call_is_another(worker: Client, task: Task) -> None:
    first, second = forms(worker, task, "phone")
    for form in (first, first, second):
        assert send(worker, task, "phone", form, result="no_answer").status_code == 302

    assert [result for _kind, result, _reason in passes(task, "phone")] == ["no_answer", "no_answer"]


def test_a_call_that_settled_somebody_is_known_when_it_comes_again(worker: Client, task: Task) -> None:
    form, _other = forms(worker, task, "phone")
    send(worker, task, "phone", form, result="answered", outcome="moved")
    recorded = digest()

    assert send(worker, task, "phone", form, result="answered", outcome="moved").status_code == 302
    assert digest() == recorded


@pytest.mark.parametrize("later", [("done", "verified_absent"), ("refused", "refused")])
def test_a_form_with_other_answers_is_refused_and_what_was_recorded_stays(
    worker: Client, desk: Desk, task: Task, later: tuple[str, str]
) -> None:
    (form,) = forms(worker, task, "visit")
    send(worker, task, "visit", form, result="not_home")
    recorded = digest()

    answer = send(worker, task, "visit", form, result=later[0], **found(desk, later[1]))

    assert answer.status_code == 409
    assert "<code>form_recorded</code>" in answer.content.decode()
    assert digest() == recorded


def test_a_refused_form_may_be_corrected_and_sent_again(worker: Client, desk: Desk, task: Task) -> None:
    (form,) = forms(worker, task, "visit")
    assert send(worker, task, "visit", form, result="done").status_code == 422  # nobody has an outcome
    assert passes(task, "visit") == []

    answer = send(worker, task, "visit", form, result="done", **found(desk, "verified_present"))

    assert (answer.status_code, answer["Location"]) == (302, "/today")


def test_a_form_recorded_by_one_worker_says_nothing_to_another(
    worker: Client, desk: Desk, task: Task, actor_of: MakeActor, city: people.City
) -> None:
    (form,) = forms(worker, task, "visit")
    send(worker, task, "visit", form, result="not_home")
    colleague = people.client_of(actor_of("grid_worker", city.grid))

    assert send(colleague, task, "visit", form, result="not_home").status_code == 404


def test_a_name_that_is_none_is_refused_like_what_does_not_exist(worker: Client, task: Task) -> None:
    assert send(worker, task, "visit", {"ask": "again"}, result="not_home").status_code == 404
    assert passes(task, "visit") == []


def test_the_database_itself_takes_a_form_once_for_each_clue_and_pass(worker: Client, task: Task) -> None:
    (form,) = forms(worker, task, "visit")
    send(worker, task, "visit", form, result="not_home")
    with people.as_owner():
        one = PassResult.objects.filter(pass_kind="visit").first()
        assert one is not None
        one.id = new_id()

        with pytest.raises(IntegrityError, match="one_pass_a_form"), transaction.atomic():
            one.save(force_insert=True)
