"""Work goes out at set times, at most twice a day; what does not fit waits and says why; P1 goes at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gridward.dispatch.api import batches_ahead, tasks_release_due
from gridward.dispatch.models import DayPlan, PlanStop, Task
from gridward.governance.profiles import COVID19_CN_2020_03, infeasible
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    STUDENT,
    Desk,
    details,
    digest,
    entries,
    live_grants,
    moment,
    tasks,
)
from tests.dispatch.test_pages import page

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]


def plans() -> list[DayPlan]:
    with people.as_owner():
        return list(DayPlan.objects.order_by("released_at", "id"))


def waiting(desk: Desk, number: int, **more: object) -> list[Task]:
    city = people.city()
    made = [
        Task(
            id=new_id(), order_id=desk.order.id, household_id=new_id(), area_pos=city.pos(city.grid), priority="P3",
            state="open", assignee_id=desk.worker.id, opened_at=moment(8), due_at=moment(9, day=2),
            release_at=moment(9), **more,
        )
        for _one in range(number)
    ]  # fmt: skip
    with people.as_owner():
        return Task.objects.bulk_create(made)


def test_a_list_of_the_morning_goes_out_in_the_afternoon_and_one_of_the_afternoon_next_day(
    desk: Desk,
) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(10), out=False)
    desk.list_comes("police-list", ACROSS, at=moment(15), out=False)

    went = {
        at: tasks_release_due(now=at) for at in (moment(13, 59), moment(14), moment(19), moment(9, day=2))
    }

    assert list(went.values()) == [0, 1, 0, 1]
    assert [(plan.batch_hour, plan.fresh_count) for plan in plans()] == [(14, 1), (9, 1)]
    assert desk.task_of(STUDENT).due_at == moment(14) + timedelta(hours=8)


def test_what_is_urgent_goes_out_at_once_beside_every_set_time(desk: Desk) -> None:
    desk.list_comes(desk.channel("urgent", priority="P1"), STUDENT, at=moment(10), out=False)

    assert desk.task().released_at == moment(10) and plans() == []


def test_a_worker_gets_no_second_batch_before_the_next_set_time(desk: Desk) -> None:
    waiting(desk, 2)
    assert tasks_release_due(now=moment(9)) == 2
    waiting(desk, 3)

    went = [tasks_release_due(now=moment(hour)) for hour in (10, 13, 14, 15)]

    assert went == [0, 0, 3, 0]
    assert [(plan.batch_hour, plan.fresh_count) for plan in plans()] == [(9, 2), (14, 3)]
    with people.as_owner():
        assert PlanStop.objects.filter(plan=plans()[1]).count() == 5  # what is in the hand is walked with it


def test_what_does_not_fit_stays_and_the_centre_reads_why(desk: Desk, actor_of: MakeActor) -> None:
    waiting(desk, 43)

    assert tasks_release_due(now=moment(9)) == 40

    (plan,) = plans()
    assert (plan.fresh_count, plan.held_count, plan.over_count) == (40, 3, 0)
    assert details("task.release_due")[-1]["held_count"] == 3
    with people.as_owner():
        Task.objects.filter(released_at__isnull=True).update(release_at=moment(9, day=-1))
    centre = people.client_of(actor_of("community_officer", people.city().chengxianjie))
    assert "does not fit into the worker&#x27;s day" in page(centre, "/tasks")
    assert "网格员当日工作量已满" in page(centre, "/tasks", "zh-hans")


def test_only_what_is_urgent_goes_over_the_day_and_the_ledger_says_so(desk: Desk) -> None:
    waiting(desk, 40, released_at=moment(9, day=0))
    urgent = waiting(desk, 2)
    with people.as_owner():
        Task.objects.filter(id__in=[task.id for task in urgent]).update(priority="P1")
    waiting(desk, 1)

    assert tasks_release_due(now=moment(9)) == 2

    assert (plans()[0].over_count, plans()[0].held_count) == (2, 1)
    assert details("task.release_due")[-1]["over_count"] == 2
    assert entries("task.release_due")[-1].reason == "P1"


def test_every_released_task_of_a_list_has_one_live_worker_with_a_grant(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(8), out=False)

    tasks_release_due(now=moment(9))

    held = {(task.assignee_id, task.id, "case_finding") for task in tasks() if task.released_at}
    assert len(held) == 2 and live_grants() == held


def test_a_plan_ahead_says_who_walks_what_and_changes_nothing(desk: Desk, actor_of: MakeActor) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(15), out=False)
    before = digest()
    centre = actor_of("community_officer", people.city().chengxianjie)
    elsewhere = actor_of("community_officer", people.city().dashiqiao)

    (batch,) = batches_ahead(day=moment(9, day=2).date(), by=centre, now=moment(16))

    assert (batch["worker"], batch["grid"], batch["fresh"]) == (desk.worker.handle, people.city().grid, 2)
    assert set(batch["tasks"]) == {str(task.id) for task in tasks()}  # type: ignore[call-overload]
    assert batches_ahead(day=moment(9, day=2).date(), by=elsewhere, now=moment(16)) == []
    assert batches_ahead(day=moment(9).date(), by=centre, now=moment(16)) == []  # both set times are past
    assert digest() == before and plans() == []


def test_the_centre_reads_the_plans_of_its_area_and_a_worker_nobody_elses(
    desk: Desk, actor_of: MakeActor
) -> None:
    waiting(desk, 3)
    tasks_release_due(now=moment(9))
    day = moment(9).date().isoformat()

    def read(role: str, area: str) -> list[dict[str, object]]:
        answer = people.machine_of(actor_of(role, area)).get(f"/api/v1/plans?day={day}")
        return answer.json()["items"]

    (plan,) = read("community_officer", people.city().chengxianjie)
    assert (plan["worker"], plan["batch_hour"], len(plan["tasks"])) == (desk.worker.handle, 9, 3)  # type: ignore[arg-type]
    assert read("community_officer", people.city().dashiqiao) == []
    colleague = actor_of("grid_worker", people.city().grid)
    for actor, seen in ((desk.worker, 1), (colleague, 0)):
        with people.acting(actor):
            assert (DayPlan.objects.count(), PlanStop.objects.count()) == (seen, 3 * seen)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"batch_first_hour": 8}, ["batches_in_quiet_time"]),
        ({"batch_second_hour": 9}, ["batches_in_quiet_time"]),
        ({"batch_second_hour": 20}, ["batches_in_quiet_time"]),
        ({"batch_first_hour": 13}, ["worker_day_ends_before_it_is_done"]),
    ],
)
def test_a_profile_whose_set_times_do_not_fit_is_not_feasible(
    change: dict[str, float], broken: list[str]
) -> None:
    numbers = {name: dict(one) for name, one in COVID19_CN_2020_03.items()}
    for name, value in change.items():
        numbers[name]["value"] = value

    assert infeasible(numbers) == broken  # type: ignore[arg-type]
