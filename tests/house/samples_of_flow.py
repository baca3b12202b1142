"""How the URLs of what rises, of whistles and of the quality of lists are asked by the proofs of R3."""

from tests.house.sample import Sample
from tests.house.world import World


def task_id(world: World) -> str:
    return str(world.task)


def channel_code(_world: World) -> str:
    return "health-list"


def escalation_id(world: World) -> str:
    return str(world.escalation)


def instruction(_world: World) -> dict[str, object]:
    return {"words": "go there with the property staff"}


def raised(_world: World) -> dict[str, object]:
    return {"kind": "authority", "words": "go there with the property staff"}


def extended(_world: World) -> dict[str, object]:
    return {"hours": "1", "words": "the lift is out of order"}


def whistle_id(world: World) -> str:
    return str(world.whistle)


def call_id(world: World) -> str:
    return str(world.call)


def whistle(_world: World) -> dict[str, object]:
    return {"agency": ["nobody"], "lead": "nobody", "question": "advice", "words": "how is it to be done"}


def whistle_json(_world: World) -> dict[str, object]:
    return {"agencies": ["nobody"], "lead": "nobody", "question": "advice", "words": "how is it to be done"}


def answered(_world: World) -> dict[str, object]:
    return {"answer": "coming", "words": "two of us are on the way"}


def check_id(world: World) -> str:
    return str(world.check)


def verdict(_world: World) -> dict[str, object]:
    return {"verdict": "fair", "words": "everybody was asked"}


SAMPLES_OF_FLOW: dict[str, Sample] = {
    "escalations": Sample("/escalations"),
    "escalations/<str:escalation_id>": Sample("/escalations/{}", escalation_id),
    "escalations/<str:escalation_id>/extend": Sample(
        "/escalations/{}/extend", escalation_id, posted=extended
    ),
    "escalations/<str:escalation_id>/return": Sample(
        "/escalations/{}/return", escalation_id, posted=instruction
    ),
    "escalations/<str:escalation_id>/raise": Sample("/escalations/{}/raise", escalation_id, posted=raised),
    "tasks/<str:task_id>/raise": Sample("/tasks/{}/raise", task_id, posted=raised),
    "supervision": Sample("/supervision"),
    "supervision/tasks/<str:task_id>": Sample("/supervision/tasks/{}", task_id),
    "supervision/tasks/<str:task_id>/order": Sample("/supervision/tasks/{}/order", task_id, posted=extended),
    "supervision/checks/<str:check_id>": Sample("/supervision/checks/{}", check_id, posted=verdict),
    "GET api/v1/supervision/risen": Sample("/api/v1/supervision/risen"),
    "GET api/v1/supervision/times": Sample("/api/v1/supervision/times"),
    "GET api/v1/supervision/checks": Sample("/api/v1/supervision/checks"),
    "POST api/v1/supervision/tasks/<task_id>/order": Sample(
        "/api/v1/supervision/tasks/{}/order", task_id, posted=extended
    ),
    "POST api/v1/supervision/checks/<check_id>": Sample(
        "/api/v1/supervision/checks/{}", check_id, posted=verdict
    ),
    "whistles": Sample("/whistles"),
    "whistles/blow": Sample("/whistles/blow", posted=whistle),
    "whistles/<str:whistle_id>": Sample("/whistles/{}", whistle_id),
    "whistles/<str:whistle_id>/close": Sample("/whistles/{}/close", whistle_id, posted=instruction),
    "called": Sample("/called"),
    "called/<str:call_id>/answer": Sample("/called/{}/answer", call_id, posted=answered),
    "POST api/v1/tasks/<task_id>/raise": Sample("/api/v1/tasks/{}/raise", task_id, posted=raised),
    "GET api/v1/escalations": Sample("/api/v1/escalations"),
    "GET api/v1/escalations/<escalation_id>": Sample("/api/v1/escalations/{}", escalation_id),
    "POST api/v1/escalations/<escalation_id>/extend": Sample(
        "/api/v1/escalations/{}/extend", escalation_id, posted=extended
    ),
    "POST api/v1/escalations/<escalation_id>/return": Sample(
        "/api/v1/escalations/{}/return", escalation_id, posted=instruction
    ),
    "POST api/v1/escalations/<escalation_id>/raise": Sample(
        "/api/v1/escalations/{}/raise", escalation_id, posted=raised
    ),
    "GET api/v1/whistles": Sample("/api/v1/whistles"),
    "POST api/v1/whistles": Sample("/api/v1/whistles", posted=whistle_json),
    "GET api/v1/whistles/<whistle_id>": Sample("/api/v1/whistles/{}", whistle_id),
    "POST api/v1/whistles/<whistle_id>/close": Sample(
        "/api/v1/whistles/{}/close", whistle_id, posted=instruction
    ),
    "GET api/v1/called": Sample("/api/v1/called"),
    "POST api/v1/called/<call_id>/answer": Sample("/api/v1/called/{}/answer", call_id, posted=answered),
    "quality": Sample("/quality"),
    "quality.csv": Sample("/quality.csv?channel={}", channel_code, "nobody-has-this"),
    "quality/<str:code>": Sample("/quality/{}", channel_code, "nobody-has-this"),
    "GET api/v1/quality": Sample("/api/v1/quality"),
    "GET api/v1/quality/<channel>": Sample("/api/v1/quality/{}", channel_code, "nobody-has-this"),
}
