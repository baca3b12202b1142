"""How the URLs about the register itself are asked by the proofs of R3."""

from gridward.registry.models import Merge
from tests import people
from tests.house.sample import Sample
from tests.house.world import World


def merge_id(world: World) -> str:
    return str(world.merge)


def stays_id(world: World) -> str:
    with people.as_owner():
        return str(Merge.objects.get(id=world.merge).resident_id)


def same(world: World) -> dict[str, object]:
    with people.as_owner():
        merge = Merge.objects.get(id=world.merge)
    return {"stays": str(merge.resident_id), "goes": str(merge.merged_id), "reason": "the same person"}


def two(_world: World) -> dict[str, object]:
    return {"reason": "they are two people"}


SAMPLES_OF_REGISTER: dict[str, Sample] = {
    "premises": Sample("/premises"),
    "GET api/v1/premises": Sample("/api/v1/premises"),
    "residents/<str:resident_id>/duplicates": Sample("/residents/{}/duplicates", stays_id),
    "merges": Sample("/merges"),
    "merges/propose": Sample("/merges/propose", posted=same),
    "merges/<str:merge_id>": Sample("/merges/{}", merge_id),
    "merges/<str:merge_id>/confirm": Sample("/merges/{}/confirm", merge_id),
    "merges/<str:merge_id>/undo": Sample("/merges/{}/undo", merge_id, posted=two),
    "GET api/v1/residents/<resident_id>/duplicates": Sample("/api/v1/residents/{}/duplicates", stays_id),
    "GET api/v1/merges": Sample("/api/v1/merges"),
    "POST api/v1/merges": Sample("/api/v1/merges", posted=same),
    "GET api/v1/merges/<merge_id>": Sample("/api/v1/merges/{}", merge_id),
    "POST api/v1/merges/<merge_id>/confirm": Sample("/api/v1/merges/{}/confirm", merge_id),
    "POST api/v1/merges/<merge_id>/undo": Sample("/api/v1/merges/{}/undo", merge_id, posted=two),
}
