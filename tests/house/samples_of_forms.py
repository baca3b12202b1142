"""How the URLs of forms are asked by the proofs of R3. What is asked is public inside the house, like orders."""

from tests.house.sample import Sample
from tests.house.world import CITY, World


def form_id(world: World) -> str:
    return str(world.form)


def areas(_world: World) -> dict[str, object]:
    return {"areas": CITY.city}


def reason(_world: World) -> dict[str, object]:
    return {"reason": "asked enough"}


SAMPLES_OF_FORMS: dict[str, Sample] = {
    "forms": Sample("/forms"),
    "forms/new": Sample("/forms/new"),
    "forms/<str:form_id>": Sample("/forms/{}", form_id, is_public=True),
    "forms/<str:form_id>/publish": Sample("/forms/{}/publish", form_id, posted=areas, is_public=True),
    "forms/<str:form_id>/end": Sample("/forms/{}/end", form_id, posted=reason, is_public=True),
    "forms/<str:form_id>/workbook": Sample("/forms/{}/workbook", form_id, is_public=True),
    "forms/<str:form_id>/xform.xml": Sample("/forms/{}/xform.xml", form_id, is_public=True),
    "GET api/v1/forms": Sample("/api/v1/forms"),
    "GET api/v1/forms/<form_id>": Sample("/api/v1/forms/{}", form_id, is_public=True),
}
