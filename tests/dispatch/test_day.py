"""The worker's day through the front door: one walk, building by building, on the page and in the API alike."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from gridward.dispatch.models import Task
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.registry.models import Household
from gridward.territory.models import Address
from tests import people
from tests.dispatch.desk import Desk
from tests.dispatch.test_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(desk: Desk) -> Client:
    return people.client_of(desk.worker)


def household(
    desk: Desk, number: int, unit: int, room: int, *, priority: str = "P3", known: bool = True
) -> Task:
    """Write a released task at a door of a road on which each number stands a hundred metres further east."""
    at, pos, grid = clock.now(), people.city().pos(people.city().grid), people.city().grid
    with people.as_owner():
        door = Address.objects.create(
            area_pos=pos, community_code=grid[:12], road="合群路", number=str(number), compound="-", building="-",
            unit=str(unit), room=str(room), key=f"{number}-{unit}-{room}",
            longitude=118.79 + 0.00106 * number if known else None, latitude=32.05 if known else None,
        )  # fmt: skip
        home = Household.objects.create(
            id=new_id(), order_id=desk.order.id, area_pos=pos, address_id=door.id, kind="provisional",
            data_key=new_id(), created_at=at,
        )  # fmt: skip
        return Task.objects.create(
            id=new_id(), order_id=desk.order.id, household_id=home.id, area_pos=pos, priority=priority,
            state="open", assignee_id=desk.worker.id, opened_at=at, due_at=at + timedelta(hours=24),
            release_at=at, released_at=at,
        )  # fmt: skip


def test_the_page_and_the_api_tell_one_walk(desk: Desk, worker: Client) -> None:
    came = [(3, 1, 101), (1, 2, 101), (2, 1, 301), (1, 1, 201), (3, 1, 202), (1, 1, 1001)]
    made = {door: household(desk, *door) for door in came}

    text = page(worker, "/today")
    day = people.machine_of(desk.worker).get("/api/v1/today").json()

    along = [(1, 1, 201), (1, 1, 1001), (1, 2, 101), (2, 1, 301), (3, 1, 101), (3, 1, 202)]
    walked = [str(made[door].id) for door in along]
    if day["items"][0]["building"] == "合群路3号":  # without a shape of the grid either end is as good
        walked = [str(made[door].id) for door in (*along[4:], along[3], *along[:3])]
    assert re.findall(r'href="/today/([0-9a-f-]{36})"', text) == walked
    assert [item["id"] for item in day["items"]] == walked
    assert [item["order"] for item in day["items"]] == [1, 2, 3, 4, 5, 6]
    assert day["metres"] == pytest.approx(200 * 1.3, abs=3)
    assert day["shorter_percent"] == round(100 * (1 - day["metres"] / day["arrival_metres"])) >= 30
    assert re.findall(r"<h2>(.*?)</h2>", text).count("合群路1号") == 1


def test_the_page_says_how_far_it_is_and_where_that_comes_from(desk: Desk, worker: Client) -> None:
    for door in ((1, 1, 101), (3, 1, 101), (2, 1, 101)):
        household(desk, *door)
    household(desk, 9, 1, 101, known=False)

    english, chinese = page(worker, "/today"), page(worker, "/today", "zh-hans")

    assert "m on foot, about 1.0 h in all" in re.sub(r"\s+", " ", english)  # four households, 48 minutes
    assert "never from a phone" in english
    assert "1 door without a point is not counted." in english
    assert "绝不来自手机定位" in chinese and "另有 1 户门牌无坐标" in chinese


def test_the_urgent_household_is_first_on_both(desk: Desk, worker: Client) -> None:
    for door in ((1, 1, 101), (2, 1, 101)):
        household(desk, *door)
    urgent = household(desk, 30, 1, 101, priority="P1")

    first = people.machine_of(desk.worker).get("/api/v1/today").json()["items"][0]

    assert (first["id"], first["order"], first["priority"]) == (str(urgent.id), 1, "P1")
    assert page(worker, "/today").index(str(urgent.id)) < page(worker, "/today").index("合群路1号")


def test_a_walk_of_one_building_says_nothing_of_metres(desk: Desk, worker: Client) -> None:
    household(desk, 1, 1, 101, known=False)

    assert "m on foot" not in page(worker, "/today")
