"""How the URLs of field are asked by the proofs of R3. What only an enrolled phone opens is shut to other tokens."""

from gridward.kernel import clock
from tests.house.sample import Sample
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
}
