"""Which column is what: proposed with its reason, looked at once, remembered; nothing is a clue until then."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import inbox
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.sealing import SealBroken
from tests import people
from tests.columns import confirmed, proposed

pytestmark = pytest.mark.django_db
HEAD = "姓名,证件号码,手机号,现住址"
EVERYBODY = "\n".join(",".join(people.row_about(one)) for one in people.EVERYBODY)
PHONES = [pack("cn").synthetic_phone(number) for number in range(900, 904)]


@pytest.fixture
def clerk(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("intake_officer", city.city)


@pytest.fixture
def page(clerk: Actor) -> Client:
    return people.client_of(clerk)


def sent(client: Client, text: str, *, channel: str = "health-list") -> object:
    (order,) = governance.get_active_orders(now=clock.now())
    file = SimpleUploadedFile("list.csv", text.encode())
    return client.post("/lists/new", {"channel": channel, "order": str(order.id), "file": file})


def state_of(url: str) -> str:
    with people.as_owner():
        return Batch.objects.get(id=UUID(url.split("/")[2])).state


def everything_in(batch_id: UUID) -> bytes:
    return b"".join(path.read_bytes() for path in inbox.inbox_path(batch_id).parent.glob(f"{batch_id}*"))


def test_a_channels_first_list_waits_for_a_look_and_nothing_of_it_is_a_clue(page: Client) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")
    outbox.drain_all()

    with people.as_owner():
        assert not Clue.objects.exists()
        batch = Batch.objects.get()
    assert (answer.url, batch.state) == (f"/lists/{batch.id}/mapping", "mapping")  # type: ignore[attr-defined]
    assert not inbox.inbox_path(batch.id).exists()
    kept = everything_in(batch.id)
    assert kept and not [
        one for one in people.EVERYBODY if one.phone.encode() in kept or one.name.encode() in kept
    ]


def test_the_preview_says_what_each_column_would_be_read_as_why_and_shows_it_masked(page: Client) -> None:
    answer = sent(
        page, f"序号,{HEAD}\n" + "\n".join(f"{n},{row}" for n, row in enumerate(EVERYBODY.split("\n")))
    )

    text = page.get(answer.url).content.decode()  # type: ignore[attr-defined]

    assert proposed(text) == {
        "field-序号": "", "field-姓名": "name", "field-证件号码": "id_number", "field-手机号": "phone",
        "field-现住址": "address",
    }  # fmt: skip
    assert "The heading says so." in text and "looks like telephone numbers" in text
    assert "王**" in text and pack("cn").mask_phone(people.returning_student.phone) in text
    for one in people.EVERYBODY:
        assert one.phone not in text and one.id_number not in text and one.name not in text
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="batch.look").count() == 1


def test_what_was_confirmed_is_remembered_and_the_next_such_list_needs_no_look(page: Client) -> None:
    first = confirmed(page, sent(page, f"{HEAD}\n{EVERYBODY}\n"))
    outbox.drain_all()

    again = sent(page, "现住址,姓名,手机号,证件号码\n南京市玄武区,赵再来,15400000888,\n")
    other = sent(page, f"{HEAD}\n{EVERYBODY}\n", channel="police-list")

    assert state_of(first.url) == "resolved" and state_of(again.url) == "received"  # type: ignore[attr-defined]
    assert not again.url.endswith("/mapping"), "the order of columns does not matter"  # type: ignore[attr-defined]
    assert other.url.endswith("/mapping"), "another channel remembers for itself"  # type: ignore[attr-defined]
    with people.as_owner():
        assert Batch.objects.get(state="resolved").columns["phone"] == "手机号"


def test_headings_that_differ_from_the_last_ones_are_told(page: Client) -> None:
    confirmed(page, sent(page, f"{HEAD}\n{EVERYBODY}\n"))

    answer = sent(page, f"姓名,证件号码,手机号,住所\n{EVERYBODY}\n")

    text = " ".join(page.get(answer.url).content.decode().split())  # type: ignore[attr-defined]
    assert "The headings differ from what this channel sent before." in text
    assert "Gone: 现住址" in text and "New: 住所" in text


def test_the_clerks_word_counts_and_not_the_proposal(
    page: Client, django_capture_on_commit_callbacks: Any
) -> None:
    rows = "\n".join(f"{one.name},{one.phone},{one.address}" for one in people.EVERYBODY)
    answer = sent(page, f"姓名,客人通讯,落脚\n{rows}\n")
    offered = proposed(page.get(answer.url).content.decode())  # type: ignore[attr-defined]
    assert offered == {"field-姓名": "name", "field-客人通讯": "phone", "field-落脚": "address"}, (
        "by what stands there"
    )

    word = {"field-姓名": "name", "field-客人通讯": "phone", "field-落脚": ""}
    with django_capture_on_commit_callbacks(execute=True):
        said = page.post(answer.url, word)  # type: ignore[attr-defined]
        outbox.drain_all()

    assert state_of(said.url) == "resolved"
    with people.as_owner():
        batch = Batch.objects.get()
        assert (batch.accepted_count, batch.columns) == (
            len(people.EVERYBODY), {"name": "姓名", "phone": "客人通讯"},
        )  # fmt: skip
        assert Clue.objects.filter(phone_key__isnull=False).count() == len(people.EVERYBODY)
    assert not everything_in(batch.id), "the file is gone when the list is resolved"


def test_which_of_two_equal_headings_is_meant_can_be_said(page: Client) -> None:
    rows = "\n".join(
        f"{one.name},{phone},{one.phone}" for one, phone in zip(people.EVERYBODY, PHONES, strict=True)
    )
    answer = sent(page, f"姓名,手机号,手机号\n{rows}\n")

    said = page.post(answer.url, {"field-姓名": "name", "field-手机号#2": "phone"})  # type: ignore[attr-defined]
    outbox.drain_all()

    assert state_of(said.url) == "resolved"
    with people.as_owner():
        assert Clue.objects.filter(match_rule__startswith="phone").count() == len(people.EVERYBODY)


def test_telephones_in_the_column_of_document_numbers_are_told_and_need_a_second_word(page: Client) -> None:
    rows = "\n".join(f"{one.name},{one.phone}" for one in people.EVERYBODY)
    answer = sent(page, f"姓名,证件号码\n{rows}\n")
    wrong = {"field-姓名": "name", "field-证件号码": "id_number"}

    told = page.post(answer.url, wrong)  # type: ignore[attr-defined]
    insisted = page.post(answer.url, wrong | {"sure": "on"})  # type: ignore[attr-defined]

    text = told.content.decode()
    assert (
        told.status_code == 422
        and "证件号码" in text
        and "does not look like" in text
        and 'name="sure"' in text
    )
    assert insisted.status_code == 302


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"field-姓名": "name"}, "It is not sure which column"),
        ({"field-手机号": "phone", "field-现住址": "address"}, "It is not sure which column"),
        ({"field-姓名": "name", "field-手机号": "phone", "field-现住址": "phone"}, "the same field"),
        ({}, "It is not sure which column"),
    ],
    ids=["nothing to find anybody by", "nobody's name", "one field twice", "nothing"],
)
def test_a_layout_nobody_could_act_on_stays_on_the_page(
    page: Client, form: dict[str, str], words: str
) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")

    told = page.post(answer.url, form)  # type: ignore[attr-defined]

    assert told.status_code == 422 and words in told.content.decode()
    assert state_of(answer.url) == "mapping"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "form", [{"field-姓名": "score"}, {"field-x": "name"}, {"field-姓名": "name", "field-": "phone"}]
)
def test_a_field_or_a_column_that_is_none_is_refused(page: Client, form: dict[str, str]) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")

    assert page.post(answer.url, form).status_code == 422  # type: ignore[attr-defined]
    assert state_of(answer.url) == "mapping"  # type: ignore[attr-defined]


def test_a_list_thrown_away_leaves_nothing_and_can_be_sent_again(page: Client) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")
    batch_id = UUID(answer.url.split("/")[2])  # type: ignore[attr-defined]

    assert page.post(f"/lists/{batch_id}/discard").status_code == 302
    inbox.sealed_path(batch_id).unlink(missing_ok=True)  # what the commit does

    assert state_of(answer.url) == "refused"  # type: ignore[attr-defined]
    assert page.post(f"/lists/{batch_id}/discard").status_code == 409
    assert page.get(answer.url).status_code == 409  # type: ignore[attr-defined]
    assert "thrown away" in page.get(f"/lists/{batch_id}").content.decode()
    again = sent(page, f"{HEAD}\n{EVERYBODY}\n")
    assert again.url != answer.url and again.url.endswith("/mapping")  # type: ignore[attr-defined]


def test_the_same_list_sent_while_it_waits_is_the_same_list(page: Client) -> None:
    first = sent(page, f"{HEAD}\n{EVERYBODY}\n")

    assert sent(page, f"{HEAD}\n{EVERYBODY}\n").url == first.url  # type: ignore[attr-defined]


def test_a_list_nobody_looks_at_for_a_day_is_given_up(page: Client) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")

    early = intake.batches_expire(now=clock.now() + timedelta(hours=23))
    late = intake.batches_expire(now=clock.now() + timedelta(hours=25))

    assert (early, late, state_of(answer.url)) == (0, 1, "refused")  # type: ignore[attr-defined]
    batch_page = page.get(answer.url.removesuffix("/mapping")).content.decode()  # type: ignore[attr-defined]
    assert "Nobody confirmed the columns of this list in time" in batch_page


def test_a_sealed_list_that_was_changed_or_moved_opens_for_nobody(page: Client) -> None:
    answers = [
        sent(page, f"{HEAD}\n{EVERYBODY}\n"),
        sent(page, f"{HEAD}\n{EVERYBODY}\n", channel="police-list"),
    ]
    first, second = (UUID(answer.url.split("/")[2]) for answer in answers)  # type: ignore[attr-defined]
    good = inbox.sealed_path(first).read_bytes()
    sealer = governance.sealer(governance.order_domain(governance.get_active_orders(now=clock.now())[0].id))

    for spoilt in (
        good[:-1],
        good[:-40] + b"\0" + good[-39:],
        good[:8],
        inbox.sealed_path(second).read_bytes(),
    ):
        inbox.sealed_path(first).write_bytes(spoilt)
        with pytest.raises(SealBroken):
            inbox.unseal(first, sealer)
        assert not inbox.inbox_path(first).exists()
    inbox.sealed_path(first).write_bytes(good)
    assert inbox.unseal(first, sealer)
    assert inbox.inbox_path(first).read_text(encoding="utf-8") == f"{HEAD}\n{EVERYBODY}\n"
    assert inbox.inbox_path(first).stat().st_mode & 0o077 == 0


def test_a_large_list_comes_out_of_its_seal_as_it_went_in(
    tmp_path: Path, street: governance.OrderView
) -> None:
    path, batch_id = tmp_path / "large", UUID(int=9)
    path.write_bytes(os.urandom(1024 * 1024) * 3 + b"and a rest")
    sealer = governance.sealer(governance.order_domain(street.id))

    inbox.keep_sealed(path, batch_id, head=b"{}", sealer=sealer)
    assert inbox.sealed_head(batch_id, sealer) == b"{}" and inbox.unseal(batch_id, sealer)

    assert inbox.inbox_path(batch_id).read_bytes() == path.read_bytes()
    inbox.inbox_path(batch_id).unlink()
    inbox.sealed_path(batch_id).unlink()


def test_a_narrower_centre_sees_no_list_that_waits(page: Client, city: people.City) -> None:
    answer = sent(page, f"{HEAD}\n{EVERYBODY}\n")
    elsewhere = people.client_of(people.actor_of("street_officer", "320102003"))

    assert elsewhere.get(answer.url).status_code in (403, 404)  # type: ignore[attr-defined]
    assert (Path(settings.DATA) / "inbox").stat().st_mode & 0o077 == 0
