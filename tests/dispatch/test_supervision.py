"""Supervision stands apart from command: it sets times and checks a sample, and nobody both handles and supervises."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from gridward.dispatch import actions, supervising
from gridward.dispatch.models import Escalation, PassResult, Supervision, Task
from gridward.dispatch.rising import tasks_rise
from gridward.governance.models import AccessGrant, Profile
from gridward.governance.profiles import COVID19_CN_2020_03, ProfileView
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.workforce.rules import ROLES
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of, entries, moment, tasks

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOON, AFTERNOON = moment(12), moment(13)
CITY = people.city()
WORDS = "the family has waited for two days"
FOUND = {STUDENT: "verified_present", MOTHER: "verified_present"}
#: Whoever may do one of these has a hand in tasks.
HANDS = frozenset(
    [
        "task.work",
        "task.release",
        "handover.decide",
        "escalation.decide",
        "whistle.blow",
        "review.work",
        "duty.keep",
    ]
)


@pytest.fixture
def family(desk: Desk) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    return desk.task()


@pytest.fixture
def supervisor(actor_of: MakeActor) -> Actor:
    return actor_of("supervisor", CITY.xuanwu)


def sample(percent: float) -> None:
    """Let so many of a hundred tasks that close be drawn."""
    with people.as_owner():
        for profile in Profile.objects.all():
            profile.parameters["supervise_sample_percent"] = {"value": percent, "unit": "", "source": ""}
            profile.save()


def closed(desk: Desk, task: Task, *, at: datetime = AFTERNOON) -> None:
    assert code_of(desk.visit(task, "done", FOUND, at=at)) == "ok"


def ordered(by: Actor, task: Task, *, hours: int = 4, words: str = WORDS, at: datetime = NOON) -> object:
    with people.acting(by):
        return actions.supervision_order(task_id=task.id, hours=hours, words=words, by=by, now=at)


def judged(by: Actor, verdict: str = "fair", words: str = WORDS) -> object:
    (check,) = rows("check")
    with people.acting(by):
        return actions.check_judge(check_id=check.id, verdict=verdict, words=words, by=by, now=moment(14))


def rows(kind: str) -> list[Supervision]:
    with people.as_owner():
        return list(Supervision.objects.filter(kind=kind).order_by("at", "id"))


def test_no_role_both_handles_and_supervises() -> None:
    both = {name for name, role in ROLES.items() if "task.supervise" in role.rights and role.rights & HANDS}

    assert both == set()
    assert {name for name, role in ROLES.items() if "task.supervise" in role.rights} == {"supervisor"}


def test_a_time_that_is_set_stands_on_the_pages_of_worker_and_centres(
    desk: Desk, family: Task, supervisor: Actor, actor_of: MakeActor
) -> None:
    assert code_of(ordered(supervisor, family)) == "ok"

    with people.as_owner():
        AccessGrant.objects.update(starts_at=clock.now())
    street = people.client_of(actor_of("street_officer", CITY.xinjiekou))
    for client, path in ((people.client_of(desk.worker), "today"), (street, "tasks")):
        page = client.get(f"/{path}/{family.id}").content.decode()
        assert "Supervision: to be dealt with by" in page and WORDS in page, path
    assert code_of(ordered(supervisor, family)) == "supervise_set"
    assert [entry.actor for entry in entries("supervision.order")] == [str(supervisor.id)]


@pytest.mark.parametrize(("hour", "state"), [(16, "met"), (17, "late")])
def test_whether_a_set_time_was_kept_is_written_down_when_the_task_closes(
    desk: Desk, family: Task, supervisor: Actor, hour: int, state: str
) -> None:
    ordered(supervisor, family)

    closed(desk, family, at=moment(hour))

    assert [(row.state, row.decided_at) for row in rows("order")] == [(state, moment(hour))]


@pytest.mark.parametrize(
    ("hours", "words", "code"),
    [
        (0, WORDS, "supervise_hours"),
        (73, WORDS, "supervise_hours"),
        (1, "no", "words_short"),
        (1, "call 13800138000", "words_personal"),
        (72, WORDS, "ok"),
    ],
)
def test_a_time_is_near_and_has_a_reason(
    family: Task, supervisor: Actor, hours: int, words: str, code: str
) -> None:
    assert code_of(ordered(supervisor, family, hours=hours, words=words)) == code


def test_what_is_closed_or_lies_elsewhere_gets_no_time(
    desk: Desk, family: Task, supervisor: Actor, actor_of: MakeActor
) -> None:
    assert code_of(ordered(actor_of("supervisor", CITY.qinhuai), family)) == "not_found"
    closed(desk, family)

    assert code_of(ordered(supervisor, family)) == "task_closed"


@pytest.mark.parametrize(("percent", "drawn"), [(100, 1), (0, 0)])
def test_a_share_of_what_closes_is_drawn_to_be_checked(
    desk: Desk, family: Task, supervisor: Actor, percent: float, drawn: int
) -> None:
    sample(percent)

    closed(desk, family)

    page = people.client_of(supervisor).get("/supervision").content.decode()
    assert (len(rows("check")), page.count(f"/supervision/tasks/{family.id}")) == (drawn, drawn)


def test_the_share_is_five_in_a_hundred() -> None:
    profile = ProfileView("test", 1, COVID19_CN_2020_03)

    assert sum(supervising.is_drawn(profile, number / 10_000) for number in range(10_000)) == 500


def test_nobody_below_learns_what_was_drawn_until_it_is_to_be_done_again(
    desk: Desk, family: Task, supervisor: Actor, actor_of: MakeActor
) -> None:
    sample(100)
    closed(desk, family)
    community = people.client_of(actor_of("community_officer", CITY.chengxianjie))
    with people.acting(desk.worker):
        assert Supervision.objects.count() == 0
    before = community.get(f"/tasks/{family.id}").content.decode()

    assert code_of(judged(supervisor, "again")) == "ok"

    after = community.get(f"/tasks/{family.id}").content.decode()
    assert "Supervision has checked this" not in before
    assert "Supervision has checked this: To be done again" in after and WORDS in after
    assert [entry.actor for entry in entries("supervision.judge")] == [str(supervisor.id)]


@pytest.mark.parametrize(
    ("verdict", "words", "code"),
    [
        ("perhaps", WORDS, "check_verdict"),
        ("fair", "", "words_short"),
        ("again", "110101199003070011", "words_personal"),
    ],
)
def test_a_check_is_one_of_two_words_with_a_reason(
    desk: Desk, family: Task, supervisor: Actor, verdict: str, words: str, code: str
) -> None:
    sample(100)
    closed(desk, family)

    assert code_of(judged(supervisor, verdict, words)) == code
    assert code_of(judged(supervisor)) == "ok"
    assert code_of(judged(supervisor)) == "check_done"


# --- never both -------------------------------------------------------------------------------------------------------


def in_role(actor: Actor, role: str, area: str) -> Actor:
    """Return the same person with the rights of another role, as if it had been given that one since."""
    other = people.actor_of(role, area)
    return Actor(
        id=actor.id,
        handle=actor.handle,
        role=role,
        rights=other.rights,
        scopes=other.scopes,
        db_role=other.db_role,
        session_key=other.session_key,
    )


def test_whoever_worked_on_a_task_sets_no_time_for_it_and_checks_it_not(desk: Desk, family: Task) -> None:
    desk.call(STUDENT, "no_answer", at=moment(12, 1))
    sample(100)
    former = in_role(desk.worker, "supervisor", CITY.xuanwu)

    assert code_of(ordered(former, family)) == "supervise_own"
    closed(desk, family)
    assert code_of(judged(former)) == "supervise_own"


def test_whoever_decided_about_a_task_sets_no_time_for_it(
    desk: Desk, family: Task, actor_of: MakeActor
) -> None:
    tasks_rise(now=moment(20))
    tasks_rise(now=moment(20, 1))
    community = actor_of("community_officer", CITY.chengxianjie)
    with people.as_owner():
        row = Escalation.objects.get()
    with people.acting(community):
        actions.escalation_return(escalation_id=row.id, words=WORDS, by=community, now=moment(20, 5))

    assert code_of(ordered(in_role(community, "supervisor", CITY.xuanwu), family)) == "supervise_own"


def test_whoever_supervises_a_task_neither_works_on_it_nor_decides_about_it(
    desk: Desk, family: Task, supervisor: Actor
) -> None:
    ordered(supervisor, family)
    tasks_rise(now=moment(20))
    tasks_rise(now=moment(20, 1))
    officer = in_role(supervisor, "community_officer", CITY.chengxianjie)
    with people.as_owner():
        row = Escalation.objects.get()

    with people.acting(officer):
        said = [
            actions.escalation_return(escalation_id=row.id, words=WORDS, by=officer, now=moment(20, 5)),
            actions.handover_propose(
                task_id=family.id, kind="moved", to=CITY.next_grid, by=officer, now=moment(20, 5)
            ),
        ]

    assert [code_of(one) for one in said] == ["handle_supervised"] * 2


def test_the_database_refuses_a_supervisor_s_pass_decision_and_a_worker_s_supervision(
    desk: Desk, family: Task, supervisor: Actor
) -> None:
    tasks_rise(now=moment(20))
    tasks_rise(now=moment(20, 1))
    ordered(supervisor, family)
    desk.call(STUDENT, "no_answer", at=moment(12, 1))
    both = "one person handles a task or supervises it"

    with people.as_owner(), pytest.raises(IntegrityError, match=both), transaction.atomic():
        made = PassResult.objects.filter(task_id=family.id, pass_kind="phone").latest("at")
        made.id, made.ask, made.by = new_id(), new_id(), str(supervisor.id)
        made.save(force_insert=True)
    with people.as_owner(), pytest.raises(IntegrityError, match=both), transaction.atomic():
        Escalation.objects.update(decided_by=str(supervisor.id))
    with people.as_owner(), pytest.raises(IntegrityError, match=both), transaction.atomic():
        Supervision.objects.update(by=str(desk.worker.id))
    with people.as_owner():
        assert Supervision.objects.update(by=str(new_id())) == 1, "anybody else may"


def test_a_task_handed_over_takes_what_supervision_said_along(
    desk: Desk, family: Task, supervisor: Actor, actor_of: MakeActor
) -> None:
    ordered(supervisor, family)
    neighbour = actor_of("grid_worker", CITY.next_grid, responsible=True)
    officer = actor_of("community_officer", CITY.chengxianjie)
    with people.acting(desk.worker):
        offered = actions.handover_propose(
            task_id=family.id, kind="wrong_grid", to=CITY.next_grid, by=desk.worker, now=moment(12, 5)
        )
    assert code_of(offered) == "ok"
    with people.acting(officer):
        taken = actions.handover_accept(
            handover_id=offered.id,
            grid=CITY.next_grid,
            by=officer,
            now=moment(12, 6),  # type: ignore[union-attr]
        )

    assert code_of(taken) == "ok"
    assert [row.area_pos for row in rows("order")] == [CITY.pos(CITY.next_grid)]
    assert tasks()[0].assignee_id == neighbour.id


def test_its_page_shows_the_trail_without_people_and_no_key_of_a_centre(
    desk: Desk, family: Task, supervisor: Actor
) -> None:
    client = people.client_of(supervisor)

    page = client.get(f"/supervision/tasks/{family.id}").content.decode()

    assert "Desk check" in page and "王" not in page.replace("王府", "")
    assert "Release now" not in page and "Offer the task" not in page
    assert client.get(f"/tasks/{family.id}").status_code == 403
    posted = {"hours": "2", "words": WORDS}
    assert client.post(f"/supervision/tasks/{family.id}/order", posted).status_code == 302
    assert WORDS in client.get(f"/supervision/tasks/{family.id}").content.decode()


def test_machines_supervise_in_the_same_words(desk: Desk, family: Task, supervisor: Actor) -> None:
    machine, json = people.machine_of(supervisor), "application/json"
    tasks_rise(now=moment(20))
    tasks_rise(now=moment(20, 1))
    sample(100)

    (risen,) = machine.get("/api/v1/supervision/risen").json()["items"]
    order = f"/api/v1/supervision/tasks/{family.id}/order"
    made = machine.post(order, {"hours": 5, "words": WORDS}, content_type=json)
    again = machine.post(order, {"hours": 5, "words": WORDS}, content_type=json)

    assert (risen["task_id"], risen["level"]) == (str(family.id), "community")
    assert (made.status_code, again.json()["code"]) == (200, "supervise_set")
    assert [one["task_id"] for one in machine.get("/api/v1/supervision/times").json()["items"]] == [
        str(family.id)
    ]
    closed(desk, family)
    (check,) = machine.get("/api/v1/supervision/checks").json()["items"]
    said = machine.post(
        f"/api/v1/supervision/checks/{check['id']}", {"verdict": "fair", "words": WORDS}, content_type=json
    )
    assert said.json()["state"] == "fair"
