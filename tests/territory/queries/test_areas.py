"""Asking for areas: by code, by position, the way up, the way down, and what a screen says about a position."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.territory import api as territory
from gridward.territory.models import Area, TreeVersion
from tests.examples import examples
from tests.territory.conftest import SYNTHETIC_GRIDS, collection, squares

STREET, COMMUNITY, GRID = "320102003", "320102003015", "320102003015001"
READ = settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_an_area_is_the_same_by_its_code_its_position_and_in_its_parents_list(city):
    for code in ("3201", "320102", STREET, COMMUNITY, GRID):
        area = territory.get_area(code)

        assert territory.get_area_at(area.pos) == area
        assert territory.get_areas([code, "999999", ""]) == {code: area}
        assert not area.parent_code or area in territory.get_children(area.parent_code)
        assert territory.get_path(code)[-1] == area
        assert (area.level, area.pos < area.end) == (Area.objects.get(code=code).level, True)


def test_what_is_not_there_is_nothing_and_no_error(city):
    inside = territory.get_area(GRID).pos + 1

    assert territory.get_area("999999") is territory.get_area("") is territory.get_area_at(inside) is None
    assert territory.get_children("999999") == territory.get_children(GRID) == []
    assert territory.get_path("999999") == ()
    assert territory.get_labels([inside, 0, -1, 1 << 63]) == territory.get_labels([]) == {}
    assert territory.get_areas([]) == {}
    assert territory.get_addresses([]) == territory.get_addresses([1 << 40]) == {}
    assert (
        territory.get_bounds("999999") is territory.get_bounds(GRID) is territory.geometry_version() is None
    )


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("3201", "南京市", "南京市"),
        ("320102", "玄武区", "玄武区"),
        (STREET, "新街口街道", "玄武区 · 新街口街道"),
        (COMMUNITY, "成贤街社区居委会", "玄武区 · 新街口街道 · 成贤街社区居委会"),
        (GRID, "成贤街社区第1网格", "玄武区 · 新街口街道 · 成贤街社区居委会"),
    ],
)
def test_a_label_leaves_the_city_out_and_ends_with_the_community(city, code, name, path):
    area = territory.get_area(code)

    label = territory.get_labels([area.pos, area.pos])[area.pos]

    assert (label.code, label.level, label.name, label.path) == (code, area.level, name, path)
    assert label.in_full == (f"{path} · {name}" if code == GRID else path), "no name stands there twice"


@READ
@given(place=st.floats(0, 1, exclude_max=True))
def test_from_any_area_the_way_up_and_the_way_down_agree(city, place):
    codes = list(Area.objects.order_by("pos").values_list("code", flat=True))
    area = territory.get_area(codes[int(place * len(codes))])
    path = territory.get_path(area.code)

    assert [one.level for one in path] == ["city", "district", "street", "community", "grid"][: len(path)]
    for above, below in zip(path, path[1:], strict=False):
        assert below in territory.get_children(above.code)
        assert above.pos < below.pos < below.end <= above.end
    children = territory.get_children(area.code)
    assert children == sorted(children, key=lambda child: child.pos)
    assert Area.objects.filter(pos__gte=area.pos, pos__lt=area.end).count() == sum(
        code.startswith(area.code) for code in codes
    )


def test_counts_name_every_level_even_one_that_has_none(city, owner):
    with owner():
        Area.objects.filter(level="grid").delete()

    assert list(territory.count_areas().items())[-1] == ("grid", 0)


def test_the_copy_in_the_process_is_read_anew_when_the_tree_has_another_name(
    city, owner, django_assert_num_queries
):
    territory.get_area(GRID)
    with django_assert_num_queries(1):
        assert territory.get_area(GRID).name == "成贤街社区第1网格"
    with owner():
        Area.objects.filter(code=GRID).update(name="另一网格")
    assert territory.get_area(GRID).name == "成贤街社区第1网格"  # as long as nobody says that it changed

    with owner():
        TreeVersion.objects.update(stamp="another")

    assert territory.get_area(GRID).name == "另一网格"


def test_bounds_of_every_level_enclose_those_below(import_text):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")

    for code in ("3201", "320102", STREET, COMMUNITY):
        west, south, east, north = territory.get_bounds(code)
        below = [territory.get_bounds(grid) for grid in SYNTHETIC_GRIDS if grid.startswith(code)]
        assert (west, south) == pytest.approx((min(b[0] for b in below), min(b[1] for b in below)))
        assert (east, north) == pytest.approx((max(b[2] for b in below), max(b[3] for b in below)))
    assert territory.get_bounds("320106") is None  # a district without grids has no shape


def test_every_point_of_a_grid_of_squares_has_the_owner_that_the_squares_say(import_text):
    import_text(territory.shapes_import, collection(squares()), "grids.geojson")
    pos = {code: territory.get_area(code).pos for code in SYNTHETIC_GRIDS}
    lons = [round(118.695 + 0.0025 * n, 6) for n in range(56)]

    for lat in (31.9999, 32.0, 32.0042, 32.01, 32.0101):
        for lon, one in zip(lons, territory.locate_points(lons, [lat] * len(lons)), strict=True):
            covering = [
                code
                for n, code in enumerate(SYNTHETIC_GRIDS)
                if round(118.7 + 0.01 * n, 6) <= lon <= round(118.71 + 0.01 * n, 6) and 32.0 <= lat <= 32.01
            ]
            owner_code = min(covering, key=pos.__getitem__, default="")
            assert (one.area_code, one.status) == (owner_code, "found" if covering else "unknown"), (lon, lat)
