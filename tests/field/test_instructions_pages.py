"""The centre's pages of instructions: writing one, taking one back, and who received it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from gridward.field.models import Instruction
from gridward.workforce.models import Assignment
from tests import people
from tests.dispatch.desk import Desk
from tests.field.conftest import SetClock
from tests.field.phone import Phone, moment
from tests.field.test_instructions import CITY, WORDS, centre, confirm, of_next_grid, receipt, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def community(desk: Desk, at: SetClock) -> Client:
    return centre()


def test_one_is_taken_back_once(phone: Phone, community: Client) -> None:
    page = write(community)["Location"]
    assert "Take it back" in community.get(page).content.decode()

    assert community.post(f"{page}/end").status_code == 302
    assert community.post(f"{page}/end").status_code == 409
    assert phone.syncs()["instructions"] == []
    text = community.get(page).content.decode()
    assert "taken back" in text and "Take it back" not in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "at least 4 characters"),
        ("ok", "at least 4 characters"),
        ("x" * 301, "at most 300 characters"),
        ("call 13912345678 first", "number or an address of a person"),
        ("ask for 320102 1970 0506 0019 there", "number or an address of a person"),
        ("一三九一二三四五六七八 请联系", "number or an address of a person"),
        ("write to a@b.cn", "number or an address of a person"),
    ],
)
def test_words_that_help_nobody_or_name_somebody_are_refused(
    phone: Phone, community: Client, words: str, code: str
) -> None:
    refused = write(community, words=words)

    assert refused.status_code == 422
    text = refused.content.decode()
    assert code in text
    assert words[:300] in text, "what was written is not lost"
    with people.as_owner():
        assert not Instruction.objects.exists()


@pytest.mark.parametrize(
    ("to", "status"),
    [
        (f"area:{CITY.dashiqiao}", 404),
        (f"area:{CITY.xinjiekou}", 404),
        ("area:nowhere", 404),
        ("", 404),
        ("worker:nobody", 422),
        ("area:320102003015003", 422),
    ],
)
def test_nobody_tells_what_is_not_theirs_to_tell(
    phone: Phone, community: Client, to: str, status: int
) -> None:
    assert write(community, to).status_code == status


def test_another_centre_neither_sees_it_nor_takes_it_back(phone: Phone, community: Client) -> None:
    page = write(community)["Location"]
    other = centre(area=CITY.dashiqiao)

    assert WORDS not in other.get(reverse("field:instructions")).content.decode()
    assert (other.get(page).status_code, other.post(f"{page}/end").status_code) == (404, 404)
    assert len(phone.syncs()["instructions"]) == 1


@pytest.mark.parametrize("role", ["district_officer", "city_officer", "supervisor"])
def test_only_who_keeps_the_duty_writes(desk: Desk, at: SetClock, role: str) -> None:
    client = centre(role, CITY.city if role == "city_officer" else CITY.xuanwu)

    assert client.get(reverse("field:instructions")).status_code == 403
    assert write(client).status_code == 403


def test_the_centre_reads_who_received_it(desk: Desk, phone: Phone, community: Client) -> None:
    of_next_grid()
    page = write(community)["Location"]
    (told,) = phone.syncs()["instructions"]
    confirm(phone, receipt(told))

    text = community.get(page).content.decode()
    assert "1 of 2 received it." in text and desk.worker.handle in text and "not yet received" in text
    listed = community.get(reverse("field:instructions")).content.decode()
    assert "1 of 2" in listed and "0 of 2" in listed and desk.worker.handle not in listed.split("<table")[1]


def test_before_anything_is_told_the_page_says_so(desk: Desk, at: SetClock) -> None:
    assert (
        "has not told its workers anything yet"
        in centre().get(reverse("field:instructions")).content.decode()
    )


def test_long_lists_are_paged_and_a_phone_gets_fifty(phone: Phone, community: Client) -> None:
    write(community)
    with people.as_owner():
        row = Instruction.objects.get()
        for number in range(60):
            row.pk, row.written_at = uuid4(), moment(11) - timedelta(minutes=number)
            row.save(force_insert=True)

    told = phone.syncs()["instructions"]
    assert len(told) == 50
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)
    assert "?after=" in community.get(reverse("field:instructions")).content.decode()


def test_what_was_chosen_is_kept_when_it_is_refused(desk: Desk, phone: Phone, community: Client) -> None:
    refused = write(community, f"worker:{desk.worker.handle}", words="ok", urgent="yes").content.decode()

    assert f'value="worker:{desk.worker.handle}" selected' in refused
    assert 'value="yes" checked' in refused and 'role="alert"' in refused


@pytest.mark.parametrize("until", ["", "tomorrow", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_time_that_is_none_is_refused(phone: Phone, community: Client, until: str) -> None:
    assert write(community, until=until).status_code == 422


@pytest.mark.parametrize("address", ["x", "01a222ef-ec76-703f-80bc-629a886a3bdc"])
def test_an_instruction_nobody_wrote_is_not_there(community: Client, address: str) -> None:
    assert community.get(f"/duty/instructions/{address}").status_code == 404
    assert community.post(f"/duty/instructions/{address}/end").status_code == 404


def test_who_has_left_and_received_it_stays_in_its_list(desk: Desk, phone: Phone, community: Client) -> None:
    page = write(community)["Location"]
    (told,) = phone.syncs()["instructions"]
    confirm(phone, receipt(told))
    with people.as_owner():
        Assignment.objects.filter(account_id=desk.worker.id).update(ends_at=moment(12))

    assert desk.worker.handle in community.get(page).content.decode()


def test_the_form_offers_the_own_areas_and_workers_and_no_others(
    desk: Desk, phone: Phone, community: Client
) -> None:
    form = community.get(reverse("field:instructions")).content.decode()

    assert f"area:{CITY.chengxianjie}" in form and f"area:{CITY.grid}" in form
    assert f"worker:{desk.worker.handle}" in form
    assert CITY.dashiqiao not in form and f'area:{CITY.xinjiekou}"' not in form
