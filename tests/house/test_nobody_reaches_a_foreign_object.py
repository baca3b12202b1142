"""R3 by the front door: every URL, every role, an object of somebody else. What is not yours does not exist."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from gridward.kernel.endpoint import OPENROSA, PUBLIC, SIGNED_IN, SYNC, Door
from gridward.workforce.queries import COMMAND_LINE_ONLY
from gridward.workforce.rules import ROLES
from tests import people
from tests.house.sample import NO_AREA, NO_ID, Sample
from tests.house.samples_of_field import SAMPLES_OF_FIELD
from tests.house.samples_of_flow import SAMPLES_OF_FLOW
from tests.house.samples_of_forms import SAMPLES_OF_FORMS
from tests.house.samples_of_register import SAMPLES_OF_REGISTER
from tests.house.test_every_url_has_a_door import ALL
from tests.house.untouched import state, untouched
from tests.house.visitor import Visitor
from tests.house.world import CITY, World

pytestmark = pytest.mark.django_db


def task_id(world: World) -> str:
    return str(world.task)


def batch_id(world: World) -> str:
    return str(world.batches["health-list"])


def columns_id(world: World) -> str:
    return str(world.columns)


def columns_form(_world: World) -> dict[str, object]:
    return {"field-姓名": "name", "field-手机号": "phone"}


def columns_json(_world: World) -> dict[str, object]:
    return {"columns": {"name": "姓名", "phone": "手机号"}}


def clue_id(world: World) -> str:
    return str(world.waiting)


def order_id(world: World) -> str:
    return str(world.order.id)


def home_area(_world: World) -> str:
    return CITY.grid


def visit(world: World) -> dict[str, object]:
    return {"result": "done", "reason": "a drill", f"outcome-{world.person}": "verified_present"}


def phone(world: World) -> dict[str, object]:
    return {"person": str(world.person), "result": "reached", "reason": "a drill"}


def reason(_world: World) -> dict[str, object]:
    return {"reason": "a reason that is long enough"}


def extension(world: World) -> dict[str, object]:
    later = world.order.ends_at + timedelta(days=7)
    return {"ends_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "a reason that is long enough"}


def carry_over(world: World) -> dict[str, object]:
    return {"successor": str(world.order.id), "reason": "a reason that is long enough"}


def handover_id(world: World) -> str:
    return str(world.handover)


def offer(_world: World) -> dict[str, object]:
    return {"kind": "wrong_grid", "to": CITY.next_grid}


def correction_id(world: World) -> str:
    return str(world.correction)


def correct(world: World) -> dict[str, object]:
    said = {"kind": "phone", "value": "15400000088", "found_by": "person", "reason": "a drill"}
    return {"person": str(world.person), **said}


def reveal(world: World) -> dict[str, object]:
    return {"person": str(world.person), "reason": "a reason that is long enough"}


def door(_world: World) -> dict[str, object]:
    return {"door": "珠江路273号1幢1单元101室", "asker": "gate"}


def address(_world: World) -> dict[str, object]:
    return {"url": "https://nobody-named-this.invalid/push"}


def webhook_id(world: World) -> str:
    return str(world.webhook)


def delivery_id(world: World) -> str:
    return str(world.delivery)


def token(_world: World) -> dict[str, object]:
    return {"handle": "nobody-at-all", "label": "a drill", "days": "7"}


def token_ref(_world: World) -> str:
    return "ba9876543210"


def phone_json(world: World) -> dict[str, object]:
    return phone(world) | {"ask": NO_ID}


def visit_json(world: World) -> dict[str, object]:
    return {"ask": NO_ID, "result": "done", "outcomes": {str(world.person): "verified_present"}}


def decide(_world: World) -> dict[str, object]:
    return {"decision": "reject", "reason": "a reason that is long enough"}


def absence_id(world: World) -> str:
    return str(world.absence)


def absence(world: World) -> dict[str, object]:
    return {
        "worker": world.worker.handle, "kind": "leave", "starts_at": "2099-03-01T08:00:00+08:00",
        "ends_at": "2099-03-02T08:00:00+08:00",
    }  # fmt: skip


def substitute(world: World) -> dict[str, object]:
    return {"worker": world.worker.handle}


SAMPLES: dict[str, Sample] = {
    "": Sample("/"),
    "healthz": Sample("/healthz"),
    "login": Sample("/login"),
    "logout/": Sample("/logout/"),
    "accounts": Sample("/accounts"),
    "ledger": Sample("/ledger"),
    "orders": Sample("/orders"),
    "orders/new": Sample("/orders/new"),
    "orders/<str:order_id>": Sample("/orders/{}", order_id, is_public=True),
    "orders/<str:order_id>/sign": Sample("/orders/{}/sign", order_id, is_public=True),
    "orders/<str:order_id>/end": Sample("/orders/{}/end", order_id, posted=reason, is_public=True),
    "orders/<str:order_id>/extend": Sample("/orders/{}/extend", order_id, posted=extension, is_public=True),
    "orders/<str:order_id>/carry-over": Sample(
        "/orders/{}/carry-over", order_id, posted=carry_over, is_public=True
    ),
    "carry-overs/<str:carry_over_id>/sign": Sample("/carry-overs/{}/sign", order_id),
    "extensions/<str:extension_id>/sign": Sample("/extensions/{}/sign", order_id),
    "board": Sample("/board?area={}", home_area, NO_AREA),
    "board/coverage": Sample("/board/coverage?area={}", home_area, NO_AREA),
    "board/status.json": Sample("/board/status.json?area={}", home_area, NO_AREA),
    "board/why/<str:measure>": Sample("/board/why/open?area={}", home_area, NO_AREA),
    "areas": Sample("/areas"),
    "areas/<str:code>": Sample("/areas/{}", home_area, NO_AREA),
    "areas/<str:code>/plates": Sample("/areas/{}/plates", home_area, NO_AREA),
    "areas/<str:code>/plates/make": Sample("/areas/{}/plates/make", home_area, NO_AREA),
    "tiles/<geometry_version:version>/<int:z>/<int:x>/<int:y>.mvt": Sample(
        "/tiles/0123456789abcdef/9/423/208.mvt"
    ),
    "today": Sample("/today"),
    "today/<str:task_id>": Sample("/today/{}", task_id),
    "today/<str:task_id>/phone": Sample("/today/{}/phone", task_id, posted=phone),
    "today/<str:task_id>/visit": Sample("/today/{}/visit", task_id, posted=visit),
    "today/<str:task_id>/reveal": Sample("/today/{}/reveal", task_id, posted=reveal),
    "tasks": Sample("/tasks"),
    "today/<str:task_id>/handover": Sample("/today/{}/handover", task_id, posted=offer),
    "tasks/<str:task_id>/handover": Sample("/tasks/{}/handover", task_id, posted=offer),
    "handovers": Sample("/handovers"),
    "handovers/<str:handover_id>/accept": Sample(
        "/handovers/{}/accept", handover_id, posted=lambda _world: {"grid": CITY.grid}
    ),
    "handovers/<str:handover_id>/decline": Sample("/handovers/{}/decline", handover_id, posted=reason),
    "today/<str:task_id>/correct": Sample("/today/{}/correct", task_id, posted=correct),
    "tasks/<str:task_id>/correct": Sample("/tasks/{}/correct", task_id, posted=correct),
    "corrections": Sample("/corrections"),
    "corrections/<str:correction_id>": Sample("/corrections/{}", correction_id),
    "corrections/<str:correction_id>/open": Sample("/corrections/{}/open", correction_id, posted=reason),
    "corrections/<str:correction_id>/accept": Sample("/corrections/{}/accept", correction_id),
    "corrections/<str:correction_id>/reject": Sample("/corrections/{}/reject", correction_id, posted=reason),
    "tasks/passes": Sample("/tasks/passes"),
    "budgets": Sample("/budgets?area={}", home_area, NO_AREA),
    "budgets/<str:measure>": Sample("/budgets/waiting?area={}", home_area, NO_AREA),
    "duty": Sample("/duty"),
    "duty.csv": Sample("/duty.csv"),
    "duty/absences": Sample("/duty/absences", posted=absence),
    "duty/absences/<str:absence_id>/end": Sample("/duty/absences/{}/end", absence_id),
    "duty/<str:code>/name": Sample("/duty/{}/name", home_area, NO_AREA, posted=substitute),
    "tasks/<str:task_id>": Sample("/tasks/{}", task_id),
    "tasks/<str:task_id>/release": Sample("/tasks/{}/release", task_id, posted=reason),
    "tasks/<str:task_id>/open": Sample("/tasks/{}/open", task_id, posted=reason),
    "doors": Sample("/doors"),
    "doors/look": Sample("/doors/look", posted=door),
    "tokens": Sample("/tokens"),
    "tokens/issue": Sample("/tokens/issue", posted=token),
    "tokens/<str:ref>/end": Sample("/tokens/{}/end", token_ref, "0123456789ab"),
    "api/v1/openapi.json": Sample("/api/v1/openapi.json"),
}


SAMPLES |= {
    "lists": Sample("/lists"),
    "lists/new": Sample("/lists/new"),
    "lists/<str:batch_id>": Sample("/lists/{}", batch_id),
    "lists/<str:batch_id>/rejects.csv": Sample("/lists/{}/rejects.csv", batch_id),
    "lists/<str:batch_id>/mapping": Sample("/lists/{}/mapping", columns_id, posted=columns_form),
    "lists/<str:batch_id>/discard": Sample("/lists/{}/discard", columns_id),
    "GET api/v1/lists/<batch_id>/mapping": Sample("/api/v1/lists/{}/mapping", columns_id),
    "POST api/v1/lists/<batch_id>/mapping": Sample(
        "/api/v1/lists/{}/mapping", columns_id, posted=columns_json
    ),
    "DELETE api/v1/lists/<batch_id>/mapping": Sample("/api/v1/lists/{}/mapping", columns_id),
    "channels": Sample("/channels"),
    "channels/<str:code>/let": Sample(
        "/channels/{}/let", lambda _world: "health-list", "nobody-has-this", posted=reason, is_public=True
    ),
    "review": Sample("/review"),
    "review/undo": Sample("/review/undo"),
    "review/<str:clue_id>": Sample("/review/{}", clue_id),
    "review/<str:clue_id>/decide": Sample("/review/{}/decide", clue_id, posted=decide),
    "returns": Sample("/returns"),
    "returns/<str:batch_id>": Sample("/returns/{}", batch_id),
    "returns/<str:batch_id>.csv": Sample("/returns/{}.csv", batch_id),
    "push": Sample("/push"),
    "push/open": Sample("/push/open", posted=address),
    "push/<str:webhook_id>/end": Sample("/push/{}/end", webhook_id),
    "push/deliveries/<str:delivery_id>/retry": Sample("/push/deliveries/{}/retry", delivery_id),
    "POST api/v1/doors": Sample("/api/v1/doors", posted=door),
    "GET api/v1/webhooks": Sample("/api/v1/webhooks"),
    "POST api/v1/webhooks": Sample("/api/v1/webhooks", posted=address),
    "DELETE api/v1/webhooks/<webhook_id>": Sample("/api/v1/webhooks/{}", webhook_id),
    "GET api/v1/deliveries": Sample("/api/v1/deliveries"),
    "POST api/v1/deliveries/<delivery_id>/retry": Sample("/api/v1/deliveries/{}/retry", delivery_id),
    "POST api/v1/lists": Sample("/api/v1/lists?channel=health-list&filename=a.csv", posted=reason),
    "GET api/v1/lists": Sample("/api/v1/lists"),
    "GET api/v1/lists/<batch_id>": Sample("/api/v1/lists/{}", batch_id),
    "GET api/v1/lists/<batch_id>/rejects": Sample("/api/v1/lists/{}/rejects", batch_id),
    "GET api/v1/returns": Sample("/api/v1/returns"),
    "GET api/v1/returns/<batch_id>": Sample("/api/v1/returns/{}", batch_id),
    "GET api/v1/quotas": Sample("/api/v1/quotas"),
    "GET api/v1/quotas/<channel_code>": Sample(
        "/api/v1/quotas/{}", lambda _world: "health-list", "nobody-has-this"
    ),
    "GET api/v1/review": Sample("/api/v1/review"),
    "GET api/v1/review/<clue_id>": Sample("/api/v1/review/{}", clue_id),
    "POST api/v1/review/<clue_id>/decision": Sample("/api/v1/review/{}/decision", clue_id, posted=decide),
    "POST api/v1/review/undo": Sample("/api/v1/review/undo"),
    "GET api/v1/coverage": Sample("/api/v1/coverage?area={}", home_area, NO_AREA),
    "GET api/v1/budgets": Sample("/api/v1/budgets?area={}", home_area, NO_AREA),
    "GET api/v1/duty": Sample("/api/v1/duty"),
    "POST api/v1/duty/<code>/name": Sample("/api/v1/duty/{}/name", home_area, NO_AREA, posted=substitute),
    "GET api/v1/absences": Sample("/api/v1/absences"),
    "POST api/v1/absences": Sample("/api/v1/absences", posted=absence),
    "POST api/v1/absences/<absence_id>/end": Sample("/api/v1/absences/{}/end", absence_id),
    "GET api/v1/plans": Sample("/api/v1/plans?day=2026-03-02"),
    "GET api/v1/tasks": Sample("/api/v1/tasks"),
    "GET api/v1/tasks/<task_id>": Sample("/api/v1/tasks/{}", task_id),
    "POST api/v1/tasks/<task_id>/release": Sample("/api/v1/tasks/{}/release", task_id, posted=reason),
    "POST api/v1/today/<task_id>/corrections": Sample(
        "/api/v1/today/{}/corrections", task_id, posted=correct
    ),
    "POST api/v1/tasks/<task_id>/corrections": Sample(
        "/api/v1/tasks/{}/corrections", task_id, posted=correct
    ),
    "GET api/v1/corrections": Sample("/api/v1/corrections"),
    "GET api/v1/corrections/<correction_id>": Sample("/api/v1/corrections/{}", correction_id),
    "POST api/v1/corrections/<correction_id>/open": Sample(
        "/api/v1/corrections/{}/open", correction_id, posted=reason
    ),
    "POST api/v1/corrections/<correction_id>/accept": Sample("/api/v1/corrections/{}/accept", correction_id),
    "POST api/v1/corrections/<correction_id>/reject": Sample(
        "/api/v1/corrections/{}/reject", correction_id, posted=reason
    ),
    "GET api/v1/today": Sample("/api/v1/today"),
    "GET api/v1/today/<task_id>": Sample("/api/v1/today/{}", task_id),
    "POST api/v1/today/<task_id>/phone": Sample("/api/v1/today/{}/phone", task_id, posted=phone_json),
    "POST api/v1/today/<task_id>/visit": Sample("/api/v1/today/{}/visit", task_id, posted=visit_json),
}

SAMPLES |= SAMPLES_OF_FIELD | SAMPLES_OF_FLOW | SAMPLES_OF_FORMS | SAMPLES_OF_REGISTER


def door_of(url: str) -> Door:
    return ALL[url].door


def ask(client: Client, url: str, world: World, argument: str) -> list[HttpResponse]:
    """Ask a URL by every method it knows."""
    sample, door = SAMPLES[url], door_of(url)
    path = sample.path.format(argument)
    answers = []
    for method in door.methods:
        data = sample.posted(world) if method == "POST" else {}
        answers.append(client.generic_post(path, data) if method == "POST" else client.generic(method, path))
    return answers


def body(answer: HttpResponse, *changing: str) -> str:
    """Return a body without what differs from answer to answer: tokens, moments, and what was asked for."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", answer.content.decode())
    text = re.sub(r"nonce-?=?\"?[A-Za-z0-9+/=_-]+", "", text)
    text = re.sub(r"\d{1,2}:\d\d(:\d\d)?", "", text)
    for word in changing:
        text = text.replace(word, "·")
    return text


@pytest.fixture(scope="module")
def visitors(world: World, django_db_blocker: object) -> dict[str, Client]:
    """Everybody from elsewhere, signed in by the form."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        made: dict[str, Client] = {}
        for role, actor in world.outsiders.items():
            token = people.token_of(actor)
            made[role] = Visitor(headers={"accept-language": "en", "authorization": f"Bearer {token}"})
            made[role].post("/login", {"handle": actor.handle, "password": people.PASSWORD})
        return made


@pytest.fixture(scope="module")
def before(world: World, visitors: dict[str, Client], django_db_blocker: object) -> str:
    """How everything was before anybody from elsewhere asked; what a test changes is rolled back."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        return state()


def test_the_table_of_samples_knows_every_url() -> None:
    assert set(ALL) - set(SAMPLES) == set(), "a new URL needs a line in SAMPLES"
    assert set(SAMPLES) - set(ALL) == set(), "a URL is gone; take its line out"
    assert [url for url in ALL if "<str:" in url and SAMPLES[url].own is None] == []


@pytest.mark.parametrize("url", sorted(ALL))
def test_nobody_who_is_not_signed_in_gets_anything(url: str, world: World, before: str) -> None:
    sample = SAMPLES[url]

    answers = ask(Visitor(), url, world, sample.own(world) if sample.own else "")

    if door_of(url).right != PUBLIC:
        assert {answer.status_code for answer in answers} == {sample.unknown}
    assert untouched(before)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("url", sorted(ALL))
def test_what_is_not_yours_does_not_exist(
    url: str, role: str, world: World, visitors: dict[str, Client], before: str
) -> None:
    sample, door, client = SAMPLES[url], door_of(url), visitors[role]
    if door.right == PUBLIC:
        return
    own = sample.own(world) if sample.own else ""

    foreign = ask(client, url, world, own)

    statuses = {answer.status_code for answer in foreign}
    if role in COMMAND_LINE_ONLY or SYNC in sample.path or OPENROSA in sample.path:
        assert statuses == {sample.unknown}
    elif door.right != SIGNED_IN and door.right not in ROLES[role].rights:
        assert statuses == {403}
    elif sample.own is None or sample.is_public:
        assert max(statuses) < 500
        return
    else:
        nothing = ask(client, url, world, sample.none)
        assert {answer.status_code for answer in nothing} == {404}
        assert statuses == {404}
        for one, other in zip(foreign, nothing, strict=True):
            assert body(one, own) == body(other, sample.none)
    assert untouched(before)


def test_the_samples_are_real_their_owners_reach_them(world: World) -> None:
    worker = people.client_of(world.worker)
    officer = people.client_of(people.actor_of("community_officer", CITY.chengxianjie))

    assert worker.get(f"/today/{world.task}").status_code == 200
    assert officer.get(f"/tasks/{world.task}").status_code == 200
    assert officer.get(f"/areas/{CITY.grid}").status_code == 200
    assert people.machine_of(world.worker).get(f"/api/v1/today/{world.task}").status_code == 200
