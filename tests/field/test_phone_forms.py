"""Which forms a phone shows, where they are asked, and what it learns of the day for them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from gridward.field import asked
from gridward.forms import api as forms
from gridward.forms.models import FormPlace, FormVersion
from gridward.kernel import clock
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk
from tests.field.conftest import SetClock
from tests.field.filled import filled, log, published, visited
from tests.field.phone import Phone, moment, someone
from tests.field.test_submissions import sent, submit

pytestmark = pytest.mark.django_db

CITY = people.city()


def shown(phone: Phone) -> list[str]:
    found = phone.asks("GET", "/api/v1/sync/forms").json()["forms"]
    return [one["code"] for one in found]


def moved(form: UUID, code: str) -> None:
    """Let a form be asked in this area alone."""
    with people.as_owner():
        place = FormPlace.objects.get(version_id=form)
        area = people.territory.get_area(code)
        assert area is not None
        place.area_code, place.area_pos, place.area_end = code, area.pos, area.end
        place.save()


@pytest.mark.parametrize(
    ("place", "is_shown"),
    [
        (CITY.city, True),
        (CITY.xuanwu, True),
        (CITY.chengxianjie, True),
        (CITY.grid, True),
        (CITY.next_grid, False),
        (CITY.dashiqiao, False),
        (CITY.qinhuai, False),
    ],
)
def test_a_form_is_shown_and_taken_in_where_it_is_asked(phone: Phone, place: str, is_shown: bool) -> None:
    form = published("disinfection_log")
    moved(form, place)

    assert shown(phone) == (["disinfection_log"] if is_shown else [])
    (taken,) = submit(phone, sent(form, filled("disinfection_log", log())))
    assert taken["code"] == ("" if is_shown else "submission_elsewhere")


def test_forms_stand_in_the_order_of_their_codes(phone: Phone) -> None:
    for code in ("visit_outcome", "care_visit", "disinfection_log"):
        published(code)

    assert shown(phone) == ["care_visit", "disinfection_log", "visit_outcome"]


def ends(form: UUID) -> None:
    publisher = someone("city_officer", CITY.city)
    with people.acting(publisher):
        forms.form_end(form_id=form, reason="asked enough", by=publisher, now=clock.now())


def runs_out(form: UUID) -> None:
    with people.as_owner():
        FormVersion.objects.filter(id=form).update(sunset_at=clock.now() - timedelta(seconds=1))


@pytest.mark.parametrize("over", [ends, runs_out])
def test_a_form_that_is_over_is_shown_no_more_and_the_phone_hears_of_it(
    phone: Phone, over: Callable[[UUID], None]
) -> None:
    form = published("care_visit")
    before = phone.syncs()["forms_stamp"]

    over(form)

    assert shown(phone) == []
    assert phone.syncs()["forms_stamp"] != before


def test_a_visit_by_form_of_a_household_that_moved_closes_it(phone: Phone, desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    (task,) = phone.syncs()["tasks"]
    answers = visited(task, result="moved", outcome=None, found_by="neighbour")

    (wrong,) = submit(phone, sent(published("visit_outcome"), filled("visit_outcome", answers)))

    assert wrong["code"] == "answers_wrong", (
        "the form asks only what a household form can decide: see the handheld"
    )


def test_what_a_spreadsheet_would_work_out_is_plain_words(desk: Desk, at: SetClock) -> None:
    desk.list_comes("police-list", ACROSS, at=moment(12))

    with people.acting(desk.worker):
        said = asked.get_tasks_file(by=desk.worker, now=moment(12, 5)).decode()

    assert len(said.strip().split("\n")) == 2
    assert asked._plain("=1+1") == "'=1+1" and asked._plain("@a") == "'@a" and asked._plain("3栋") == "3栋"
