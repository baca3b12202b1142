"""A form is drafted by one and published by another, one version at a time, until its end by the clock."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from gridward.forms import api as forms
from gridward.forms.models import FormVersion
from gridward.forms.rules import LONGEST
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from tests import people
from tests.forms.sheets import asked, drafted
from tests.registry.town import CITY

pytestmark = pytest.mark.django_db
Drafter = Callable[..., UUID]


@pytest.fixture
def drafter(order: object, tmp_path: Path) -> Actor:
    people.found_street(order, tmp_path)  # type: ignore[arg-type]
    return people.actor_of("intake_officer", CITY.city)


@pytest.fixture
def publisher(drafter: Actor) -> Actor:
    return people.actor_of("city_officer", CITY.city)


def draft(folder: Path, by: Actor, *questions: dict[str, str], **more: object) -> UUID:
    report = drafted(folder, by, *questions, **more)  # type: ignore[arg-type]
    assert isinstance(report, forms.FormReport) and report.form_id, report
    return report.form_id


def published(form_id: UUID, by: Actor, *areas: str) -> UUID | Refusal:
    with people.acting(by):
        return forms.form_publish(form_id=form_id, area_codes=areas or [CITY.city], by=by, now=clock.now())


def ended(form_id: UUID, by: Actor, reason: str = "asked enough") -> UUID | Refusal:
    with people.acting(by):
        return forms.form_end(form_id=form_id, reason=reason, by=by, now=clock.now())


def state(form_id: UUID, by: Actor) -> str:
    with people.acting(by):
        view = forms.get_form(form_id, now=clock.now())
    assert view
    return view.head.state


def here(area: str, by: Actor, *, later: timedelta = timedelta()) -> list[str]:
    with people.acting(by):
        pos = territory.get_areas([area])[area].pos
        return [
            f"{one.form_code} {one.version}" for one in forms.get_asked_forms([pos], now=clock.now() + later)
        ]


def code_of(outcome: object) -> str:
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_a_form_is_asked_where_it_is_published_until_its_end(
    drafter: Actor, publisher: Actor, tmp_path: Path
) -> None:
    form = draft(tmp_path, drafter)
    assert state(form, drafter) == "draft" and here(CITY.grid, publisher) == []

    assert published(form, publisher, "320102") == form

    assert state(form, drafter) == "published"
    assert here(CITY.grid, publisher) == ["care_visit 1"]
    assert here("320104", publisher) == []
    assert here(CITY.grid, publisher, later=timedelta(days=21)) == []


def test_whoever_drafts_does_not_publish(drafter: Actor, publisher: Actor, tmp_path: Path) -> None:
    own = draft(tmp_path, publisher)

    assert code_of(published(own, publisher)) == "form_own_draft"
    assert state(own, publisher) == "draft"
    with (
        pytest.raises(IntegrityError, match="form_has_a_second_pair_of_eyes"),
        transaction.atomic(),
        people.as_owner(),
    ):
        FormVersion.objects.filter(id=own).update(
            state="published", published_by=publisher.id, published_at=clock.now()
        )


def test_the_next_version_ends_the_one_before(drafter: Actor, publisher: Actor, tmp_path: Path) -> None:
    first = draft(tmp_path, drafter)
    published(first, publisher)
    second = draft(tmp_path, drafter, asked(), asked("visits", "integer"), version="2")

    published(second, publisher)

    assert (state(first, drafter), state(second, drafter)) == ("ended", "published")
    assert here(CITY.grid, publisher) == ["care_visit 2"]


def test_the_same_content_is_one_draft_and_other_content_needs_another_version(
    drafter: Actor, tmp_path: Path
) -> None:
    first = drafted(tmp_path, drafter)
    again = drafted(tmp_path, drafter)

    assert isinstance(first, forms.FormReport) and isinstance(again, forms.FormReport)
    assert again.form_id == first.form_id and again.is_known and not first.is_known
    assert code_of(drafted(tmp_path, drafter, asked("visits", "integer"))) == "form_version_known"


def test_a_form_with_a_problem_is_not_kept(drafter: Actor, tmp_path: Path) -> None:
    report = drafted(tmp_path, drafter, asked("belief", **{"label::中文 (zh)": "宗教信仰"}))

    assert isinstance(report, forms.FormReport) and report.form_id is None
    assert [(one.question, one.code) for one in report.problems] == [("belief", "forbidden")]
    with people.as_owner():
        assert not FormVersion.objects.exists()


ANSWERS = {
    "form_owner": {"owner_code": "nobody"},
    "form_purpose": {"purpose": "curiosity"},
}


@pytest.mark.parametrize("code", ANSWERS)
def test_what_stands_beside_a_form_is_known(code: str, drafter: Actor, tmp_path: Path) -> None:
    assert code_of(drafted(tmp_path, drafter, **ANSWERS[code])) == code  # type: ignore[arg-type]


@pytest.mark.parametrize("days", [-1, 0, LONGEST.days + 1])
def test_a_form_ends_and_not_too_late(days: int, drafter: Actor, tmp_path: Path) -> None:
    now = clock.now()

    refused = drafted(tmp_path, drafter, now=now, sunset_at=now + timedelta(days=days))

    assert code_of(refused) == "form_sunset"


PLACES = {"none": [], "unknown": ["999999"], "one of two unknown": ["320102", "999999"]}


@pytest.mark.parametrize("which", PLACES)
def test_a_form_is_asked_in_areas_that_there_are(
    which: str, drafter: Actor, publisher: Actor, tmp_path: Path
) -> None:
    form = draft(tmp_path, drafter)

    with people.acting(publisher):
        outcome = forms.form_publish(form_id=form, area_codes=PLACES[which], by=publisher, now=clock.now())

    assert code_of(outcome) == "form_places" and state(form, drafter) == "draft"


def test_nobody_publishes_outside_the_own_area(drafter: Actor, tmp_path: Path) -> None:
    form = draft(tmp_path, drafter)
    district = people.actor_of("district_officer", "320102")

    assert code_of(published(form, district, "320104")) == "form_places"


def test_what_ended_stays_ended(drafter: Actor, publisher: Actor, tmp_path: Path) -> None:
    form = draft(tmp_path, drafter)
    published(form, publisher)

    assert code_of(ended(form, publisher, " no ")) == "reason_needed"
    assert ended(form, publisher) == form
    assert code_of(ended(form, publisher)) == "form_over"
    assert code_of(published(form, publisher)) == "form_not_a_draft"
    assert here(CITY.grid, publisher) == []
    assert code_of(ended(new_id(), publisher)) == "not_found"


def test_every_step_stands_in_the_ledger(drafter: Actor, publisher: Actor, tmp_path: Path) -> None:
    form = draft(tmp_path, drafter)
    published(form, publisher)
    ended(form, publisher)

    with people.as_owner():
        told = (
            LedgerEntry.objects.filter(action__startswith="form.")
            .order_by("id")
            .values_list("action", flat=True)
        )
        assert list(told) == ["form.draft", "form.publish", "form.end"]


@pytest.mark.parametrize("column", ["xform", "questions", "workbook", "version", "sunset_at", "purpose"])
def test_what_a_version_asks_never_changes(
    column: str, drafter: Actor, publisher: Actor, tmp_path: Path
) -> None:
    form = draft(tmp_path, drafter)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        people.acting(publisher),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update forms_formversion set {column} = {column} where id = %s", [form])


@pytest.mark.parametrize("role", ["grid_worker", "privacy_officer"])
def test_who_only_reads_writes_nothing(role: str, drafter: Actor, tmp_path: Path) -> None:
    form = draft(tmp_path, drafter)
    reader = people.actor_of(role, CITY.grid if role == "grid_worker" else "")

    with people.acting(reader):
        assert forms.get_form(form, now=clock.now())
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            FormVersion.objects.filter(id=form).update(state="ended", ended_at=clock.now())


def test_the_workbook_comes_back_as_it_came(drafter: Actor, tmp_path: Path) -> None:
    form = draft(tmp_path, drafter)

    with people.acting(drafter):
        assert forms.get_workbook(form) == ("form.csv", (tmp_path / "form.csv").read_bytes())
        code, xform = forms.get_xform(form) or ("", "")
    assert code == "care_visit" and "<h:html" in xform
