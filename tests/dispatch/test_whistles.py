"""A street calls departments; each answers in its time or the whistle rises; nobody reads more than it needs."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from gridward.dispatch import actions, whistled
from gridward.dispatch.models import Task, Whistle, WhistleCall
from gridward.dispatch.rising import whistles_rise
from gridward.dispatch.whistling import QUESTIONS
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import Fact
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of, entries, moment

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOON = moment(12)
CITY = people.city()
WORDS = "the lift is out of order"


@pytest.fixture
def family(desk: Desk) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    return desk.task()


@pytest.fixture
def street(actor_of: MakeActor) -> Actor:
    return actor_of("street_officer", CITY.xinjiekou)


@pytest.fixture
def liaison(actor_of: MakeActor) -> Callable[[str], Actor]:
    """The liaison of a department."""
    made: dict[str, Actor] = {}
    return lambda code: made.setdefault(code, actor_of("agency_liaison", agency=code))


MakeLiaison = Callable[[str], Actor]


def blown(by: Actor, task: Task | None = None, **changed: object) -> object:
    said = {
        "agencies": ["transport", "health"],
        "lead": "health",
        "question": "repair",
        "words": WORDS,
        "priority": "P3",
    } | changed
    with people.acting(by):
        return actions.whistle_blow(task_id=task.id if task else None, by=by, now=NOON, **said)  # type: ignore[arg-type]


def whistle() -> Whistle:
    with people.as_owner():
        return Whistle.objects.get()


def call(agency: str) -> WhistleCall:
    with people.as_owner():
        return WhistleCall.objects.get(agency_code=agency)


def answered(by: Actor, answer: str, *, words: str = "two of us are on the way", minute: int = 5) -> object:
    with people.acting(by):
        return actions.whistle_answer(
            call_id=call(by.agency).id, answer=answer, words=words, by=by, now=moment(12, minute)
        )


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_department_that_is_called_reads_the_community_and_what_is_asked_and_nothing_of_people(
    desk: Desk, family: Task, street: Actor, liaison: MakeLiaison
) -> None:
    assert code_of(blown(street, family)) == "ok"

    shown = page(people.client_of(liaison("health")), "/called")

    assert "Repair something" in shown and WORDS in shown and "成贤街社区" in shown
    assert "you lead" in shown and "公安局" not in shown and "交通运输局" in shown
    assert "第1网格" not in shown and str(family.id) not in shown and "王" not in shown.replace("王府", "")
    assert "Nobody calls your department" in page(people.client_of(liaison("police")), "/called")
    with people.as_owner():
        assert Fact.objects.filter(kind="dispatch.whistle_blown").count() == 1
    assert [entry.actor for entry in entries("whistle.blow")] == [str(street.id)]


@pytest.mark.parametrize("column", ["task_id", "from_pos", "area_pos", "order_id", "blown_by"])
def test_a_department_has_no_right_to_whence_it_comes(
    family: Task, street: Actor, liaison: MakeLiaison, column: str
) -> None:
    blown(street, family)

    with people.acting(liaison("health")):
        assert Whistle.objects.values_list("question", flat=True).get() == "repair"
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"select {column} from dispatch_whistle")


def test_a_department_that_is_not_called_sees_no_row_and_none_of_another_s_answer(
    family: Task, street: Actor, liaison: MakeLiaison
) -> None:
    blown(street, family)

    with people.acting(liaison("police")):
        assert (Whistle.objects.values("id").count(), WhistleCall.objects.count()) == (0, 0)
    with people.acting(liaison("health")):
        assert list(WhistleCall.objects.values_list("agency_code", flat=True)) == ["health"]
        assert WhistleCall.objects.filter(agency_code="transport").update(state="coming") == 0


def test_about_a_task_it_is_as_urgent_as_the_task(family: Task, street: Actor) -> None:
    blown(street, family, priority="P4")

    assert whistle().priority == "P2"
    assert call("health").reply_by == moment(14)


@pytest.mark.parametrize(
    ("priority", "reply_by"),
    [("P1", moment(12, 30)), ("P2", moment(14)), ("P3", moment(20)), ("P4", moment(12, day=3))],
)
def test_the_more_urgent_the_sooner_it_has_to_be_answered(
    street: Actor, priority: str, reply_by: object
) -> None:
    blown(street, priority=priority)

    assert call("health").reply_by == reply_by


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"agencies": []}, "whistle_agencies"),
        ({"agencies": ["health", "nobody"]}, "whistle_agencies"),
        ({"lead": ""}, "whistle_lead"),
        ({"lead": "police"}, "whistle_lead"),
        ({"question": "who is it"}, "whistle_question"),
        ({"priority": "P9"}, "whistle_priority"),
        ({"words": "now"}, "words_short"),
        ({"words": "call 13800138000"}, "words_personal"),
        ({"words": "110101199003070011 lives there"}, "words_personal"),
        ({"agencies": ["health", "health"]}, "ok"),
    ],
)
def test_a_whistle_names_departments_a_lead_a_question_and_no_person(
    street: Actor, changed: dict[str, object], code: str
) -> None:
    assert code_of(blown(street, **changed)) == code


def test_one_lead_a_whistle_also_for_the_database(street: Actor) -> None:
    blown(street)
    second = call("transport")
    with people.as_owner(), pytest.raises(IntegrityError, match="one_lead_a_whistle"), transaction.atomic():
        WhistleCall.objects.filter(id=second.id).update(is_lead=True)
    second.id = new_id()
    with people.as_owner(), pytest.raises(IntegrityError, match="called_once"), transaction.atomic():
        second.save(force_insert=True)


@pytest.mark.parametrize("area", ["320104001", CITY.qinhuai])
def test_a_street_elsewhere_cannot_whistle_about_this_task_nor_see_the_whistle(
    family: Task, street: Actor, actor_of: MakeActor, area: str
) -> None:
    blown(street, family)
    stranger = actor_of("street_officer" if len(area) == 9 else "district_officer", area)
    client = people.client_of(stranger)

    assert code_of(blown(stranger, family)) == "not_found"
    assert client.get(f"/whistles/{whistle().id}").status_code == 404
    assert str(whistle().id) not in page(client, "/whistles")


def test_it_says_that_it_comes_and_later_what_became_of_it_and_no_third_word(
    street: Actor, liaison: MakeLiaison
) -> None:
    blown(street)
    health = liaison("health")

    said = [
        code_of(answered(health, answer))
        for answer in ("perhaps", "coming", "coming", "answered", "not_ours")
    ]

    assert said == ["whistle_answer", "ok", "whistle_answered", "ok", "whistle_answered"]
    shown = page(people.client_of(street), f"/whistles/{whistle().id}")
    assert "Dealt with" in shown and "two of us are on the way" in shown and "waits for an answer" in shown
    assert [entry.actor for entry in entries("whistle.answer")] == [str(health.id)] * 2


@pytest.mark.parametrize(("words", "code"), [("no", "words_short"), ("call 13800138000", "words_personal")])
def test_an_answer_has_a_reason_and_holds_nobody_s_number(
    street: Actor, liaison: MakeLiaison, words: str, code: str
) -> None:
    blown(street)

    assert code_of(answered(liaison("health"), "not_ours", words=words)) == code


def test_what_is_not_answered_in_time_rises_a_level_each_time_and_once_however_many_are_silent(
    street: Actor, liaison: MakeLiaison, actor_of: MakeActor
) -> None:
    blown(street, priority="P1")
    levels = []
    for minute in (29, 30, 31, 59):
        levels.append((whistles_rise(now=moment(12, minute)), whistle().level))
    levels.append((whistles_rise(now=moment(13)), whistle().level))
    levels.append((whistles_rise(now=moment(13, 30)), whistle().level))
    levels.append((whistles_rise(now=moment(14, 30)), whistle().level))

    assert levels == [
        (0, "street"),
        (2, "district"),
        (0, "district"),
        (0, "district"),
        (2, "city"),
        (2, "city"),
        (0, "city"),
    ]
    city = people.client_of(actor_of("city_officer", CITY.city))
    assert str(whistle().id) in page(city, "/whistles")
    assert str(whistle().id) in page(people.client_of(street), "/whistles"), (
        "who blew it sees it all the same"
    )


def test_a_department_reads_that_its_silence_made_the_whistle_rise_and_its_late_answer_counts(
    street: Actor, liaison: MakeLiaison
) -> None:
    blown(street, priority="P1")
    health, transport = (people.client_of(liaison(code)) for code in ("health", "transport"))
    answered(liaison("transport"), "coming")
    seen = [page(health, "/called")]
    for minute in (29, 30):
        whistles_rise(now=moment(12, minute))
        seen.append(page(health, "/called"))
    silent = liaison("health")
    with people.acting(silent):
        told = [one.risen_level for one in whistled.get_called(by=silent)]
    whistles_rise(now=moment(13))
    seen.append(page(health, "/called"))

    missed = "did not answer in time"
    assert [missed in one for one in seen] == [False, False, True, True]
    assert [level in one for one, level in zip(seen[2:], ("District", "City"), strict=True)] == [True] * 2
    assert told == ["district"]
    assert (call("health").risen_at, call("health").risen_level) == (moment(13), "city")
    assert missed not in page(transport, "/called") and call("transport").risen_at is None
    assert code_of(answered(liaison("health"), "answered", minute=59)) == "ok"
    after = page(health, "/called")
    assert missed not in after and "Dealt with" in after and "City" in after
    assert whistles_rise(now=moment(20)) == 0


def test_a_department_cannot_write_that_nothing_rose(street: Actor, liaison: MakeLiaison) -> None:
    blown(street)

    with people.acting(liaison("health")), pytest.raises(DatabaseError, match="permission denied"):
        WhistleCall.objects.update(risen_at=None)


def test_what_is_answered_does_not_rise(street: Actor, liaison: MakeLiaison) -> None:
    blown(street, agencies=["health"], priority="P1")
    answered(liaison("health"), "coming")

    assert whistles_rise(now=moment(20)) == 0
    assert whistle().level == "street"


def test_who_blew_it_closes_it_and_then_nobody_answers_any_more(
    family: Task, street: Actor, liaison: MakeLiaison, actor_of: MakeActor
) -> None:
    blown(street, family)
    address, said = f"/whistles/{whistle().id}/close", {"words": "the lift runs again"}
    district = people.client_of(actor_of("district_officer", CITY.xuanwu))
    client = people.client_of(street)

    answers = [one.post(address, said).status_code for one in (district, client, client)]

    assert answers == [404, 302, 409], "not the district as long as it has not risen there"
    assert code_of(answered(liaison("health"), "coming")) == "whistle_closed"
    assert whistles_rise(now=moment(12, day=9)) == 0
    assert "the lift runs again" in page(client, f"/whistles/{whistle().id}")


def test_nobody_below_a_street_blows(desk: Desk, family: Task, actor_of: MakeActor) -> None:
    community = people.client_of(actor_of("community_officer", CITY.chengxianjie))

    assert community.get("/whistles").status_code == 403
    posted = {"agency": ["health"], "lead": "health", "question": "repair", "words": WORDS, "priority": "P3"}
    assert community.post("/whistles/blow", posted).status_code == 403


def test_by_the_form_about_a_task_of_one_s_own(family: Task, street: Actor) -> None:
    client = people.client_of(street)
    posted = {"agency": ["health", "police"], "lead": "police", "question": "safety", "words": WORDS}

    shown = page(client, f"/whistles?task={family.id}")
    answer = client.post("/whistles/blow", posted | {"task": str(family.id)})

    assert all(str(label) in shown for label in QUESTIONS.values())
    assert answer.status_code == 302
    assert (whistle().task_id, whistle().place_pos) == (family.id, CITY.pos(CITY.chengxianjie))
    assert "Settle a conflict" in page(client, f"/tasks/{family.id}")
    assert client.post("/whistles/blow", posted | {"task": "nothing"}).status_code == 404


def test_machines_blow_answer_and_close_in_the_same_words(street: Actor, liaison: MakeLiaison) -> None:
    centre, department = people.machine_of(street), people.machine_of(liaison("health"))
    said = {"agencies": ["health"], "lead": "health", "question": "medical", "words": WORDS, "priority": "P1"}

    def posted(machine: Client, path: str, body: dict[str, object]) -> object:
        answer = machine.post(path, body, content_type="application/json")
        return answer.json().get("code") or answer.json()["state"]

    assert posted(centre, "/api/v1/whistles", said | {"words": "no"}) == "words_short"
    assert posted(centre, "/api/v1/whistles", said) == "open"
    (one,) = department.get("/api/v1/called").json()["items"]
    assert set(one) & {"task_id", "from_pos", "blown_by"} == set()
    assert (one["is_lead"], one["state"], one["priority"]) == (True, "waiting", "P1")
    assert (
        posted(department, f"/api/v1/called/{one['id']}/answer", {"answer": "coming", "words": WORDS})
        == "coming"
    )
    (seen,) = centre.get("/api/v1/whistles").json()["items"]
    assert [(c["agency_code"], c["state"]) for c in seen["calls"]] == [("health", "coming")]
    assert posted(centre, f"/api/v1/whistles/{seen['id']}/close", {"words": WORDS}) == "closed"
    assert centre.get(f"/api/v1/whistles/{seen['id']}").json()["closing"] == WORDS
    assert department.get("/api/v1/called").json()["items"] == []


def test_when_the_order_is_over_nobody_is_called(street: Actor, desk: Desk) -> None:
    with people.acting(street):
        outcome = actions.whistle_blow(
            agencies=["health"],
            lead="health",
            question="advice",
            words=WORDS,
            priority="P1",
            task_id=None,
            by=street,
            now=desk.order.ends_at,
        )

    assert code_of(outcome) == "order_inactive"
    assert clock.now() < desk.order.ends_at
