"""How the URLs of field are asked by the proofs of R3. What only an enrolled phone opens is shut to other tokens."""

from datetime import timedelta

from gridward.kernel import clock
from tests.house.sample import NO_ID, Sample
from tests.house.world import World


def device_id(world: World) -> str:
    return str(world.device)


def worker(world: World) -> dict[str, object]:
    return {"worker": world.worker.handle}


def lost(_world: World) -> dict[str, object]:
    return {"reason": "lost"}


def code(_world: World) -> dict[str, object]:
    return {"code": "nobody showed it", "public_key": "AAAA"}


def records(_world: World) -> dict[str, object]:
    return {"sent_at": clock.now().isoformat(), "records": [{}]}


def form_id(world: World) -> str:
    return str(world.form)


def task_id(world: World) -> str:
    return str(world.task)


def token(_world: World) -> str:
    return "somebodys"


def submission_id(world: World) -> str:
    return str(world.submission)


def reason(_world: World) -> dict[str, object]:
    return {"reason": "a reason that is long enough"}


def submissions(world: World) -> dict[str, object]:
    now = clock.now().isoformat()
    said = {"id": str(world.submission), "form": str(world.form), "at": now, "xml": "<data/>"}
    return {"sent_at": now, "submissions": [said]}


def instruction_id(world: World) -> str:
    return str(world.instruction)


def instruction(world: World) -> dict[str, object]:
    until = f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    said = {"to": f"worker:{world.worker.handle}", "words": "wear the masks that came today"}
    return said | {"until": until, "urgent": "yes"}


def help_id(world: World) -> str:
    return str(world.help)


def outcome(_world: World) -> dict[str, object]:
    return {"outcome": "safe"}


def receipts(world: World) -> dict[str, object]:
    now = clock.now().isoformat()
    return {"sent_at": now, "receipts": [{"id": str(world.instruction), "kind": "done", "at": now}]}


def help_call(_world: World) -> dict[str, object]:
    now = clock.now().isoformat()
    return {"id": NO_ID, "kind": "other", "at": now, "sent_at": now}


def duty(_world: World) -> dict[str, object]:
    now = clock.now().isoformat()
    return {"id": NO_ID, "kind": "begin", "at": now, "sent_at": now}


def raised(world: World) -> dict[str, object]:
    now = clock.now().isoformat()
    about = {"task": str(world.task), "kind": "department", "words": "the lift is out of order"}
    return {"id": NO_ID, "at": now, "sent_at": now, **about}


SAMPLES_OF_FIELD: dict[str, Sample] = {
    "duty/devices": Sample("/duty/devices"),
    "duty/devices/enrol": Sample("/duty/devices/enrol", posted=worker),
    "duty/devices/<str:device_id>/end": Sample("/duty/devices/{}/end", device_id, posted=lost),
    "handheld/": Sample("/handheld/"),
    "handheld/<path:name>": Sample("/handheld/nothing.js"),
    "POST api/v1/devices/enrol": Sample("/api/v1/devices/enrol", posted=code),
    "POST api/v1/devices/standing": Sample("/api/v1/devices/standing"),
    "GET api/v1/sync/words": Sample("/api/v1/sync/words"),
    "POST api/v1/sync": Sample("/api/v1/sync"),
    "POST api/v1/sync/records": Sample("/api/v1/sync/records", posted=records),
    "GET api/v1/sync/forms": Sample("/api/v1/sync/forms"),
    "POST api/v1/sync/submissions": Sample("/api/v1/sync/submissions", posted=submissions),
    "POST api/v1/sync/media/<submission>/<name>": Sample("/api/v1/sync/media/{}/1.jpg", submission_id),
    "answers": Sample("/answers"),
    "answers/<str:submission_id>": Sample("/answers/{}", submission_id),
    "answers/<str:submission_id>/open": Sample("/answers/{}/open", submission_id, posted=reason),
    "duty/devices/collect": Sample("/duty/devices/collect", posted=worker),
    "duty/instructions": Sample("/duty/instructions"),
    "duty/instructions/write": Sample("/duty/instructions/write", posted=instruction),
    "duty/instructions/<str:instruction_id>": Sample("/duty/instructions/{}", instruction_id),
    "duty/instructions/<str:instruction_id>/end": Sample("/duty/instructions/{}/end", instruction_id),
    "duty/help": Sample("/duty/help"),
    "duty/help/banner": Sample("/duty/help/banner"),
    "duty/help/<str:call_id>/take": Sample("/duty/help/{}/take", help_id),
    "duty/help/<str:call_id>/close": Sample("/duty/help/{}/close", help_id, posted=outcome),
    "duty/clock": Sample("/duty/clock"),
    "POST api/v1/sync/receipts": Sample("/api/v1/sync/receipts", posted=receipts),
    "POST api/v1/sync/help": Sample("/api/v1/sync/help", posted=help_call),
    "POST api/v1/sync/duty": Sample("/api/v1/sync/duty", posted=duty),
    "POST api/v1/sync/raise": Sample("/api/v1/sync/raise", posted=raised),
    "openrosa/<str:token>/formList": Sample("/openrosa/{}/formList", token, "nobodys"),
    "openrosa/<str:token>/forms/<str:form_id>": Sample("/openrosa/nobodys/forms/{}", form_id),
    "openrosa/<str:token>/forms/<str:form_id>/manifest": Sample(
        "/openrosa/nobodys/forms/{}/manifest", form_id
    ),
    "openrosa/<str:token>/forms/<str:form_id>/tasks.csv": Sample(
        "/openrosa/nobodys/forms/{}/tasks.csv", form_id
    ),
    "openrosa/<str:token>/integrity": Sample("/openrosa/nobodys/integrity?id={}", task_id),
    "openrosa/<str:token>/submission": Sample("/openrosa/{}/submission", token, "nobodys"),
}
