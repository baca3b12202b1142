"""The centre's pages of answers: a list that says nothing of them, and one opened with a reason the ledger keeps."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from gridward.field.models import Submission
from gridward.kernel.ids import new_id
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import Desk
from tests.field.conftest import SetClock
from tests.field.filled import filled, jpeg, log, order_over, published
from tests.field.phone import Phone, someone
from tests.field.test_submissions import bring, sent, submit

pytestmark = pytest.mark.django_db

SECRET = "台阶边有积水"


@pytest.fixture
def answer(desk: Desk, phone: Phone) -> str:
    said = sent(published("disinfection_log"), filled("disinfection_log", log(remarks=SECRET, photo="1.jpg")))
    submit(phone, said)
    bring(phone, said["id"], "1.jpg", jpeg())
    return str(said["id"])


def centre(area: str = "") -> Client:
    return people.client_of(someone("community_officer", area or people.city().chengxianjie))


def test_the_list_says_nothing_of_what_was_answered(answer: str, desk: Desk) -> None:
    page = centre().get(reverse("field:answers")).content.decode()

    assert "Disinfection log" in page and desk.worker.handle in page and "1 of 1" in page
    assert SECRET not in page and "3栋大堂" not in page


def test_before_anybody_answered_the_page_says_so(desk: Desk, at: SetClock) -> None:
    assert "Nothing was filled in here yet" in centre().get(reverse("field:answers")).content.decode()


def test_one_is_opened_with_a_reason_and_the_ledger_keeps_it(answer: str) -> None:
    client = centre()
    shut = client.get(reverse("field:answer", args=[answer]))

    opened = client.post(
        reverse("field:answer_open", args=[answer]), {"reason": "asked by the property staff"}
    )

    assert SECRET not in shut.content.decode()
    text = opened.content.decode()
    assert SECRET in text and "Door handles · Lift" in text and "data:image/jpeg;base64," in text
    assert opened["Cache-Control"] == "no-store"
    with people.as_owner():
        entry = LedgerEntry.objects.get(action="submission.open")
    assert entry.reason == "asked by the property staff" and SECRET not in str(entry.detail)


@pytest.mark.parametrize("reason", ["", "   ", "abc"])
def test_without_a_reason_nothing_is_opened(answer: str, reason: str) -> None:
    refused = centre().post(reverse("field:answer_open", args=[answer]), {"reason": reason})

    assert refused.status_code == 422 and SECRET not in refused.content.decode()


def test_another_community_sees_none_of_it(answer: str) -> None:
    client = centre(people.city().dashiqiao)

    assert answer not in client.get(reverse("field:answers")).content.decode()
    assert client.get(reverse("field:answer", args=[answer])).status_code == 404
    asked = client.post(reverse("field:answer_open", args=[answer]), {"reason": "curious about it"})
    assert asked.status_code == 404


def test_after_the_order_nobody_opens_it(answer: str, desk: Desk) -> None:
    order_over(desk)

    refused = centre().post(reverse("field:answer_open", args=[answer]), {"reason": "asked too late"})

    assert refused.status_code == 403 and SECRET not in refused.content.decode()


def test_long_lists_are_paged(answer: str, desk: Desk) -> None:
    with people.as_owner():
        row = Submission.objects.get()
        for _one in range(60):
            row.pk = new_id()
            row.save(force_insert=True)
    client = centre()

    first = client.get(reverse("field:answers")).content.decode()
    more = re.search(r'href="(\?after=[^"]+)"', first)

    assert more and first.count("Disinfection log") >= 50
    second = client.get(reverse("field:answers") + more[1].replace("&amp;", "&")).content.decode()
    assert second.count('href="/answers/') >= 11
