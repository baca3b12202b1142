"""What machines may ask of what rises, of whistles and of supervision: each refusal by its code, each answer whole."""

from typing import Any

import pytest
from django.test import Client

from tests import people
from tests.dispatch.desk import STUDENT
from tests.dispatch.scene import NOBODY, WORDS, Scene, state_of
from tests.dispatch.test_pages_of_flow import BLOWN

pytestmark = pytest.mark.django_db

API = "/api/v1"
RETURN, EXTEND, RAISE = (
    "/escalations/{lies}/return",
    "/escalations/{lies}/extend",
    "/escalations/{lies}/raise",
)
BY_HAND, BLOW, CLOSE = "/tasks/{task}/raise", "/whistles", "/whistles/{whistle}/close"
ANSWER, SET, JUDGE = "/called/{call}/answer", "/supervision/tasks/{task}/order", "/supervision/checks/{check}"
CALLED = {
    "agencies": BLOWN["agency"],
    "lead": "health",
    "question": "advice",
    "priority": "P1",
    "words": WORDS,
}


def machine(scene: Scene, who: str) -> Client:
    return people.machine_of(scene.actor(who))


@pytest.mark.parametrize(
    ("who", "path", "said", "status", "code"),
    [
        ("community", RETURN, {}, 422, "form_invalid"),
        ("community", RETURN, {"words": ["a", "list"]}, 422, "form_invalid"),
        ("community", RETURN, {"words": ""}, 422, "words_short"),
        ("community", RETURN, {"words": "no"}, 422, "words_short"),
        ("community", RETURN, {"words": "ring 138 0013 8000"}, 422, "words_personal"),
        ("community", "/escalations/{nobody}/return", {"words": WORDS}, 404, "not_found"),
        ("street", RETURN, {"words": WORDS}, 404, "not_found"),
        ("district", RETURN, {"words": WORDS}, 404, "not_found"),
        ("city", RETURN, {"words": WORDS}, 404, "not_found"),
        ("supervisor", RETURN, {"words": WORDS}, 403, "forbidden"),
        ("health", RETURN, {"words": WORDS}, 403, "forbidden"),
        ("community", EXTEND, {"words": WORDS}, 422, "form_invalid"),
        ("community", EXTEND, {"hours": "many", "words": WORDS}, 422, "form_invalid"),
        ("community", EXTEND, {"hours": 1.5, "words": WORDS}, 422, "form_invalid"),
        ("community", EXTEND, {"hours": 0, "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": -4, "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": 9, "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": 10**12, "words": WORDS}, 422, "escalation_hours"),
        ("community", EXTEND, {"hours": 3, "words": "so"}, 422, "words_short"),
        ("street", EXTEND, {"hours": 3, "words": WORDS}, 404, "not_found"),
        ("community", RAISE, {"words": WORDS}, 422, "form_invalid"),
        ("community", RAISE, {"kind": "", "words": WORDS}, 422, "escalation_kind"),
        ("community", RAISE, {"kind": "waited", "words": WORDS}, 422, "escalation_kind"),
        ("community", RAISE, {"kind": "k" * 500, "words": WORDS}, 422, "escalation_kind"),
        ("community", RAISE, {"kind": "authority", "words": ""}, 422, "words_short"),
        ("city", RAISE, {"kind": "authority", "words": WORDS}, 404, "not_found"),
        ("community", BY_HAND, {"kind": "", "words": WORDS}, 422, "escalation_kind"),
        ("street", BY_HAND, {"kind": "authority", "words": WORDS}, 409, "escalation_elsewhere"),
        ("city", BY_HAND, {"kind": "authority", "words": WORDS}, 403, "forbidden"),
        ("street", BLOW, {}, 422, "form_invalid"),
        ("street", BLOW, CALLED | {"agencies": "health"}, 422, "form_invalid"),
        ("street", BLOW, CALLED | {"agencies": []}, 422, "whistle_agencies"),
        ("street", BLOW, CALLED | {"agencies": ["nobody"]}, 422, "whistle_agencies"),
        ("street", BLOW, CALLED | {"agencies": ["health"] * 30, "lead": "x"}, 422, "whistle_lead"),
        ("street", BLOW, CALLED | {"lead": "transport"}, 422, "whistle_lead"),
        ("street", BLOW, CALLED | {"question": ""}, 422, "whistle_question"),
        ("street", BLOW, CALLED | {"priority": ""}, 422, "whistle_priority"),
        ("street", BLOW, CALLED | {"words": "110101199003070011"}, 422, "words_personal"),
        ("street", BLOW, CALLED | {"task": NOBODY}, 404, "not_found"),
        ("street", BLOW, CALLED | {"task": "nothing"}, 422, "form_invalid"),
        ("community", BLOW, CALLED, 403, "forbidden"),
        ("street", CLOSE, {"words": ""}, 422, "words_short"),
        ("district", CLOSE, {"words": WORDS}, 404, "not_found"),
        ("health", CLOSE, {"words": WORDS}, 403, "forbidden"),
        ("health", ANSWER, {"answer": "", "words": WORDS}, 422, "whistle_answer"),
        ("health", ANSWER, {"answer": "later", "words": WORDS}, 422, "whistle_answer"),
        ("health", ANSWER, {"answer": "coming", "words": ""}, 422, "words_short"),
        ("police", ANSWER, {"answer": "coming", "words": WORDS}, 404, "not_found"),
        ("street", ANSWER, {"answer": "coming", "words": WORDS}, 403, "forbidden"),
        ("supervisor", SET, {"hours": 0, "words": WORDS}, 422, "supervise_hours"),
        ("supervisor", SET, {"hours": 73, "words": WORDS}, 422, "supervise_hours"),
        ("supervisor", SET, {"hours": 3, "words": ""}, 422, "words_short"),
        ("city", SET, {"hours": 3, "words": WORDS}, 403, "forbidden"),
        ("supervisor", JUDGE, {"verdict": "", "words": WORDS}, 422, "check_verdict"),
        ("supervisor", JUDGE, {"verdict": "fair", "words": ""}, 422, "words_short"),
        ("street", JUDGE, {"verdict": "fair", "words": WORDS}, 403, "forbidden"),
    ],
)
def test_a_machine_with_a_wrong_word_is_refused_by_its_code_and_changes_nothing(
    scene: Scene, who: str, path: str, said: dict[str, Any], status: int, code: str
) -> None:
    before, asks = state_of(scene), machine(scene, who)

    answer = asks.post(API + scene.path(path), said, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert state_of(scene) == before


@pytest.mark.parametrize(
    ("who", "path", "said", "state"),
    [
        ("community", RETURN, {"words": WORDS}, "returned"),
        ("community", EXTEND, {"hours": 8, "words": WORDS}, "extended"),
        ("community", RAISE, {"kind": "disagreement", "words": WORDS}, "open"),
        ("community", BY_HAND, {"kind": "boundary", "words": WORDS}, "open"),
        ("street", BLOW, CALLED, "open"),
        ("street", CLOSE, {"words": WORDS}, "closed"),
        ("health", ANSWER, {"answer": "coming", "words": WORDS}, "coming"),
        ("health", ANSWER, {"answer": "answered", "words": WORDS}, "answered"),
        ("health", ANSWER, {"answer": "not_ours", "words": WORDS}, "not_ours"),
        ("supervisor", SET, {"hours": 1, "words": WORDS}, "open"),
        ("supervisor", JUDGE, {"verdict": "fair", "words": WORDS}, "fair"),
        ("supervisor", JUDGE, {"verdict": "again", "words": WORDS}, "again"),
    ],
)
def test_a_machine_with_the_right_words_is_told_the_state(
    scene: Scene, who: str, path: str, said: dict[str, Any], state: str
) -> None:
    before, asks = state_of(scene), machine(scene, who)

    answer = asks.post(API + scene.path(path), said, content_type="application/json")

    assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert state_of(scene) != before


LIES = {
    "id",
    "task_id",
    "level",
    "lies_at",
    "place",
    "kind",
    "words",
    "state",
    "raised_by",
    "raised_at",
    "next_at",
    "decided_by",
    "decided_at",
    "decision",
    "priority",
    "opened_at",
    "due_at",
    "assignee",
    "is_with_worker",
}
WHISTLE = {
    "id",
    "task_id",
    "level",
    "lies_at",
    "place",
    "question",
    "words",
    "priority",
    "state",
    "blown_by",
    "blown_at",
    "closed_at",
    "closing",
    "calls",
}
CALL = {
    "id",
    "place",
    "question",
    "words",
    "priority",
    "blown_at",
    "is_lead",
    "lead",
    "agencies",
    "state",
    "answer",
    "reply_by",
    "risen_at",
    "risen_level",
}
CHECK = {"id", "task_id", "place", "kind", "state", "words", "priority", "due_at", "at"}


@pytest.mark.parametrize(
    ("who", "path", "fields", "count"),
    [
        ("community", "/escalations", LIES, 1),
        ("street", "/escalations", LIES, 0),
        ("city", "/escalations", LIES, 0),
        ("street", "/whistles", WHISTLE, 1),
        ("district", "/whistles", WHISTLE, 0),
        ("health", "/called", CALL, 1),
        ("police", "/called", CALL, 1),
        ("transport", "/called", CALL, 0),
        ("supervisor", "/supervision/risen", LIES, 1),
        ("supervisor", "/supervision/times", CHECK, 0),
        ("supervisor", "/supervision/checks", CHECK, 1),
    ],
)
def test_a_list_gives_these_fields_and_no_other_and_nothing_of_a_person(
    scene: Scene, who: str, path: str, fields: set[str], count: int
) -> None:
    answer = machine(scene, who).get(API + path)

    items = answer.json()["items"]
    assert (answer.status_code, len(items)) == (200, count)
    assert all(set(item) == fields for item in items)
    assert STUDENT.name not in answer.content.decode() and STUDENT.phone not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("community", "/escalations/{lies}", 200),
        ("street", "/escalations/{lies}", 200),
        ("community", "/escalations/{nobody}", 404),
        ("community", "/escalations/nothing", 422),
        ("supervisor", "/escalations", 403),
        ("health", "/escalations", 403),
        ("street", "/whistles/{whistle}", 200),
        ("street", "/whistles/{nobody}", 404),
        ("community", "/whistles", 403),
        ("health", "/whistles/{whistle}", 403),
        ("street", "/called", 403),
        ("street", "/supervision/risen", 403),
        ("street", "/supervision/times", 403),
        ("street", "/supervision/checks", 403),
    ],
)
def test_each_operation_opens_for_whom_it_is(scene: Scene, who: str, path: str, status: int) -> None:
    assert machine(scene, who).get(API + scene.path(path)).status_code == status
