"""Enrolling a phone: by a code of the worker's own centre, once; what its token opens; how it ends."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from gridward.field import api as field_api
from gridward.field.models import Device, Enrolment
from gridward.field.rules import CODE_LASTS, DEVICE_LASTS
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.workforce.models import LoginSession
from gridward.workforce.rules import ROLES
from tests import people
from tests.dispatch.desk import Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import JSON, Phone, code_for, moment, someone, spki, true_time

pytestmark = pytest.mark.django_db

CITY = people.city()


def standing(phone: Phone) -> str:
    answer = phone.client.post("/api/v1/devices/standing", headers={"authorization": f"Bearer {phone.token}"})
    return str(answer.json()["standing"])


def test_a_code_makes_one_phone_the_workers(desk: Desk, at: SetClock) -> None:
    code = code_for(desk.worker)
    phone = Phone()

    answer = phone.enrols(code)

    assert answer.status_code == 201
    assert answer.json()["handle"] == desk.worker.handle
    assert phone.syncs()["worker"]["handle"] == desk.worker.handle
    assert standing(phone) == "live"
    with people.as_owner():
        entries = LedgerEntry.objects.filter(action__startswith="device.").order_by("id")
        assert list(entries.values_list("action", flat=True)) == ["device.invite", "device.enrol"]


def test_a_code_works_once(desk: Desk, at: SetClock) -> None:
    code = code_for(desk.worker)
    first, second = Phone(), Phone()

    assert first.enrols(code).status_code == 201
    answer = second.enrols(code)

    assert (answer.status_code, answer.json()["code"]) == (404, "enrolment_unknown")
    assert first.syncs()["worker"]["handle"] == desk.worker.handle


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), timedelta(days=1)])
def test_a_code_is_over_after_ten_minutes(desk: Desk, at: SetClock, late: timedelta) -> None:
    code = code_for(desk.worker)
    at(moment(12) + CODE_LASTS + late)

    assert Phone().enrols(code).status_code == 404


@pytest.mark.parametrize("code", ["", "nothing", "x" * 64, "0" * 24, "%", "'; drop table field_device; --"])
def test_a_code_nobody_showed_makes_nothing(desk: Desk, at: SetClock, code: str) -> None:
    assert Phone().enrols(code).status_code == 404
    with people.as_owner():
        assert not Device.objects.exists()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "not base64!",
        base64.b64encode(b"not a key").decode(),
        spki(ec.generate_private_key(ec.SECP384R1())),
        "A" * 400,
    ],
)
def test_a_phone_without_a_key_of_its_own_is_not_enrolled(desk: Desk, at: SetClock, key: str) -> None:
    code = code_for(desk.worker)
    answer = Client().post("/api/v1/devices/enrol", {"code": code, "public_key": key}, content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (422, "device_key_wrong")
    assert Phone().enrols(code).status_code == 201, "the code is still good"


def test_another_phone_ends_the_one_before(desk: Desk, phone: Phone) -> None:
    after = Phone()
    assert after.enrols(code_for(desk.worker)).status_code == 201

    assert phone.asks("POST", "/api/v1/sync", {}).status_code == 401
    assert (standing(phone), standing(after)) == ("ended", "live")
    with people.as_owner():
        assert list(Device.objects.order_by("enrolled_at", "id").values_list("end_reason", flat=True)) == [
            "replaced",
            "",
        ]


@pytest.mark.parametrize("reason", ["lost", "returned"])
def test_one_act_ends_a_phone(desk: Desk, phone: Phone, reason: str) -> None:
    centre = someone("community_officer", CITY.chengxianjie)
    with people.acting(centre):
        (one,) = [one for one in field_api.get_devices(by=centre, now=clock.now()) if one.device]
        assert one.device is not None
        ended = field_api.device_end(device_id=one.device.id, reason=reason, by=centre, now=clock.now())
        again = field_api.device_end(device_id=one.device.id, reason=reason, by=centre, now=clock.now())

    assert (ended, code_of(again)) == (None, "not_found")
    assert phone.asks("POST", "/api/v1/sync", {}).status_code == 401
    assert standing(phone) == "ended"


@pytest.mark.parametrize(
    ("role", "area", "outcome"),
    [
        ("community_officer", CITY.dashiqiao, "not_found"),
        ("district_officer", "320102", "not_found"),
        ("city_officer", CITY.city, "not_found"),
        ("community_officer", CITY.chengxianjie, "ok"),
    ],
)
def test_only_who_keeps_the_duty_of_the_place_ends_a_phone(
    desk: Desk, phone: Phone, role: str, area: str, outcome: str
) -> None:
    with people.as_owner():
        device = Device.objects.get()
    by = someone(role, area)
    with people.acting(by):
        said = field_api.device_end(device_id=device.id, reason="lost", by=by, now=clock.now())

    assert code_of(said) == outcome


def test_the_database_asks_the_roles_that_keep_the_duty() -> None:
    assert {code for code, role in ROLES.items() if "duty.keep" in role.rights} == {
        "street_officer",
        "community_officer",
    }


@pytest.mark.parametrize("area", [CITY.dashiqiao, CITY.chengxianjie])
def test_nobody_shows_a_code_for_a_worker_of_another_place(desk: Desk, at: SetClock, area: str) -> None:
    by = someone("community_officer", area)
    with people.acting(by):
        outcome = field_api.enrolment_open(handle=desk.worker.handle, by=by, now=clock.now())
        other = field_api.enrolment_open(handle="nobody", by=by, now=clock.now())

    assert isinstance(outcome, Refusal) is (area == CITY.dashiqiao)
    assert code_of(other) == "worker_unknown"


def test_the_token_of_a_phone_opens_its_own_addresses_and_no_other(desk: Desk, phone: Phone) -> None:
    with true_time():
        machine = people.token_of(desk.worker)
    for path in ("/api/v1/today", "/api/v1/tasks", "/api/v1/forms"):
        assert phone.asks("GET", path).status_code == 401, path
    phone.token, kept = machine, phone.token

    assert phone.asks("POST", "/api/v1/sync", {}).status_code == 401
    assert (
        phone.client.get("/api/v1/today", headers={"authorization": f"Bearer {machine}"}).status_code == 200
    )
    assert kept.startswith("gd_")


def test_neither_code_nor_token_is_kept(desk: Desk, at: SetClock) -> None:
    code = code_for(desk.worker)
    phone = Phone()
    phone.enrols(code)

    with people.as_owner():
        kept = [bytes(one) for one in Enrolment.objects.values_list("code_hash", flat=True)]
        kept += [bytes(one) for one in Device.objects.values_list("token_hash", flat=True)]
        kept += [bytes(one) for one in LoginSession.objects.values_list("key_hash", flat=True)]
    assert code.encode() not in kept and phone.token.encode() not in kept
    assert all(len(one) == 32 for one in kept)


def test_a_phone_ends_by_itself(desk: Desk, phone: Phone, at: SetClock) -> None:
    at(moment(12) + DEVICE_LASTS)

    assert phone.asks("POST", "/api/v1/sync", {}).status_code == 401
    assert standing(phone) == "ended"
    phone.token = "gd_nobody"
    assert standing(phone) == "unknown"
