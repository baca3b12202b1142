"""What a centre tells its workers: who gets it, when, who confirmed it, and that it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gridward.field import instructing
from gridward.field.models import Instruction, Receipt
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.workforce.models import Cover
from tests import people
from tests.dispatch.desk import Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone

pytestmark = pytest.mark.django_db

CITY = people.city()
WORDS = "Masks came today. Fetch yours at the station before you go out."
Said = dict[str, Any]


def centre(role: str = "community_officer", area: str = "") -> Client:
    return people.client_of(someone(role, area or CITY.chengxianjie))


@pytest.fixture
def community(desk: Desk, at: SetClock) -> Client:
    return centre()


def write(
    client: Client, to: str = f"area:{CITY.chengxianjie}", words: str = WORDS, **more: str
) -> HttpResponse:
    until = f"{clock.now().astimezone(moment(12).tzinfo) + timedelta(hours=20):%Y-%m-%dT%H:%M}"
    said = {"to": to, "words": words, "until": until, "urgent": "no"} | more
    return client.post(reverse("field:instruction_write"), said)


def confirm(phone: Phone, *receipts: Said, ahead: timedelta = timedelta()) -> list[Said]:
    said = {"sent_at": (clock.now() + ahead).isoformat(), "receipts": list(receipts)}
    answer = phone.asks("POST", "/api/v1/sync/receipts", said)
    assert answer.status_code == 201, answer.content
    results: list[Said] = answer.json()["results"]
    return results


def receipt(told: Said, kind: str = "received", *, at: datetime | None = None) -> Said:
    return {"id": told["id"], "kind": kind, "at": (at or clock.now()).isoformat()}


def of_next_grid() -> Phone:
    other = Phone()
    assert other.enrols(code_for(someone("grid_worker", CITY.next_grid))).status_code == 201
    return other


def test_a_phone_gets_what_its_centre_says(phone: Phone, community: Client) -> None:
    assert phone.syncs()["instructions"] == []
    assert write(community).status_code == 302

    (told,) = phone.syncs()["instructions"]

    assert set(told) == {"id", "at", "until", "urgent", "text", "from", "received_at", "done_at"}
    assert (told["text"], told["urgent"], told["from"]) == (WORDS, False, "成贤街社区居委会")
    assert datetime.fromisoformat(told["at"]) == moment(12)
    assert datetime.fromisoformat(told["until"]) == moment(8, day=2)
    assert told["received_at"] is None and told["done_at"] is None


def test_the_first_moment_of_each_counts(phone: Phone, community: Client, at: SetClock) -> None:
    write(community)
    (told,) = phone.syncs()["instructions"]
    at(moment(12, 10))
    first = confirm(phone, receipt(told, at=moment(12, 4)))
    at(moment(12, 20))
    again = confirm(phone, receipt(told), receipt(told, "done"), receipt(told, "done"), receipt(told))

    assert [one["status"] for one in first + again] == ["stored", "known", "stored", "known", "known"]
    (after,) = phone.syncs()["instructions"]
    assert datetime.fromisoformat(after["received_at"]) == moment(12, 4)
    assert datetime.fromisoformat(after["done_at"]) == moment(12, 20)
    with people.as_owner():
        actions = LedgerEntry.objects.filter(action__startswith="instruction.").order_by("id")
        assert list(actions.values_list("action", flat=True)) == [
            "instruction.write",
            "instruction.receive",
            "instruction.do",
        ]
        assert not any(WORDS in str(one.detail) + one.reason for one in actions)


def test_what_is_done_was_received(phone: Phone, community: Client) -> None:
    write(community)
    (told,) = phone.syncs()["instructions"]

    assert [one["status"] for one in confirm(phone, receipt(told, "done"), receipt(told))] == [
        "stored",
        "known",
    ]
    (after,) = phone.syncs()["instructions"]
    assert after["received_at"] == after["done_at"] is not None


@pytest.mark.parametrize("ahead", [timedelta(hours=-30), timedelta(), timedelta(days=400)])
def test_a_phone_whose_clock_is_wrong_confirms_in_time(
    phone: Phone, community: Client, at: SetClock, ahead: timedelta
) -> None:
    write(community)
    (told,) = phone.syncs()["instructions"]
    at(moment(15))

    confirm(phone, receipt(told, at=moment(14) + ahead), ahead=ahead)

    with people.as_owner():
        assert Receipt.objects.get().received_at == moment(14)


@pytest.mark.parametrize(("said", "kept"), [(moment(9), moment(12)), (moment(16), moment(15))])
def test_nobody_received_it_before_it_was_written_nor_after_now(
    phone: Phone, community: Client, at: SetClock, said: datetime, kept: datetime
) -> None:
    write(community)
    (told,) = phone.syncs()["instructions"]
    at(moment(15))
    confirm(phone, receipt(told, at=said))

    with people.as_owner():
        assert Receipt.objects.get().received_at == kept


def test_a_receipt_that_is_refused_keeps_no_other_one_out(phone: Phone, community: Client) -> None:
    write(community)
    (told,) = phone.syncs()["instructions"]
    sent = [
        {},
        receipt(told, "read"),
        receipt(told) | {"at": "yesterday"},
        receipt({"id": str(uuid4())}),
        receipt(told) | {"at": "0001-01-01T00:00:00+14:00"},
    ]

    results = confirm(phone, *sent)

    assert [(one["status"], one["code"]) for one in results] == [
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "not_found"),
        ("stored", ""),
    ]


@pytest.mark.parametrize("count", [0, 51])
def test_no_more_than_fifty_come_at_once(phone: Phone, count: int) -> None:
    said = {"sent_at": moment(12).isoformat(), "receipts": [{}] * count}

    assert phone.asks("POST", "/api/v1/sync/receipts", said).status_code == 422


@pytest.mark.parametrize(
    ("to", "worker", "neighbour"),
    [
        (f"area:{CITY.chengxianjie}", True, True),
        (f"area:{CITY.grid}", True, False),
        (f"area:{CITY.next_grid}", False, True),
        ("worker", True, False),
    ],
)
def test_it_goes_to_whom_it_is_addressed(
    desk: Desk, phone: Phone, community: Client, to: str, worker: bool, neighbour: bool
) -> None:
    other = of_next_grid()
    assert write(community, f"worker:{desk.worker.handle}" if to == "worker" else to).status_code == 302
    with people.as_owner():
        told = {"id": str(Instruction.objects.get().id)}

    for one, gets in ((phone, worker), (other, neighbour)):
        assert len(one.syncs()["instructions"]) == gets
        (result,) = confirm(one, receipt(told))
        assert result["status"] == ("stored" if gets else "refused")
    with people.as_owner():
        assert Receipt.objects.count() == worker + neighbour


def test_whoever_stands_in_a_grid_gets_what_is_said_there(
    desk: Desk, phone: Phone, community: Client
) -> None:
    other = someone("grid_worker", CITY.other_community_grid)
    stands_in = Phone()
    with people.as_owner():
        Cover.objects.create(
            id=uuid4(), account_id=other.id, area_code=CITY.grid, area_pos=CITY.pos(CITY.grid), named=True,
            starts_at=clock.now(), by="a drill",
        )  # fmt: skip
    assert stands_in.enrols(code_for(other, by=someone("street_officer", CITY.xinjiekou))).status_code == 201
    write(community, f"area:{CITY.grid}")

    assert len(stands_in.syncs()["instructions"]) == 1
    assert "0 of 2" in community.get(reverse("field:instructions")).content.decode()


def test_the_street_tells_all_its_communities_and_they_read_none_of_it(
    phone: Phone, community: Client
) -> None:
    street = centre("street_officer", CITY.xinjiekou)

    assert write(street, f"area:{CITY.xinjiekou}").status_code == 302
    assert len(phone.syncs()["instructions"]) == 1
    assert WORDS in street.get(reverse("field:instructions")).content.decode()
    assert WORDS not in community.get(reverse("field:instructions")).content.decode()


@pytest.mark.parametrize(
    ("hour", "urgent", "told_at", "not_at"),
    [
        (moment(21), "no", moment(9, day=2), moment(8, 59, day=2)),
        (moment(3, day=2), "no", moment(9, day=2), moment(8, 59, day=2)),
        (moment(21), "yes", moment(21), None),
        (moment(19, 59), "no", moment(20, 30), None),
        (moment(9), "no", moment(9), None),
    ],
)
def test_what_is_not_urgent_waits_for_the_morning(
    desk: Desk, at: SetClock, hour: datetime, urgent: str, told_at: datetime, not_at: datetime | None
) -> None:
    at(hour)
    phone = Phone()
    phone.enrols(code_for(desk.worker))
    write(centre(), urgent=urgent)
    if not_at:
        at(not_at)
        assert phone.syncs()["instructions"] == []
        with people.as_owner():
            told = {"id": str(Instruction.objects.get().id)}
        assert confirm(phone, receipt(told))[0]["code"] == "not_found"
    at(told_at)
    assert len(phone.syncs()["instructions"]) == 1


def test_it_ends_by_itself(phone: Phone, community: Client, at: SetClock) -> None:
    write(community)
    at(moment(7, 59, day=2))
    assert len(phone.syncs()["instructions"]) == 1
    at(moment(8, day=2))
    assert phone.syncs()["instructions"] == []


@pytest.mark.parametrize(
    ("hours", "urgent", "status"), [(-1, "no", 422), (0, "no", 422), (1, "no", 302), (168, "no", 302), (169, "no", 422)]
)  # fmt: skip
def test_it_holds_for_seven_days_at_most(
    phone: Phone, community: Client, hours: int, urgent: str, status: int
) -> None:
    until = f"{moment(12) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"

    assert write(community, until=until, urgent=urgent).status_code == status


def test_one_that_would_be_over_before_the_morning_is_refused(
    phone: Phone, community: Client, at: SetClock
) -> None:
    at(moment(22))

    assert write(community, until=f"{moment(7, day=2):%Y-%m-%dT%H:%M}").status_code == 422


def test_a_sync_in_which_nothing_changed_asks_one_statement_for_all_of_it(
    phone: Phone,
    community: Client,
    django_assert_num_queries: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gridward.field import told

    write(community)
    phone.syncs()
    worker = someone("grid_worker", CITY.grid)
    with people.acting(worker), django_assert_num_queries(1):
        found = told.get_told(by=worker, now=clock.now())
    assert len(found.instructions) == 1


@pytest.mark.parametrize(
    ("given", "until", "code"),
    [
        (moment(12), moment(13), "ok"),
        (moment(12), moment(12), "instruction_until"),
        (moment(12), moment(12, day=8), "ok"),
        (moment(12), moment(12, 1, day=8), "instruction_until"),
    ],
)
def test_the_rule_of_how_long_one_holds(given: datetime, until: datetime, code: str) -> None:
    outcome: Refusal | None = instructing.may_instruct(WORDS, given_at=given, expires_at=until)

    assert code_of(outcome) == code
