"""The pages by the front door: a list goes in, its count adds up, its sender reads the answers and nothing else."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.columns import confirmed

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
HEAD = "姓名,证件号码,手机号,现住址"
STUDENT = ",".join(people.row_about(people.returning_student))
NAMES = [one.name for one in people.EVERYBODY]
NUMBERS = [value for one in people.EVERYBODY for value in (one.phone, one.id_number)]


def upload(client: Client, text: str, *, channel: str = "health-list", name: str = "list.csv") -> object:
    order = governance.get_active_orders(now=clock.now())
    form = {
        "channel": channel,
        "order": str(order[0].id) if order else "",
        "file": SimpleUploadedFile(name, text.encode()),
    }
    return confirmed(client, client.post("/lists/new", form))


@pytest.fixture
def officer(street: governance.OrderView, city: people.City, actor_of: MakeActor) -> Client:
    return people.client_of(actor_of("intake_officer", city.city))


def test_an_uploaded_list_leads_to_its_page_which_adds_up(officer: Client) -> None:
    rows = [STUDENT, STUDENT, ",,13900000000,", "赵无处,,,南京市玄武区"]
    sent = upload(officer, "\n".join([HEAD, *rows]) + "\n")
    assert sent.status_code == 302
    before = officer.get(sent.url).content.decode()
    assert 'hx-trigger="every 2s"' in before

    outbox.drain_all()
    page = officer.get(sent.url).content.decode()

    assert "every 2s" not in page
    words = " ".join(page.replace("<strong>", "").replace("</strong>", "").split())
    assert "4 rows = 3 accepted + 1 rejected" in words
    assert "3 accepted = 1 merged + 1 new + 1 waiting" in words
    assert "The name is missing." in page and "Rows: 4" in words
    assert "证件号码" in page
    assert not [one for one in (*NAMES, *NUMBERS) if one in page]


def test_what_the_reader_noticed_stands_on_the_lists_page(officer: Client) -> None:
    name, number, phone, address = people.row_about(people.returning_student)
    rows = [
        "同乘人员名单,,,",
        HEAD,
        f"{name},{number[:-1]},{phone},{address}",
        f"{name},{number},12,{address}",
    ]
    sent = upload(officer, "\n".join(rows) + "\n", name="list.xlsx")
    outbox.drain_all()

    page = " ".join(officer.get(sent.url).content.decode().split())

    assert "The column names were found in row 2; the rows above it were skipped." in page
    assert "The file name does not fit: the content is csv and was read as that." in page
    assert "<strong>1</strong> · Rows with a document number that could not be used." in page
    assert "<strong>1</strong> · Rows with a telephone number that could not be used." in page


def test_a_list_with_nothing_to_notice_says_nothing(officer: Client) -> None:
    sent = upload(officer, f"{HEAD}\n{STUDENT}\n")
    outbox.drain_all()

    assert "What the reader noticed" not in officer.get(sent.url).content.decode()


def test_the_rejects_come_as_numbers_and_reasons_only(officer: Client) -> None:
    sent = upload(officer, f"{HEAD}\n,,13900000000,\n{STUDENT}\n")
    outbox.drain_all()

    answer = officer.get(f"{sent.url}/rejects.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf") and answer["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["row_number", "column", "code", "message"],
        ["2", "name", "name_missing", "The name is missing."],
    ]


def test_a_list_sent_twice_is_one_list_and_says_so(officer: Client) -> None:
    first = upload(officer, f"{HEAD}\n{STUDENT}\n")
    again = upload(officer, f"{HEAD}\n{STUDENT}\n", name="other.csv")

    assert again.url == first.url
    assert "was sent before" in officer.get(again.url).content.decode()


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (f"{HEAD},民族\n{STUDENT},x\n", 422, "must not be collected"),
        ("王小明,三班,无\n李建国,二班,无\n", 422, "holds the column names"),
        ("", 422, "empty"),
    ],
    ids=["forbidden column", "no columns", "empty file"],
)
def test_a_refused_list_says_why_on_the_form_and_nothing_of_it_is_kept(
    officer: Client, text: str, status: int, words: str
) -> None:
    answer = upload(officer, text)

    assert answer.status_code == status
    said = answer.content.decode().split("gw-form-errors")[1].split("</ul>")[0]
    assert words in said, said
    with people.as_owner():
        assert not Batch.objects.exclude(state="refused").exists()
        assert not Clue.objects.exists()
    assert not list((Path(settings.DATA) / "inbox").glob("tmp*"))


def test_without_an_order_there_is_no_upload_and_nothing_is_stored(
    city: people.City, actor_of: MakeActor
) -> None:
    client = people.client_of(actor_of("intake_officer", city.city))

    answers = [client.get("/lists/new"), upload(client, f"{HEAD}\n{STUDENT}\n")]

    assert [answer.status_code for answer in answers] == [403, 403]
    with people.as_owner():
        assert not Batch.objects.exists()


@pytest.mark.parametrize("path", ["/lists", "/lists/new", "/review", "/returns"])
def test_a_worker_has_none_of_these_pages(
    path: str, street: governance.OrderView, city: people.City, actor_of: MakeActor
) -> None:
    client = people.client_of(actor_of("grid_worker", city.grid))

    assert client.get(path).status_code == 403


def test_the_list_of_lists_pages_by_key_newest_first(officer: Client, tmp_path: Path) -> None:
    for number in range(3):
        upload(officer, f"{HEAD}\n{STUDENT}\n演练{number},,,南京市\n")
    outbox.drain_all()

    page = officer.get("/lists").content.decode()

    assert page.count('href="/lists/') >= 3 and "resolved" in page
    assert officer.get("/lists?after=nonsense~x").status_code == 404


def test_an_empty_house_says_what_is_missing(city: people.City, order: object, actor_of: MakeActor) -> None:
    client = people.client_of(actor_of("intake_officer", city.city))

    assert "No list has come in yet." in client.get("/lists").content.decode()
    assert "There is no channel yet." in client.get("/lists/new").content.decode()
    assert "Nothing waits in your area." in client.get("/review").content.decode()


# --- what comes back to the senders --------------------------------------------------------------------------------


def liaison(agency: str) -> Client:
    return people.client_of(people.actor_of("agency_liaison", agency=agency))


@pytest.fixture
def sent(street: governance.OrderView, tmp_path: Path) -> intake.BatchReport:
    rows = [people.row_about(people.returning_student), ("", "", "13900000000", "")]
    report = people.send_list(tmp_path, "health-list", rows)
    people.send_list(tmp_path, "police-list", [people.row_about(people.neighbour_across)])
    with people.as_owner():
        clue = Clue.objects.get(batch_id=report.batch_id)
        Clue.objects.filter(id=clue.id).update(
            state="closed", outcome="verified_present", outcome_at=clock.now(), outcome_reason="=seen at home"
        )
    return report


def test_a_department_sees_the_outcomes_of_its_own_rows(sent: intake.BatchReport) -> None:
    client = liaison("health")

    lists, page = (client.get(path).content.decode() for path in ("/returns", f"/returns/{sent.batch_id}"))

    assert lists.count('href="/returns/') >= 1 and "health-list" in lists and "police-list" not in lists
    assert "Lives here, checked" in page and "The name is missing." in page
    for text in (*NAMES, *NUMBERS, "珠江路"):
        assert text not in lists and text not in page


def test_the_outcomes_as_csv_hold_no_person_and_no_formula(sent: intake.BatchReport) -> None:
    answer = liaison("health").get(f"/returns/{sent.batch_id}.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["row_number", "status", "outcome", "outcome_at", "reason"]
    assert [(row["row_number"], row["status"], row["outcome"], row["reason"]) for row in rows] == [
        ("2", "closed", "verified_present", "'=seen at home"),
        ("3", "rejected", "", "name_missing"),
    ]
    assert not [value for value in (*NAMES, *NUMBERS, "珠江路") if value in text]


def test_a_refused_list_tells_its_sender_why_in_words(officer: Client) -> None:
    upload(officer, f"{HEAD},民族\n{STUDENT},x\n")
    with people.as_owner():
        refused = Batch.objects.get()

    lists, page = (liaison("health").get(p).content.decode() for p in ("/returns", f"/returns/{refused.id}"))

    assert "This list was refused. Nothing of it was kept." in page
    assert "must not be collected" in page and 'role="alert"' in page
    assert "No row of this list is known yet." not in page and "<progress" not in page.split("</header>")[-1]
    assert ">refused</span>" in lists


def test_a_list_that_is_being_resolved_says_so_to_its_sender(officer: Client) -> None:
    sent = upload(officer, f"{HEAD}\n{STUDENT}\n")

    page = liaison("health").get(sent.url.replace("/lists/", "/returns/")).content.decode()

    assert "being read and matched" in page and 'hx-trigger="every 2s"' in page
    assert "No row of this list is known yet." not in page


@pytest.mark.parametrize("agency", ["police", "transport"])
@pytest.mark.parametrize("ending", ["", ".csv"])
def test_a_list_of_another_department_does_not_exist(
    agency: str, ending: str, sent: intake.BatchReport
) -> None:
    assert liaison(agency).get(f"/returns/{sent.batch_id}{ending}").status_code == 404


@pytest.mark.parametrize("path", ["/lists", "/review", "/lists/new"])
def test_a_department_has_no_other_page(path: str, sent: intake.BatchReport) -> None:
    assert liaison("health").get(path).status_code == 403


def test_a_download_is_in_the_ledger(sent: intake.BatchReport) -> None:
    liaison("health").get(f"/returns/{sent.batch_id}.csv")

    with people.as_owner():
        assert LedgerEntry.objects.filter(action="batch.outcomes").count() == 1


def test_a_channel_that_appears_later_is_offered(officer: Client) -> None:
    intake.channel_create(
        code="late", agency_code="health", name="Late channel", purpose="case_finding", clue_kind="other",
        priority="P3", by=SYSTEM, now=clock.now(),
    )  # fmt: skip

    assert "Late channel" in officer.get("/lists/new").content.decode()
