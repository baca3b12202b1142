"""Bodies of every kind that are sent to a phone's place for answers: the answer to each, and what is kept."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from gridward.field.models import Submission
from tests import people
from tests.dispatch.desk import Desk
from tests.field.collect import BOUNDARY, MULTIPART, Collect, answers, message, multipart, opened_for, tree
from tests.field.conftest import SetClock
from tests.field.filled import filled, jpeg, log, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def collect(desk: Desk, at: SetClock) -> Collect:
    return Collect(opened_for(desk.worker))


@pytest.fixture
def form(collect: Collect) -> UUID:
    return published("disinfection_log")


XML = "XML"
Body = Callable[[str], dict[str, Any]]


def _parts(*parts: tuple[str, str | None, bytes | str]) -> Body:
    def made(xml: str) -> dict[str, Any]:
        ready = tuple(
            (
                name,
                file,
                xml.encode()
                if content == XML
                else content
                if isinstance(content, bytes)
                else content.encode(),
            )
            for name, file, content in parts
        )
        return {"body": multipart(ready)}

    return made


def _whole(change: Callable[[bytes], bytes], kind: str = MULTIPART) -> Body:
    return lambda xml: {"body": change(multipart((answers(xml),))), "kind": kind}


SENT: dict[str, tuple[Body, int]] = {
    "as a file": (_parts(("xml_submission_file", "submission.xml", XML)), 201),
    "as a file with a Chinese name": (_parts(("xml_submission_file", "消毒.xml", XML)), 201),
    "as a plain field": (_parts(("xml_submission_file", None, XML)), 201),
    "with a field beside it": (_parts(("xml_submission_file", "s.xml", XML), ("note", None, "x")), 201),
    "with Collect's marker of an unfinished set": (
        _parts(("xml_submission_file", "s.xml", XML), ("*isIncomplete*", None, "yes")),
        201,
    ),
    "with an end in a lone line feed": (_whole(lambda body: body[:-2] + b"\n"), 201),
    "twice": (_parts(("xml_submission_file", "a.xml", XML), ("xml_submission_file", "b.xml", XML)), 400),
    "not at all": (_parts(("other", "s.xml", XML)), 400),
    "with no parts": (_parts(), 400),
    "empty": (_parts(("xml_submission_file", "s.xml", b"")), 400),
    "no XML": (_parts(("xml_submission_file", "s.xml", "hello")), 400),
    "XML that breaks off": (_parts(("xml_submission_file", "s.xml", '<data id="disinfection_log"')), 400),
    "in UTF-16": (lambda xml: {"body": multipart((answers(xml.encode("utf-16")),))}, 400),
    "with an entity": (
        _parts(("xml_submission_file", "s.xml", '<!DOCTYPE d [<!ENTITY e "x">]><data>&e;</data>')),
        400,
    ),
    "with an outside entity": (
        _parts(("xml_submission_file", "s.xml", '<!DOCTYPE d SYSTEM "file:///etc/passwd"><data/>')),
        400,
    ),
    "without a number": (
        lambda xml: {"body": multipart((answers(re.sub("<orx:meta>.*</orx:meta>", "", xml)),))},
        400,
    ),
    "with a number that is none": (
        lambda xml: {"body": multipart((answers(re.sub("uuid:[^<]*", "uuid:7", xml)),))},
        400,
    ),
    "of an unknown form": (_parts(("xml_submission_file", "s.xml", filled("nothing", {}))), 404),
    "of an unknown version": (
        _parts(("xml_submission_file", "s.xml", filled("disinfection_log", {}, version="9"))),
        404,
    ),
    "with a question nobody asks": (
        _parts(("xml_submission_file", "s.xml", filled("disinfection_log", log(religion="x")))),
        422,
    ),
    "with an answer missing": (
        _parts(("xml_submission_file", "s.xml", filled("disinfection_log", log(place=None)))),
        422,
    ),
    "with a photo nobody named": (
        _parts(("xml_submission_file", "s.xml", XML), ("1.jpg", "1.jpg", jpeg())),
        404,
    ),
    "with a photo that is none": (
        _parts(
            ("xml_submission_file", "s.xml", filled("disinfection_log", log(photo="1.jpg"))),
            ("p", "1.jpg", b"GIF89a"),
        ),
        422,
    ),
    "with a path for a photo's name": (
        _parts(("xml_submission_file", "s.xml", XML), ("p", "../../etc/passwd", jpeg())),
        400,
    ),
    "with a folder for a photo's name": (
        _parts(("xml_submission_file", "s.xml", XML), ("p", "a/b.jpg", jpeg())),
        400,
    ),
    "with a drive for a photo's name": (
        _parts(("xml_submission_file", "s.xml", XML), ("p", "C:\\\\a.jpg", jpeg())),
        400,
    ),
    "with a hidden photo": (_parts(("xml_submission_file", "s.xml", XML), ("p", ".jpg", jpeg())), 400),
    "with a very long photo's name": (
        _parts(("xml_submission_file", "s.xml", XML), ("p", "a" * 300 + ".jpg", jpeg())),
        400,
    ),
    "with too many photos": (
        _parts(("xml_submission_file", "s.xml", XML), *[("p", f"{n}.jpg", b"x") for n in range(150)]),
        413,
    ),
    "too large": (
        _parts(("xml_submission_file", "s.xml", XML), ("p", "1.jpg", bytes(11 * 1024 * 1024))),
        413,
    ),
    "with answers that are too large": (
        _parts(("xml_submission_file", "s.xml", b"<data>" + b"x" * 70_000)),
        413,
    ),
    "with a NUL in a field": (_parts(("xml_submission_file", "s.xml", XML), ("a", None, b"\0")), 422),
    "as JSON": (lambda xml: {"body": json.dumps({"xml": xml}).encode(), "kind": "application/json"}, 400),
    "as XML alone": (lambda xml: {"body": xml.encode(), "kind": "text/xml"}, 400),
    "as a form's fields": (
        lambda xml: {"body": b"xml_submission_file=x", "kind": "application/x-www-form-urlencoded"},
        400,
    ),
    "without a boundary": (_whole(lambda body: body, "multipart/form-data"), 400),
    "with another boundary": (_whole(lambda body: body, "multipart/form-data; boundary=other"), 400),
    "with an endless boundary": (
        _whole(lambda body: body, f"multipart/form-data; boundary={'a' * 300}"),
        400,
    ),
    "cut in the head of a part": (_whole(lambda body: body[:40]), 400),
    "nothing": (lambda xml: {"body": b""}, 400),
    "of the wrong sub-kind": (_whole(lambda body: body, f"multipart/mixed; boundary={BOUNDARY}"), 400),
}


@pytest.mark.parametrize("case", SENT)
def test_answers_that_are_sent(collect: Collect, form: UUID, case: str) -> None:
    made, status = SENT[case]

    answer = collect.sends(**made(filled("disinfection_log", log())))

    assert answer.status_code == status, answer.content
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert tree(answer).tag == "{http://openrosa.org/http/response}OpenRosaResponse" and message(answer)
    with people.as_owner():
        assert Submission.objects.count() == (status == 201)
