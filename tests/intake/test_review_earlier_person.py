"""Somebody an earlier list named can be chosen in review: masked, by area and grant, and never by guessing an id."""

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client

from gridward.country.api import pack
from gridward.dispatch.models import Task
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people

pytestmark = pytest.mark.django_db
NUMBER = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
HERE = "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元301室"
QINHUAI = "南京市秦淮区中牌楼社区第1网格"


def phone(number: int) -> str:
    return pack("cn").synthetic_phone(600 + number)


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("street_officer", city.xinjiekou)


@pytest.fixture
def client(officer: Actor) -> Client:
    return people.client_of(officer)


def doubtful(folder: Path, *, earlier: str = HERE) -> tuple[Clue, Clue]:
    """Return the clue of an earlier list, and a row with its number under another surname, which waits."""
    people.send_list(folder, "health-list", [("赵大年", NUMBER, phone(1), earlier)])
    people.send_list(folder, "police-list", [("钱小燕", NUMBER, phone(2), HERE)])
    with people.as_owner():
        known, waiting = Clue.objects.order_by("id")
    assert (known.resident_id, waiting.waiting_reason) == (None, "name_disagrees")
    return known, waiting


def again(clue: Clue) -> Clue:
    with people.as_owner():
        return Clue.objects.get(id=clue.id)


def same_person(clue: Clue, by: Actor, person_id: UUID | None) -> object:
    with people.acting(by):
        return intake.review_decide(
            clue_id=clue.id, decision="same_person", person_id=person_id, by=by, now=clock.now()
        )


def test_a_case_offers_the_stranger_masked_with_what_agrees(
    client: Client, officer: Actor, tmp_path: Path
) -> None:
    known, waiting = doubtful(tmp_path)

    page = client.get(f"/review/{waiting.id}").content.decode()

    assert f'value="{known.person_id}"' in page
    marks = page.split('class="gw-agrees"')[1]
    assert "赵**" in page and (marks.count("differs"), marks.count("agrees")) == (3, 2)
    for value in ("赵大年", "钱小燕", NUMBER, phone(1), phone(2)):
        assert value not in page
    with people.as_owner():
        grant = AccessGrant.objects.get(account_id=officer.id)
        assert (grant.household_id, grant.basis_id) == (known.household_id, known.order_id)
        assert LedgerEntry.objects.filter(action="household.access", actor=officer.ledger_name).count() == 1


def test_choosing_the_stranger_joins_person_household_and_task(
    client: Client, officer: Actor, tmp_path: Path
) -> None:
    known, waiting = doubtful(tmp_path)

    answer = client.post(
        f"/review/{waiting.id}/decide", {"decision": "same_person", "person": str(known.person_id)}
    )
    outbox.drain_all()

    assert answer.status_code == 302
    decided = again(waiting)
    assert (decided.person_id, decided.household_id, decided.resident_id, decided.state) == (
        known.person_id, known.household_id, None, "dispatched",
    )  # fmt: skip
    with people.as_owner():
        assert Task.objects.count() == 1
    with people.acting(officer):
        opened = intake.open_clue_people(clue_ids=[waiting.id])[waiting.id]
    assert opened.name.reveal() == "钱小燕"


def test_a_stranger_outside_ones_area_is_counted_and_cannot_be_chosen(
    client: Client, officer: Actor, tmp_path: Path
) -> None:
    known, waiting = doubtful(tmp_path, earlier=QINHUAI)

    page = client.get(f"/review/{waiting.id}").content.decode()
    outcome = same_person(waiting, officer, known.person_id)

    assert "1 more person it may be about lives outside your area" in page and "赵**" not in page
    assert isinstance(outcome, Refusal) and outcome.code == "decision_unknown"
    assert again(waiting).state == "waiting"
    with people.as_owner():
        assert not AccessGrant.objects.filter(account_id=officer.id).exists()


def test_a_person_no_key_leads_to_cannot_be_chosen(officer: Actor, tmp_path: Path) -> None:
    _known, waiting = doubtful(tmp_path)
    people.send_list(tmp_path, "transport-list", [("孙不同", "", phone(9), HERE)])
    with people.as_owner():
        elsewhere = Clue.objects.get(channel_id="transport-list")

    for person_id in (elsewhere.person_id, uuid4(), None):
        outcome = same_person(waiting, officer, person_id)
        assert isinstance(outcome, Refusal) and outcome.code == "decision_unknown"
    assert again(waiting).state == "waiting"


def test_a_list_that_came_later_may_name_the_person_too(client: Client, tmp_path: Path) -> None:
    without_number = ("赵大年", "", phone(1), people.returning_student.address)
    people.send_list(tmp_path, "health-list", [without_number])
    people.send_list(tmp_path, "police-list", [("赵大年", NUMBER, phone(1), HERE)])
    with people.as_owner():
        waiting, later = Clue.objects.order_by("id")
    assert (waiting.waiting_reason, later.waiting_reason) == ("name_not_at_door", "")

    page = client.get(f"/review/{waiting.id}").content.decode()

    assert f'value="{later.person_id}"' in page and 'name="resident"' in page


def test_a_registered_person_an_earlier_list_gave_this_telephone_is_offered_as_registered(
    officer: Actor, client: Client, tmp_path: Path
) -> None:
    student = people.returning_student
    people.send_list(tmp_path, "health-list", [(student.name, student.id_number, phone(5), student.address)])
    people.send_list(tmp_path, "police-list", [(student.name, "", phone(5), people.neighbour_across.address)])
    with people.as_owner():
        sure, waiting = Clue.objects.order_by("id")
    assert waiting.waiting_reason == "name_not_at_door"

    answer = client.post(
        f"/review/{waiting.id}/decide", {"decision": "same_person", "resident": str(sure.resident_id)}
    )

    assert answer.status_code == 302
    assert again(waiting).person_id == sure.person_id


def test_the_grant_of_a_review_says_which_list_and_row(
    client: Client, officer: Actor, tmp_path: Path
) -> None:
    _known, waiting = doubtful(tmp_path)

    client.get(f"/review/{waiting.id}")

    with people.as_owner():
        reason = AccessGrant.objects.get(account_id=officer.id).reason
        told = LedgerEntry.objects.get(action="grant.brief").reason
    assert reason == told == f"review of list {waiting.batch_id}, row 2"
