"""A list over the limit is refused before it is read, or as soon as it is seen to be too long; nothing is kept."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from gridward.governance import api as governance
from gridward.intake.models import Batch
from gridward.intake.web.forms import LIMIT_MB
from gridward.kernel.models import LedgerEntry
from gridward.kernel.web import uploads
from tests import people

pytestmark = pytest.mark.django_db
STUDENT = ",".join(people.row_about(people.returning_student))
GOOD = f"姓名,证件号码,手机号,现住址\n{STUDENT}\n"


class Unread(io.RawIOBase):
    """A body nobody may touch."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Client:
    return people.client_of(people.actor_of("intake_officer", city.city))


def body(order: governance.OrderView, content: bytes) -> dict[str, object]:
    file = SimpleUploadedFile("list.csv", content)
    return {"channel": "health-list", "order": str(order.id), "file": file}


def limited(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let a page of lists take so many bytes: its megabytes are smaller ones."""
    monkeypatch.setattr(uploads, "MB", most / LIMIT_MB)


def nothing_was_kept() -> bool:
    with people.as_owner():
        kept = Batch.objects.exists()
    return not kept and not list((Path(settings.DATA) / "inbox").glob("tmp*"))


def test_a_body_that_says_it_is_too_long_is_refused_unread(officer: Client) -> None:
    answer = officer.request(
        REQUEST_METHOD="POST",
        PATH_INFO="/lists/new",
        CONTENT_TYPE=MULTIPART_CONTENT,
        CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )

    page = answer.content.decode()
    assert answer.status_code == 413
    assert "This is too large." in page and "64 MB" in page and "too_large" in page
    assert nothing_was_kept()
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="endpoint.refuse", result="too_large").count() == 1


def test_a_file_that_turns_out_too_long_is_refused_while_it_is_read(
    officer: Client, street: governance.OrderView, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, 200_000)
    rows = GOOD + f"{STUDENT}\n" * 10_000
    assert 200_000 < len(rows.encode()) < 200_000 + uploads.FORM_ROOM

    answer = officer.post("/lists/new", body(street, rows.encode()))

    assert answer.status_code == 413 and "This is too large." in answer.content.decode()
    assert nothing_was_kept()


def test_a_file_just_within_the_limit_is_taken(
    officer: Client, street: governance.OrderView, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, len(GOOD.encode()))

    assert officer.post("/lists/new", body(street, GOOD.encode())).status_code == 302
    assert officer.post("/lists/new", body(street, f"{GOOD}\n".encode())).status_code == 413


def test_two_files_in_one_form_are_counted_together(
    officer: Client, street: governance.OrderView, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, int(len(GOOD.encode()) * 1.5))
    form = body(street, GOOD.encode()) | {"second": SimpleUploadedFile("more.csv", GOOD.encode())}

    assert officer.post("/lists/new", form).status_code == 413
    assert nothing_was_kept()


@pytest.mark.parametrize("field", ["channel", "order", "name"])
def test_a_sign_no_text_can_hold_is_refused_wherever_it_stands(
    field: str, officer: Client, street: governance.OrderView
) -> None:
    form = body(street, GOOD.encode())
    if field != "name":
        form[field] = f"{form[field]}\0"
    content = encode_multipart(BOUNDARY, form)
    if field == "name":
        content = content.replace(b"list.csv", b"li\0st.csv")

    answer = officer.generic("POST", "/lists/new", content, MULTIPART_CONTENT)

    assert answer.status_code in (302, 422)
    with people.as_owner():
        assert not [one.filename for one in Batch.objects.all() if "\0" in one.filename]


def test_a_length_that_is_none_is_no_way_in(officer: Client, street: governance.OrderView) -> None:
    content = encode_multipart(BOUNDARY, body(street, GOOD.encode()))
    for length in ("", "many", "-1"):
        answer = officer.request(
            REQUEST_METHOD="POST",
            PATH_INFO="/lists/new",
            CONTENT_TYPE=MULTIPART_CONTENT,
            CONTENT_LENGTH=length,
            **{"wsgi.input": io.BytesIO(content)},
        )

        assert answer.status_code in (400, 422), length
    assert nothing_was_kept()


def test_an_upload_without_the_forms_token_is_refused(
    street: governance.OrderView, city: people.City
) -> None:
    actor = people.actor_of("intake_officer", city.city)
    signed_in = people.client_of(actor)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.cookies = signed_in.cookies

    forged = strict.post("/lists/new", body(street, GOOD.encode()))
    strict.get("/lists/new")
    token = strict.cookies["csrftoken"].value
    honest = strict.post("/lists/new", body(street, GOOD.encode()) | {"csrfmiddlewaretoken": token})

    assert (forged.status_code, honest.status_code) == (403, 302)


@pytest.mark.parametrize(("role", "status"), [("grid_worker", 403), ("nobody", 401)])
def test_who_may_send_nothing_is_refused_before_a_byte_is_read(
    role: str, status: int, street: governance.OrderView, city: people.City
) -> None:
    client = Client() if role == "nobody" else people.client_of(people.actor_of(role, city.grid))

    answer = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO="/lists/new",
        CONTENT_TYPE=MULTIPART_CONTENT,
        CONTENT_LENGTH="1000",
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == status
