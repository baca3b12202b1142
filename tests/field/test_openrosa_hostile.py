"""Bodies that somebody tampered with: a refusal with a reason or answers that are kept, never an error of the house."""

import random
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import RequestFactory

from gridward.field.models import Submission
from gridward.field.web.rosa import MOST_BODY, parts_of
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import Desk
from tests.field.collect import BOUNDARY, MULTIPART, Collect, answers, multipart, opened_for, tree
from tests.field.conftest import SetClock
from tests.field.filled import filled, jpeg, log, published

pytestmark = pytest.mark.django_db

#: What breaks parsers: ends of lines, dashes, quotes, NUL, half characters, entities, lengths, names that lead away.
SPARKS = (
    b"\r\n", b"\n", b"--", BOUNDARY.encode(), b'"', b"\0", b"\xff", b"\xe6\xb6", b"&b;",
    b"../../", b"%00", b"name=",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"Content-Transfer-Encoding: base64\r\n", b"filename*=utf-8''%2e%2e%2fa", b";",
    b"Content-Length: 9999999", b"=" * 40, b"xml_submission_file", b"<![CDATA[", b"]]>", b"</data>",
    "点".encode("utf-16"),
)  # fmt: skip
Change = Callable[[random.Random, bytes], bytes]


def cut(by: random.Random, body: bytes) -> bytes:
    return body[: by.randrange(len(body))]


def sparked(by: random.Random, body: bytes) -> bytes:
    at = by.randrange(len(body))
    return body[:at] + by.choice(SPARKS) + body[at:]


def turned(by: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _one in range(by.randrange(1, 6)):
        changed[by.randrange(len(changed))] = by.randrange(256)
    return bytes(changed)


def doubled(by: random.Random, body: bytes) -> bytes:
    start, end = sorted(by.randrange(len(body)) for _one in range(2))
    return body[:end] + body[start:end] * by.randrange(1, 4) + body[end:]


def left_out(by: random.Random, body: bytes) -> bytes:
    start = by.randrange(len(body))
    return body[:start] + body[start + by.randrange(1, 60) :]


CHANGES: tuple[Change, ...] = (cut, sparked, turned, doubled, left_out)


def tampered(by: random.Random, body: bytes) -> bytes:
    for _time in range(by.randrange(1, 4)):
        body = by.choice(CHANGES)(by, body) or b"-"
    return body


def whole() -> bytes:
    return multipart(
        (
            answers(filled("disinfection_log", log(photo="1.jpg"))),
            ("1.jpg", "1.jpg", jpeg()),
            ("note", None, b"x"),
        )
    )


def read(body: bytes, kind: str = MULTIPART) -> object:
    request = RequestFactory().generic("POST", "/", body, content_type=kind)
    return parts_of(request)  # type: ignore[arg-type]  # Django's own request is all it needs


@pytest.mark.parametrize("count", [1_500, pytest.param(20_000, marks=pytest.mark.heavy)])
def test_parts_are_read_or_refused_whatever_comes(count: int) -> None:
    by, body = random.Random(count), whole()
    refused = 0
    for _one in range(count):
        outcome = read(tampered(by, body))
        if isinstance(outcome, Refusal):
            refused += 1
            assert 400 <= outcome.status < 500 and outcome.title and outcome.advice
        else:
            assert isinstance(outcome, tuple) and isinstance(outcome[0], bytes)

    assert count // 10 < refused < count, "some can be read, some cannot: else nothing was tried"


@pytest.mark.parametrize(
    "kind",
    [
        "", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe4",
        "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; charset=nothing; boundary=a", "text/plain",
        "multipart/form-data; boundary=" + "x" * 10_000,
    ],
)  # fmt: skip
def test_a_kind_that_is_none_is_refused(kind: str) -> None:
    outcome = read(whole(), kind)

    assert isinstance(outcome, Refusal) and 400 <= outcome.status < 500


def test_no_more_is_kept_in_memory_than_a_phone_may_send() -> None:
    body = multipart((answers(b"<data/>"), *[("p", f"{n}.jpg", bytes(1024 * 1024)) for n in range(11)]))
    outcome = read(body)

    assert len(body) > MOST_BODY
    assert isinstance(outcome, Refusal) and outcome.status == 413


@pytest.fixture
def collect(desk: Desk, at: SetClock) -> Collect:
    return Collect(opened_for(desk.worker))


@pytest.fixture
def form(collect: Collect) -> UUID:
    return published("disinfection_log")


@pytest.mark.parametrize("count", [60, pytest.param(2_000, marks=pytest.mark.heavy)])
def test_at_the_door_everything_is_answered_with_a_reason(collect: Collect, form: UUID, count: int) -> None:
    by = random.Random(count)
    statuses = []
    for _one in range(count):
        body = tampered(by, whole())
        answer = collect.sends(body=body)
        statuses.append(answer.status_code)
        assert answer.status_code == 201 or 400 <= answer.status_code < 500, body
        assert tree(answer)[0].text and answer["X-OpenRosa-Version"] == "1.0"

    with people.as_owner():
        assert Submission.objects.count() == statuses.count(201)
    assert len(set(statuses)) > 1
