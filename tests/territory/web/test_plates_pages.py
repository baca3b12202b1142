"""The sheets of door plates, as a community prints them for its grids."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.test import Client

from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.territory.models import DoorPlate
from gridward.territory.rules import plates
from tests import people

pytestmark = pytest.mark.django_db

COMMUNITY, GRID = "320102003015", "320102003015001"
MakeActor = Callable[..., Actor]


@pytest.fixture
def community(doors: None, actor_of: MakeActor) -> Client:
    return people.client_of(actor_of("community_officer", COMMUNITY))


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def shown(page: str) -> list[str]:
    return re.findall(r'data-plate="([^"]+)"', page)


def test_a_community_makes_the_plates_of_a_grid_and_prints_them(community: Client) -> None:
    before = text(community.get(f"/areas/{GRID}/plates"))
    assert "0 of 3 doors have a plate" in before and "Make 3 missing plates" in before

    answer = community.post(f"/areas/{GRID}/plates/make", follow=True)

    page = text(answer)
    assert "3 doors got a plate" in page and "3 of 3 doors have a plate" in page
    with people.as_owner():
        written = [plates.written(one.code) for one in DoorPlate.objects.order_by("address_id")]
    assert shown(page) == written
    assert "珠江路273号" in page and "Make the missing plate" not in page
    assert "Every door has a plate already" in text(community.post(f"/areas/{GRID}/plates/make", follow=True))


def test_a_plate_says_the_address_of_the_handheld_and_a_random_number(community: Client) -> None:
    community.post(f"/areas/{GRID}/plates/make")

    page = text(community.get(f"/areas/{GRID}/plates"))

    pictures = re.findall(r'<img src="(data:image/svg[^"]+)"', page)
    assert len(set(pictures)) == 3
    assert not any("珠江路" in unquote(one) for one in pictures)


def test_a_sheet_holds_sixty_and_leads_on(community: Client, import_text: Callable[..., object]) -> None:
    rows = "\n".join(f"{GRID},成贤街,60,,1,1,{room}" for room in range(101, 160))
    import_text(territory.addresses_import, f"area_code,road,number,compound,building,unit,room\n{rows}\n")
    assert "62 doors got a plate" in text(community.post(f"/areas/{GRID}/plates/make", follow=True))

    first = text(community.get(f"/areas/{GRID}/plates"))
    after = re.search(r'href="\?after=(\d+)"', first)
    assert after and len(shown(first)) == 60
    last = text(community.get(f"/areas/{GRID}/plates?after={after[1]}"))

    assert len(shown(last)) == 2 and 'href="?after=' not in last
    assert not set(shown(first)) & set(shown(last))
    assert len(shown(text(community.get(f"/areas/{GRID}/plates?after=x")))) == 60
    assert shown(text(community.get(f"/areas/{GRID}/plates?after={'9' * 40}"))) == []


def test_of_a_community_the_page_leads_to_its_grids(community: Client) -> None:
    assert f"/areas/{COMMUNITY}/plates" in text(community.get(f"/areas/{COMMUNITY}"))

    page = text(community.get(f"/areas/{COMMUNITY}/plates"))

    assert f"/areas/{GRID}/plates" in page and not shown(page)
    assert community.post(f"/areas/{COMMUNITY}/plates/make").status_code == 404


@pytest.mark.parametrize("code", ["320102003011001", "320102003", "999", GRID + "x"])
def test_nothing_beside_or_above_has_such_a_page(community: Client, code: str) -> None:
    assert community.get(f"/areas/{code}/plates").status_code == 404
    assert community.post(f"/areas/{code}/plates/make").status_code == 404


@pytest.mark.parametrize(
    ("role", "area"), [("grid_worker", GRID), ("district_officer", "320102"), ("auditor", "")]
)
def test_who_does_not_keep_the_duty_of_the_area_makes_no_plates(
    doors: None, actor_of: MakeActor, role: str, area: str
) -> None:
    client = people.client_of(actor_of(role, area))

    assert client.get(f"/areas/{GRID}/plates").status_code == 403
    assert client.post(f"/areas/{GRID}/plates/make").status_code == 403
    assert "/plates" not in text(client.get(f"/areas/{GRID}"))
