"""Every URL that collects says so on its door, and is shut the moment the order is over (H-01)."""

import pytest
from django.test import Client

from gridward.kernel.actor import Actor
from gridward.kernel.endpoint import SYNC
from gridward.workforce.rules import ROLES
from tests import people
from tests.field.phone import Phone, code_for
from tests.house.test_every_url_has_a_door import ALL
from tests.house.test_nobody_reaches_a_foreign_object import SAMPLES
from tests.house.untouched import state
from tests.house.world import CITY, World, rows

pytestmark = pytest.mark.django_db

COLLECTING = sorted(url for url, view in ALL.items() if view.door.collects)
#: What writes and yet collects nothing about anybody; each with its reason.
COLLECTS_NOTHING = {
    "login": "signing in",
    "logout/": "signing out",
    "orders/new": "the order itself, which is the basis",
    "orders/<str:order_id>/sign": "the order itself, which is the basis",
    "orders/<str:order_id>/end": "ends collection",
    "duty/devices/enrol": "about a worker's phone, under labour law",
    "duty/devices/<str:device_id>/end": "about a worker's phone, under labour law",
    "duty/instructions/write": "says what is to be done; about nobody",
    "duty/instructions/<str:instruction_id>/end": "takes back what was said; about nobody",
    "duty/help/<str:call_id>/take": "about a worker who needs help, under labour law",
    "duty/help/<str:call_id>/close": "about a worker who needs help, under labour law",
    "POST api/v1/sync/receipts": "that a worker read what was said; about nobody",
    "POST api/v1/sync/help": "about a worker who needs help, under labour law",
    "POST api/v1/sync/duty": "a worker's own hours, under labour law",
    "POST api/v1/sync/raise": "words between offices, without anything of a person",
    "POST api/v1/devices/enrol": "about a worker's phone, under labour law",
    "POST api/v1/devices/standing": "says whether a phone still counts; writes nothing",
    "POST api/v1/sync": "gives what is there, under the worker's grants",
    "answers/<str:submission_id>/open": "shows what is there, with a reason",
    "duty/devices/collect": "about a worker's phone, under labour law",
    "forms/new": "what shall be asked; nobody is asked yet",
    "forms/<str:form_id>/publish": "what is asked, and where; nothing about anybody",
    "forms/<str:form_id>/end": "ends asking",
    "areas/<str:code>/plates/make": "numbers for doors; about nobody",
    "orders/<str:order_id>/extend": "the order itself, which is the basis",
    "orders/<str:order_id>/carry-over": "the decision about a register, which is no collection",
    "carry-overs/<str:carry_over_id>/sign": "the decision about a register, which is no collection",
    "extensions/<str:extension_id>/sign": "the order itself, which is the basis",
    "today/<str:task_id>/reveal": "shows what is there, under a grant, with a reason",
    "tasks/<str:task_id>/open": "shows what is there, with a reason",
    "tasks/<str:task_id>/release": "moves a moment, writes nothing about a person",
    "POST api/v1/tasks/<task_id>/release": "moves a moment, writes nothing about a person",
    "doors/look": "shows what is open, and keeps that somebody looked",
    "POST api/v1/doors": "shows what is open, and keeps that somebody looked",
    "today/<str:task_id>/handover": "offers what is there to another grid, writes nothing new about a person",
    "tasks/<str:task_id>/handover": "offers what is there to another grid, writes nothing new about a person",
    "handovers/<str:handover_id>/decline": "leaves everything where it is",
    "duty/absences": "about a worker's duty, under labour law",
    "duty/absences/<str:absence_id>/end": "about a worker's duty, under labour law",
    "duty/<str:code>/name": "about a worker's duty, under labour law",
    "POST api/v1/absences": "about a worker's duty, under labour law",
    "POST api/v1/absences/<absence_id>/end": "about a worker's duty, under labour law",
    "POST api/v1/duty/<code>/name": "about a worker's duty, under labour law",
    "tasks/<str:task_id>/raise": "moves a task to another level, writes nothing about a person",
    "escalations/<str:escalation_id>/raise": "moves a task to another level, writes nothing about a person",
    "escalations/<str:escalation_id>/extend": "moves a moment, writes nothing about a person",
    "escalations/<str:escalation_id>/return": "an instruction to colleagues, without anything of a person",
    "POST api/v1/tasks/<task_id>/raise": "moves a task to another level, writes nothing about a person",
    "POST api/v1/escalations/<escalation_id>/raise": "moves a task to another level, nothing about a person",
    "POST api/v1/escalations/<escalation_id>/extend": "moves a moment, writes nothing about a person",
    "POST api/v1/escalations/<escalation_id>/return": "an instruction to colleagues, nothing of a person",
    "whistles/blow": "calls departments to a place, without anything of a person",
    "POST api/v1/whistles": "calls departments to a place, without anything of a person",
    "whistles/<str:whistle_id>/close": "words between offices, without anything of a person",
    "POST api/v1/whistles/<whistle_id>/close": "words between offices, without anything of a person",
    "called/<str:call_id>/answer": "words between offices, without anything of a person",
    "POST api/v1/called/<call_id>/answer": "words between offices, without anything of a person",
    "supervision/tasks/<str:task_id>/order": "sets a moment, writes nothing about a person",
    "POST api/v1/supervision/tasks/<task_id>/order": "sets a moment, writes nothing about a person",
    "supervision/checks/<str:check_id>": "about how a task was done, nothing about a person",
    "POST api/v1/supervision/checks/<check_id>": "about how a task was done, nothing about a person",
    "corrections/<str:correction_id>/open": "takes what is there into hand, with a reason",
    "corrections/<str:correction_id>/reject": "leaves everything as it is",
    "POST api/v1/corrections/<correction_id>/open": "takes what is there into hand, with a reason",
    "POST api/v1/corrections/<correction_id>/reject": "leaves everything as it is",
    "channels/<str:code>/let": "about a channel, not about a person",
    "lists/<str:batch_id>/discard": "throws away what was never taken in",
    "push/open": "about a machine, not about a person",
    "push/<str:webhook_id>/end": "about a machine, not about a person",
    "push/deliveries/<str:delivery_id>/retry": "sends what is there, and asks the order again before it does",
    "POST api/v1/webhooks": "about a machine, not about a person",
    "POST api/v1/deliveries/<delivery_id>/retry": "sends what is there, and asks the order again before it does",
    "tokens/issue": "about a machine, not about a person",
    "tokens/<str:ref>/end": "about a machine, not about a person",
}


def entitled(url: str, world: World) -> Actor:
    """Return somebody who could do this if the order were in force."""
    right = ALL[url].door.right
    if right == "task.work":
        return world.worker
    role = next(role for role, one in ROLES.items() if right in one.rights and role != "system_operator")
    areas = {"city": CITY.city, "street": CITY.xinjiekou, "community": CITY.chengxianjie}
    return people.actor_of(role, areas[ROLES[role].bound_to])


def phone_of(worker: Actor) -> Client:
    """Return a client that carries the token of the worker's enrolled phone."""
    phone = Phone()
    phone.enrols(code_for(worker))
    return Client(headers={"accept-language": "en", "authorization": f"Bearer {phone.token}"})


def order_over(world: World) -> None:
    with people.as_owner():
        rows(
            "update governance_emergencyorder set starts_at = now() - interval '9 days',"
            " ends_at = clock_timestamp() - interval '1 second' where id = %s returning 1",
            [world.order.id],
        )


def test_every_url_that_writes_collects_or_says_why_it_does_not() -> None:
    writing = {url for url, view in ALL.items() if "POST" in view.door.methods}

    assert writing - set(COLLECTING) == set(COLLECTS_NOTHING)


#: Its token is in the path and its answers are XML: see tests/field/test_openrosa.py.
SPOKEN_OTHERWISE = {"openrosa/<str:token>/submission"}


@pytest.mark.parametrize("url", sorted(set(COLLECTING) - SPOKEN_OTHERWISE))
def test_a_collecting_url_is_shut_when_the_order_is_over(url: str, world: World) -> None:
    sample, door = SAMPLES[url], ALL[url].door
    is_api = " api/" in url
    who = phone_of if SYNC in sample.path else people.machine_of if is_api else people.client_of
    client: Client = who(entitled(url, world))
    client.defaults["HTTP_ACCEPT"] = "application/json"
    path = sample.path.format(sample.own(world) if sample.own else "")
    if "GET" in door.methods:
        assert client.get(path).status_code == 200
    order_over(world)
    before = state()

    # What a machine sends is read before anybody is asked; of a form nothing is.
    answers = [] if is_api else [client.generic(method, path) for method in door.methods]
    kind = {"content_type": "application/json"} if is_api else {}
    answers += [client.post(path, sample.posted(world), **kind)]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["code"] for answer in answers} == {"order_inactive"}
    assert state() == before
