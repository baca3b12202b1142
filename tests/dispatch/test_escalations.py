"""A task nobody finishes rises by the clock through four levels; who it lies with decides, everybody below reads it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from gridward.dispatch import actions, escalated, escalating
from gridward.dispatch.models import Escalation, Task
from gridward.dispatch.rising import tasks_rise
from gridward.governance.models import AccessGrant
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import Fact
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, code_of, details, entries, moment, tasks
from tests.dispatch.test_handovers import offered, taken

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOON = moment(12)
CITY = people.city()
AREAS = {
    "community": CITY.chengxianjie,
    "street": CITY.xinjiekou,
    "district": CITY.xuanwu,
    "city": CITY.city,
}
#: When a P2 of noon, due at 20:00, reaches each level when nobody does anything.
REACHES = {
    "community": moment(20),
    "street": moment(0, day=2),
    "district": moment(0, day=3),
    "city": moment(0, day=5),
}
WORDS = "go there with the property staff"


@pytest.fixture
def family(desk: Desk) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    return desk.task()


@pytest.fixture
def officer(actor_of: MakeActor) -> Callable[[str], Actor]:
    """The officer of each level above the family's grid."""
    made: dict[str, Actor] = {}

    def of(level: str) -> Actor:
        if level not in made:
            made[level] = actor_of(f"{level}_officer", AREAS[level])
        return made[level]

    return of


MakeOfficer = Callable[[str], Actor]


def rows() -> list[Escalation]:
    with people.as_owner():
        return list(Escalation.objects.order_by("raised_at", "id"))


def lies() -> Escalation:
    (row,) = [row for row in rows() if row.state == "open"]
    return row


def rises_to(level: str) -> Escalation:
    """Let the clock pass minute by minute's work at each level's moment, up to this one."""
    for one in escalating.LEVELS[: escalating.LEVELS.index(level) + 1]:
        tasks_rise(now=REACHES[one])
    return lies()


def decides(by: Actor, what: str, *, at: datetime, **more: object) -> object:
    row = lies()
    action = {
        "extend": actions.escalation_extend,
        "return": actions.escalation_return,
        "raise": actions.escalation_raise,
    }[what]
    with people.acting(by):
        return action(escalation_id=row.id, by=by, now=at, words=WORDS, **more)


def test_it_rises_by_the_clock_from_level_to_level_and_each_minute_does_it_once(family: Task) -> None:
    told = []
    for level, at in REACHES.items():
        before = tasks_rise(now=at - timedelta(minutes=1))
        told.append((level, before, tasks_rise(now=at), tasks_rise(now=at), lies().level))

    # A minute before its time it is only reminded, once and first of all.
    assert told == [
        ("community", 1, 1, 0, "community"),
        ("street", 0, 1, 0, "street"),
        ("district", 0, 1, 0, "district"),
        ("city", 0, 1, 0, "city"),
    ]
    assert [(row.level, row.area_pos, row.state, row.kind) for row in rows()] == [
        ("community", CITY.pos(CITY.chengxianjie), "risen", "late"),
        ("street", CITY.pos(CITY.xinjiekou), "risen", "waited"),
        ("district", CITY.pos(CITY.xuanwu), "risen", "waited"),
        ("city", CITY.pos(CITY.city), "open", "waited"),
    ]
    assert tasks_rise(now=moment(12, day=13)) == 0, "above the city there is nothing"
    assert [entry["count"] for entry in details("escalation.rise")] == [1, 1, 1, 1]
    with people.as_owner():
        assert Fact.objects.filter(kind="dispatch.tasks_raised").count() == 4


def test_at_half_its_time_it_is_reminded_of_once(family: Task) -> None:
    before = tasks_rise(now=moment(15, 59))

    assert (before, tasks_rise(now=moment(16)), tasks_rise(now=moment(16, 1))) == (0, 1, 0)
    assert [entry["count"] for entry in details("task.remind")] == [1]
    assert rows() == []


def test_a_clock_that_stood_still_begins_with_the_community(family: Task) -> None:
    late = moment(12, day=4)

    tasks_rise(now=late)

    row = lies()
    assert (row.level, row.raised_at, row.next_at) == ("community", late, late + timedelta(hours=4))


def test_what_is_closed_or_not_late_rises_nowhere(desk: Desk, family: Task) -> None:
    desk.visit(family, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=moment(13))
    desk.list_comes("health-list", ACROSS, at=moment(17))

    tasks_rise(now=moment(20, 30))

    assert rows() == []


@pytest.mark.parametrize("level", escalating.LEVELS)
def test_it_lies_with_the_centre_of_its_level_and_with_no_other(
    family: Task, officer: MakeOfficer, level: str
) -> None:
    row = rises_to(level)

    for one in escalating.LEVELS:
        page = people.client_of(officer(one)).get("/escalations").content.decode()
        assert (f"/escalations/{row.id}" in page) is (one == level), one
        assert "王" not in page.replace("王府", "")
        outcome = None
        if one != level:
            outcome = decides(officer(one), "return", at=REACHES[level])
            assert code_of(outcome) == "not_found", one
    assert lies().id == row.id


@pytest.mark.parametrize("area", [CITY.dashiqiao, "320104001", CITY.qinhuai])
def test_a_centre_elsewhere_does_not_know_of_it(family: Task, actor_of: MakeActor, area: str) -> None:
    row = rises_to("community")
    level = {12: "community", 9: "street", 6: "district"}[len(area)]
    client = people.client_of(actor_of(f"{level}_officer", area))

    assert str(row.id) not in client.get("/escalations").content.decode()
    assert client.get(f"/escalations/{row.id}").status_code == 404
    assert client.post(f"/escalations/{row.id}/return", {"words": WORDS}).status_code == 404


@pytest.mark.parametrize("level", escalating.LEVELS)
def test_sent_back_down_its_worker_reads_what_is_to_be_done_and_it_comes_back_when_it_is_not(
    desk: Desk, family: Task, officer: MakeOfficer, level: str
) -> None:
    rises_to(level)
    at = REACHES[level] + timedelta(minutes=5)

    assert code_of(decides(officer(level), "return", at=at)) == "ok"

    with people.as_owner():
        AccessGrant.objects.update(starts_at=clock.now())
    page = people.client_of(desk.worker).get(f"/today/{family.id}").content.decode()
    assert WORDS in page and "sent it back down" in page
    assert tasks_rise(now=at + timedelta(hours=7, minutes=59)) == 0
    tasks_rise(now=at + timedelta(hours=8))
    again = lies()
    assert (again.level, again.kind) == (level, "again")
    assert tasks()[0].due_at == moment(20), "late stays late"


def test_a_new_time_is_given_once_and_then_it_comes_back_to_who_gave_it(
    family: Task, officer: MakeOfficer
) -> None:
    rises_to("street")
    at = moment(0, 30, day=2)

    assert code_of(decides(officer("street"), "extend", at=at, hours=6)) == "ok"

    assert tasks()[0].due_at == at + timedelta(hours=6)
    tasks_rise(now=at + timedelta(hours=5, minutes=59))
    assert [row.state for row in rows()] == ["risen", "extended"]
    tasks_rise(now=at + timedelta(hours=6))
    assert (lies().level, lies().kind) == ("street", "late")
    assert code_of(decides(officer("street"), "extend", at=at + timedelta(hours=7), hours=1)) == (
        "escalation_extended"
    )
    copy = lies()
    with people.as_owner(), pytest.raises(IntegrityError, match="extended_once"), transaction.atomic():
        Escalation.objects.filter(id=copy.id).update(state="extended")


@pytest.mark.parametrize(
    ("hours", "code"), [(0, "escalation_hours"), (-3, "escalation_hours"), (9, "escalation_hours"), (8, "ok")]
)
def test_a_new_time_is_no_longer_than_such_a_task_has(
    family: Task, officer: MakeOfficer, hours: int, code: str
) -> None:
    rises_to("community")

    assert code_of(decides(officer("community"), "extend", at=moment(20, 5), hours=hours)) == code


def test_raised_by_hand_with_a_reason_it_lies_one_level_higher(family: Task, officer: MakeOfficer) -> None:
    rises_to("community")

    assert (
        code_of(decides(officer("community"), "raise", at=moment(20, 5), kind="a feud")) == "escalation_kind"
    )
    assert code_of(decides(officer("community"), "raise", at=moment(20, 5), kind="authority")) == "ok"

    row = lies()
    assert (row.level, row.kind, row.words) == ("street", "authority", WORDS)
    assert row.next_at == moment(20, 5, day=2), "it lies there for a day of its own"
    assert [entry.actor for entry in entries("escalation.raise")] == [str(officer("community").id)]


def test_a_centre_raises_a_task_before_the_clock_does(family: Task, officer: MakeOfficer) -> None:
    community = people.client_of(officer("community"))
    raised = {"kind": "department", "words": WORDS}

    assert community.post(f"/tasks/{family.id}/raise", raised).status_code == 302

    assert (lies().level, lies().kind) == ("street", "department")
    assert "This task lies with" in community.get(f"/tasks/{family.id}").content.decode()
    assert community.post(f"/tasks/{family.id}/raise", raised).status_code == 409
    with people.as_owner():
        Escalation.objects.update(next_at=None)
    assert tasks_rise(now=moment(21)) == 0, "the clock does not raise it beside"


def test_at_the_city_it_goes_no_further(family: Task, officer: MakeOfficer) -> None:
    rises_to("city")

    assert (
        code_of(decides(officer("city"), "raise", at=moment(1, day=5), kind="authority")) == "escalation_top"
    )


def test_a_task_that_closes_lies_with_nobody(desk: Desk, family: Task, officer: MakeOfficer) -> None:
    rises_to("district")
    at = moment(10, day=3)

    desk.visit(family, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=at)

    assert [(row.level, row.state) for row in rows()][-1] == ("district", "ended")
    assert (
        people.client_of(officer("district")).get("/escalations").content.decode().count("/escalations/") == 0
    )
    assert tasks_rise(now=moment(12, day=13)) == 0


def test_what_was_sent_down_and_closed_does_not_come_back(
    desk: Desk, family: Task, officer: MakeOfficer
) -> None:
    rises_to("community")
    decides(officer("community"), "return", at=moment(20, 5))
    people_found = {STUDENT: "verified_present", MOTHER: "verified_present"}

    desk.visit(family, "done", people_found, at=moment(10, day=2))

    assert tasks_rise(now=moment(12, day=13)) == 0
    assert [row.state for row in rows()] == ["returned"]


def test_handed_over_to_another_community_it_lies_with_that_one(
    desk: Desk, family: Task, actor_of: MakeActor
) -> None:
    rises_to("community")
    actor_of("grid_worker", CITY.other_community_grid, responsible=True)
    offered(desk, family, to=CITY.other_community_grid)
    there = actor_of("community_officer", CITY.dashiqiao)

    taken(there, CITY.other_community_grid)

    assert (lies().level, lies().area_pos) == ("community", CITY.pos(CITY.dashiqiao))
    assert str(lies().id) in people.client_of(there).get("/escalations").content.decode()


def test_an_instruction_holds_nobody_s_number(family: Task, officer: MakeOfficer) -> None:
    row = rises_to("community")
    by, words = officer("community"), "call 13800138000 first"

    with people.acting(by):
        outcome = actions.escalation_return(escalation_id=row.id, words=words, by=by, now=moment(20, 5))

    assert code_of(outcome) == "words_personal"


def test_two_levels_never_hold_one_task_also_for_the_database(family: Task) -> None:
    row = rises_to("community")
    row.id, row.level = new_id(), "street"

    with people.as_owner(), pytest.raises(IntegrityError, match="lies_with_one_level"), transaction.atomic():
        row.save(force_insert=True)


def test_below_one_reads_where_it_lies_and_changes_nothing(family: Task, officer: MakeOfficer) -> None:
    rises_to("street")

    with people.acting(officer("community")):
        seen = Escalation.objects.filter(state="open").count()
        changed = Escalation.objects.filter(state="open").update(state="returned")
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute("update dispatch_escalation set area_pos = 1")

    assert (seen, changed) == (1, 0)


def test_the_counts_of_the_levels_are_those_of_one_s_own_area(family: Task, officer: MakeOfficer) -> None:
    rises_to("street")
    counts = []
    for level in ("community", "street", "city"):
        with people.acting(officer(level)):
            counts.append(sum(escalated.count_by_level(by=officer(level)).values()))

    assert counts == [0, 1, 1]


@pytest.mark.parametrize("after", [None, (moment(20), UUID(int=0))])
def test_the_list_goes_on_by_key(family: Task, officer: MakeOfficer, after: object) -> None:
    row = rises_to("community")
    by = officer("community")

    with people.acting(by):
        found = escalated.get_escalations(by=by, after=after)  # type: ignore[arg-type]
        beyond = escalated.get_escalations(by=by, after=(row.raised_at, row.id))

    assert ([one.id for one in found], beyond) == ([row.id], [])


def test_a_decision_that_comes_twice_is_told_so(family: Task, officer: MakeOfficer) -> None:
    row = rises_to("community")
    client = people.client_of(officer("community"))

    answers = [client.post(f"/escalations/{row.id}/return", {"words": WORDS}).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert not isinstance(row, Refusal)


def test_a_machine_lists_decides_and_is_refused_in_the_same_words(
    desk: Desk, family: Task, officer: MakeOfficer
) -> None:
    rises_to("community")
    machine = people.machine_of(officer("community"))

    (one,) = machine.get("/api/v1/escalations").json()["items"]

    assert (one["task_id"], one["level"], one["priority"]) == (str(family.id), "community", "P2")
    assert one["place"]["code"] == CITY.grid
    address = f"/api/v1/escalations/{one['id']}"
    assert machine.get(address).json() == one

    def said(what: str, **more: object) -> tuple[int, str]:
        answer = machine.post(f"{address}/{what}", more, content_type="application/json")
        return answer.status_code, answer.json().get("code") or answer.json()["level"]

    assert said("extend", hours=99, words=WORDS) == (422, "escalation_hours")
    assert said("return", words="call 13800138000") == (422, "words_personal")
    assert said("raise", kind="", words=WORDS) == (422, "escalation_kind")
    assert said("raise", kind="authority", words=WORDS) == (200, "street")
    assert said("return", words=WORDS) == (409, "escalation_decided")
    assert machine.get("/api/v1/escalations").json()["items"] == []
    again = f"/api/v1/tasks/{family.id}/raise"
    answer = machine.post(again, {"kind": "authority", "words": WORDS}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "escalation_elsewhere")
