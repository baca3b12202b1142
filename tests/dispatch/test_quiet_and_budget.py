"""Who may be disturbed when, and how often: quiet time, “Release now”, two asks a day, and what is urgent (H-21)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from gridward.dispatch import actions
from gridward.dispatch.api import tasks_release_due
from gridward.dispatch.models import BudgetExcess, Task
from gridward.governance.models import AccessGrant, Profile
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    code_of,
    digest,
    entries,
    moment,
    passes,
    tasks,
    undone,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MakeActor = Callable[..., Actor]
NOON = moment(12)
REASON = "the family asked for it"


@pytest.fixture
def officer(desk: Desk, city: people.City, actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", city.chengxianjie)


def release(desk: Desk, officer: Actor, at: datetime, reason: str = REASON) -> object:
    task = desk.task()
    with people.acting(officer):
        return actions.task_release_now(task_id=task.id, reason=reason, by=officer, now=at)


def test_a_household_is_asked_only_between_nine_and_eight(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(8))
    tasks_release_due(now=moment(9))
    before = digest()
    table = {
        moment(9): "ok",
        moment(19, 59, second=59): "ok",
        moment(20): "quiet_hours",
        moment(0, day=2): "quiet_hours",
        moment(8, 59, day=2, second=59): "quiet_hours",
        moment(9, day=2): "ok",
    }

    for at, code in table.items():
        for ask in (
            lambda at=at: desk.call(STUDENT, "no_answer", at=at),
            lambda at=at: desk.visit(desk.task(), "not_home", at=at),
        ):
            with undone():
                assert code_of(ask()) == code, at
                assert (digest() == before) is (code != "ok"), at


def test_at_night_a_task_waits_unseen_until_nine_and_goes_out_once(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(22))
    assert code_of(desk.call(STUDENT, "answered", at=moment(22))) == "not_found"

    early = tasks_release_due(now=moment(8, 59, day=2, second=59))
    due = tasks_release_due(now=moment(9, day=2))
    again = tasks_release_due(now=moment(9, day=2))

    assert (early, due, again) == (0, 2, 0)
    assert {task.released_at for task in tasks()} == {moment(9, day=2)}
    assert len(entries("task.release_due")) == 1
    assert code_of(desk.call(STUDENT, "answered", at=moment(9, day=2))) == "ok"


def test_release_now_lets_the_worker_ask_this_night(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(21))

    for at in (moment(22), moment(23, 59, second=59), moment(0, day=2), moment(0, 0, day=2, second=1)):
        with undone():
            assert code_of(release(desk, officer, at)) == "ok"
            assert desk.task().released_at == at
            assert code_of(desk.call(STUDENT, "no_answer", at=at + timedelta(minutes=1))) == "ok"
            (entry,) = entries("task.release")
            assert (entry.actor, entry.reason) == (str(officer.id), REASON)
            assert entry.basis == str(desk.order.id)


def test_release_now_opens_this_night_and_not_the_next(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(21))
    release(desk, officer, moment(22))
    assert code_of(desk.visit(desk.task(), "not_home", at=moment(22, 30))) == "ok"

    next_night = desk.visit(desk.task(), "not_home", at=moment(22, 30, day=2))

    assert code_of(next_night) == "quiet_hours"


def test_release_now_needs_a_reason(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(21))
    before = digest()

    for reason in ("", "   ", "abc", "  abc  "):
        assert code_of(release(desk, officer, moment(22), reason)) == "reason_needed", reason
    assert digest() == before


def test_what_is_released_or_closed_is_not_released_again(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)

    by_day = release(desk, officer, NOON)
    desk.visit(desk.task(), "done", {STUDENT: "verified_present"}, at=NOON)
    closed = release(desk, officer, NOON)

    assert (code_of(by_day), code_of(closed)) == ("task_released", "task_closed")
    assert entries("task.release") == []


def test_a_household_is_asked_twice_a_day_and_again_after_midnight(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    task = desk.task()

    asked = [
        desk.call(STUDENT, "no_answer", at=moment(13)),
        desk.call(MOTHER, "busy", at=moment(14)),
        desk.call(STUDENT, "no_answer", at=moment(15)),
        desk.visit(task, "not_home", at=moment(16)),
        desk.visit(task, "not_home", at=moment(9, day=2)),
    ]

    assert [code_of(one) for one in asked] == ["ok", "ok", "contact_budget", "contact_budget", "ok"]


def test_a_visit_to_three_questions_is_one_ask_and_a_skipped_call_is_none(desk: Desk) -> None:
    for channel in ("health-list", "police-list"):
        desk.list_comes(channel, STUDENT, MOTHER, at=NOON)
    task = desk.task()

    skipped = desk.call(STUDENT, "skipped", reason="no_number", at=NOON)
    visits = [desk.visit(task, "not_home", at=moment(hour)) for hour in (13, 14, 15)]

    assert code_of(skipped) == "ok"
    assert [code_of(one) for one in visits] == ["ok", "ok", "contact_budget"]


def test_a_new_task_does_not_buy_a_household_a_third_ask_on_the_same_day(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    desk.call(STUDENT, "no_answer", at=moment(13))
    desk.visit(desk.task(), "done", {STUDENT: "refused"}, at=moment(14))
    desk.list_comes("police-list", STUDENT, at=moment(15))
    new = tasks(state="open")[0]

    same_day = desk.visit(new, "done", {STUDENT: "verified_present"}, at=moment(16))
    next_day = desk.visit(new, "done", {STUDENT: "verified_present"}, at=moment(10, day=2))

    assert (code_of(same_day), code_of(next_day)) == ("contact_budget", "ok")


def test_the_budget_is_the_households_and_not_the_streets(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    for hour in (13, 14):
        assert code_of(desk.call(STUDENT, "no_answer", at=moment(hour))) == "ok"

    assert code_of(desk.call(STUDENT, "no_answer", at=moment(15))) == "contact_budget"
    assert code_of(desk.call(ACROSS, "no_answer", at=moment(15))) == "ok"


def test_what_is_urgent_goes_on_with_a_reason_at_night_and_over_the_budget(desk: Desk) -> None:
    urgent = desk.channel("urgent", priority="P1")
    desk.list_comes(urgent, STUDENT, at=moment(22))
    task = desk.task()
    assert task.released_at == moment(22)

    asked = [
        desk.visit(task, "not_home", at=moment(22, 10)),
        desk.visit(task, "not_home", at=moment(22, 20)),
        desk.visit(task, "not_home", at=moment(22, 30)),
        desk.visit(task, "not_home", at=moment(22, 30), reason="because I say so"),
        desk.call(STUDENT, "no_answer", at=moment(22, 30), excess="because I say so"),
        desk.visit(task, "not_home", at=moment(22, 40), excess="danger"),
        desk.call(STUDENT, "no_answer", at=moment(22, 50), excess="asked_for"),
    ]

    assert [code_of(one) for one in asked] == ["ok", "ok", *["excess_reason"] * 3, "ok", "ok"]
    with people.as_owner():
        kept = BudgetExcess.objects.order_by("at").values_list("budget", "reason", "task_id", "by")
        assert list(kept) == [
            ("household", reason, task.id, str(desk.worker.id)) for reason in ("danger", "asked_for")
        ]
    assert [entry.reason for entry in entries("budget.exceed")] == ["danger", "asked_for"]


def test_whatever_reason_is_given_what_is_not_urgent_stays_within_the_budget(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    for hour in (13, 14):
        desk.call(STUDENT, "no_answer", at=moment(hour))
    before = digest()

    asked = [
        desk.call(STUDENT, "no_answer", at=moment(15), reason="because I say so", excess="danger"),
        desk.visit(desk.task(), "not_home", at=moment(15), reason="because I say so", excess="danger"),
    ]

    assert [code_of(one) for one in asked] == ["contact_budget"] * 2
    assert digest() == before


@pytest.mark.parametrize(("priority", "says"), [("P2", "Come again tomorrow"), ("P1", "Why once more today")])
def test_the_page_says_how_often_a_household_was_asked_today(desk: Desk, priority: str, says: str) -> None:
    desk.list_comes(desk.channel(f"list-{priority}", priority=priority), STUDENT, at=NOON)
    for hour in (13, 14):
        desk.call(STUDENT, "no_answer", at=moment(hour))
    with people.as_owner():  # the page's clock is today's
        AccessGrant.objects.update(starts_at=clock.now())

    page = people.client_of(desk.worker).get(f"/today/{desk.task().id}").content.decode()

    assert "Asked 2 times today" in page and says in page


def test_nobody_releases_more_to_a_worker_than_the_day_holds(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    desk.list_comes("police-list", ACROSS, at=NOON, out=False)
    first, second = desk.task_of(STUDENT), desk.task_of(ACROSS)
    day_holds(1)

    def go(at: datetime) -> str:
        with people.acting(officer):
            return code_of(actions.task_release_now(task_id=second.id, reason=REASON, by=officer, now=at))

    assert go(moment(13)) == "worker_budget"
    desk.visit(first, "done", {STUDENT: "verified_present"}, at=moment(13))
    assert go(moment(14)) == "worker_budget", "what is done today counts"
    assert go(moment(9, day=2)) == "ok"


def test_p1_goes_over_the_day_and_each_that_does_is_kept(desk: Desk) -> None:
    urgent = desk.channel("urgent", priority="P1")
    desk.list_comes("health-list", STUDENT, at=NOON)
    day_holds(2)

    desk.list_comes(urgent, ACROSS, at=moment(13))
    assert kept_excesses() == [], "it fits"
    day_holds(1)
    desk.list_comes(urgent, STUDENT, MOTHER, at=moment(14))
    assert kept_excesses() == [], "the household was in the day already"
    with people.as_owner():
        Task.objects.filter(id=desk.task_of(ACROSS).id).update(state="closed", closed_at=moment(14))
    desk.list_comes(urgent, ACROSS, at=moment(15))

    assert kept_excesses() == [("worker", "urgent_clue", "SYSTEM")]


def kept_excesses() -> list[tuple[str, str, str]]:
    with people.as_owner():
        return [(one.budget, one.reason, one.by) for one in BudgetExcess.objects.order_by("at")]


def day_holds(households: int) -> None:
    """Let a worker's day hold so many households under the order in force."""
    with people.as_owner():
        for profile in Profile.objects.all():
            profile.parameters["worker_households_a_day"]["value"] = households
            profile.save()


def test_nobody_is_unreachable_before_three_visits(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    task = desk.task()
    unreachable = {STUDENT: "unreachable"}

    first = desk.visit(task, "not_home", unreachable, at=moment(13))
    desk.visit(task, "not_home", at=moment(14))
    second = desk.visit(task, "not_home", unreachable, at=moment(15))
    by_phone = desk.call(STUDENT, "answered", outcome="unreachable", at=moment(9, day=2))
    desk.visit(task, "not_home", at=moment(10, day=2))
    third = desk.visit(task, "not_home", unreachable, at=moment(11, day=2))

    codes = [code_of(one) for one in (first, second, by_phone, third)]
    assert codes == ["outcome_too_early", "outcome_too_early", "outcome_needs_visit", "ok"]
    assert desk.task().state == "closed"
    assert [clue.outcome for clue in clues()] == ["unreachable"]


def test_a_call_is_recorded_as_what_it_was(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    before, task = digest(), desk.task()
    #: (result, reason, outcome): code
    table = {
        ("answered", "", "moved"): "ok",
        ("no_answer", "", "moved"): "outcome_needs_visit",
        ("skipped", "no_number", "moved"): "outcome_needs_visit",
        ("answered", "", "verified_present"): "outcome_needs_visit",
        ("answered", "", "red"): "outcome_unknown",
        ("reached", "", ""): "pass_result",
        ("skipped", "no time", ""): "skip_reason",
        ("skipped", "settled_by_phone", ""): "skip_reason",
        ("skipped", "no_number", ""): "ok",
    }

    for (result, reason, outcome), code in table.items():
        with undone():
            called = desk.call(STUDENT, result, reason=reason, outcome=outcome, at=NOON)

            assert code_of(called) == code, (result, outcome)
            assert (digest() == before) is (code != "ok")
            left_out = [("visit", "skipped", "settled_by_phone")]
            assert passes(task, "visit") == (left_out if outcome and code == "ok" else [])


def test_a_family_settled_by_telephone_needs_no_visit(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    task = desk.task()

    desk.call(STUDENT, "answered", outcome="moved", at=moment(13))
    closing = desk.call(MOTHER, "answered", outcome="wrong_person", at=moment(14))

    assert code_of(closing) == "ok"
    assert (desk.task().state, desk.task().closed_at) == ("closed", moment(14))
    assert [kind for kind, _result, _reason in passes(task)].count("update") == 2
    assert sorted(clue.outcome for clue in clues()) == ["moved", "wrong_person"]
    (entry,) = entries("task.close")
    assert (entry.actor, entry.task, entry.at) == (str(desk.worker.id), str(task.id), moment(14))
