"""The file of duty: every grid of the centre, who has it now and until when its worker is away, and nothing else."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import localtime

from gridward.dispatch import duties
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.workforce import api as workforce
from gridward.workforce.models import Account
from tests import people
from tests.dispatch.desk import STUDENT, Desk, moment

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()
FIELDS = ["grid", "name", "responsible", "on_duty", "state", "waiting_count", "away_from", "away_until"]


@pytest.fixture
def officer(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", CITY.chengxianjie)


@pytest.fixture
def neighbour(actor_of: MakeActor) -> Actor:
    """The worker of the grid beside it."""
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


def answered(by: Actor | Client) -> Any:
    client = by if isinstance(by, Client) else people.client_of(by)
    return client.get("/duty.csv")


def rows_of(answer: HttpResponse) -> dict[str, dict[str, str]]:
    text = answer.content.decode()
    assert text.startswith("\ufeff"), "a spreadsheet takes it for something else than UTF-8"
    lines = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    assert all(list(line) == FIELDS for line in lines)
    return {line["grid"]: line for line in lines}


def test_the_file_says_what_the_page_says(desk: Desk, officer: Actor, neighbour: Actor) -> None:
    with people.acting(officer):
        shown = duties.get_duty(by=officer, now=clock.now())

    rows = rows_of(answered(officer))

    assert [
        (one.area.code, one.responsible, one.on_duty, one.state, str(one.waiting_count)) for one in shown
    ] == [
        (code, row["responsible"], row["on_duty"], row["state"], row["waiting_count"])
        for code, row in rows.items()
    ]
    assert rows[CITY.grid]["on_duty"] == desk.worker.handle and rows[CITY.next_grid]["state"] == "own"
    assert {row["away_from"] + row["away_until"] for row in rows.values()} == {""}
    assert "/duty.csv" in people.client_of(officer).get("/duty").content.decode(), "the page leads to it"


def test_who_is_away_stands_with_the_times_and_whoever_stands_in(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    now = clock.now()
    begins, ends = now - timedelta(minutes=1), now + timedelta(hours=5)
    with people.acting(officer):
        entered = workforce.absence_enter(
            worker=desk.worker.handle, kind="quarantine", starts_at=begins, ends_at=ends,
            substitute=neighbour.handle, by=officer, now=now,
        )  # fmt: skip
    assert not isinstance(entered, Refusal), entered

    answer = answered(officer)
    row = rows_of(answer)[CITY.grid]

    assert row["responsible"] == desk.worker.handle
    assert row["away_from"] == f"{localtime(begins):%Y-%m-%d %H:%M}"
    assert row["away_until"] == f"{localtime(ends):%Y-%m-%d %H:%M}"
    assert "quarantine" not in answer.content.decode(), "why somebody is away leaves the house with no file"


def test_an_absence_that_begins_tomorrow_is_not_in_it(desk: Desk, officer: Actor) -> None:
    now = clock.now()
    with people.acting(officer):
        workforce.absence_enter(
            worker=desk.worker.handle, kind="leave", starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=2), substitute="", by=officer, now=now,
        )  # fmt: skip

    row = rows_of(answered(officer))[CITY.grid]

    assert (row["state"], row["away_until"]) == ("own", "")


def test_no_resident_and_no_other_community_is_in_it(desk: Desk, officer: Actor, actor_of: MakeActor) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(12))
    elsewhere = actor_of("grid_worker", CITY.other_community_grid, responsible=True)
    street = actor_of("street_officer", CITY.xinjiekou)

    own, wider = answered(officer), answered(street)

    assert {code[:12] for code in rows_of(own)} == {CITY.chengxianjie}
    assert elsewhere.handle not in own.content.decode() and elsewhere.handle in wider.content.decode()
    assert set(rows_of(own)) < set(rows_of(wider))
    for secret in (STUDENT.name, STUDENT.phone, STUDENT.id_number):
        assert secret not in wider.content.decode()


def test_an_account_that_looks_like_a_formula_is_none_in_a_spreadsheet(
    officer: Actor, neighbour: Actor
) -> None:
    formula = '=HYPERLINK("x")'
    with people.as_owner():
        Account.objects.filter(handle=neighbour.handle).update(handle=formula)

    row = rows_of(answered(officer))[CITY.next_grid]

    assert row["responsible"] == row["on_duty"] == f"'{formula}"


def test_it_is_a_file_that_no_cache_keeps(officer: Actor) -> None:
    answer = answered(officer)

    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="duty-\d{4}-\d\d-\d\d-\d{4}\.csv"', answer["Content-Disposition"]
    )


@pytest.mark.parametrize("role", ["grid_worker", "city_officer", "supervisor", "auditor"])
def test_whoever_keeps_no_duty_gets_no_file(role: str, actor_of: MakeActor) -> None:
    places = {"grid_worker": CITY.grid, "city_officer": CITY.city, "supervisor": CITY.xuanwu, "auditor": ""}
    actor = actor_of(role, places[role]) if places[role] else actor_of(role)

    assert answered(actor).status_code == 403


def test_nobody_signed_in_gets_no_file(city: people.City) -> None:
    assert answered(Client()).status_code == 401
