"""The pages about lists: what came in, page by page, in both languages, and taking one in by the form."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import rules
from gridward.intake.models import Batch
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import CATALOGUE, Refusal
from tests import people
from tests.columns import confirmed
from tests.intake.test_receive import HEAD, end

pytestmark = pytest.mark.django_db
STUDENT = ",".join(people.row_about(people.returning_student))
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Client:
    return people.client_of(people.actor_of("intake_officer", city.city))


def post(client: Client, under: governance.OrderView, text: str, **changed: object) -> object:
    form: dict[str, object] = {
        "channel": "health-list", "order": str(under.id), "file": SimpleUploadedFile("list.csv", text.encode()),
    }  # fmt: skip
    form = {name: value for name, value in (form | changed).items() if value is not None}
    return confirmed(client, client.post("/lists/new", form))


def many(order: governance.OrderView, count: int) -> list[UUID]:
    """Return lists as they would have come in, newest first; every third in the same moment as the one before."""
    now = clock.now()
    with people.as_owner():
        batches = [
            Batch(
                id=uuid4(), channel_id="health-list", agency_code="health", order_id=order.id,
                area_pos=order.area_pos, content_hash=number.to_bytes(4), filename="x.csv", state="resolved",
                received_by="x", received_at=now - timedelta(minutes=number - (number % 3 == 0)),
            )
            for number in range(1, count + 1)
        ]  # fmt: skip
        Batch.objects.bulk_create(batches)
    return [one.id for one in sorted(batches, key=lambda one: (-one.received_at.timestamp(), one.id))]


def lists_on(page: str) -> list[UUID]:
    return [UUID(found) for found in dict.fromkeys(re.findall(r'href="/lists/([0-9a-f-]{36})"', page))]


def pages(client: Client) -> Iterator[list[UUID]]:
    address = "/lists"
    while address:
        page = client.get(address).content.decode()
        yield lists_on(page)
        more = re.search(r'class="gw-more".*?href="([^"]+)"', page, re.DOTALL)
        address = f"/lists{more[1]}".replace("&amp;", "&") if more else ""


def test_page_by_page_every_list_comes_once_newest_first(
    officer: Client, street: governance.OrderView
) -> None:
    wanted = many(street, 104)

    found = list(pages(officer))

    assert [len(page) for page in found] == [50, 50, 4]
    assert [one for page in found for one in page] == wanted


def test_a_place_in_the_lists_that_is_none_does_not_exist(officer: Client) -> None:
    now = clock.now().isoformat()
    for after in (f"{now}~x", f"x~{uuid4()}", "~", f"{now}~", "a~b~c"):
        assert officer.get("/lists", {"after": after}).status_code == (
            404 if after.partition("~")[2] else 200
        ), after
    for path in ("/lists/x", f"/lists/{uuid4()}", f"/lists/{uuid4()}/rejects.csv"):
        assert officer.get(path).status_code == 404, path


@pytest.mark.parametrize(("role", "area"), [("district_officer", "320102"), ("street_officer", "320102003")])
def test_a_list_of_the_city_does_not_exist_for_a_narrower_centre(
    role: str, area: str, officer: Client, street: governance.OrderView, tmp_path: Path
) -> None:
    report = people.send_list(
        tmp_path, "health-list", [people.row_about(people.returning_student), ("", "", "1", "")]
    )
    narrow = people.actor_of(role, area)

    with people.acting(narrow):
        seen, rejects = intake.access_batch(report.batch_id), intake.get_rejects(report.batch_id)
        exports = [
            export(batch_id=report.batch_id, by=narrow, now=clock.now())
            for export in (intake.rejects_export, intake.outcomes_export)
        ]

    assert isinstance(seen, Refusal) and seen.code == "not_found"
    assert rejects == [] and all(isinstance(one, Refusal) for one in exports)
    client = people.client_of(narrow)
    for path in ("", f"/{report.batch_id}", f"/{report.batch_id}/rejects.csv"):
        assert client.get(f"/lists{path}").status_code == 403


#: What is left out of or wrong on the form.
FORMS: dict[str, dict[str, object]] = {
    "no file": {"file": None},
    "no channel": {"channel": None},
    "a channel that is none": {"channel": "bank-list"},
    "no order": {"order": ""},
    "an order that is none": {"order": "00000000-0000-0000-0000-000000000000"},
    "an order that is no id": {"order": "x"},
    "a name that is too long": {"file": SimpleUploadedFile("x" * 230 + ".csv", b"x")},
    "a text in place of a file": {"file": "/etc/passwd"},
}


def test_a_form_that_is_not_whole_says_so_and_takes_nothing(
    officer: Client, street: governance.OrderView
) -> None:
    for name, changed in FORMS.items():
        answer = post(officer, street, f"{HEAD}\n{STUDENT}\n", **changed)

        assert answer.status_code == 422, name  # type: ignore[attr-defined]
        assert "gw-form-errors" in answer.content.decode()  # type: ignore[attr-defined]
    with people.as_owner():
        assert not Batch.objects.exists()


def test_a_file_name_is_only_a_name(officer: Client, street: governance.OrderView) -> None:
    file = SimpleUploadedFile("x.csv", f"{HEAD}\n{STUDENT}\n".encode())
    file.name = "../../<b>名单</b>.csv"

    sent = post(officer, street, "", file=file)
    page = officer.get(sent.url).content.decode()  # type: ignore[attr-defined]

    with people.as_owner():
        assert "/" not in Batch.objects.get().filename.replace("</b>", "")
    assert "<b>名单" not in page


def test_with_one_order_it_is_chosen_and_with_two_one_has_to_choose(
    officer: Client, street: governance.OrderView
) -> None:
    alone = officer.get("/lists/new").content.decode()
    other = people.signed_order(kind="flood")
    both = officer.get("/lists/new").content.decode()

    assert "Choose an order" not in alone and str(street.id) in alone
    assert "Choose an order" in both and str(other.id) in both
    sent = post(officer, other, f"{HEAD}\n{STUDENT}\n")
    with people.as_owner():
        assert Batch.objects.get(id=UUID(sent.url.rsplit("/", 1)[1])).order_id == other.id  # type: ignore[attr-defined]


def test_an_order_that_ends_while_the_form_is_open_takes_nothing(
    officer: Client, street: governance.OrderView
) -> None:
    assert officer.get("/lists/new").status_code == 200
    end(street)

    answer = post(officer, street, f"{HEAD}\n{STUDENT}\n")

    assert answer.status_code == 403  # type: ignore[attr-defined]
    with people.as_owner():
        assert not Batch.objects.exists()


def test_a_list_whose_order_ended_before_it_was_resolved_says_so_on_its_page(
    officer: Client, street: governance.OrderView
) -> None:
    sent = post(officer, street, f"{HEAD}\n{STUDENT}\n")
    connection.check_constraints()
    end(street)
    outbox.drain_all()

    page = officer.get(sent.url).content.decode()  # type: ignore[attr-defined]

    assert "This list was refused. Nothing of it was kept." in page
    assert str(CATALOGUE["order_inactive"].title) in page and "every 2s" not in page


def test_the_pages_of_a_list_speak_chinese(officer: Client, street: governance.OrderView) -> None:
    text = "\n".join(["名单,,,", HEAD, f"{STUDENT}", ",,15499999999,", "赵无处,12,15499999998,"]) + "\n"
    sent = post(officer, street, text)
    outbox.drain_all()

    page = officer.get(sent.url, headers=CHINESE).content.decode()  # type: ignore[attr-defined]
    overview = officer.get("/lists", headers=CHINESE).content.decode()
    form = officer.get("/lists/new", headers=CHINESE).content.decode()

    with translation.override("zh-hans"):
        words = [str(rules.REJECTS["name_missing"]), str(rules.NOTES["id_unusable"])]
    assert all(word in page for word in words)
    for english in (
        "How it adds up",
        "accepted",
        "Rejected rows",
        "the reader noticed",
        "The list",
        "was read as",
    ):
        assert english not in page, english
    assert "Asks avoided" not in overview and "resolved" not in overview.replace("/resolved", "")
    assert "Send the list in" not in form and "Choose a channel" not in form


def test_the_reasons_of_rejected_rows_are_grouped_with_their_first_rows(
    officer: Client, street: governance.OrderView
) -> None:
    rows = [",,15499999999,"] * 15 + ["赵无物,,,"] * 2
    sent = post(officer, street, "\n".join([HEAD, *rows, STUDENT]) + "\n")
    outbox.drain_all()

    page = " ".join(officer.get(sent.url).content.decode().split())  # type: ignore[attr-defined]

    assert f"Rows: {', '.join(map(str, range(2, 14)))}…" in page
    assert "Rows: 17, 18</span>" in page


# --- channels -------------------------------------------------------------------------------------------------------


def test_a_channel_opened_again_changes_what_it_says_and_keeps_what_it_learnt(
    street: governance.OrderView, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    channel = intake.channel_create(
        code="health-list", agency_code="health", name="Contacts", purpose="case_finding", clue_kind="close_contact",
        priority="P1", by=SYSTEM, now=clock.now(),
    )  # fmt: skip

    assert intake.get_channel_names(["health-list", "nobody's"]) == {"health-list": "Contacts"}
    assert [one.code for one in intake.get_channels()] == ["health-list", "police-list", "transport-list"]
    assert channel.mapping["现住址"] == "address" and channel.priority == "P1"


def test_a_heading_that_was_learnt_serves_the_next_list_and_only_that_channel(
    street: governance.OrderView, tmp_path: Path
) -> None:
    with people.as_owner():
        channel = next(one for one in intake.get_channels() if one.code == "health-list")
        channel.mapping = {"客人通讯": "phone"}
        channel.save()
    rows = "\n".join(["姓名,客人通讯,现住址", "赵大年,15400000801,南京市玄武区"]) + "\n"
    found = {}
    for code in ("health-list", "police-list"):
        path = tmp_path / f"{code}.csv"
        path.write_text(rows, encoding="utf-8")
        by = people.actor_of("intake_officer", "3201")
        with people.acting(by):
            batch = intake.batch_receive(
                channel_code=code, path=path, filename=path.name, by=by, now=clock.now()
            )
        assert isinstance(batch, intake.BatchView)
        found[code] = batch.columns.get("phone")

    assert found == {"health-list": "客人通讯", "police-list": None}
