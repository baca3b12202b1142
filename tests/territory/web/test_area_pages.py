"""The pages that show the tree: each role from its own area down, in its own language, and nothing beside it."""

import re

import pytest
from django.test import Client

from gridward.territory import api as territory
from tests.territory.conftest import collection, squares

CITY, XUANWU, QINHUAI = "3201", "320102", "320104"
STREET, COMMUNITY, GRID = "320102003", "320102003015", "320102003015001"


def _text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("role", "own", "inside", "beside"),
    [
        ("city_officer", CITY, GRID, "999999"),
        ("district_officer", XUANWU, COMMUNITY, QINHUAI),
        ("street_officer", STREET, GRID, "320102007"),
        ("community_officer", COMMUNITY, GRID, "320102003011"),
    ],
)
def test_a_centre_sees_its_own_area_and_what_is_inside_and_nothing_beside_or_above(
    order, client_of, actor_of, role, own, inside, beside
):
    client = client_of(actor_of(role, own))
    areas = territory.get_areas([own, inside])

    page = client.get("/areas")
    assert page.status_code == 200
    assert areas[own].name in _text(page)
    assert own in _text(page)
    assert _text(client.get(f"/areas/{own}")).count(areas[own].name) >= 1
    assert areas[inside].name in _text(client.get(f"/areas/{inside}"))
    above = territory.get_path(own)[:-1]
    for code in (beside, *(area.code for area in above)):
        assert client.get(f"/areas/{code}").status_code == 404, code


@pytest.mark.parametrize(
    "path", [f"/areas/{GRID}x", "/areas/0", "/areas/%00", "/areas/../3201", "/areas/3201%20"]
)
def test_a_code_that_is_none_is_not_found_and_breaks_nothing(order, client_of, actor_of, path):
    client = client_of(actor_of("city_officer", CITY))

    assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize(
    ("role", "area", "agency"),
    [("grid_worker", GRID, ""), ("agency_liaison", "", "health"), ("auditor", "", "")],
)
def test_who_does_not_answer_for_an_area_has_no_such_page(order, client_of, actor_of, role, area, agency):
    client = client_of(actor_of(role, area, agency=agency))

    for path in ("/areas", f"/areas/{GRID}", "/board", "/board/status.json"):
        assert client.get(path).status_code in (403, 404), path


def test_nobody_signed_in_is_led_to_the_door(city):
    for path in ("/areas", f"/areas/{COMMUNITY}"):
        answer = Client().get(path)
        assert answer.status_code in (302, 401)
        assert "成贤街" not in _text(answer)


def test_the_way_up_ends_where_the_own_area_ends(order, client_of, actor_of):
    page = _text(client_of(actor_of("district_officer", XUANWU)).get(f"/areas/{COMMUNITY}"))

    assert [code for code in (XUANWU, STREET) if f'href="/areas/{code}"' not in page] == []
    assert territory.get_area(COMMUNITY).name in page
    assert 'href="/areas/3201"' not in page


def test_every_area_right_below_is_named_once_and_leads_on(order, client_of, actor_of):
    page = _text(client_of(actor_of("street_officer", STREET)).get(f"/areas/{STREET}"))

    for child in territory.get_children(STREET):
        assert child.name in page
    links = set(re.findall(r'href="/(?:areas/|board\?area=)(\d{12})"', page))
    assert links == {child.code for child in territory.get_children(STREET)}


def test_a_grid_has_nothing_below_and_says_no_more_than_it_is(order, client_of, actor_of):
    page = _text(client_of(actor_of("community_officer", COMMUNITY)).get(f"/areas/{GRID}"))

    assert GRID in page
    assert 'id="children"' not in page


def test_before_the_shapes_there_is_no_map_and_after_them_there_is(order, client_of, actor_of, import_text):
    client = client_of(actor_of("street_officer", STREET))
    assert "/tiles/" not in _text(client.get("/areas"))

    import_text(territory.shapes_import, collection(squares()), "grids.geojson")

    assert f"/tiles/{territory.geometry_version()}/" in _text(client.get("/areas"))
    status = client.get(f"/board/status.json?area={STREET}")
    assert status.status_code == 200
    assert status["Content-Type"] == "application/json"


@pytest.mark.parametrize(("language", "level"), [("en", "Street"), ("zh-hans", "街道")])
def test_levels_are_told_in_the_readers_language_and_names_as_they_are(
    order, client_of, actor_of, language, level
):
    client = client_of(actor_of("street_officer", STREET))

    page = _text(client.get("/areas", headers={"accept-language": language}))

    assert level in page
    assert "新街口街道" in page
    assert f"<code>{STREET}</code>" in page
