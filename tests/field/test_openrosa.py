"""
What a phone with ODK Collect asks and what it gets: request -> status, headers, body.

The rows are what Collect's own parsers demand (a header, a prefix, a status: else the whole list counts as broken), and
what the OpenRosa specifications say.
"""

import hashlib
import re
from uuid import UUID, uuid4

import pytest

from gridward.dispatch.models import Task
from gridward.field.models import Photo, Submission
from gridward.field.web.rosa import LIST, MANIFEST
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk
from tests.field.collect import Collect, answers, message, opened_for, texts, tree
from tests.field.conftest import SetClock
from tests.field.filled import filled, jpeg, log, published, visited
from tests.field.phone import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def collect(desk: Desk, at: SetClock) -> Collect:
    return Collect(opened_for(desk.worker))


@pytest.fixture
def form(collect: Collect) -> UUID:
    return published("disinfection_log")


@pytest.fixture
def household(desk: Desk, collect: Collect) -> UUID:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    with people.as_owner():
        return Task.objects.get().id


ASKED = [
    ("GET", "formList"),
    ("GET", "forms/{form}"),
    ("GET", "forms/{form}/manifest"),
    ("GET", "integrity?id=a"),
    ("HEAD", "submission?deviceID=collect:abc"),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_answer_says_the_version_and_how_much_is_taken(
    collect: Collect, form: UUID, method: str, path: str
) -> None:
    answer = collect.asks(method, path.format(form=form))

    assert answer.status_code in (200, 204)
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert answer["X-OpenRosa-Accept-Content-Length"] == "10485760"
    assert answer["Date"].endswith("GMT")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize("said", [None, "", "2.0", "1.0.1", "one"])
def test_a_request_without_the_version_is_refused(
    collect: Collect, form: UUID, method: str, path: str, said: str | None
) -> None:
    answer = collect.asks(method, path.format(form=form), X_OpenRosa_Version=said)

    assert (answer.status_code, answer["X-OpenRosa-Version"]) == (400, "1.0")


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize("token", ["gc_nobody", "x", "%00", "gd_' or 1=1", "gc_" + "a" * 3_000])
def test_a_token_nobody_was_given_opens_nothing(form: UUID, method: str, path: str, token: str) -> None:
    answer = Collect(token).asks(method, path.format(form=form))

    assert answer.status_code in (403, 422)
    assert answer["X-OpenRosa-Version"] == "1.0"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
def test_the_list_is_only_read(collect: Collect, method: str) -> None:
    assert collect.asks(method, "formList").status_code == 405


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_answers_are_only_sent(collect: Collect, method: str) -> None:
    assert collect.asks(method, "submission").status_code == 405


def test_the_list_has_what_collect_demands_of_it(collect: Collect, form: UUID) -> None:
    visit = published("visit_outcome")

    answer = collect.asks("GET", "formList")
    listed = texts(answer, of="xform", namespace=LIST)

    assert answer["Content-Type"].startswith("text/xml")
    assert [one["formID"] for one in listed] == ["disinfection_log", "visit_outcome"]
    for one in listed:
        assert one["name"] and one["version"] == "2026112802"
        assert re.fullmatch("md5:[0-9a-f]{32}", one["hash"])
        assert one["downloadUrl"].startswith(f"http://testserver{collect.base}/forms/")
    assert "manifestUrl" not in listed[0], "no files, no manifest: Collect would ask in vain"
    assert listed[1]["manifestUrl"].endswith(f"/forms/{visit}/manifest")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?formID=disinfection_log", 1),
        ("?formID=nothing", 0),
        ("?formID=", 1),
        ("?formID=%27", 0),
        ("?other=1", 1),
    ],
)
def test_the_list_is_narrowed_by_the_form(collect: Collect, form: UUID, asked: str, found: int) -> None:
    assert len(texts(collect.asks("GET", f"formList{asked}"), of="xform", namespace=LIST)) == found


def test_without_forms_the_list_is_empty_and_well_made(collect: Collect) -> None:
    answer = collect.asks("GET", "formList")

    assert tree(answer).tag == f"{{{LIST}}}xforms" and len(tree(answer)) == 0


def test_a_form_is_what_its_hash_says(collect: Collect, form: UUID) -> None:
    (listed,) = texts(collect.asks("GET", "formList"), of="xform", namespace=LIST)

    answer = collect.client.get(listed["downloadUrl"], headers=collect.headers)

    assert answer.status_code == 200
    assert f"md5:{hashlib.md5(answer.content, usedforsecurity=False).hexdigest()}" == listed["hash"]
    assert b"<h:html" in answer.content and "消毒".encode() in answer.content


@pytest.mark.parametrize("name", ["{other}", "nothing", "0", "..%2f..%2fetc", "%00"])
@pytest.mark.parametrize("what", ["", "/manifest", "/tasks.csv"])
def test_a_form_that_is_not_asked_is_not_there(collect: Collect, form: UUID, name: str, what: str) -> None:
    answer = collect.asks("GET", f"forms/{name.format(other=uuid4())}{what}")

    assert answer.status_code in (404, 422)


def test_a_form_without_files_has_an_empty_manifest(collect: Collect, form: UUID) -> None:
    answer = collect.asks("GET", f"forms/{form}/manifest")

    assert (answer.status_code, tree(answer).tag, len(tree(answer))) == (200, f"{{{MANIFEST}}}manifest", 0)
    assert collect.asks("GET", f"forms/{form}/tasks.csv").status_code == 404


def test_the_manifest_lists_the_workers_own_open_tasks(collect: Collect, household: UUID) -> None:
    form = published("visit_outcome")

    answer = collect.asks("GET", f"forms/{form}/manifest")
    (file,) = texts(answer, of="mediaFile", namespace=MANIFEST)
    content = collect.client.get(file["downloadUrl"], headers=collect.headers)

    assert tree(answer)[0].attrib == {"type": "entityList"}
    assert file["filename"] == "tasks.csv"
    assert file["hash"] == f"md5:{hashlib.md5(content.content, usedforsecurity=False).hexdigest()}"
    assert file["integrityUrl"].endswith("/integrity")
    head, row = content.content.decode().strip().split("\n")
    assert head == "name,label,__version,priority,due_at,people_count"
    assert row.startswith(f"{household},") and row.endswith(",2")
    assert not any(person.name in content.content.decode() for person in (STUDENT, MOTHER)), (
        "doors, nobody's name"
    )


def test_integrity_says_which_households_are_over(collect: Collect, household: UUID) -> None:
    answer = collect.asks("GET", f"integrity?id={household},{uuid4()},x%3C%26")

    (entities,) = tree(answer)
    assert [(one.attrib["id"] == str(household), one[0].tag, one[0].text) for one in entities] == [
        (True, "deleted", "false"),
        (False, "deleted", "true"),
        (False, "deleted", "true"),
    ]


@pytest.mark.parametrize("asked", ["", "?id=", "?id=,,,"])
def test_integrity_of_nothing_is_nothing(collect: Collect, asked: str) -> None:
    (entities,) = tree(collect.asks("GET", f"integrity{asked}"))
    assert (entities.tag, len(entities)) == ("entities", 0)


def test_the_place_for_answers_says_so_with_204(collect: Collect) -> None:
    answer = collect.asks("HEAD", "submission?deviceID=collect:abc")

    assert (answer.status_code, answer.content) == (204, b"")


def test_a_visit_comes_in_and_closes_the_household(collect: Collect, household: UUID) -> None:
    published("visit_outcome")

    answer = collect.sends(answers(filled("visit_outcome", visited({"id": household}))))

    assert answer.status_code == 201, answer.content
    assert tree(answer)[0].attrib == {"nature": "submit_success"}
    with people.as_owner():
        assert Task.objects.get().state == "closed"
    assert b"true" in collect.asks("GET", f"integrity?id={household}").content


def test_the_same_answers_again_are_taken_for_what_they_are(collect: Collect, form: UUID) -> None:
    xml = filled("disinfection_log", log())

    assert [collect.sends(answers(xml)).status_code for _time in range(3)] == [201, 201, 201]
    with people.as_owner():
        assert Submission.objects.count() == 1


def test_other_answers_under_the_same_number_are_refused(collect: Collect, form: UUID) -> None:
    name = uuid4()
    first = collect.sends(answers(filled("disinfection_log", log(), instance=name)))
    second = collect.sends(answers(filled("disinfection_log", log(minutes=31), instance=name)))

    assert (first.status_code, second.status_code) == (201, 409)
    assert tree(second)[0].attrib == {"nature": "error"}


def test_photos_come_with_the_answers_or_after_them(collect: Collect, form: UUID) -> None:
    xml = filled("disinfection_log", log(photo="1.jpg"))

    first = collect.sends(answers(xml))
    with people.as_owner():
        assert list(Photo.objects.values_list("name", "size")) == [("1.jpg", 0)]
    second = collect.sends(answers(xml), ("1.jpg", "1.jpg", jpeg()))
    third = collect.sends(answers(xml), ("1.jpg", "1.jpg", jpeg()))

    assert [one.status_code for one in (first, second, third)] == [201, 201, 201]
    with people.as_owner():
        assert list(Photo.objects.values_list("name", "size")) == [("1.jpg", len(jpeg(notes=b"")))]


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "编号"), ("zh-TW", "編號"), ("en", "number")])
def test_a_refusal_is_said_in_the_phones_language(
    collect: Collect, form: UUID, language: str, word: str
) -> None:
    name = uuid4()
    collect.sends(answers(filled("disinfection_log", log(), instance=name)))
    collect.headers["Accept-Language"] = language

    other = collect.sends(answers(filled("disinfection_log", log(minutes=31), instance=name)))

    assert word in message(other)


def test_a_refusal_is_chinese_unless_the_phone_asks_otherwise(collect: Collect, form: UUID) -> None:
    assert re.search("[\u4e00-\u9fff]{4}", message(collect.sends(answers("no xml"))))


def test_a_refused_step_is_shown_and_the_answers_are_kept(
    collect: Collect, household: UUID, at: SetClock
) -> None:
    published("visit_outcome")
    collect.headers["Accept-Language"] = "en"
    collect.asks("GET", "formList")
    at(moment(21))

    answer = collect.sends(answers(filled("visit_outcome", visited({"id": household}))))

    assert answer.status_code == 201
    assert message(answer).startswith("Stored.") and len(message(answer)) > len("Stored."), message(answer)
