"""The worker's day and the centre's lists as people read them: order, empty states, both languages, more rows."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from gridward.dispatch.models import Task
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, moment, passes, tasks

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOBODY = "00000000-0000-0000-0000-000000000007"
#: Moments that are none, or that lie at the ends of time where a zone pushes them over.
EDGES = (
    "2020-01-01",
    "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-12:00",
    "2020-01-01T00:00:00 00:00",
)


@pytest.fixture
def worker(desk: Desk) -> Client:
    return people.client_of(desk.worker)


@pytest.fixture
def officer(desk: Desk, city: people.City, actor_of: MakeActor) -> Client:
    return people.client_of(actor_of("community_officer", city.chengxianjie))


def released(**more: object) -> None:
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), **more)


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def links(text: str, start: str) -> list[str]:
    return re.findall(rf'href="({start}[0-9a-f-]+)"', text)


def many_tasks(desk: Desk, number: int, **more: object) -> list[UUID]:
    """Write waiting tasks for households nobody lives in; the newest is due first."""
    at = clock.now()
    city = people.city()
    made = [
        Task(
            id=new_id(),
            order_id=desk.order.id,
            household_id=new_id(),
            area_pos=city.pos(city.grid),
            priority="P2",
            state="open",
            assignee_id=desk.worker.id,
            opened_at=at,
            due_at=at + timedelta(minutes=(number - index) // 3),
            release_at=at,
            released_at=at,
        )
        for index in range(number)
    ]
    for task in made:
        for name, value in more.items():
            setattr(task, name, value)
    with people.as_owner():
        Task.objects.bulk_create(made)
    return [task.id for task in sorted(made, key=lambda task: (task.due_at, task.id))]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing to do now."), ("zh-hans", "目前没有待办任务")]
)
def test_an_empty_day_says_so(worker: Client, language: str, words: str) -> None:
    assert words in page(worker, "/today", language)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "No task is open in your area."), ("zh-hans", "本区域没有未办结任务")]
)
def test_an_empty_list_says_so(officer: Client, language: str, words: str) -> None:
    assert words in page(officer, "/tasks", language)
    assert page(officer, "/tasks?state=closed", language)


def test_the_day_begins_with_what_is_urgent_and_counts_people_and_asks(desk: Desk, worker: Client) -> None:
    urgent = desk.channel("urgent", priority="P1")
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    desk.list_comes("police-list", STUDENT, at=moment(12))
    desk.list_comes(urgent, ACROSS, at=moment(12))
    released()

    text = page(worker, "/today")

    family, across = desk.task_of(STUDENT), desk.task_of(ACROSS)
    assert links(text, "/today/") == [f"/today/{across.id}", f"/today/{family.id}"]
    assert "2 households to visit" in text
    assert "2 people · 3 asks" in re.sub(r"\s+", " ", text)
    assert "1 person · 1 ask<" in re.sub(r"\s+", " ", text)


def test_a_day_holds_forty_households_and_never_a_task_that_waits_or_is_over(
    desk: Desk, worker: Client
) -> None:
    shown = many_tasks(desk, 43)
    waiting = many_tasks(desk, 1, released_at=None, priority="P1")
    over = many_tasks(desk, 1, state="closed", closed_at=clock.now(), priority="P1")

    found = links(page(worker, "/today"), "/today/")

    assert len(found) == 40
    assert set(found) <= {f"/today/{task}" for task in shown}
    assert not {f"/today/{task}" for task in waiting + over} & set(found)


def test_more_rows_continue_where_the_page_ended_and_none_is_shown_twice(desk: Desk, officer: Client) -> None:
    wanted = [f"/tasks/{task}" for task in many_tasks(desk, 123)]

    found: list[str] = []
    path = "/tasks"
    for _page in range(4):
        text = page(officer, path)
        found += links(text, "/tasks/")
        following = re.search(r'class="btn" href="([^"]*after=[^"]+)"', text)
        if following is None:
            break
        path = "/tasks" + following.group(1).replace("&amp;", "&").removeprefix("/tasks")

    assert list(dict.fromkeys(found)) == wanted
    assert len(set(found)) == 123


def test_a_place_that_was_never_given_is_no_error_of_the_server(officer: Client) -> None:
    for after in (
        "x~y",
        "~",
        "2020-01-01T00:00:00%2B00:00~7",
        "%00~%00",
        *(f"{at}~{NOBODY}" for at in EDGES),
    ):
        assert officer.get(f"/tasks?after={after}").status_code < 500, after


def test_closed_tasks_have_a_list_of_their_own(desk: Desk, officer: Client) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(12))
    closed, still_open = desk.task_of(STUDENT), desk.task_of(ACROSS)
    desk.visit(closed, "done", {STUDENT: "verified_present"}, at=moment(13))

    assert links(page(officer, "/tasks"), "/tasks/")[:1] == [f"/tasks/{still_open.id}"]
    over = page(officer, "/tasks?state=closed")
    assert set(links(over, "/tasks/")) == {f"/tasks/{closed.id}"}


def test_lists_hold_nothing_of_an_order_that_is_over(desk: Desk, officer: Client) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(12))
    desk.visit(desk.task_of(STUDENT), "done", {STUDENT: "verified_present"}, at=moment(13))
    with people.as_owner():
        EmergencyOrder.objects.update(ended_at=clock.now())

    for path in ("/tasks", "/tasks?state=closed"):
        assert links(page(officer, path), "/tasks/") == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Desk check", "Phone check: No answer", "Visit: Nobody home", "Visit: Visited", "by noon"]),
        ("zh-hans", ["电话", "by noon"]),
    ],
)
def test_the_trail_tells_everything_newest_first_in_the_readers_language(
    desk: Desk, officer: Client, language: str, words: list[str]
) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(10))
    task = desk.task()
    desk.call(STUDENT, "no_answer", at=moment(11))
    desk.visit(task, "not_home", reason="by noon", at=moment(12))
    desk.visit(task, "done", {STUDENT: "refused", MOTHER: "moved"}, at=moment(10, day=2))

    text = page(officer, f"/tasks/{task.id}", language)

    places = [text.rindex(word) for word in words]
    assert all(place > 0 for place in places)
    if language == "en":
        # Newest first: the closing visit stands above the one that found nobody, and that above the call.
        assert (
            text.rindex("Visit: Visited")
            < text.rindex("Visit: Nobody home")
            < text.rindex("Phone check: No answer")
        )
        # What was done for both at one moment is one step.
        assert text.count("Visit: Nobody home") == 1 and "Person 1, 2" in text
    assert desk.worker.handle in text
    assert "王" not in text.replace("王**", "")


def test_a_reason_that_no_database_can_hold_is_refused_and_nothing_is_recorded(
    desk: Desk, worker: Client
) -> None:
    desk.list_comes("health-list", STUDENT, at=clock.now())
    released(priority="P1")
    task = desk.task()

    answer = worker.post(f"/today/{task.id}/visit", {"result": "not_home", "reason": "nobody\0 came"})

    assert answer.status_code == 422
    assert passes(task, "visit") == []


def test_a_refused_call_says_why_and_keeps_the_task_in_hand(desk: Desk, worker: Client) -> None:
    desk.list_comes("health-list", STUDENT, at=clock.now())
    released(priority="P1")
    task, person = desk.task(), str(desk.person_of[STUDENT])

    answer = worker.post(
        f"/today/{task.id}/phone",
        {"person": person, "result": "busy", "outcome": "moved", "reason": "a drill"},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This can only be found out at the door." in text and 'role="alert"' in text
    assert "Record the visit" in text
    assert passes(task, "phone") == []


def test_what_is_typed_comes_back_as_text_and_nothing_else(desk: Desk, worker: Client) -> None:
    desk.list_comes("health-list", STUDENT, at=clock.now())
    released(priority="P1")
    task = desk.task()

    for typed in ('"><script>alert(1)</script>', "{{ task.id }}", "=1+1", "山" * 300):
        answer = worker.post(f"/today/{task.id}/visit", {"result": "done", "reason": typed})

        text = answer.content.decode()
        assert answer.status_code == 422
        assert "<script>alert" not in text
        assert f'value="{task.id}"' not in text
        assert f'value="{typed[:100]}"' in html.unescape(text)


def test_a_late_task_is_late_on_every_list_until_it_is_closed(desk: Desk, officer: Client) -> None:
    from_yesterday: datetime = clock.now() - timedelta(days=1)
    desk.list_comes("health-list", STUDENT, at=clock.now())
    released(due_at=from_yesterday, priority="P1")
    task = tasks()[0]
    late = page(officer, "/tasks")

    desk.visit(task, "done", {STUDENT: "moved"}, reason="a drill", at=clock.now())

    assert re.search(r"late|overdue", late, re.IGNORECASE)
    assert "P1" in late and desk.worker.handle in late
    assert not re.search(r"overdue|gw-late", page(officer, f"/tasks/{task.id}"))
