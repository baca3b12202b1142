"""Sending a form in, reading what it asks, publishing and ending it: through the front door."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localtime

from gridward.forms.models import FormVersion
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from tests import people
from tests.forms.sheets import asked, csv_of, sheets
from tests.registry.town import CITY

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(order: object, tmp_path: Path) -> Client:
    people.found_street(order, tmp_path)  # type: ignore[arg-type]
    return people.client_of(people.actor_of("intake_officer", CITY.city))


@pytest.fixture
def city_centre(intake: Client) -> Client:
    return people.client_of(people.actor_of("city_officer", CITY.city))


def send(client: Client, *questions: dict[str, str], name: str = "form.csv", **more: str) -> object:
    posted = {
        "file": SimpleUploadedFile(name, csv_of(sheets(*questions))),
        "owner_code": "health",
        "purpose": "home_service",
        "sunset_at": localtime(clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M"),
        "replaces": "the paper list",
    }
    return client.post("/forms/new", posted | more)


def page(client: Client, url: str, **more: str) -> str:
    return client.get(url, **more).content.decode()


def test_a_form_is_sent_in_read_published_and_ended(intake: Client, city_centre: Client) -> None:
    sent = send(intake, asked(), asked("visits", "integer", relevant="${help_needed} = 'yes'"))
    url = sent["Location"]  # type: ignore[index]
    shown = page(intake, url)
    assert "You drafted it" in shown and "Publish the form" not in shown
    for words in ("Is help needed?", "Yes", "To arrange help", "the paper list", "2 of 12", "Only if"):
        assert words in shown, words

    shown = page(city_centre, url)
    assert "Publish the form" in shown
    done = city_centre.post(f"{url}/publish", {"areas": f"{CITY.city}, 320102"})
    assert done.status_code == 302
    assert "The form is asked from now on." in page(city_centre, url)

    assert city_centre.post(f"{url}/end", {"reason": "asked enough"}).status_code == 302
    shown = page(city_centre, url)
    assert "asked enough" in shown and "Ask it no more" not in shown


def test_what_speaks_against_a_form_is_said_at_its_question_and_nothing_is_kept(intake: Client) -> None:
    answer = send(intake, asked("belief", **{"label::English (en)": "Religion"}), asked("words", "text"))

    text = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "<code>belief</code>: Nobody is asked about religion." in text
    assert "<code>words</code>: Say how long the answer may be" in text
    assert 'value="the paper list"' in text
    with people.as_owner():
        assert not FormVersion.objects.exists()


def test_what_is_no_form_is_said_on_the_page(intake: Client) -> None:
    answer = send(intake, name="form.pdf")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "only .xlsx and .csv are read" in answer.content.decode()  # type: ignore[attr-defined]


def test_a_form_of_three_megabytes_is_refused_before_it_is_read(intake: Client) -> None:
    large = SimpleUploadedFile("form.csv", b"x" * (3 << 20))

    assert intake.post("/forms/new", {"file": large}).status_code == 413


def test_the_same_form_sent_twice_is_one(intake: Client) -> None:
    first, again = send(intake), send(intake)

    assert first["Location"] == again["Location"]  # type: ignore[index]
    assert "Nothing was changed." in page(intake, again["Location"])  # type: ignore[index]


def test_areas_that_there_are_not_come_back_on_the_form(intake: Client, city_centre: Client) -> None:
    url = send(intake)["Location"]  # type: ignore[index]

    answer = city_centre.post(f"{url}/publish", {"areas": "999999"})

    assert answer.status_code == 422 and "999999" in answer.content.decode()


def test_the_list_has_every_version_and_leads_on(intake: Client) -> None:
    assert "There is no form yet." in page(intake, "/forms")
    url = send(intake)["Location"]  # type: ignore[index]
    with people.as_owner():
        one = FormVersion.objects.get()
        FormVersion.objects.bulk_create(
            FormVersion(**{**_values(one), "id": new_id(), "version": f"9.{number}"}) for number in range(60)
        )

    shown = page(intake, "/forms")

    assert shown.count("9.") >= 49 and "after=" in shown
    more = shown.split("after=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert url in page(intake, f"/forms?after={more}") or url in shown


def _values(one: FormVersion) -> dict[str, object]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def test_files_come_as_files(intake: Client) -> None:
    url = send(intake)["Location"]  # type: ignore[index]

    book, phone = intake.get(f"{url}/workbook"), intake.get(f"{url}/xform.xml")

    assert book.content == csv_of(sheets()) and "form.csv" in book["Content-Disposition"]
    assert b"<h:html" in phone.content and "care_visit.xml" in phone["Content-Disposition"]


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01~x", "~", "2026-01-01T00:00:00~00000000-0000-0000-0000-000000000000"]
)
def test_a_token_that_is_none_leads_nowhere_or_to_the_start(intake: Client, after: str) -> None:
    assert intake.get("/forms", {"after": after}).status_code in (200, 404)


@pytest.mark.parametrize("what", ["", "/workbook", "/xform.xml"])
@pytest.mark.parametrize("form", ["nothing", "00000000-0000-7000-8000-000000000000"])
def test_a_form_that_there_is_not_is_not_found(intake: Client, form: str, what: str) -> None:
    assert intake.get(f"/forms/{form}{what}").status_code == 404


def test_the_questions_speak_the_readers_language(intake: Client) -> None:
    url = send(intake)["Location"]  # type: ignore[index]

    shown = page(intake, url, headers={"accept-language": "zh-hans"})  # type: ignore[arg-type]

    assert "需要帮助吗" in shown and "安排服务" in shown and "Is help needed?" not in shown


def test_who_has_no_part_in_forms_does_not_see_them(intake: Client) -> None:
    worker = people.client_of(people.actor_of("grid_worker", CITY.grid))

    assert worker.get("/forms").status_code == 403
    assert send(worker).status_code == 403  # type: ignore[attr-defined]
