"""The doors of what rises, of whistles and of supervision: whoever knocks with something wrong is told so in words."""

from typing import Any

import pytest

from gridward.dispatch.models import Whistle
from tests import people
from tests.dispatch.desk import STUDENT
from tests.dispatch.scene import NOBODY, WORDS, Scene, state_of

pytestmark = pytest.mark.django_db

LONG = "so it goes on " * 40
RETURN, EXTEND, RAISE = (
    "/escalations/{lies}/return",
    "/escalations/{lies}/extend",
    "/escalations/{lies}/raise",
)
BY_HAND, BLOW, CLOSE = "/tasks/{task}/raise", "/whistles/blow", "/whistles/{whistle}/close"
ANSWER, SET, JUDGE = "/called/{call}/answer", "/supervision/tasks/{task}/order", "/supervision/checks/{check}"
BLOWN = {"agency": ["health"], "lead": "health", "question": "advice", "priority": "P1", "words": WORDS}


@pytest.mark.parametrize(
    ("who", "path", "posted", "status", "code"),
    [
        ("community", RETURN, {}, 422, "words_short"),
        ("community", RETURN, {"words": "no"}, 422, "words_short"),
        ("community", RETURN, {"words": "   "}, 422, "words_short"),
        ("community", RETURN, {"words": "13800138000"}, 422, "words_personal"),
        ("community", RETURN, {"words": "a@b"}, 422, "words_short"),
        ("community", RETURN, {"words": "mail a@b"}, 422, "words_personal"),
        ("community", "/escalations/{nobody}/return", {"words": WORDS}, 404, "not_found"),
        ("community", "/escalations/nothing/return", {"words": WORDS}, 404, "not_found"),
        ("street", RETURN, {"words": WORDS}, 404, "not_found"),
        ("district", RETURN, {"words": WORDS}, 404, "not_found"),
        ("city", RETURN, {"words": WORDS}, 404, "not_found"),
        ("community", EXTEND, {}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "0", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "-1", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "1.5", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "１", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "nine", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "99999", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "9", "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": "2", "words": ""}, 422, "words_short"),
        ("street", EXTEND, {"hours": "2", "words": WORDS}, 404, "not_found"),
        ("community", RAISE, {}, 422, "escalation_kind"),
        ("community", RAISE, {"kind": "late", "words": WORDS}, 422, "escalation_kind"),
        ("community", RAISE, {"kind": "authority"}, 422, "words_short"),
        ("community", RAISE, {"kind": "authority", "words": "110101199003070011"}, 422, "words_personal"),
        ("city", RAISE, {"kind": "authority", "words": WORDS}, 404, "not_found"),
        ("community", "/tasks/{nobody}/raise", {"kind": "authority", "words": WORDS}, 404, "not_found"),
        ("community", BY_HAND, {"kind": "", "words": WORDS}, 422, "escalation_kind"),
        ("street", BY_HAND, {"kind": "authority", "words": WORDS}, 409, "escalation_elsewhere"),
        ("district", BY_HAND, {"kind": "authority", "words": WORDS}, 403, "forbidden"),
        ("street", BLOW, BLOWN | {"agency": []}, 422, "whistle_agencies"),
        ("street", BLOW, BLOWN | {"agency": ["nobody"]}, 422, "whistle_agencies"),
        ("street", BLOW, BLOWN | {"lead": "police"}, 422, "whistle_lead"),
        ("street", BLOW, BLOWN | {"lead": ""}, 422, "whistle_lead"),
        ("street", BLOW, BLOWN | {"question": "who"}, 422, "whistle_question"),
        ("street", BLOW, BLOWN | {"priority": "urgent"}, 422, "whistle_priority"),
        ("street", BLOW, BLOWN | {"words": "now"}, 422, "words_short"),
        ("street", BLOW, BLOWN | {"words": "ring 13800138000"}, 422, "words_personal"),
        ("street", BLOW, BLOWN | {"task": NOBODY}, 404, "not_found"),
        ("street", BLOW, BLOWN | {"task": "nothing"}, 404, "not_found"),
        ("community", BLOW, BLOWN, 403, "forbidden"),
        ("health", BLOW, BLOWN, 403, "forbidden"),
        ("street", CLOSE, {}, 422, "words_short"),
        ("street", CLOSE, {"words": "13800138000"}, 422, "words_personal"),
        ("street", "/whistles/{nobody}/close", {"words": WORDS}, 404, "not_found"),
        ("district", CLOSE, {"words": WORDS}, 404, "not_found"),
        ("health", CLOSE, {"words": WORDS}, 403, "forbidden"),
        ("health", ANSWER, {}, 422, "whistle_answer"),
        ("health", ANSWER, {"answer": "waiting", "words": WORDS}, 422, "whistle_answer"),
        ("health", ANSWER, {"answer": "coming"}, 422, "words_short"),
        ("health", ANSWER, {"answer": "coming", "words": "13800138000"}, 422, "words_personal"),
        ("health", "/called/{nobody}/answer", {"answer": "coming", "words": WORDS}, 404, "not_found"),
        ("police", ANSWER, {"answer": "coming", "words": WORDS}, 404, "not_found"),
        ("transport", ANSWER, {"answer": "coming", "words": WORDS}, 404, "not_found"),
        ("street", ANSWER, {"answer": "coming", "words": WORDS}, 403, "forbidden"),
        ("supervisor", SET, {}, 422, "supervise_hours"),
        ("supervisor", SET, {"hours": "0", "words": WORDS}, 422, "supervise_hours"),
        ("supervisor", SET, {"hours": "73", "words": WORDS}, 422, "supervise_hours"),
        ("supervisor", SET, {"hours": "4", "words": "no"}, 422, "words_short"),
        ("supervisor", SET, {"hours": "4", "words": "13800138000"}, 422, "words_personal"),
        ("supervisor", "/supervision/tasks/{nobody}/order", {"hours": "4", "words": WORDS}, 404, "not_found"),
        ("street", SET, {"hours": "4", "words": WORDS}, 403, "forbidden"),
        ("worker", SET, {"hours": "4", "words": WORDS}, 403, "forbidden"),
        ("supervisor", JUDGE, {}, 422, "check_verdict"),
        ("supervisor", JUDGE, {"verdict": "fine", "words": WORDS}, 422, "check_verdict"),
        ("supervisor", JUDGE, {"verdict": "fair"}, 422, "words_short"),
        ("supervisor", JUDGE, {"verdict": "again", "words": "13800138000"}, 422, "words_personal"),
        ("supervisor", "/supervision/checks/{nobody}", {"verdict": "fair", "words": WORDS}, 404, "not_found"),
        ("community", JUDGE, {"verdict": "fair", "words": WORDS}, 403, "forbidden"),
        ("supervisor", RETURN, {"words": WORDS}, 403, "forbidden"),
        ("supervisor", BY_HAND, {"kind": "authority", "words": WORDS}, 403, "forbidden"),
    ],
)
def test_a_wrong_word_is_refused_by_its_code_and_changes_nothing(
    scene: Scene, who: str, path: str, posted: dict[str, Any], status: int, code: str
) -> None:
    before = state_of(scene)

    answer = scene.client(who).post(scene.path(path), posted, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert state_of(scene) == before


@pytest.mark.parametrize(
    ("who", "path", "posted", "shown"),
    [
        ("community", RETURN, {"words": WORDS}, "sent back down"),
        ("community", EXTEND, {"hours": "8", "words": WORDS}, "has a new time"),
        ("community", RAISE, {"kind": "boundary", "words": WORDS}, "lies with the next level"),
        ("community", BY_HAND, {"kind": "authority", "words": WORDS}, "lies with the next level"),
        ("community", RETURN, {"words": LONG}, "sent back down"),
        ("street", BLOW, BLOWN, "departments are called"),
        ("street", CLOSE, {"words": WORDS}, "whistle is closed"),
        ("health", ANSWER, {"answer": "coming", "words": WORDS}, "answer is with whoever called"),
        ("health", ANSWER, {"answer": "answered", "words": WORDS}, "answer is with whoever called"),
        ("health", ANSWER, {"answer": "not_ours", "words": WORDS}, "answer is with whoever called"),
        ("supervisor", SET, {"hours": "72", "words": WORDS}, "The time is set"),
        ("supervisor", JUDGE, {"verdict": "fair", "words": WORDS}, "The check is recorded"),
        ("supervisor", JUDGE, {"verdict": "again", "words": WORDS}, "The check is recorded"),
    ],
)
def test_what_is_right_is_done_and_said(
    scene: Scene, who: str, path: str, posted: dict[str, Any], shown: str
) -> None:
    before = state_of(scene)

    answer = scene.client(who).post(scene.path(path), posted, follow=True)

    assert answer.status_code == 200
    assert shown in answer.content.decode()
    assert state_of(scene) != before


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("community", "/escalations", 200),
        ("street", "/escalations", 200),
        ("district", "/escalations", 200),
        ("city", "/escalations", 200),
        ("supervisor", "/escalations", 403),
        ("worker", "/escalations", 403),
        ("health", "/escalations", 403),
        ("community", "/escalations/{lies}", 200),
        ("street", "/escalations/{lies}", 200),
        ("city", "/escalations/{lies}", 200),
        ("community", "/escalations/{nobody}", 404),
        ("community", "/escalations?after=nothing", 200),
        ("community", "/escalations?after=nothing~" + NOBODY, 404),
        ("community", "/escalations?after=2026-01-01T00:00:00~" + NOBODY, 404),
        ("community", "/escalations?after=2026-01-01T00:00:00%2B00:00~" + NOBODY, 200),
        ("street", "/whistles", 200),
        ("district", "/whistles", 200),
        ("city", "/whistles", 200),
        ("community", "/whistles", 403),
        ("supervisor", "/whistles", 403),
        ("health", "/whistles", 403),
        ("street", "/whistles?task={task}", 200),
        ("street", "/whistles?task=nothing", 404),
        ("street", "/whistles/{whistle}", 200),
        ("district", "/whistles/{whistle}", 200),
        ("street", "/whistles/{nobody}", 404),
        ("health", "/called", 200),
        ("transport", "/called", 200),
        ("street", "/called", 403),
        ("supervisor", "/supervision", 200),
        ("street", "/supervision", 403),
        ("worker", "/supervision", 403),
        ("supervisor", "/supervision/tasks/{task}", 200),
        ("supervisor", "/supervision/tasks/{nobody}", 404),
        ("city", "/supervision/tasks/{task}", 403),
    ],
)
def test_each_page_opens_for_whom_it_is(scene: Scene, who: str, path: str, status: int) -> None:
    assert scene.client(who).get(scene.path(path)).status_code == status


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("community", "/escalations"),
        ("community", "/escalations/{lies}"),
        ("street", "/whistles"),
        ("street", "/whistles/{whistle}"),
        ("health", "/called"),
        ("supervisor", "/supervision"),
        ("supervisor", "/supervision/tasks/{task}"),
    ],
)
def test_no_page_of_these_shows_anybody_s_name_number_or_door(scene: Scene, who: str, path: str) -> None:
    page = scene.client(who).get(scene.path(path)).content.decode()

    assert STUDENT.name not in page and STUDENT.name[0] + "**" not in page
    assert STUDENT.phone not in page and STUDENT.id_number not in page
    assert f"{STUDENT.room}室" not in page


@pytest.mark.parametrize(("who", "leads_there"), [("street", True), ("district", False), ("city", False)])
def test_a_whistle_leads_whoever_may_read_tasks_to_the_one_it_is_about(
    scene: Scene, who: str, leads_there: bool
) -> None:
    if who == "city":
        with people.as_owner():
            Whistle.objects.update(area_pos=scene.actor("city").scopes[0].pos, level="city")

    page = scene.client(who).get(scene.path("/whistles/{whistle}")).content.decode()

    assert (f"/tasks/{scene.task.id}" in page) == leads_there
    assert "Departments that are called" in page
    if leads_there:
        assert scene.client(who).get(scene.path("/tasks/{task}")).status_code == 200


def test_a_whistle_about_no_task_leads_nowhere(scene: Scene) -> None:
    answer = scene.client("street").post(BLOW, BLOWN, follow=True)

    assert "Open the task" not in answer.content.decode()
